import { type Actor, isStaff } from "../../core/actor.ts";
import { type Cents, fromCents } from "../../core/money.ts";
import type { Pricing as Sums } from "../../db/pricing.ts";
import { presentTaxAmount } from "../../db/records/tax-amount.ts";
import { presentTicketDiscount } from "../../db/records/ticket.ts";
import { LINE_KINDS, type LineKind } from "../../db/schema/ticket-lines.ts";
import { presentSold, sumOf } from "./jobs.present.ts";
import type { PricingRow } from "./pricing.queries.ts";
import type { Pricing } from "./pricing.schemas.ts";
import { unmetOf } from "./unmet.ts";

const NOTHING = { net: 0, tax: 0, total: 0 };

/** The nets of lines of a kind without their shares of the ticket's discount. Safe: both are whole cents. */
const subtotal = ({ shares }: Sums, kind: LineKind): number =>
  fromCents(sumOf(shares.filter((line) => line.kind === kind).map(({ net, share }) => (net - share) as Cents)));

const subtotalsOf = (sums: Sums) => {
  const [labor, part, sublet, fee] = LINE_KINDS;
  return {
    labor: subtotal(sums, labor),
    part: subtotal(sums, part),
    sublet: subtotal(sums, sublet),
    fee: subtotal(sums, fee),
  };
};

/** The sums of what is approved: read by themselves, or nothing, or those of all that counts. */
const approvedOf = ({ approved, lines, sums }: PricingRow) => {
  const apart = approved ?? (lines.some(({ decision }) => decision === "approved") ? sums : null);
  return apart ? { net: fromCents(apart.net), tax: fromCents(apart.tax), total: fromCents(apart.total) } : NOTHING;
};

/** What a ticket sells and comes to, as the actor may see it, with the ticket's version. */
export const presentPricing = (row: PricingRow, actor: Actor): { version: number; body: Pricing } => {
  const { sums } = row;
  const body = {
    lines_net: fromCents(sums.lines_net),
    discount_amount: fromCents(sums.discount_amount),
    net: fromCents(sums.net),
    taxes: sums.taxes.map(presentTaxAmount),
    tax: fromCents(sums.tax),
    total: fromCents(sums.total),
    subtotals: subtotalsOf(sums),
    approved: approvedOf(row),
    discount: presentTicketDiscount(row),
    ...presentSold(row, actor),
    ...(isStaff(actor) && { unmet: unmetOf(row) }),
  };
  return { version: row.version, body };
};

/** The same after something was added to the ticket. */
export const presentAdded = (row: PricingRow, actor: Actor, ticket: number) => ({
  ...presentPricing(row, actor),
  location: `/service-tickets/${ticket}/pricing`,
});

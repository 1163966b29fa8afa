import type { z } from "@hono/zod-openapi";
import { type Actor, isStaff } from "../../core/actor.ts";
import { differenceOf, fromCents } from "../../core/money.ts";
import { fromThousandths } from "../../core/quantity.ts";
import { presentLine as presentShownLine, presentTicketDiscount } from "../../db/records/estimate-content.ts";
import { INVOICE } from "../../db/records/invoice.ts";
import { type CreditContent, type CreditedLine, type InvoiceContent, type InvoiceLine, orNull } from "../../db/records/invoice-content.ts";
import { present } from "../../db/records/record.ts";
import { presentTaxAmount } from "../../db/records/tax-amount.ts";
import type { InvoiceRow, ListedInvoiceRow, OnDay } from "./invoices.queries.ts";
import type { Invoice, InvoiceSummary } from "./invoices.schemas.ts";

/** A document in a list; `date` is the day in the shop's time zone. */
export const presentSummary = (row: ListedInvoiceRow, date: string, actor: Actor): z.input<typeof InvoiceSummary> => ({
  ...present(INVOICE, row, actor),
  overdue: row.balance > 0 && row.due_date !== null && row.due_date < date,
  credits: row.credits && { id: row.credits.id, number: row.credits.number },
  // Whose it is may follow a merged record; the name is the one on paper.
  customer: { id: row.customer_id, name: row.buyer.name },
  vehicle: row.vehicle,
  currency: row.currency,
  po_number: row.po_number,
  subtotals: { labor: fromCents(row.labor), part: fromCents(row.part), sublet: fromCents(row.sublet), fee: fromCents(row.fee) },
});

type Named = ReadonlyMap<number, string>;
const namesOf = (ids: readonly number[], names: Named): string[] => ids.flatMap((id) => names.get(id) ?? []);

const presentLine = (line: InvoiceLine, names: Named, actor: Actor) => {
  const { mechanic_id, unit_cost, cost: _cost, taxes, ...shown } = line;
  return {
    ...presentShownLine({ ...shown, together: null }),
    net: fromCents(differenceOf(line.net, line.share)),
    taxes: namesOf(taxes, names),
    ...(isStaff(actor) && { mechanic_id, unit_cost: orNull(unit_cost) }),
  };
};

const presentCredited = (line: CreditedLine, names: Named, actor: Actor) => ({
  id: line.id,
  job_id: line.job_id,
  kind: line.kind,
  description: line.description,
  quantity: fromThousandths(line.quantity),
  net: fromCents(line.net),
  taxes: namesOf(line.taxes, names),
  ...(isStaff(actor) && { mechanic_id: line.mechanic_id }),
});

const isInvoice = (content: InvoiceContent | CreditContent): content is InvoiceContent => "jobs" in content;

/** What differs between an invoice and a credit note. */
const partsOf = (content: InvoiceContent | CreditContent, actor: Actor) => {
  const names: Named = new Map(content.taxes.map(({ id, name }) => [id, name]));
  if (!isInvoice(content))
    return {
      discount: null,
      jobs: [],
      lines: content.lines.filter(({ net, quantity }) => net > 0 || quantity > 0).map((line) => presentCredited(line, names, actor)),
      estimate_ids: [],
      authorizations: [],
      replaced_parts: null,
    };
  return {
    discount: presentTicketDiscount(content.discount),
    jobs: content.jobs.map(({ position: _position, ...job }) => ({
      ...job,
      lines: content.lines.filter(({ job_id }) => job_id === job.id).map((line) => presentLine(line, names, actor)),
    })),
    lines: content.lines.filter(({ job_id }) => job_id === null).map((line) => presentLine(line, names, actor)),
    estimate_ids: content.estimates.map(({ id }) => id),
    authorizations: content.authorizations.map(({ replaced_parts: _parts, additional_net, ...said }) => ({
      ...said,
      additional_net: fromCents(additional_net),
    })),
    replaced_parts: content.authorizations.findLast(({ replaced_parts }) => replaced_parts !== null)?.replaced_parts ?? null,
  };
};

const presentWhole = (row: InvoiceRow, date: string, actor: Actor): z.input<typeof Invoice> => ({
  ...presentSummary(row, date, actor),
  ...partsOf(row.content, actor),
  credited_by: row.credited_by.map(({ id, number, total }) => ({ id, number, total: fromCents(total) })),
  seller: row.content.seller,
  buyer: row.content.buyer,
  taxes: row.content.taxes.filter(({ base }) => base > 0).map(presentTaxAmount),
});

/** A document as an answer, with the version of its ticket. */
export const presentOne = ({ found, date }: OnDay<InvoiceRow>, actor: Actor) => ({
  body: presentWhole(found, date, actor),
  version: found.version,
});

/** The same of one that was just posted. */
export const presentNew = (made: OnDay<InvoiceRow>, actor: Actor) => ({
  ...presentOne(made, actor),
  location: `/invoices/${made.found.id}`,
});

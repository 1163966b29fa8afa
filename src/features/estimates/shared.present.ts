import type { z } from "@hono/zod-openapi";
import type { LinkHolder } from "../../core/actor.ts";
import { AUTHORIZATION, presentDecided } from "../../db/records/authorization.ts";
import { INVOICE } from "../../db/records/invoice.ts";
import { presentParts } from "../../db/records/invoice-parts.ts";
import { present } from "../../db/records/record.ts";
import { presentWhole } from "./estimates.present.ts";
import type { OnDay } from "./estimates.queries.ts";
import type { SharedAuthorizationRow, SharedEstimateRow, SharedInvoiceRow, SharedRow } from "./shared.queries.ts";
import type { Shared } from "./shared.schemas.ts";

type Body = z.input<typeof Shared>;

const presentEstimate = (row: SharedEstimateRow, date: string, actor: LinkHolder): NonNullable<Body["estimate"]> => {
  const { shop, jobs, lines, ...shown } = presentWhole(row, date, actor);
  const withState = <L extends { readonly id: number }>(line: L) => ({ ...line, decision: row.states[line.id] ?? "open" });
  return {
    ...shown,
    text: shop.text,
    jobs: jobs.map((job) => ({ ...job, lines: job.lines.map(withState) })),
    lines: lines.map(withState),
  };
};

/** A line of an invoice, or what a credit note takes back of one. */
interface Billed {
  readonly id: number;
  readonly job_id: number | null;
  readonly kind: NonNullable<Body["invoices"][number]["lines"]>[number]["kind"];
  readonly description: string;
  readonly quantity: number;
  readonly net: number;
}

const presentBilled = ({ id, job_id, kind, description, quantity, net }: Billed) => ({ id, job_id, kind, description, quantity, net });

const presentInvoice = (row: SharedInvoiceRow, date: string, actor: LinkHolder): Body["invoices"][number] => {
  const parts = row.content && presentParts(row.content, actor);
  return {
    ...present(INVOICE, row, actor),
    overdue: row.balance > 0 && row.due_date !== null && row.due_date < date,
    credits: row.credits && { id: row.credits.id, number: row.credits.number },
    currency: row.currency,
    jobs: parts?.jobs.map(({ id, title, lines }) => ({ id, title, lines: lines.map(presentBilled) })) ?? null,
    lines: parts?.lines.map(presentBilled) ?? null,
    taxes: parts?.taxes ?? null,
  };
};

const presentSaid = (row: SharedAuthorizationRow, actor: LinkHolder): Body["authorizations"][number] => {
  const { contact: _contact, note: _note, ...said } = present(AUTHORIZATION, row, actor);
  return { ...said, decisions: row.decided?.map(presentDecided) ?? null };
};

/** What the holder of the link sees. */
export const presentShared = ({ found, date }: OnDay<SharedRow>, actor: LinkHolder): { readonly body: Body } => ({
  body: {
    may: actor.may,
    expires_at: found.expires_at,
    shop: found.shop,
    estimate: found.estimate && presentEstimate(found.estimate, date, actor),
    invoices: found.invoices.map((row) => presentInvoice(row, date, actor)),
    authorizations: found.authorizations.map((row) => presentSaid(row, actor)),
  },
});

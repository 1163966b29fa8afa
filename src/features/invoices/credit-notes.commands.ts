import { eq, type SQL, sql } from "drizzle-orm";
import { eachOf } from "../../db/json.ts";
import { INVOICE } from "../../db/records/invoice.ts";
import { TICKET } from "../../db/records/ticket.ts";
import { invoices } from "../../db/schema/invoices.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { onShopDay, requiresShopDay } from "../../db/shop-day.ts";
import { commit, created, newest, type Precondition, requires } from "../../db/write/commit.ts";
import { idAfterLost } from "../../db/write/ids-after-restore.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type CreditedNet, credited } from "./crediting.ts";
import { documentDay, numbered } from "./invoices.commands.ts";
import { type InvoiceRow, invoiceById, type OnDay } from "./invoices.queries.ts";
import type { NewCreditNote } from "./invoices.schemas.ts";
import { withNumbers } from "./with-numbers.ts";

const of = (name: string): SQL => sql.raw(`r."${name}"`);

/** Each line that is named is one of the invoice. */
const requiresLines = (invoice: number, lines: readonly CreditedNet[]): Precondition => {
  const unknown = sql`(select value as id from ${eachOf(lines.map(({ line_id }) => line_id))} except
    select l.value ->> 'id' from ${invoices} i, json_each(i.content, '$.lines') l where i.id = ${invoice})`;
  const details = sql`(select json_object('entity', 'line', 'id', id) from ${unknown} limit 1)`;
  return requires("reference_not_found", sql`not exists ${unknown}`, details);
};

/**
 * Writes a credit note over lines of an invoice, or over all that is left of it: then its ticket is free again. Throws `not_found`,
 * `not_an_invoice`, `reference_not_found`, `credit_exceeds`, and what `withNumbers` throws.
 */
export const creditInvoice = (context: WriteContext, invoice: number, body: NewCreditNote): Promise<OnDay<InvoiceRow>> =>
  withNumbers(context, (requiresKnown) => post(context, invoice, body, requiresKnown));

const post = ({ db, writer, now }: WriteContext, invoice: number, body: NewCreditNote, requiresKnown: Precondition) =>
  onShopDay(db, now, async (shopDay) => {
    const isInvoice = eq(invoices.id, invoice);
    const day = sql.raw("d.date");
    const ticket = sql<number>`(select ${invoices.service_ticket_id} from ${invoices} where ${isInvoice})`;
    const found = await commit(db, writer, {
      target: { entity: TICKET, id: ticket },
      preconditions: [
        requires("not_an_invoice", sql`exists (select 1 from ${invoices} where ${isInvoice} and ${invoices.kind} = 'invoice')`),
        requiresKnown,
        requiresShopDay(shopDay),
        ...(body.lines ? [requiresLines(invoice, body.lines)] : []),
      ],
      changes: [
        insertFrom(
          invoices,
          {
            id: idAfterLost(invoices),
            ...numbered("credit_note", day),
            service_ticket_id: sql`${invoices.service_ticket_id}`,
            customer_id: sql`${invoices.customer_id}`,
            vehicle_id: sql`${invoices.vehicle_id}`,
            credits_id: invoice,
            at: now,
            date: day,
            supplied_on: sql`${invoices.supplied_on}`,
            lines_net: of("net"),
            discount_amount: sql`0`,
            net: of("net"),
            tax: of("tax"),
            total: sql`r.net + r.tax`,
            labor: of("labor"),
            part: of("part"),
            sublet: of("sublet"),
            fee: of("fee"),
            reason: body.reason,
            staff_user_id: writer.userId,
            content: of("content"),
            credited: sql`${invoices.credited} + r.net + r.tax`,
            is_credited: of("is_all"),
          },
          sql`from (select ${documentDay("credit_note", shopDay.date)} as date) d, ${credited(invoice, body.lines ?? null)}, ${invoices}
            where ${isInvoice}`,
        ),
      ],
      audit: [created(INVOICE), { entity: TICKET, verb: "credited", where: eq(serviceTickets.id, ticket) }],
      answer: invoiceById(newest(INVOICE)),
    });
    return { found, date: shopDay.date };
  });

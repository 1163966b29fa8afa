import { z } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import type { Actor } from "../../core/actor.ts";
import { phoneWords, wordsOf } from "../../core/search-words.ts";
import { CalendarDate, Count, Email, Id, longText, Phone, Timestamp, text } from "../fields.ts";
import { type JsonOf, jsonObject } from "../json.ts";
import { byWords } from "../list/search.ts";
import { customers } from "../schema/customers.ts";
import { entityOf } from "./entity.ts";
import { present, recordOf } from "./record.ts";

export const CUSTOMER = entityOf(
  "customer",
  recordOf(customers, {
    id: { use: "shown", audited: true, type: Id, example: 12 },
    name: { use: "shown", audited: true, input: true, searched: wordsOf, type: text(120), example: "Ada Example" },
    email: { use: "shown", audited: true, input: true, type: Email, example: "ada@example.com" },
    phone: { use: "shown", audited: true, input: true, searched: phoneWords, type: Phone, example: "+1 555 0100" },
    address: { use: "shown", audited: true, input: true, type: longText(300), example: "1 Garage Lane, Springfield" },
    ticket_count: { use: "shown", type: Count, example: 2 },
    vehicle_count: { use: "hidden" },
    search_terms: { use: "hidden" },
    staff_wrote: { use: "hidden" },
    erased_at: { use: "staff", audited: true, type: Timestamp, example: null },
    tax_exempt_reason: { use: "hidden", audited: true },
    tax_exempt_certificate: { use: "hidden", audited: true },
    tax_exempt_until: { use: "hidden", audited: true },
    mail_documents: {
      use: "shown",
      audited: true,
      input: true,
      type: z.boolean().openapi({ description: "May estimates and invoices be mailed to the customer?" }),
      example: true,
    },
    mail_receipts: {
      use: "shown",
      audited: true,
      input: true,
      type: z.boolean().openapi({ description: "Is a receipt mailed after each payment? Null: as the shop does it." }),
      example: null,
    },
    mail_reminders: {
      use: "shown",
      audited: true,
      input: true,
      type: z.boolean().openapi({ description: "Has the customer agreed to be reminded of appointments by e-mail?" }),
      example: true,
    },
    version: { use: "hidden" },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
    updated_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  }),
  {
    counter: "customers",
    newestFirst: true,
    sorts: {
      id: customers.id,
      name: byWords("name"),
      created_at: customers.created_at,
      ticket_count: customers.ticket_count,
    },
  },
  {},
  sql`${customers.id}`,
);

/** Why no tax is charged, what proves it, and the last day on which it holds. */
export const TaxExemption = z.object({
  reason: text(200).openapi({ example: "Resale" }),
  certificate: text(60).openapi({ example: "RC-1029384" }),
  until: CalendarDate.nullable().openapi({ description: "The last day, or null while no end is known." }),
});

/** A customer in an answer. */
export const Customer = CUSTOMER.answer.extend({ tax_exemption: TaxExemption.nullable() }).openapi("Customer");

const taxExemption = sql<z.output<typeof TaxExemption> | null>`json(iif(${customers.tax_exempt_reason} is null, 'null', json_object(
  'reason', ${customers.tax_exempt_reason}, 'certificate', ${customers.tax_exempt_certificate}, 'until', ${customers.tax_exempt_until})))`;

/** The columns of a customer that answers show. */
export const customerColumns = { ...CUSTOMER.columns, tax_exemption: taxExemption };

/** A customer in a list. */
export const listedCustomer = jsonObject({ ...CUSTOMER.listedColumns, tax_exemption: taxExemption });

/** A customer as the actor may see it; `isOwn`: it is the actor's own record. */
export const presentCustomer = (row: JsonOf<typeof listedCustomer>, actor: Actor, isOwn = false) => ({
  ...present(CUSTOMER, row, actor, isOwn),
  tax_exemption: row.tax_exemption,
});

export const customerExample = { ...CUSTOMER.example, tax_exemption: null };

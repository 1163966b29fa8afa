import { sql } from "drizzle-orm";
import { phoneWords, wordsOf } from "../../core/search-words.ts";
import { CalendarDate, Count, Email, Id, longText, Phone, Timestamp, text } from "../fields.ts";
import { byWords } from "../list/search.ts";
import { customers } from "../schema/customers.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

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
    tax_exempt_reason: { use: "shown", audited: true, type: text(200), example: null },
    tax_exempt_certificate: { use: "shown", audited: true, type: text(60), example: null },
    tax_exempt_until: { use: "shown", audited: true, type: CalendarDate, example: null },
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

import { z } from "@hono/zod-openapi";
import { Count, text } from "../../db/fields.ts";
import { atLeastOneOf, Password, queryInteger, UriPath } from "../../http/fields.ts";
import { NestedTicket, Vehicle } from "../../http/nested.ts";
import { listOf, listQuery } from "../../http/page.ts";
import { customerInput, customerRow } from "../../http/rows.ts";

export const Customer = customerRow
  .pick({ id: true, name: true, email: true, phone: true, address: true, ticket_count: true, created_at: true, updated_at: true })
  .openapi("Customer");

/** A customer with the newest 20 of each kind that it has, their numbers and where the rest is. */
export const CustomerDetail = Customer.extend({
  vehicles: z.array(Vehicle).max(20),
  service_tickets: z.array(NestedTicket).max(20),
  totals: z.object({ vehicles: Count, service_tickets: Count }),
  links: z.object({ vehicles: UriPath, service_tickets: UriPath }),
}).openapi("CustomerDetail");

const fields = customerInput.pick({ name: true, email: true, phone: true, address: true }).strict();

export const NewCustomer = fields
  .extend({ password: Password.optional().openapi({ description: "Needed, unless staff adds a customer without an account." }) })
  .openapi("NewCustomer");
export type NewCustomer = z.output<typeof NewCustomer>;

export const CustomerChange = atLeastOneOf(fields).openapi("CustomerChange");
export type CustomerChange = z.output<typeof CustomerChange>;

export const CUSTOMER_SORTS = ["id", "name", "created_at", "ticket_count"] as const;

export const CustomerQuery = listQuery(CUSTOMER_SORTS, {
  q: text(100).optional().openapi({ description: "Begins a word of the name, the e-mail, or the digits of the phone.", example: "ada" }),
});
export type CustomerQuery = z.output<typeof CustomerQuery>;

export const CustomerList = listOf("customers", Customer).openapi("CustomerList");

export const TopQuery = z.strictObject({
  limit: queryInteger(1, 100).optional().openapi({ description: "How many; 3 unless said.", example: 3 }),
});
export const TopCustomers = z
  .object({ customers: z.array(customerRow.pick({ id: true, name: true, ticket_count: true })).max(100) })
  .openapi("TopCustomers");

export const customerExample = {
  id: 12,
  name: "Ada Example",
  email: "ada@example.com",
  phone: "+1 555 0100",
  address: "1 Garage Lane, Springfield",
  ticket_count: 2,
  created_at: "2026-11-20T09:30:00.000Z",
  updated_at: "2026-11-20T09:30:00.000Z",
};

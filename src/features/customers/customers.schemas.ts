import { z } from "@hono/zod-openapi";
import { Count, text } from "../../db/fields.ts";
import { CUSTOMER, Customer, TaxExemption } from "../../db/records/customer.ts";
import { NestedTicket } from "../../db/records/ticket.ts";
import { Vehicle } from "../../db/records/vehicle.ts";
import { atLeastOneOf, CurrentPassword, Password, UriPath } from "../../http/fields.ts";
import { listOf, listQuery, sortsOf, topQuery } from "../../http/page.ts";

/** A customer with the newest 20 vehicles and tickets, the number of each, and links to all of them. */
export const CustomerDetail = Customer.extend({
  vehicles: z.array(Vehicle).max(20),
  service_tickets: z.array(NestedTicket).max(20),
  totals: z.object({ vehicles: Count, service_tickets: Count }),
  links: z.object({ vehicles: UriPath, service_tickets: UriPath }),
}).openapi("CustomerDetail");

/** How every search works. */
const SEARCH =
  "Each word must begin a word of the name, the e-mail or the phone number, in any order. Accents and marks do not matter. " +
  "Phone numbers are found with or without the country and the area.";

const fields = CUSTOMER.input.strict();

export const NewCustomer = fields
  .extend({
    password: Password.optional().openapi({
      description: "Required when you register. Staff may leave it out to add a customer without an account.",
    }),
  })
  .openapi("NewCustomer");
export type NewCustomer = z.output<typeof NewCustomer>;

export const CustomerChange = atLeastOneOf(fields.extend({ current_password: CurrentPassword })).openapi("CustomerChange");
export type CustomerChange = z.output<typeof CustomerChange>;

const { reason, certificate, until } = TaxExemption.shape;

export const NewTaxExemption = z.strictObject({ reason, certificate, until: until.optional() }).openapi("NewTaxExemption");
export type NewTaxExemption = z.output<typeof NewTaxExemption>;

export const CustomerQuery = listQuery(sortsOf(CUSTOMER), {
  q: text(100).optional().openapi({
    description: SEARCH,
    example: "ada",
  }),
});

export const CustomerList = listOf("customers", Customer).openapi("CustomerList");

export const TopCustomersQuery = topQuery({});
export const TopCustomers = listOf("customers", CUSTOMER.answer.pick({ id: true, name: true, ticket_count: true })).openapi("TopCustomers");

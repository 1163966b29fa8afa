import { and, eq, type SQL, sql } from "drizzle-orm";
import { type Actor, limitationOf } from "../../core/actor.ts";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonObject } from "../../db/json.ts";
import { type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { matching } from "../../db/list/search.ts";
import { CUSTOMER, customerColumns, listedCustomer } from "../../db/records/customer.ts";
import { orMerged } from "../../db/records/merged.ts";
import { findRow, newestOf, rowById } from "../../db/records/read.ts";
import { nestedTicket } from "../../db/records/ticket.ts";
import { VEHICLE } from "../../db/records/vehicle.ts";
import { customers } from "../../db/schema/customers.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { vehicles } from "../../db/schema/vehicles.ts";

const customer = jsonObject(customerColumns);
export type CustomerRow = JsonOf<typeof customer>;
export type ListedCustomerRow = JsonOf<typeof listedCustomer>;

const detail = jsonObject({
  ...customerColumns,
  vehicle_count: customers.vehicle_count,
  vehicles: newestOf(vehicles, VEHICLE.listed, eq(vehicles.customer_id, customers.id)),
  service_tickets: newestOf(serviceTickets, nestedTicket, eq(serviceTickets.customer_id, customers.id)),
});
export type CustomerDetailRow = JsonOf<typeof detail>;

/** A subquery for the customer as JSON; commands read their answer with it. */
export const customerById = (id: number | SQL<number>): SQL<CustomerRow> => rowById(customers, customer, id);

/** The records that a login without a proven e-mail may see: those that nobody but itself has written. */
export const onlyItself = eq(customers.staff_wrote, 0);

/** One customer with vehicles and tickets. Throws `not_found`, `merged`, and `email_unverified` for what staff has written. */
export const findCustomer = (db: Db, actor: Actor, id: number): Promise<CustomerDetailRow> => {
  const found = (where?: SQL) => findRow(db, customers, detail, sql`${and(eq(customers.id, id), where)}`);
  if (limitationOf(actor) === null) return found().catch(orMerged(db, "customer", id));
  return found(onlyItself).catch((error: unknown) => {
    throw error instanceof Failure && error.code === "not_found" ? new Failure("email_unverified") : error;
  });
};

/** One page of customers; with `q`, sorted by the matching term. */
export const listCustomers = (db: Db, q: string | undefined, request: PageRequest): Promise<Page<ListedCustomerRow>> =>
  readPage(db, { ...CUSTOMER, listed: listedCustomer }, q === undefined ? [] : [matching(CUSTOMER, q)], request);

const top = jsonObject({ id: customers.id, name: customers.name, ticket_count: customers.ticket_count });
export type TopCustomerRow = JsonOf<typeof top>;

const byTickets: Listing<TopCustomerRow> = { ...CUSTOMER, listed: top, sorts: { ticket_count: customers.ticket_count } };

/** One page of the customers, those with the most tickets first. */
export const topCustomers = (db: Db, request: PageRequest): Promise<Page<TopCustomerRow>> =>
  readPage(db, byTickets, [], { ...request, sort: "-ticket_count" });

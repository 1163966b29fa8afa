import { desc, eq, type SQL, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { CUSTOMER } from "../../db/images.ts";
import { jsonObject } from "../../db/json.ts";
import { type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { matching } from "../../db/list/search.ts";
import { nestedTicket, nestedVehicle, newestOf } from "../../db/nested.ts";
import { customers } from "../../db/schema/customers.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { vehicles } from "../../db/schema/vehicles.ts";

const own = {
  id: customers.id,
  name: customers.name,
  email: customers.email,
  phone: customers.phone,
  address: customers.address,
  ticket_count: customers.ticket_count,
  created_at: customers.created_at,
  updated_at: customers.updated_at,
  version: customers.version,
};

const record = jsonObject(own);
export type CustomerRow = (typeof record)["_"]["type"];

const detail = jsonObject({
  ...own,
  vehicle_count: customers.vehicle_count,
  vehicles: newestOf(vehicles, nestedVehicle, eq(vehicles.customer_id, customers.id)),
  service_tickets: newestOf(serviceTickets, nestedTicket, eq(serviceTickets.customer_id, customers.id)),
});
export type CustomerDetailRow = (typeof detail)["_"]["type"];

const listing: Listing<CustomerRow> = {
  table: customers,
  record,
  counter: "customers",
  sorts: { id: customers.id, name: sql`lower(${customers.name})`, created_at: customers.created_at, ticket_count: customers.ticket_count },
};

/** The customer's record as JSON, for a command to read back. */
export const customerById = (id: number | SQL<number>): SQL<CustomerRow> =>
  sql<CustomerRow>`(select ${record} from ${customers} where ${customers.id} = ${id})`;

/** One customer with vehicles and tickets. Throws `not_found`. */
export const findCustomer = async (db: Db, id: number): Promise<CustomerDetailRow> => {
  const found = await db.select({ record: detail }).from(customers).where(eq(customers.id, id)).get();
  if (!found) throw new Failure("not_found");
  return found.record;
};

/** One page of customers, under `q` sorted by what it matches. */
export const listCustomers = (db: Db, q: string | undefined, request: PageRequest): Promise<Page<CustomerRow>> =>
  readPage(db, listing, q === undefined ? [] : [matching(CUSTOMER, q)], request);

/** The customers with the most tickets. */
export const topCustomers = (db: Db, limit: number) =>
  db
    .select({ id: customers.id, name: customers.name, ticket_count: customers.ticket_count })
    .from(customers)
    .orderBy(desc(customers.ticket_count), desc(customers.id))
    .limit(limit);

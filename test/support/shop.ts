import { env } from "cloudflare:workers";
import { toThousandths } from "../../src/core/quantity.ts";
import { newTerms } from "../../src/db/list/search.ts";
import { PART } from "../../src/db/records/part.ts";
import { SERVICE_PACKAGE } from "../../src/db/records/service-package.ts";
import { VEHICLE } from "../../src/db/records/vehicle.ts";
import type { Client } from "./client.ts";
import { clock } from "./client.ts";
import { aCustomer, aMechanic, insert, type Person, rows, unique } from "./people.ts";

/** Things of a shop that tests work with: real rows with what triggers want. */

const now = (): string => new Date(clock.now).toISOString();

/** A valid VIN that this file has not used before. */
export const aVin = (): string => `1M8GDM9AXKP${String(100_000 + unique())}`;

/** A vehicle of a customer. */
export const aVehicle = async (customerId: number, vin = aVin()): Promise<{ id: number; vin: string }> => {
  const row = { vin, make: "Example", model: "Wagon", year: 2019, customer_id: customerId, created_at: now(), updated_at: now() };
  return { id: await insert("vehicles", { ...row, ...newTerms(VEHICLE, row) }), vin };
};

/** A part with so many in stock, by way of the ledger; amounts in cents. */
export const aPart = async (quantity = 10, price = 4_990, cost: number | null = 2_750): Promise<{ id: number; name: string }> => {
  const name = `Part ${unique()}`;
  const row = { name, part_number: `P-${unique()}`, price, cost, created_at: now(), updated_at: now() };
  const id = await insert("parts", { ...row, ...newTerms(PART, row) });
  const stock = toThousandths(quantity);
  if (stock > 0) await insert("stock_movements", { at: now(), inventory_id: id, kind: "received", quantity: stock, balance: stock });
  return { id, name };
};

/** A tax on parts, 9.25 % from 2026 on unless said. Its id. */
export const aTax = (fields: Record<string, string | number> = {}): Promise<number> => {
  const row = { name: `Tax ${unique()}`, rate: 92_500, applies_to: '["part"]', valid_from: "2026-01-01", ...fields };
  return insert("taxes", { ...row, created_at: now(), updated_at: now() });
};

/** A service package with an hour of labor and one of the part. Its id. */
export const aPackage = async (part: { id: number }): Promise<number> => {
  const row = { name: `Package ${unique()}`, category: "Brakes", created_at: now(), updated_at: now() };
  const id = await insert("service_packages", { ...row, ...newTerms(SERVICE_PACKAGE, row) });
  const line = { service_package_id: id, quantity: 1_000 };
  await insert("service_package_lines", { ...line, position: 1, kind: "labor", description: "Replace it" });
  await insert("service_package_lines", { ...line, position: 2, kind: "part", condition: "new", inventory_id: part.id });
  return id;
};

export interface Shop {
  readonly customer: Person;
  readonly mechanic: Person;
  readonly vehicle: { id: number; vin: string };
  readonly part: { id: number; name: string };
}

/** A customer with a vehicle, a mechanic and a part. */
export const aShop = async (stock = 10): Promise<Shop> => {
  const customer = await aCustomer();
  return { customer, mechanic: await aMechanic(), vehicle: await aVehicle(customer.id), part: await aPart(stock) };
};

/** A ticket of the shop, opened over the API. */
export const aTicket = async (client: Client, { customer, vehicle, mechanic }: Shop, fields: Record<string, unknown> = {}) => {
  const body = { customer_id: customer.id, vehicle_id: vehicle.id, service_desc: "Brakes", service_date: "2026-11-24", ...fields };
  const answer = await client.post("/service-tickets", body, { token: mechanic.token });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
};

/** As many open tickets like this one, each with 2,000 characters of four bytes as its description and as its notes. */
export const longTickets = (like: number, count: number): Promise<unknown> =>
  rows(
    `insert into service_tickets (customer_id, vehicle_id, service_desc, notes, service_date, status, version, created_at, updated_at, search_terms)
     select customer_id, vehicle_id, ?2, ?2, '2026-11-02', 'open', 1, created_at, updated_at, '{}'
     from service_tickets, json_each(?3) where service_tickets.id = ?1`,
    like,
    "🚗".repeat(2_000),
    JSON.stringify(Array.from({ length: count }, () => 0)),
  );

export const stockOf = async (part: { id: number }): Promise<number | null> =>
  (await env.DB.prepare("select quantity / 1000.0 q from parts where id = ?").bind(part.id).first<number>("q")) ?? null;

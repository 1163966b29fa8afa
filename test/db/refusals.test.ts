import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import type { FailureCode } from "../../src/core/errors.ts";
import type { Thousandths } from "../../src/core/quantity.ts";
import { type Statement, sendBatch } from "../../src/db/client.ts";
import { toFailure } from "../../src/db/failures.ts";
import { customers } from "../../src/db/schema/customers.ts";
import { assignments, serviceTickets, ticketParts } from "../../src/db/schema/service-tickets.ts";
import { users } from "../../src/db/schema/users.ts";
import { vehicles } from "../../src/db/schema/vehicles.ts";
import { testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, insert, unique } from "../support/people.ts";
import { aPart, aVehicle, aVin } from "../support/shop.ts";

const AT = "2026-11-20T09:30:00.000Z";
const moments = { created_at: AT, updated_at: AT };
const db = testDeps().primary();

const newRow = () => ({ name: "Ada", email: `commit${unique()}@example.com`, phone: "+1 555 0100", ...moments });

describe("what the database refuses", () => {
  const refused = async (...statements: Statement[]): Promise<unknown> =>
    toFailure(await sendBatch(db, statements, { repeatable: false }).catch((error: unknown) => error));
  const aTicket = async () => {
    const [customer, vin] = [await aCustomer(), aVin()];
    const vehicle = await aVehicle(customer.id, vin);
    const row = { customer_id: customer.id, vehicle_id: vehicle.id, service_desc: "x", service_date: "2026-11-24", ...moments };
    const [ticket] = await db.insert(serviceTickets).values(row).returning({ id: serviceTickets.id });
    return { customer, vin, id: ticket?.id ?? 0 };
  };
  const account = (fields: object) => ({
    email: `a${unique()}@example.com`,
    role: "customer" as const,
    status: "active" as const,
    password_hash: "x",
    ...moments,
    ...fields,
  });

  it("has the name that clients see", async () => {
    const [ticket, mechanic, part] = [await aTicket(), await aMechanic(), await aPart(1)];
    const link = { service_ticket_id: ticket.id, mechanic_id: mechanic.id, created_at: AT };
    const loginless = { id: await insert("customers", { ...newRow() }) };
    const line = { service_ticket_id: ticket.id, inventory_id: part.id, quantity: 2_000 as Thousandths, unit_price: 1 as never, held: 1 };
    const cases: [FailureCode, Statement][] = [
      ["email_taken", db.insert(users).values(account({ email: ticket.customer.email, customer_id: loginless.id }))],
      ["vin_taken", db.insert(vehicles).values({ vin: ticket.vin, customer_id: ticket.customer.id, ...moments })],
      ["account_exists", db.insert(users).values(account({ customer_id: ticket.customer.id }))],
      ["reference_not_found", db.insert(vehicles).values({ vin: aVin(), customer_id: 999_999, ...moments })],
      ["invalid_schedule", db.update(serviceTickets).set({ scheduled_start: AT }).where(eq(serviceTickets.id, ticket.id))],
      ["illegal_status", db.update(serviceTickets).set({ status: "closed" }).where(eq(serviceTickets.id, ticket.id))],
      ["insufficient_stock", db.insert(ticketParts).values(line)],
    ];
    for (const [code, statement] of cases) expect(await refused(statement), code).toMatchObject({ code });
    const admin = db.insert(users).values(account({ role: "admin", email: "twice@example.com" }));
    expect(await refused(admin, admin)).toMatchObject({ code: "email_taken" });
    expect(await refused(db.insert(assignments).values(link), db.insert(assignments).values(link))).toMatchObject({
      code: "already_assigned",
    });
  });

  it("is a conflict that names the constraint, where that has no code of its own", async () => {
    const { id } = await aCustomer();
    const short = db.insert(vehicles).values({ vin: "short", customer_id: id, ...moments });
    expect(await refused(short)).toMatchObject({ code: "conflict", details: { rule: "vehicles_vin_format" } });
  });

  it("stays the error that it is when it has no such name", async () => {
    for (const statement of [
      db.insert(customers).values({ ...newRow(), name: sql`null` }),
      db.insert(customers).select(sql`select * from nowhere`),
    ])
      expect(await refused(statement)).not.toHaveProperty("code");
    expect(toFailure("text")).toBe("text");
    const unknown = new Error("D1_ERROR: app:no_such_code:{}: SQLITE_CONSTRAINT");
    expect(toFailure(unknown)).toBe(unknown);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attempt, everything, expectRefused, KEPT } from "../support/attacks.ts";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, insert, rows, unique } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aPart, aShop, aTicket, aVehicle, aVin } from "../support/shop.ts";

const client = createClient();
const AT = "2026-11-20T09:30:00.000Z";
const WAIT = "pragma defer_foreign_keys = on";

/** A shop at work, and beside it a customer, a mechanic, a vehicle, a part and a ticket that nothing depends on. */
const aWorld = async () => {
  const shop = await aShop();
  const idle = {
    customer: await aCustomer(),
    mechanic: await aMechanic(),
    part: (await aPart(3)).id,
    neverStocked: (await aPart(0)).id,
    vehicle: await aVehicle(shop.customer.id),
  };
  const lines = [{ inventory_id: shop.part.id, quantity: 2 }];
  const ticket = (await aTicket(client, shop, { mechanic_ids: [shop.mechanic.id], parts: lines })).id;
  const other = (await aTicket(client, shop, { parts: [{ inventory_id: idle.part, quantity: 1 }] })).id;
  return {
    shop,
    idle,
    ticket,
    other,
    /** Without an account, as a walk-in customer is. */
    hired: await insert("mechanics", { name: "H", email: `h${unique()}@example.com`, phone: "1", salary: 1, status: "active", ...TIMES }),
    walkIn: await insert("customers", { name: "W", email: `w${unique()}@example.com`, phone: "1", created_at: AT, updated_at: AT }),
    line: (await rows<{ id: number }>("select id from ticket_parts where service_ticket_id = ?", ticket))[0]?.id ?? 0,
    otherLine: (await rows<{ id: number }>("select id from ticket_parts where service_ticket_id = ?", other))[0]?.id ?? 0,
    movement: (await rows<{ id: number }>("select max(id) id from stock_movements"))[0]?.id ?? 0,
    audited: (await rows<{ id: number }>("select max(id) id from audit_log"))[0]?.id ?? 0,
  };
};
type World = Awaited<ReturnType<typeof aWorld>>;
let world: World;

beforeEach(async () => {
  world = await aWorld();
});

afterEach(async () => {
  expect(await brokenRules()).toEqual({});
});

const text = (value: string | number | null): string => (typeof value === "string" ? `'${value}'` : String(value));
const inserting = (table: string, row: Record<string, string | number | null>): string =>
  `insert into ${table} (${Object.keys(row).join(", ")}) values (${Object.values(row).map(text).join(", ")})`;
const TIMES = { created_at: AT, updated_at: AT };

const customer = (row: Record<string, string | number>) =>
  inserting("customers", { name: "x", email: "new@example.com", phone: "1", ...TIMES, ...row });
const mechanic = (row: Record<string, string | number>) =>
  inserting("mechanics", { name: "x", email: "new@example.com", phone: "1", salary: 1, status: "active", ...TIMES, ...row });
const user = (row: Record<string, string | number>) =>
  inserting("users", { email: "new@example.com", role: "admin", status: "active", password_hash: "x", ...TIMES, ...row });
const vehicle = (row: Record<string, string | number>) => inserting("vehicles", { vin: aVin(), ...TIMES, ...row });
const part = (row: Record<string, string | number>) => inserting("parts", { name: "x", price: 1, ...TIMES, ...row });
const movement = (row: Record<string, string | number>) =>
  inserting("stock_movements", { at: AT, kind: "received", quantity: 1_000, balance: 1_000, ...row });
const line = (row: Record<string, string | number>) => inserting("ticket_parts", { quantity: 1_000, unit_price: 1, ...row });
const ticketOf = (row: Record<string, string | number>) =>
  inserting("service_tickets", { service_desc: "x", service_date: "2026-11-24", ...TIMES, ...row });
const entry = (row: Record<string, string | number>) => inserting("audit_log", { at: AT, role: "admin", action: "x", entity: "x", ...row });

/** Attacks on the rows of each table, and the code of the refusal. */
const ATTACKS: Readonly<Record<string, (w: World) => readonly (readonly [string, string])[]>> = {
  customers: ({ shop, idle, walkIn }) => [
    [customer({ id: walkIn }), "conflict"],
    [customer({ rowid: walkIn }), "conflict"],
    [`update customers set email = '${idle.customer.email}' where id = ${shop.customer.id}`, "email_taken"],
    [`update customers set email = null where id = ${shop.customer.id}`, "email_needed"],
    [`update customers set id = ${walkIn} where id = ${idle.customer.id}`, KEPT],
    [`update customers set rowid = ${idle.customer.id} where id = ${walkIn}`, KEPT],
    [`update customers set oid = 900001 where id = ${walkIn}`, KEPT],
    [customer({ ticket_count: 1 }), "conflict"],
    [customer({ vehicle_count: 1 }), "conflict"],
    [`delete from customers where id = ${shop.customer.id}`, "customer_has_tickets"],
  ],
  mechanics: ({ shop, idle, hired }) => [
    [mechanic({ id: idle.mechanic.id }), "email_taken"],
    [mechanic({ email: idle.mechanic.email }), "email_taken"],
    [`${mechanic({ email: idle.mechanic.email })} on conflict (email) do update set salary = 2`, "email_taken"],
    [`update mechanics set email = '${idle.mechanic.email}' where id = ${shop.mechanic.id}`, "email_taken"],
    [`update mechanics set _rowid_ = 900001 where id = ${idle.mechanic.id}`, KEPT],
    [`update mechanics set rowid = 900001 where id = ${hired}`, KEPT],
    [mechanic({ ticket_count: 1 }), "conflict"],
    [mechanic({ completed_count: 1 }), "conflict"],
    [`delete from mechanics where id = ${shop.mechanic.id}`, "mechanic_has_tickets"],
  ],
  vehicles: ({ shop, idle }) => [
    [vehicle({ id: idle.vehicle.id, customer_id: idle.customer.id }), "vin_taken"],
    [vehicle({ vin: idle.vehicle.vin, customer_id: idle.customer.id }), "vin_taken"],
    [`update vehicles set vin = '${idle.vehicle.vin}' where id = ${shop.vehicle.id}`, "vin_taken"],
    [`update vehicles set rowid = ${idle.vehicle.id} where id = ${shop.vehicle.id}`, KEPT],
    [`update vehicles set rowid = 900001 where id = ${idle.vehicle.id}`, KEPT],
    [vehicle({ customer_id: 900_001 }), "reference_not_found"],
    [`update vehicles set customer_id = 900001 where id = ${idle.vehicle.id}`, "reference_not_found"],
  ],
  users: ({ idle }) => [
    [user({ id: idle.customer.userId }), "email_taken"],
    [user({ email: idle.customer.email, role: "customer", customer_id: 900_001 }), "email_taken"],
    [user({ role: "customer", customer_id: idle.customer.id }), "account_exists"],
    [user({ role: "mechanic", mechanic_id: idle.mechanic.id }), "account_exists"],
    [`update users set rowid = ${idle.customer.userId} where id = ${idle.mechanic.userId}`, KEPT],
    [`update users set email = '${idle.mechanic.email}', role = 'mechanic' where id = ${idle.customer.userId}`, "email_taken"],
    [`update users set customer_id = 900001 where id = ${idle.customer.userId}`, "conflict"],
  ],
  service_tickets: ({ shop, idle, ticket, other }) => [
    [ticketOf({ id: ticket, customer_id: idle.customer.id, vehicle_id: shop.vehicle.id }), "conflict"],
    [ticketOf({ customer_id: 900_001, vehicle_id: shop.vehicle.id }), "reference_not_found"],
    [`update service_tickets set rowid = ${other} where id = ${ticket}`, KEPT],
    [`update service_tickets set rowid = 900001 where id = ${ticket}`, KEPT],
    [`update service_tickets set customer_id = 900001 where id = ${ticket}`, "reference_not_found|FOREIGN KEY"],
    [`update service_tickets set vehicle_id = 900001 where id = ${ticket}`, "reference_not_found|FOREIGN KEY"],
  ],
  parts: ({ shop, idle }) => [
    [part({ id: idle.part }), "conflict"],
    [part({ id: idle.neverStocked }), "conflict"],
    [part({ quantity: 5_000 }), "conflict"],
    [`update parts set rowid = ${idle.part} where id = ${shop.part.id}`, KEPT],
    [`update parts set rowid = 900001 where id = ${idle.neverStocked}`, KEPT],
    [`update parts set quantity = 99000 where id = ${idle.part}`, "conflict"],
    [`update parts set quantity = null where id = ${idle.part}`, "conflict|NOT NULL"],
    [`delete from parts where id = ${shop.part.id}`, "part_in_use"],
  ],
  ticket_parts: ({ shop, idle, ticket, other, line: id, otherLine }) => [
    [line({ id, service_ticket_id: other, inventory_id: shop.part.id }), "conflict"],
    [line({ service_ticket_id: ticket, inventory_id: shop.part.id }), "conflict"],
    [line({ service_ticket_id: ticket, inventory_id: idle.part, held: 0 }), "conflict"],
    [line({ service_ticket_id: ticket, inventory_id: 900_001 }), "reference_not_found"],
    [line({ service_ticket_id: 900_001, inventory_id: idle.part }), "reference_not_found"],
    [`update ticket_parts set rowid = ${otherLine} where id = ${id}`, KEPT],
    [`update ticket_parts set service_ticket_id = ${other} where id = ${id}`, "conflict"],
    [`update ticket_parts set inventory_id = ${idle.part} where id = ${id}`, "conflict"],
    [`update ticket_parts set unit_price = 1 where id = ${id}`, "conflict"],
    [`update ticket_parts set quantity = 99000 where id = ${id}`, "insufficient_stock"],
  ],
  stock_movements: ({ idle, movement: id }) => [
    [movement({ id, inventory_id: idle.part, balance: 3_000 }), "append_only"],
    [movement({ inventory_id: idle.part, balance: 99_000 }), "conflict"],
    [movement({ inventory_id: 900_001 }), "reference_not_found"],
    [`update stock_movements set rowid = 900001 where id = ${id}`, "append_only"],
    [`update stock_movements set reason = 'x' where id = ${id}`, "append_only"],
    [`delete from stock_movements where id = ${id}`, "append_only"],
  ],
  audit_log: ({ audited: id }) => [
    [entry({ id }), "append_only"],
    [entry({ rowid: id }), "append_only"],
    [`update audit_log set rowid = 900001 where id = ${id}`, "append_only"],
    [`update audit_log set role = 'x' where id = ${id}`, "append_only"],
    [`delete from audit_log where id = ${id}`, "append_only"],
  ],
};

describe("what is counted", () => {
  it.each(Object.entries(ATTACKS))("is not replaced, renumbered, orphaned or born with counts in %s", async (_, attacks) => {
    for (const [attack, codes] of attacks(world)) {
      await expectRefused(attack, codes);
      await expectRefused(attack, codes, WAIT);
    }
  });

  it("is not removed and put back in one batch", async () => {
    const { shop, idle, ticket } = world;
    const before = await everything();
    const [c, m, p] = [shop.customer.id, shop.mechanic.id, shop.part.id];
    const noAccount = (column: string, id: number) => `delete from users where ${column} = ${id}`;
    expect(await attempt(WAIT, noAccount("customer_id", c), `delete from customers where id = ${c}`, customer({ id: c }))).toBe(
      "customer_has_tickets",
    );
    expect(await attempt(WAIT, noAccount("mechanic_id", m), `delete from mechanics where id = ${m}`, mechanic({ id: m }))).toBe(
      "mechanic_has_tickets",
    );
    expect(await attempt(WAIT, `delete from parts where id = ${p}`, part({ id: p }))).toBe("part_in_use");
    await rows(vehicle({ customer_id: idle.customer.id }));
    const withVehicle = `delete from customers where id = ${idle.customer.id}`;
    expect(await attempt(WAIT, noAccount("customer_id", idle.customer.id), withVehicle, customer({ id: idle.customer.id }))).toBe(
      "conflict",
    );
    await rows("delete from vehicles where customer_id = ?", idle.customer.id);
    await rows("delete from ticket_parts where service_ticket_id = ?", ticket);
    expect(await attempt(`delete from parts where id = ${p}`, part({ id: p }))).toBe("conflict");
    expect((await everything())[0]).toEqual(before[0]);
  });

  it("follows raw SQL that breaks no rule", async () => {
    const { idle, walkIn, other, shop, ticket, line: id } = world;
    const statements = [
      `update ticket_parts set quantity = 5000 where id = ${id}`,
      customer({ email: idle.customer.email }),
      `update service_tickets set customer_id = ${idle.customer.id}, vehicle_id = null where id = ${ticket}`,
      `update service_tickets set customer_id = ${shop.customer.id}, vehicle_id = ${idle.vehicle.id} where id = ${ticket}`,
      `update service_tickets set vehicle_id = ${shop.vehicle.id} where id = ${ticket}`,
      `update vehicles set customer_id = ${walkIn} where id = ${idle.vehicle.id}`,
      `delete from vehicles where id = ${idle.vehicle.id}`,
      `delete from service_tickets where id = ${other}`,
      `delete from parts where id = ${idle.part}`,
      mechanic({ status: "pending" }),
      "delete from mechanics where status = 'pending'",
      `update mechanics set status = 'pending' where id = ${shop.mechanic.id}`,
      `update mechanics set status = 'active' where id = ${shop.mechanic.id}`,
      `delete from users where mechanic_id = ${idle.mechanic.id}`,
      `delete from mechanics where id = ${idle.mechanic.id}`,
      `delete from customers where id = ${walkIn}`,
    ];
    for (const statement of statements) {
      expect(await attempt(statement), statement).toBe("done");
      expect(await brokenRules(), statement).toEqual({});
    }
  });
});

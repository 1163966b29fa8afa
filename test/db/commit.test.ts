import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import type { FailureCode } from "../../src/core/errors.ts";
import type { Thousandths } from "../../src/core/quantity.ts";
import { jsonObject } from "../../src/db/json.ts";
import { CUSTOMER } from "../../src/db/records/customer.ts";
import { PART } from "../../src/db/records/part.ts";
import { VEHICLE } from "../../src/db/records/vehicle.ts";
import { customers } from "../../src/db/schema/customers.ts";
import { idempotencyKeys } from "../../src/db/schema/idempotency.ts";
import { parts } from "../../src/db/schema/inventory.ts";
import { mechanics } from "../../src/db/schema/mechanics.ts";
import { vehicles } from "../../src/db/schema/vehicles.ts";
import { commit, created, newest, requires, type Write } from "../../src/db/write/commit.ts";
import { UNCONDITIONAL, type Writer } from "../../src/db/write/writer.ts";
import { testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, auditOf, rows, unique } from "../support/people.ts";
import { aPart, aVin } from "../support/shop.ts";

const AT = "2026-11-20T09:30:00.000Z";
const moments = { created_at: AT, updated_at: AT };
const db = testDeps().primary();

const newWriter = (changes: Partial<Writer> = {}): Writer => {
  const requestId = `request-${unique()}`;
  const idempotency = { scope: "request", key: requestId, fingerprints: [requestId] as const };
  return {
    requestId,
    userId: 7,
    role: "mechanic",
    address: "203.0.113.7",
    at: AT,
    idempotency,
    conditions: UNCONDITIONAL,
    network: "",
    sealer: null,
    defer: null,
    onReplay: () => undefined,
    ...changes,
  };
};
const newRow = () => ({ name: "Ada", email: `commit${unique()}@example.com`, phone: "+1 555 0100", ...moments });
const nameOf = (id: number) =>
  sql<{ name: string }>`(select ${jsonObject({ name: customers.name })} from ${customers} where ${customers.id} = ${id})`;
const rename = (id: number, name: string): Pick<Write<unknown>, "changes" | "audit"> => ({
  changes: [db.update(customers).set({ name }).where(eq(customers.id, id))],
  audit: [{ entity: CUSTOMER, verb: "updated", where: eq(customers.id, id) }],
});

const TABLES =
  "users customers mechanics vehicles service_tickets assignments parts ticket_parts stock_movements audit_log audit_draft idempotency_keys customers_search counters";
/** Everything that is in the database. */
const everything = async () => Promise.all(TABLES.split(" ").map(async (table) => [table, await rows(`select * from ${table}`)]));

describe("a commit", () => {
  it("changes, audits, keeps the writer with the answer, and answers what was read back", async () => {
    const { id } = await aCustomer();
    const writer = newWriter();
    const answer = await commit(db, writer, { target: { entity: CUSTOMER, id }, ...rename(id, "New"), answer: nameOf(id) });
    expect(answer).toEqual({ name: "New" });
    const [entry, ...others] = await auditOf("customer", id);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ action: "customer.updated", user_id: 7, role: "mechanic", request_id: writer.requestId });
    expect([JSON.parse(entry?.before ?? "").name, JSON.parse(entry?.after ?? "").name]).toEqual(["Cara Customer", "New"]);
    expect(
      await rows("select user_id, role, address, at, answer, open from idempotency_keys where request_id = ?", writer.requestId),
    ).toEqual([{ user_id: 7, role: "mechanic", address: "203.0.113.7", at: AT, answer: '{"name":"New"}', open: null }]);
    expect(await rows("select * from audit_draft")).toEqual([]);
  });

  it("knows the rows that it makes, also when one belongs to the other", async () => {
    const vehicle = { vin: aVin(), customer_id: newest(CUSTOMER), ...moments };
    const { id, vehicle_id } = await commit(db, newWriter(), {
      changes: [db.insert(customers).values(newRow()), db.insert(vehicles).values(vehicle)],
      audit: [created(CUSTOMER), created(VEHICLE)],
      answer: sql<{ id: number; vehicle_id: number }>`json_object('id', ${newest(CUSTOMER)}, 'vehicle_id', ${newest(VEHICLE)})`,
    });
    expect(await rows("select customer_id from vehicles where id = ?", vehicle_id)).toEqual([{ customer_id: id }]);
    expect(await auditOf("customer", id)).toMatchObject([
      { action: "customer.created", before: null, after: expect.stringContaining("Ada") },
    ]);
    expect(await auditOf("vehicle", vehicle_id)).toMatchObject([{ action: "vehicle.created", before: null }]);
  });

  it("audits each of several rows idempotency, and none that was not there", async () => {
    const [one, two] = [await aPart(), await aPart()];
    const where = sql`${parts.id} in (${one.id}, ${two.id})`;
    const write = {
      changes: [
        db
          .update(parts)
          .set({ reorder_point: 3_000 as Thousandths })
          .where(where),
      ],
      answer: sql`'{}'`,
    };
    await commit(db, newWriter(), { ...write, audit: [{ entity: PART, verb: "updated", where }] });
    for (const { id } of [one, two]) expect((await auditOf("part", id)).map(({ action }) => action)).toEqual(["part.updated"]);
    const before = await rows("select * from audit_log");
    await commit(db, newWriter(), { ...write, audit: [{ entity: PART, verb: "updated", where: sql`false` }] });
    expect(await rows("select * from audit_log")).toEqual(before);
  });

  it("keeps parallel writers apart", async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => aCustomer()));
    const write = (id: number) =>
      commit(testDeps().primary(), newWriter({ userId: id, requestId: `parallel-${id}` }), {
        ...rename(id, `Name ${id}`),
        answer: nameOf(id),
      });
    expect(await Promise.all(people.map(({ id }) => write(id)))).toEqual(people.map(({ id }) => ({ name: `Name ${id}` })));
    for (const { id } of people) expect(await auditOf("customer", id)).toMatchObject([{ user_id: id, request_id: `parallel-${id}` }]);
  });

  it("of nothing but a failing last statement leaves no trace in any table", async () => {
    const [{ id }, taken, part] = [await aCustomer(), await aMechanic(), await aPart(5)];
    const before = await everything();
    const write = {
      ...rename(id, "New"),
      changes: [
        ...rename(id, "New").changes,
        db.insert(vehicles).values({ vin: aVin(), customer_id: id, ...moments }),
        db.update(parts).set({ name: "Other" }).where(eq(parts.id, part.id)),
        db.insert(mechanics).values({ ...newRow(), email: taken.email, salary: 1 as never, status: "active" }),
      ],
      answer: nameOf(id),
    };
    await expect(commit(db, newWriter(), write)).rejects.toMatchObject({ code: "email_taken" });
    expect(await everything()).toEqual(before);
  });

  it.each<[string, Partial<Write<unknown>>, FailureCode]>([
    ["its target is not there", { target: { entity: CUSTOMER, id: 999_999 } }, "not_found"],
    ["its target is out of scope", { target: { entity: CUSTOMER, id: 1, scope: sql`${customers.name} = 'Nobody'` } }, "not_found"],
    ["a precondition is false", { preconditions: [requires("ticket_closed", sql`1 = 2`)] }, "ticket_closed"],
    ["a precondition is unknown", { preconditions: [requires("ticket_closed", sql`null = 1`)] }, "ticket_closed"],
    [
      "the first of two preconditions is false",
      { preconditions: [requires("vin_taken", sql`false`), requires("forbidden", sql`false`)] },
      "vin_taken",
    ],
  ])("that is refused since %s leaves no trace in any table", async (_, changes, code) => {
    const [{ id }] = [await aCustomer()];
    const before = await everything();
    const write: Write<unknown> = { ...rename(id, "New"), answer: nameOf(id), ...changes };
    await expect(commit(db, newWriter(), write)).rejects.toMatchObject({ code });
    expect(await everything()).toEqual(before);
  });

  it("goes on where its preconditions are true", async () => {
    const { id } = await aCustomer();
    const preconditions = [
      requires("forbidden", sql`1`),
      requires("not_found", sql`exists (select 1 from ${customers} where ${customers.id} = ${id})`),
    ];
    await expect(commit(db, newWriter(), { preconditions, ...rename(id, "New"), answer: nameOf(id) })).resolves.toEqual({ name: "New" });
  });

  it.each([
    ["quotes", `a 'b' "c" \\ {"d": "e"}`],
    ["what the error itself looks like", 'x"}: SQLITE_CONSTRAINT app:forbidden:{}: SQLITE_CONSTRAINT'],
    ["line ends", "a\nb\r\nc\u2028d\u2029e"],
    ["other scripts", "Ölfilter 机油 🛢️"],
  ])("that is refused tells its details whole, with %s", async (_, name) => {
    const details = { name, wanted: 2 };
    await expect(
      commit(db, newWriter(), {
        changes: [],
        preconditions: [requires("insufficient_stock", sql`false`, details)],
        audit: [],
        answer: sql`'{}'`,
      }),
    ).rejects.toMatchObject({ code: "insufficient_stock", details });
    const fromRow = sql`json_object('name', ${name}, 'available', 1)`;
    await expect(
      commit(db, newWriter(), {
        changes: [],
        preconditions: [requires("insufficient_stock", sql`false`, fromRow)],
        audit: [],
        answer: sql`'{}'`,
      }),
    ).rejects.toMatchObject({ details: { name, available: 1 } });
  });
});

describe("a key that is kept for a while", () => {
  const writing = async () => {
    const { id } = await aCustomer();
    const idempotency = { scope: "repeat", key: `key-${id}`, fingerprints: ["same"] as const, freeUntil: "2026-11-20T09:29:00.000Z" };
    const write = (name: string, changes: Partial<Writer>, undone = sql`false`) =>
      commit(db, newWriter({ idempotency, ...changes }), { ...rename(id, name), answer: nameOf(id), undone });
    return { write, idempotency };
  };

  it("gives its answer again, until its time is over or the answer is undone", async () => {
    const { write, idempotency } = await writing();
    expect(await write("First", {})).toEqual({ name: "First" });
    expect(await write("Second", {})).toEqual({ name: "First" });
    expect(await write("Second", { idempotency: { ...idempotency, freeUntil: AT } })).toEqual({ name: "Second" });
    const isSecond = sql`${idempotencyKeys.answer} ->> 'name' = 'Second'`;
    expect(await write("Third", {}, isSecond)).toEqual({ name: "Third" });
    expect(await write("Fourth", {}, isSecond)).toEqual({ name: "Third" });
  });

  it("stays for the request that it is of: a batch whose answer was lost is not carried out twice", async () => {
    const { write } = await writing();
    const requestId = `request-${unique()}`;
    await write("First", { requestId });
    expect(await write("Again", { requestId }, sql`true`)).toEqual({ name: "First" });
  });
});

import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { CUSTOMER } from "../../src/db/records/customer.ts";
import { customers } from "../../src/db/schema/customers.ts";
import { commit, created } from "../../src/db/write/commit.ts";
import { UNCONDITIONAL } from "../../src/db/write/writer.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, rows, unique } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";

const client = createClient();
const now = (): string => new Date(clock.now).toISOString();

const aWriter = () => {
  const key = `atomic-${unique()}`;
  const idempotency = { scope: "test", key, fingerprints: ["x"] as const };
  return {
    requestId: key,
    userId: null,
    role: "admin",
    address: null,
    at: now(),
    idempotency,
    conditions: UNCONDITIONAL,
    network: "",
    sealer: null,
    defer: null,
    onReplay: () => undefined,
  };
};

const TABLES = ["customers", "customers_search", "counters", "idempotency_keys", "audit_draft", "audit_log", "assertions"];
const everything = async () => Promise.all(TABLES.map((table) => rows(`select * from ${table}`)));

describe("a batch that fails at its last statement", () => {
  it("leaves no trace in any table", async () => {
    const { id } = await aCustomer();
    const db = testDeps().primary();
    const before = await everything();
    const made = { name: "Nobody", email: `nobody${unique()}@example.com`, phone: "1", created_at: now(), updated_at: now() };
    const writing = commit(db, aWriter(), {
      target: { entity: CUSTOMER, id },
      changes: [db.update(customers).set({ name: "Changed" }).where(eq(customers.id, id)), db.insert(customers).values(made)],
      audit: [{ entity: CUSTOMER, verb: "updated", where: eq(customers.id, id) }, created(CUSTOMER)],
      answer: sql`json('{not json')`,
    });
    await expect(writing).rejects.toThrow(/malformed JSON/);
    expect(await everything()).toEqual(before);
    expect(await brokenRules()).toEqual({});
  });

  it("moves no clock of a listing, so that what is cached stays", async () => {
    const [{ token }, customer, taken] = [await aMechanic(), await aCustomer(), await aCustomer()];
    await client.get("/customers?per_page=7", { token });
    await client.get("/customers?per_page=7", { token });
    const refused = await client.patch(`/customers/${customer.id}`, { email: taken.email }, { token: customer.token });
    expect(refused.body.code).toBe("email_taken");
    expect((await client.get("/customers?per_page=7", { token })).headers.get("X-Cache")).toBe("hit");
  });
});

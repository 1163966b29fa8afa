import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { sendBatch } from "../../src/db/client.ts";
import { eachOf } from "../../src/db/json.ts";
import { customers } from "../../src/db/schema/customers.ts";
import { insertFrom } from "../../src/db/write/insert-from.ts";
import { testDeps } from "../support/client.ts";

const db = testDeps().primary();

describe("rows that are inserted by a SELECT", () => {
  it("name their columns, so that their order is not that of the table", async () => {
    const row = { updated_at: "u", phone: sql`value ->> 'phone'`, email: sql`value ->> 'email'`, created_at: "c", name: sql`upper('ada')` };
    const people = [
      { phone: "1", email: "one@example.com" },
      { phone: "2", email: "two@example.com" },
    ];
    await sendBatch(db, [insertFrom(customers, row, sql`from ${eachOf(people)}`)], { repeatable: false });
    for (const person of people)
      expect(await db.select().from(customers).where(eq(customers.email, person.email)).get()).toMatchObject({
        ...person,
        name: "ADA",
        address: null,
        ticket_count: 0,
        version: 1,
        created_at: "c",
        updated_at: "u",
      });
  });

  it("take the default of a column that has no value, and keep a null", async () => {
    const row = { name: "x", email: "three@example.com", phone: "3", version: undefined, address: null, created_at: "c", updated_at: "u" };
    const statements = [insertFrom(customers, row, sql`where true`), insertFrom(customers, { ...row, email: "none" }, sql`where false`)];
    await sendBatch(db, statements, { repeatable: false });
    expect(await db.select().from(customers).where(eq(customers.email, "three@example.com")).get()).toMatchObject({
      address: null,
      version: 1,
    });
    expect(await db.select().from(customers).where(eq(customers.email, "none")).get()).toBeUndefined();
  });
});

import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { type Db, openSession, sendBatch } from "../../src/db/client.ts";
import { customers } from "../../src/db/schema/customers.ts";
import { idempotencyKeys } from "../../src/db/schema/idempotency.ts";
import { counted, failing, faultyD1 } from "../support/faults.ts";

/** How often a call to D1 is sent whose first attempt is lost on the way. */
const attempts = async (call: (db: Db) => Promise<unknown>): Promise<number> => {
  const { fault, calls } = counted(failing("Network connection lost", 1));
  const { db } = openSession(faultyD1(fault), "first-primary", { sleep: async () => undefined, timeoutMs: 5_000 });
  await call(db).catch((error) => expect(error.cause ?? error).toMatchObject({ code: "unavailable" }));
  return calls();
};

const rename = (db: Db) => db.update(customers).set({ name: "New" }).where(sql`false`);

describe("a call to D1 that was lost", () => {
  it("is sent again when it only reads, alone or in a batch", async () => {
    expect(await attempts((db) => db.select().from(customers).limit(1).all())).toBe(2);
    expect(await attempts((db) => db.select().from(customers).limit(1).get().then())).toBe(2);
    expect(await attempts((db) => db.batch([db.select().from(customers).limit(1), db.select().from(idempotencyKeys).limit(1)]))).toBe(2);
  });

  it("is not sent again when it may change something, be it among reads, or hidden in a WITH", async () => {
    expect(await attempts((db) => rename(db).run())).toBe(1);
    expect(await attempts((db) => db.batch([db.select().from(customers).limit(1), rename(db)]))).toBe(1);
    expect(await attempts((db) => db.run(sql`with a as (select 1) delete from customers where false`))).toBe(1);
    expect(await attempts((db) => sendBatch(db, [rename(db)], { repeatable: false }))).toBe(1);
  });

  it("is sent again when its sender says that it may be", async () => {
    expect(await attempts((db) => sendBatch(db, [rename(db)], { repeatable: true }))).toBe(2);
  });
});

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { SqlHitStore } from "../../src/edge/gate/sql-hit-store.ts";
import { unstamp } from "../../src/edge/stamp.ts";
import { createChance } from "./chance.ts";
import { createD1 } from "./d1.ts";
import { createGateStorage } from "./gate-storage.ts";
import { createKv } from "./kv.ts";
import { PROFILES } from "./profiles.ts";
import { createTime } from "./time.ts";

/** Models are held against what runs here: the SQLite of a Durable Object, sessions of D1, KV. */

const [profile] = PROFILES;
if (!profile) throw new Error("no profile");

describe("the stand-in for a gate's storage", () => {
  it("answers every statement of the gate as SQLite does", async () => {
    await runInDurableObject(env.GATES.getByName("address:models"), (_, { storage: { sql } }) => {
      const chance = createChance(1);
      // Safe: the store calls nothing but `exec` and what it returns here.
      const standIn = createGateStorage() as unknown as SqlStorage;
      const stores = [new SqlHitStore(sql), new SqlHitStore(standIn)];
      const onBoth = <T>(use: (store: SqlHitStore) => T): void => {
        const [real, model] = stores.map(use);
        expect(model).toEqual(real);
      };
      const facts = (statement: string, ...values: (string | number)[]): void => {
        const [real, model] = [sql, standIn].map((one) => [...one.exec(statement, ...values)]);
        expect(model).toEqual(real);
      };
      facts("create table if not exists facts (name text primary key, value text not null, until integer not null) without rowid");
      onBoth((store) => store.create());
      for (let i = 0; i < 500; i++) {
        const [bucket, name, first] = [`bucket ${chance.below(3)}`, `fact ${chance.below(5)}`, chance.between(1, 30)];
        const oldest = chance.pick([1, first]);
        const hits = Array.from({ length: chance.below(4) }, () => chance.below(1_000));
        onBoth((store) => store.write([{ bucket, first, hits, oldest }]));
        onBoth((store) => [store.last(bucket), store.at(bucket, first), store.newest()]);
        if (chance.percent(60)) facts("insert or replace into facts values (?, ?, ?)", name, `${i}`, i);
        else facts("delete from facts where name = ?", name);
        facts("select * from facts");
      }
    });
  });
});

/** What a session tells: before it has asked, after it has, and when it begins at a bookmark. */
const tellsOf = async (d1: D1Database, sql: string, value: unknown) => {
  const told: (string | null)[] = [];
  for (const from of ["first-unconstrained", "first-primary"]) {
    const session = d1.withSession(from);
    told.push(session.getBookmark());
    await session.prepare(sql).bind(value).all();
    told.push(session.getBookmark());
  }
  const given = told.at(-1) ?? "";
  return { told: told.map((text) => text && unstamp("1", `1|${text}`) !== null), keeps: d1.withSession(given).getBookmark() === given };
};

describe("the model of D1", () => {
  it("has sessions that tell of bookmarks when and as those of D1 do", async () => {
    const time = createTime(0);
    const d1 = createD1(time, createChance(1), profile);
    let model: unknown = null;
    void tellsOf(d1.near(0), "sim read ?", "[]").then((tells) => {
      model = tells;
    });
    await time.run(() => model !== null);
    expect(model).toEqual(await tellsOf(env.DB, "select ?", 1));
  });

  it("never takes a session back in history, wherever it reads", async () => {
    const time = createTime(0);
    const d1 = createD1(time, createChance(2), { ...profile, writeRefused: 0 });
    const seen: string[] = [];
    let isOver = false;
    const read = async (): Promise<void> => {
      const session = d1.near(1).withSession("first-unconstrained");
      for (let i = 0; i < 200; i++) {
        d1.commit(["a"], {});
        await session.prepare("sim read ?").bind('["a"]').all();
        seen.push(session.getBookmark() ?? "");
      }
      isOver = true;
    };
    void read();
    await time.run(() => isOver);
    expect(seen).toEqual([...seen].sort());
    expect(new Set(seen).size).toBeGreaterThan(50);
  });
});

describe("the model of KV", () => {
  it("refuses a second put within a second, shows a place what it saw for a while, and takes no life under a minute", async () => {
    const time = createTime(0);
    const kv = createKv(time, createChance(3), profile, { sent: () => undefined, put: () => undefined });
    const [here, there] = [kv.at(0, "a"), kv.at(1, "b")];
    const told: unknown[] = [];
    const tell = async (): Promise<void> => {
      const tries = Array.from({ length: 40 }, (_, i) => i);
      for (const i of tries) await there.get(`key ${i}`);
      for (const i of tries) await here.put(`key ${i}`, "value", { expirationTtl: 60 });
      const shown = await Promise.all(tries.map((i) => there.get(`key ${i}`)));
      told.push(
        new Set(shown).size,
        await here.put("key 39", "again", { expirationTtl: 60 }).catch((error: Error) => error.message.slice(0, 18)),
      );
      await time.sleep(60_000);
      told.push(new Set(await Promise.all(tries.map((i) => there.get(`key ${i}`)))).size);
      told.push(await here.put("key", "value", { expirationTtl: 59 }).catch((error: Error) => error.message.slice(0, 18)));
    };
    void tell();
    await time.run(() => told.length === 4);
    expect(told).toEqual([2, "KV PUT failed: 429", 1, "KV PUT failed: 400"]);
    await expect(env.LISTINGS.put("key", "value", { expirationTtl: 59 })).rejects.toThrow("KV PUT failed: 400");
  });
});

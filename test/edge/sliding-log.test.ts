import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Rule, Window } from "../../src/core/limits.ts";
import { SlidingLogs } from "../../src/edge/gate/sliding-log.ts";
import { SqlHitStore } from "../../src/edge/gate/sql-hit-store.ts";
import { MapHitStore, NaiveLimits, randomFrom, type WritableHitStore } from "../support/naive-limits.ts";

const windowOf = (limit: number, ms: number): Window => ({ name: `${limit}/${ms}`, limit, ms });
const ruleOf = (bucket: string, ...windows: Window[]): Rule => ({ bucket, policy: "default", windows, durable: false });

const A = ruleOf("a", windowOf(3, 10), windowOf(5, 25), windowOf(12, 100));
const B = ruleOf("b", windowOf(2, 7), windowOf(20, 300));
const C = ruleOf("c", windowOf(1, 10));

/** The most hits that lie inside any window of `ms`. */
const mostInside = (hits: readonly number[], ms: number): number =>
  Math.max(0, ...hits.map((end) => hits.filter((at) => at > end - ms && at <= end).length));

/** Random requests, times that jump back, hits given back, drains and restarts: always what the naive one says. */
const compare = (store: WritableHitStore, seed: number, steps: number): void => {
  const random = randomFrom(seed);
  const naive = new NaiveLimits();
  let logs = new SlidingLogs(store);
  let time = 1_000;
  for (let step = 0; step < steps; step++) {
    time += Math.floor(random() * 6);
    const dice = random();
    if (dice < 0.04) store.write(logs.drain());
    if (dice < 0.02) {
      logs = new SlidingLogs(store);
      naive.restart();
    } else if (dice < 0.08) {
      logs.giveBack("a");
      naive.giveBack("a");
    } else if (dice < 0.1) time += 150;
    const asked = dice > 0.9 ? time - Math.floor(random() * 200) : time;
    const rules = [[A], [B], [C], [A, B], [A, B, C]][Math.floor(random() * 5)] ?? [A];
    expect(logs.take(rules, asked), `step ${step} at ${asked}`).toEqual(naive.take(rules, asked));
  }
  for (const { bucket, windows } of [A, B, C])
    for (const { limit, ms } of windows) expect(mostInside(naive.hits.get(bucket) ?? [], ms)).toBeLessThanOrEqual(limit);
};

describe("sliding logs", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("decide as the naive implementation does, whatever happens (seed %d)", (seed) => {
    compare(new MapHitStore(), seed, 2_000);
  });

  it("do the same over the SQLite of a Durable Object", async () => {
    await runInDurableObject(env.GATES.getByName("address:compare"), (_, state) => {
      for (const seed of [11, 12]) {
        const store = new SqlHitStore(state.storage.sql);
        store.create();
        state.storage.sql.exec("delete from hits");
        compare(store, seed, 2_000);
      }
    });
  });

  it("are stored at the same cost however many hits a window holds: a row each time, and a hundredth of one to forget a hit", async () => {
    await runInDurableObject(env.GATES.getByName("address:cost"), (_, { storage: { sql } }) => {
      const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
      const exec = (query: string, ...values: unknown[]) => {
        const cursor = sql.exec(query, ...values);
        cursors.push(cursor);
        return cursor;
      };
      // Safe here: the store calls nothing else.
      const store = new SqlHitStore({ exec } as unknown as SqlStorage);
      store.create();
      /** What it costs to store a thousand hits one by one, of which the last `inside` are of use. */
      const costOf = (inside: number) => {
        const bucket = `bucket ${inside}`;
        store.write([{ bucket, first: 1, hits: Array.from({ length: inside }, (_, n) => n), oldest: 1 }]);
        cursors.length = 0;
        for (let n = inside + 1; n <= inside + 1_000; n++) store.write([{ bucket, first: n, hits: [n], oldest: n - inside }]);
        const [read, written] = [
          cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
          cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0),
        ];
        expect([store.last(bucket)?.n, store.at(bucket, 1), store.at(bucket, inside + 1)]).toEqual([inside + 1_000, undefined, inside + 1]);
        return { read, written };
      };
      const [few, many] = [costOf(950), costOf(20_050)];
      expect(many).toEqual(few);
      expect(few.written).toBeLessThanOrEqual(1_010);
    });
  });

  it("let the next hit pass at the moment when the first leaves the window, and not a millisecond before", () => {
    const logs = new SlidingLogs(new MapHitStore());
    const rule = ruleOf("bucket", windowOf(2, 1_000));
    const at = (time: number) => logs.take([rule], time).full;
    expect([at(0), at(400), at(999)]).toEqual([null, null, { window: "2/1000", retryMs: 1 }]);
    expect([at(1_000), at(1_399), at(1_400)]).toEqual([null, { window: "2/1000", retryMs: 1 }, null]);
  });

  it("tell what is left and when it comes back, also to those who are refused", () => {
    const logs = new SlidingLogs(new MapHitStore());
    const rule = ruleOf("bucket", windowOf(2, 1_000), windowOf(10, 5_000));
    const quotasAt = (time: number) => logs.take([rule], time).quotas.map(({ remaining, resetMs }) => [remaining, resetMs]);
    expect(quotasAt(0)).toEqual([
      [1, 1_000],
      [9, 5_000],
    ]);
    expect(quotasAt(300)).toEqual([
      [0, 700],
      [8, 4_700],
    ]);
    expect(quotasAt(500)).toEqual([
      [0, 500],
      [8, 4_500],
    ]);
  });

  it("count a hit in all buckets or in none", () => {
    const logs = new SlidingLogs(new MapHitStore());
    const [wide, narrow] = [ruleOf("wide", windowOf(5, 1_000)), ruleOf("narrow", windowOf(1, 1_000))];
    logs.take([wide, narrow], 0);
    expect(logs.take([wide, narrow], 1).full?.window).toBe("1/1000");
    expect(logs.take([wide], 2).quotas[0]?.remaining).toBe(3);
  });

  it("do not open a window again for a time that is behind, not even one that was refused or given back", () => {
    const logs = new SlidingLogs(new MapHitStore());
    const rule = ruleOf("bucket", windowOf(1, 1_000));
    expect(logs.take([rule], 5_000).full).toBeNull();
    expect(logs.take([rule], 1_000).full).toEqual({ window: "1/1000", retryMs: 1_000 });
    expect(logs.take([rule], 6_000).full).toBeNull();
    logs.giveBack("bucket");
    expect(logs.take([rule], 5_500).full).toBeNull();
    expect(logs.take([rule], 6_999).full).toEqual({ window: "1/1000", retryMs: 1 });
  });

  it("forget nothing when a hit is given back right after a restart", () => {
    const store = new MapHitStore();
    const rule = ruleOf("bucket", windowOf(3, 1_000));
    const before = new SlidingLogs(store);
    for (const time of [0, 1, 2]) before.take([rule], time);
    store.write(before.drain());
    const after = new SlidingLogs(store);
    after.giveBack("bucket");
    store.write(after.drain());
    const last = new SlidingLogs(store);
    expect(last.take([rule], 3).quotas[0]?.remaining).toBe(0);
    expect(last.take([rule], 4).full).not.toBeNull();
  });

  it("give back nothing where nothing was taken", () => {
    const logs = new SlidingLogs(new MapHitStore());
    logs.giveBack("bucket");
    expect(logs.drain()).toEqual([]);
    expect(logs.take([ruleOf("bucket", windowOf(1, 1_000))], 0).full).toBeNull();
  });

  it("keep in the store only what a window can still need, and hand over each hit once", () => {
    const store = new MapHitStore();
    const logs = new SlidingLogs(store);
    const rule = ruleOf("bucket", windowOf(3, 10));
    for (let time = 0; time < 1_000; time += 5) {
      expect(logs.take([rule], time).full).toBeNull();
      store.write(logs.drain());
    }
    expect(store.stored.get("bucket")?.size).toBeLessThanOrEqual(3);
    expect(logs.drain()).toEqual([]);
  });

  it("stay exact past the hits that they hold in memory", () => {
    const store = new MapHitStore();
    const logs = new SlidingLogs(store);
    const rule = ruleOf("bucket", windowOf(12_000, 60_000));
    for (let time = 0; time < 12_000; time++) {
      expect(logs.take([rule], time).full).toBeNull();
      if (time % 1_000 === 999) store.write(logs.drain());
    }
    expect(logs.take([rule], 59_999).full).toEqual({ window: "12000/60000", retryMs: 1 });
    expect([logs.take([rule], 60_000).full, logs.take([rule], 60_000).full?.retryMs]).toEqual([null, 1]);
    logs.giveBack("bucket");
    expect(logs.take([rule], 60_005).quotas[0]).toMatchObject({ remaining: 5 });
    store.write(logs.drain());
    expect(new SlidingLogs(store).take([rule], 60_005).quotas[0]).toMatchObject({ remaining: 4 });
  });
});

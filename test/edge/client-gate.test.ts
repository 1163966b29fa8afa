import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../src/core/limits.ts";
import { parseLimit } from "../../src/core/limits.ts";

const NOW = Date.parse("2026-11-20T09:30:00.000Z");
const HOUR = 3_600_000;

let count = 0;
/** The gate of a client that was never seen before. */
const newGate = () => {
  count += 1;
  return env.GATES.getByName(`address:gate-${count}`);
};
type Gate = ReturnType<typeof newGate>;

/** A new stub: the old one is broken once its object has died. */
const sameGate = (gate: Gate): Gate => env.GATES.get(gate.id);

/** Ends the object at once, with all that it has in memory only. */
const die = async (gate: Gate): Promise<Gate> => {
  await runInDurableObject(gate, (_, state) => state.abort("dies")).catch(() => undefined);
  return sameGate(gate);
};

const ruleOf = (text: string, durable = false): Rule => ({
  bucket: "GET /customers",
  policy: "default",
  windows: parseLimit("default", text) ?? [],
  durable,
});
const HOURLY = ruleOf("50/hour");

const passed = (verdicts: readonly { readonly full: unknown }[]): number => verdicts.filter(({ full }) => full === null).length;

/** So many requests at once; how many of them passed. */
const ask = async (gate: Gate, times: number, rule: Rule, now = NOW): Promise<number> =>
  passed(await Promise.all(Array.from({ length: times }, () => gate.enter({ rules: [rule], now }))));

const storedHits = (gate: Gate): Promise<number> =>
  runInDurableObject(gate, (_, { storage }) => {
    const [row] = storage.sql.exec<{ n: number }>("select sum(json_array_length(times)) as n from hits");
    return row?.n ?? 0;
  });

describe("a client's gate", () => {
  it("lets exactly 50 of 1,000 parallel requests pass", async () => {
    const gate = newGate();
    expect(await ask(gate, 1_000, HOURLY)).toBe(50);
    expect(await ask(gate, 1, HOURLY, NOW + HOUR - 1)).toBe(0);
    expect(await ask(gate, 1_000, HOURLY, NOW + HOUR)).toBe(50);
  });

  it.each([1, 49, 50, 400])("lets exactly 50 pass when it is evicted after %d of them", async (early) => {
    const gate = newGate();
    const first = await ask(gate, early, HOURLY);
    await evictDurableObject(gate);
    expect(first + (await ask(gate, 1_000 - early, HOURLY))).toBe(50);
  });

  it("lets exactly 50 pass when it is evicted again and again", async () => {
    const gate = newGate();
    let total = 0;
    for (let round = 0; round < 12; round++) {
      total += await ask(gate, 9, HOURLY, NOW + round);
      await evictDurableObject(gate);
    }
    expect(total).toBe(50);
  });

  it("keeps two windows at once", async () => {
    const gate = newGate();
    const rule = ruleOf("5/minute;8/hour");
    expect(await ask(gate, 20, rule)).toBe(5);
    const { full } = await gate.enter({ rules: [rule], now: NOW + 1_000 });
    expect(full).toEqual({ window: "default-minute", retryMs: 59_000 });
    expect(await ask(gate, 20, rule, NOW + 60_000)).toBe(3);
    const later = await gate.enter({ rules: [rule], now: NOW + 120_000 });
    expect(later.full).toEqual({ window: "default-hour", retryMs: HOUR - 120_000 });
    expect(later.quotas.map(({ remaining }) => remaining)).toEqual([5, 0]);
    expect(await ask(gate, 20, rule, NOW + HOUR)).toBe(5);
  });

  it("counts each bucket for itself", async () => {
    const gate = newGate();
    const one = ruleOf("1/hour");
    expect(await ask(gate, 2, one)).toBe(1);
    expect(await ask(gate, 2, { ...one, bucket: "GET /mechanics" })).toBe(1);
  });

  it("stores hits of a durable rule before it answers, and others soon after", async () => {
    const [durable, quick] = [newGate(), newGate()];
    expect(await ask(durable, 1, ruleOf("5/minute", true))).toBe(1);
    expect(await storedHits(durable)).toBe(1);
    expect(await ask(quick, 3, HOURLY)).toBe(3);
    await expect.poll(() => storedHits(quick), { timeout: 5_000 }).toBe(3);
  });

  it("loses no durable hit when it dies at once", async () => {
    const gate = newGate();
    const rule = ruleOf("5/minute", true);
    expect(await ask(gate, 3, rule)).toBe(3);
    expect(await ask(await die(gate), 3, rule)).toBe(2);
  });
});

describe("a gate at its alarm", () => {
  const longAgo = Date.now() - 25 * HOUR;
  const alarmOf = (gate: Gate) => runInDurableObject(gate, (_, { storage }) => storage.getAlarm());
  const factsOf = (gate: Gate) =>
    runInDurableObject(gate, (_, { storage }) => [...storage.sql.exec("select name from facts order by name")].map(({ name }) => name));
  const tablesOf = (gate: Gate) =>
    runInDurableObject(gate, (_, { storage }) => {
      const tables = storage.sql.exec<{ name: string }>("select name from sqlite_master where type = 'table' order by name");
      return [...tables].map(({ name }) => name).filter((name) => !name.startsWith("_cf_"));
    });

  it("deletes itself when nothing is left", async () => {
    const gate = newGate();
    await ask(gate, 3, ruleOf("5/minute", true), longAgo);
    await gate.revokeBelow(2, longAgo);
    expect(await alarmOf(gate)).toBeGreaterThan(Date.now());
    expect(await tablesOf(gate)).toEqual(["facts", "hits"]);
    await runDurableObjectAlarm(gate);
    expect(await tablesOf(gate)).toEqual([]);
    expect(await alarmOf(gate)).toBeNull();
    expect((await gate.enter({ rules: [], now: Date.now(), session: { sid: "s", gen: 1 } })).revoked).toBe(false);
  });

  it("keeps facts that still hold, removes those that have expired, and looks again a day later", async () => {
    const gate = newGate();
    await gate.revokeBelow(2, longAgo);
    await gate.settleAttempt("203.0.113.9", ruleOf("5/minute"), longAgo, true, "opened");
    await runDurableObjectAlarm(gate);
    expect(await factsOf(gate)).toEqual(["known:203.0.113.9"]);
    expect(await alarmOf(gate)).toBeGreaterThan(Date.now() + 23 * HOUR);
  });

  it("stays while a hit may still count, also one that was not stored yet", async () => {
    const gate = newGate();
    await gate.revokeBelow(2, longAgo);
    await ask(gate, 1, ruleOf("5/day"), Date.now() - 23 * HOUR);
    await runDurableObjectAlarm(gate);
    expect(await storedHits(gate)).toBe(1);
    expect(await alarmOf(gate)).not.toBeNull();
  });

  it("is called even when only hits were stored", async () => {
    const gate = newGate();
    await ask(gate, 1, ruleOf("5/minute", true));
    expect(await alarmOf(gate)).toBeGreaterThan(Date.now());
  });
});

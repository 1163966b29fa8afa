import { describe, expect, it } from "vitest";
import { type RetryPolicy, withRetry } from "../../src/db/retry.ts";

/** Tries a call that throws each of these in turn and then answers; how it went, how often it was made, how it slept. */
const tryOut = async (repeatable: boolean, messages: readonly string[], timeoutMs = 5_000) => {
  const [sleeps, left]: [number[], string[]] = [[], [...messages]];
  let calls = 0;
  const retry: RetryPolicy = {
    sleep: async (ms) => {
      sleeps.push(ms);
    },
    timeoutMs,
  };
  const call = async () => {
    calls += 1;
    const message = left.shift();
    if (message !== undefined) throw new Error(message);
    return "answer";
  };
  const outcome = await withRetry(call, { repeatable }, retry).catch((error) => error.code ?? error.message);
  return { outcome, calls, sleeps };
};

describe("a call to D1", () => {
  it.each([
    "D1_ERROR: Network connection lost.",
    "Network connection lost.",
    "D1_ERROR: D1 DB reset because its code was updated.",
    "Durable Object reset because its code was updated.",
    "D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.",
    "D1_ERROR: Internal error in D1 DB storage caused object to be reset.",
    "D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.",
    "D1_ERROR: Can't read from request stream because client disconnected.",
  ])("is made again after %j, three times in all, if it is repeatable", async (message) => {
    expect(await tryOut(true, [message])).toMatchObject({ outcome: "answer", calls: 2 });
    expect(await tryOut(true, [message, message])).toMatchObject({ outcome: "answer", calls: 3 });
    expect(await tryOut(true, [message, message, message])).toMatchObject({ outcome: "unavailable", calls: 3 });
    expect(await tryOut(false, [message])).toMatchObject({ outcome: "unavailable", calls: 1 });
  });

  it.each([
    "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
    "D1_ERROR: D1 DB is overloaded. Too many requests queued.",
    "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
    "D1_ERROR: D1 DB's isolate exceeded its memory limit and was reset.",
    "D1_ERROR: D1 DB exceeded its CPU time limit and was reset.",
  ])("is not made again after %j, which asks for less load", async (message) => {
    for (const repeatable of [true, false])
      expect(await tryOut(repeatable, [message])).toEqual({ outcome: "unavailable", calls: 1, sleeps: [] });
  });

  it.each([
    "D1_ERROR: no such table: customers: SQLITE_ERROR",
    "D1_ERROR: UNIQUE constraint failed: customers.email: SQLITE_CONSTRAINT",
    'D1_ERROR: app:insufficient_stock:{"name":"Network connection lost"}: SQLITE_CONSTRAINT',
    "D1_TYPE_ERROR: Type 'undefined' not supported for value 'Network connection lost'",
    "a message\nNetwork connection lost",
  ])("fails as it does after %j", async (message) => {
    expect(await tryOut(true, [message])).toEqual({ outcome: message, calls: 1, sleeps: [] });
  });

  it("waits longer each time, and never twice the same", async () => {
    const message = "Network connection lost";
    const sleeps = (await Promise.all(Array.from({ length: 200 }, () => tryOut(true, [message, message])))).map((tried) => tried.sleeps);
    const [first, second] = [sleeps.map(([ms = -1]) => ms), sleeps.map(([, ms = -1]) => ms)];
    expect([Math.max(...first) <= 100, Math.max(...second) <= 200]).toEqual([true, true]);
    expect([Math.min(...first) >= 0, Math.max(...second) > 100]).toEqual([true, true]);
    expect(new Set([...first, ...second]).size).toBeGreaterThan(390);
  });

  it("that takes too long is given up, and not made again once it fails", async () => {
    let [calls, fail] = [0, (_: Error): void => undefined];
    const call = () => {
      calls += 1;
      return new Promise<never>((_, reject) => {
        fail = reject;
      });
    };
    const start = performance.now();
    await expect(withRetry(call, { repeatable: true }, { sleep: async () => undefined, timeoutMs: 50 })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(performance.now() - start).toBeLessThan(1_000);
    fail(new Error("Network connection lost"));
    await scheduler.wait(10);
    expect(calls).toBe(1);
  });
});

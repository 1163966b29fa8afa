import { describe, expect, it } from "vitest";
import type { Admission, Gate, GateRequest, RateLimited } from "../../src/core/ports.ts";
import { rememberDenials } from "../../src/edge/gate/remembered-denials.ts";

const quota = { window: "default-hour", limit: 1, ms: 3_600_000, remaining: 0, resetMs: 5_000 };
const DENIAL: RateLimited = { kind: "denied", quotas: [quota], window: "default-hour", retryMs: 5_000, revoked: false, isOpen: false };
const ADMISSION: Admission = { kind: "admitted", quotas: [], hasPendingWrite: false, bookmark: null, revoked: false };

const aGate = () => {
  const asked: number[] = [];
  const gate: Gate = {
    enter: async (_, { now }) => {
      asked.push(now);
      return now < 5_000 ? DENIAL : ADMISSION;
    },
    remembered: () => null,
    decide: async () => undefined,
    completeWrite: async () => undefined,
    revoke: async () => undefined,
    end: async () => undefined,
  };
  return { gate: rememberDenials(gate), asked };
};

const entryAt = (now: number, bucket = "GET /customers"): GateRequest => ({
  now,
  rules: [{ bucket, policy: "default", durable: false, windows: [{ name: "default-hour", limit: 1, ms: 3_600_000 }] }],
});

describe("a denied client", () => {
  it("is denied without a call until its window opens, and told the time that is left", async () => {
    const { gate, asked } = aGate();
    expect(await gate.enter("user:1", entryAt(0))).toEqual(DENIAL);
    expect(await gate.enter("user:1", entryAt(4_999))).toMatchObject({ kind: "denied", retryMs: 1, quotas: [{ resetMs: 1 }] });
    expect(asked).toEqual([0]);
    expect(await gate.enter("user:1", entryAt(5_000))).toEqual(ADMISSION);
    expect(await gate.enter("user:1", entryAt(5_001))).toEqual(ADMISSION);
    expect(asked).toEqual([0, 5_000, 5_001]);
  });

  it("does not hear of another session that its own was revoked", async () => {
    const { gate, asked } = aGate();
    for (const [now, sid] of [
      [0, "1"],
      [1, "2"],
    ] as const)
      await gate.enter("user:1", { ...entryAt(now), session: { sid, gen: 1 } });
    expect(asked).toEqual([0, 1]);
  });

  it("is known by itself and by what it asked for", async () => {
    const { gate, asked } = aGate();
    await gate.enter("user:1", entryAt(0));
    await gate.enter("user:2", entryAt(1));
    await gate.enter("user:1", entryAt(2, "GET /vehicles"));
    expect(asked).toEqual([0, 1, 2]);
  });
});

import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { Rule } from "../../src/core/limits.ts";
import { createAnchor, createNumberAnchor } from "../../src/edge/audit-anchor.ts";
import { createGate, createLoginGate } from "../../src/edge/gate/gate-client.ts";
import { PROTOCOL } from "../../src/edge/protocol.ts";
import { createClient, testDeps } from "../support/client.ts";
import { aCustomer, PASSWORD } from "../support/people.ts";

const NOW = Date.parse("2026-11-20T09:30:00.000Z");
const RULE: Rule = { bucket: "r", policy: "default", windows: [{ name: "default-hour", limit: 1, ms: 3_600_000 }], durable: true };

/** How many arguments each method takes before the version. */
const PLACES: Readonly<Record<string, number>> = {
  enter: 1,
  decide: 2,
  completeWrite: 1,
  revokeBelow: 2,
  end: 2,
  countAttempt: 3,
  settleAttempt: 5,
  head: 0,
  advance: 2,
  given: 0,
  raise: 1,
};

/** The real objects, called by a Worker whose messages have another version; without one they name none, as at first. */
const calledWith = <N extends { getByName: (name: string) => object }>(namespace: N, version?: number): N =>
  // Safe here: by name is how they are called, and every method is called as it is.
  ({
    getByName: (name: string) =>
      new Proxy(namespace.getByName(name), {
        get:
          (stub, method) =>
          (...values: unknown[]) =>
            Reflect.get(stub, method)(...values.slice(0, PLACES[String(method)]), ...(version === undefined ? [] : [version])),
      }),
  }) as unknown as N;

const through = (version?: number) => ({
  gate: createGate(calledWith(env.GATES, version), "1"),
  logins: createLoginGate(calledWith(env.GATES, version), "1"),
  anchor: createAnchor(calledWith(env.AUDIT_ANCHOR, version), `of ${version}`),
  numbers: createNumberAnchor(calledWith(env.AUDIT_ANCHOR, version)),
});

describe("a message of the version before, which names none", () => {
  const { gate, logins, anchor, numbers } = through();
  const present = createGate(env.GATES, "1");
  const session = { sid: "7", gen: 1 };

  it("is understood by a gate, beside those of this version", async () => {
    const client = "user:901";
    expect(await gate.enter(client, { rules: [RULE], now: NOW, write: "w" })).toMatchObject({ kind: "admitted", hasPendingWrite: false });
    expect(await present.enter(client, { rules: [], now: NOW })).toMatchObject({ hasPendingWrite: true });
    await gate.completeWrite(client, { write: "w", bookmark: null, tags: [], now: NOW });
    expect(await present.enter(client, { rules: [RULE], now: NOW })).toMatchObject({ kind: "denied" });
    await gate.end(client, "7", NOW);
    expect(await present.enter(client, { rules: [], now: NOW, session })).toMatchObject({ revoked: true, hasPendingWrite: false });
    await gate.revoke(client, 2, NOW);
    expect(await present.enter(client, { rules: [], now: NOW, session: { sid: "8", gen: 1 } })).toMatchObject({ revoked: true });
  });

  it("is understood by the gate of an account and by the anchor", async () => {
    expect(await logins.countAttempt("account:1", "203.0.113.1", RULE, NOW)).toEqual({ kind: "admitted", isKnown: false });
    await logins.settleAttempt("account:1", "203.0.113.1", RULE, NOW, false, "failed");
    expect(await createLoginGate(env.GATES, "1").countAttempt("account:1", "203.0.113.2", RULE, NOW)).toMatchObject({ kind: "denied" });
    await anchor.advance(null, { id: 5, seal: "a" });
    expect(await createAnchor(env.AUDIT_ANCHOR, "of undefined").head()).toEqual({ id: 5, seal: "a" });
    await numbers.raise([{ kind: "invoice", year: 1999, last: 5 }]);
    expect(await createNumberAnchor(env.AUDIT_ANCHOR).given()).toEqual(await numbers.given());
    expect(await numbers.given()).toEqual([{ kind: "invoice", year: 1999, last: 5 }]);
  });
});

describe("a message of the next version", () => {
  const { gate, logins, anchor, numbers } = through(PROTOCOL + 1);

  it("is refused, so that its sender takes the object for unreachable, and leaves nothing", async () => {
    const client = "user:902";
    expect(await gate.enter(client, { rules: [RULE], now: NOW, write: "w" })).toEqual({ kind: "unreachable" });
    expect(await gate.completeWrite(client, { write: "w", bookmark: null, tags: [], now: NOW })).toEqual({ kind: "unreachable" });
    await expect(gate.revoke(client, 9, NOW)).rejects.toMatchObject({ code: "unavailable" });
    await expect(gate.end(client, "7", NOW)).rejects.toMatchObject({ code: "unavailable" });
    const entry = { rules: [RULE], now: NOW, session: { sid: "7", gen: 1 } };
    expect(await createGate(env.GATES, "1").enter(client, entry)).toMatchObject({
      kind: "admitted",
      revoked: false,
      hasPendingWrite: false,
    });
    expect(await logins.countAttempt("account:2", "203.0.113.1", RULE, NOW)).toEqual({ kind: "unreachable" });
    await expect(anchor.head()).rejects.toMatchObject({ code: "unavailable" });
    await expect(anchor.advance(null, { id: 5, seal: "a" })).rejects.toMatchObject({ code: "unavailable" });
    expect(await createAnchor(env.AUDIT_ANCHOR, `of ${PROTOCOL + 1}`).head()).toBeNull();
    await expect(numbers.given()).rejects.toMatchObject({ code: "unavailable" });
    await expect(numbers.raise([{ kind: "invoice", year: 1999, last: 6 }])).rejects.toMatchObject({ code: "unavailable" });
    expect(await createNumberAnchor(env.AUDIT_ANCHOR).given()).not.toContainEqual(expect.objectContaining({ last: 6 }));
  });

  it("leaves reads to the database, and writes and logins to a later try (503)", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const person = await aCustomer();
    const client = createClient(testDeps({ GATES: calledWith(env.GATES, PROTOCOL + 1) }));
    const { token, id, email } = person;
    expect((await client.get(`/customers/${id}`, { token })).status).toBe(200);
    const write = await client.patch(`/customers/${id}`, { name: "Ada" }, { token });
    expect([write.status, write.headers.has("Retry-After")]).toEqual([503, true]);
    expect((await client.post("/auth/login", { email, password: PASSWORD })).status).toBe(503);
    expect((await createClient().patch(`/customers/${id}`, { name: "Ada" }, { token })).status).toBe(200);
  });
});

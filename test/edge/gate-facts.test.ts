import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../src/core/limits.ts";
import type { Bookmark, ListingTag } from "../../src/core/ports.ts";
import { PENDING_WRITE_MS } from "../../src/edge/gate/client-gate.ts";
import { createGate, createLoginGate } from "../../src/edge/gate/gate-client.ts";

const NOW = Date.parse("2026-11-20T09:30:00.000Z");
const TOKEN_MS = 3_600_000;
const DAY = 86_400_000;

/** Safe here: it has the form of D1's bookmarks. */
const bookmark = (n: number): Bookmark => `0000000${n}-00000000-00000000-0123456789abcdef0123456789abcdef` as Bookmark;

let count = 0;
const newClient = () => {
  count += 1;
  return `user:${count}` as const;
};

const gate = createGate(env.GATES, "1");
const session = { sid: "s", gen: 1 };
/** What the gate knows of the client at that time, for a read of those listings, or of anything. */
const look = async (client: `user:${number}`, now = NOW, through = gate, tags?: readonly ListingTag[]) => {
  const verdict = await through.enter(client, { rules: [], now, session, ...(tags ? { tags } : {}) });
  if (verdict.kind !== "admitted") throw new Error(verdict.kind);
  return verdict;
};
/** The client's last writes: of all, and under some tags. */
const writes = async (client: `user:${number}`, now = NOW, through = gate) => {
  const under = async (...tags: ListingTag[]) => (await look(client, now, through, tags)).bookmark;
  const [all, customers, inventory] = [(await look(client, now, through)).bookmark, await under("customers"), await under("inventory")];
  return { all, customers, inventory, both: await under("inventory", "customers"), vehicles: await under("vehicles") };
};
const NONE = { all: null, customers: null, inventory: null, both: null, vehicles: null };
const evict = (client: string) => evictDurableObject(env.GATES.getByName(client));

describe("a client's last write", () => {
  it("is remembered overall and under each of its tags, for one life of a token", async () => {
    const client = newClient();
    await gate.completeWrite(client, { write: "w1", bookmark: bookmark(1), tags: ["customers"], now: NOW });
    await gate.completeWrite(client, { write: "w2", bookmark: bookmark(2), tags: ["inventory", "mechanics"], now: NOW });
    const [one, two] = [bookmark(1), bookmark(2)];
    const known = { all: two, customers: one, inventory: two, both: two, vehicles: null };
    expect(await writes(client)).toEqual(known);
    await evict(client);
    expect(await writes(client, NOW + TOKEN_MS - 1)).toEqual(known);
    expect(await writes(client, NOW + TOKEN_MS)).toEqual(NONE);
  });

  it("is the later one, in whatever order the ends of writes arrive", async () => {
    const client = newClient();
    await gate.completeWrite(client, { write: "w2", bookmark: bookmark(2), tags: ["customers"], now: NOW });
    await gate.completeWrite(client, { write: "w1", bookmark: bookmark(1), tags: ["customers"], now: NOW + 1 });
    expect(await writes(client)).toMatchObject({ all: bookmark(2), customers: bookmark(2) });
  });

  it("is not known in another epoch of the database", async () => {
    const client = newClient();
    const next = createGate(env.GATES, "2");
    await gate.completeWrite(client, { write: "w1", bookmark: bookmark(9), tags: ["customers"], now: NOW });
    await gate.completeWrite(client, { write: "w2", bookmark: bookmark(9), tags: ["inventory"], now: NOW });
    expect(await writes(client, NOW, next)).toEqual(NONE);
    await next.completeWrite(client, { write: "w3", bookmark: bookmark(1), tags: ["customers"], now: NOW });
    const one = bookmark(1);
    expect(await writes(client, NOW, next)).toEqual({ all: one, customers: one, inventory: null, both: one, vehicles: null });
    expect(await writes(client)).toMatchObject({ all: bookmark(9), customers: bookmark(9), inventory: bookmark(9) });
  });

  it("is nobody else's", async () => {
    const [client, other] = [newClient(), newClient()];
    await gate.completeWrite(client, { write: "w1", bookmark: bookmark(1), tags: [], now: NOW });
    expect(await look(other)).toMatchObject({ bookmark: null });
  });
});

describe("a write under way", () => {
  const begin = (client: `user:${number}`, write: string, rules: Rule[] = []) => gate.enter(client, { rules, now: NOW, write });

  it("stays pending until it is completed, also across an eviction", async () => {
    const client = newClient();
    expect(await begin(client, "w1")).toMatchObject({ hasPendingWrite: false });
    expect(await look(client)).toMatchObject({ hasPendingWrite: true });
    await evict(client);
    expect(await look(client)).toMatchObject({ hasPendingWrite: true });
    await gate.completeWrite(client, { write: "w1", bookmark: null, tags: ["customers"], now: NOW });
    expect(await look(client)).toMatchObject({ hasPendingWrite: false, bookmark: null });
  });

  it("leaves the client with a pending write until all are completed", async () => {
    const client = newClient();
    await Promise.all([begin(client, "w1"), begin(client, "w2")]);
    await gate.completeWrite(client, { write: "w1", bookmark: bookmark(1), tags: [], now: NOW });
    expect(await look(client)).toMatchObject({ hasPendingWrite: true, bookmark: bookmark(1) });
    await gate.completeWrite(client, { write: "w2", bookmark: null, tags: [], now: NOW });
    expect(await look(client)).toMatchObject({ hasPendingWrite: false });
  });

  it("counts as lost after three minutes", async () => {
    const client = newClient();
    await begin(client, "w1");
    expect(await look(client, NOW + PENDING_WRITE_MS - 1)).toMatchObject({ hasPendingWrite: true });
    expect(await look(client, NOW + PENDING_WRITE_MS)).toMatchObject({ hasPendingWrite: false });
  });

  it("was never begun when the limits refuse it", async () => {
    const client = newClient();
    const rule: Rule = { bucket: "w", policy: "default", windows: [{ name: "default-hour", limit: 1, ms: TOKEN_MS }], durable: false };
    await begin(client, "w1", [rule]);
    await gate.completeWrite(client, { write: "w1", bookmark: null, tags: [], now: NOW });
    expect(await begin(client, "w2", [rule])).toMatchObject({ kind: "denied", window: "default-hour", retryMs: TOKEN_MS });
    expect(await look(client)).toMatchObject({ hasPendingWrite: false });
  });
});

describe("a revocation", () => {
  it("ends all tokens of the generations below, at once and across an eviction", async () => {
    const client = newClient();
    expect(await look(client)).toMatchObject({ revoked: false });
    await gate.revoke(client, 2, NOW);
    expect(await look(client)).toMatchObject({ revoked: true });
    await evict(client);
    expect(await look(client)).toMatchObject({ revoked: true });
    expect(await gate.enter(client, { rules: [], now: NOW, session: { sid: "s", gen: 2 } })).toMatchObject({ revoked: false });
  });

  it("is never taken back by an older one", async () => {
    const client = newClient();
    await gate.revoke(client, 3, NOW);
    await gate.revoke(client, 2, NOW);
    expect(await gate.enter(client, { rules: [], now: NOW, session: { sid: "s", gen: 2 } })).toMatchObject({ revoked: true });
  });

  it("of one session ends that one, for one life of a token, at once and across an eviction", async () => {
    const client = newClient();
    const enter = (sid: string, now = NOW) => gate.enter(client, { rules: [], now, session: { sid, gen: 1 } });
    expect(await enter("7")).toMatchObject({ revoked: false });
    await gate.end(client, "7", NOW);
    expect([await enter("7"), await enter("8")]).toMatchObject([{ revoked: true }, { revoked: false }]);
    await evict(client);
    expect(await enter("7", NOW + TOKEN_MS - 1)).toMatchObject({ revoked: true });
    expect(await enter("7", NOW + TOKEN_MS)).toMatchObject({ revoked: false });
  });

  it("keeps the limits and marks of the account from those who have a token of it", async () => {
    const client = newClient();
    await gate.revoke(client, 2, NOW);
    const rules: Rule[] = [{ bucket: "r", policy: "default", windows: [{ name: "default-hour", limit: 1, ms: TOKEN_MS }], durable: false }];
    for (let i = 0; i < 3; i++)
      expect(await gate.enter(client, { rules, now: NOW, session, write: "w" })).toMatchObject({ kind: "admitted", revoked: true });
    const entry = { rules, now: NOW, session: { sid: "s", gen: 2 } };
    expect(await gate.enter(client, entry)).toMatchObject({ kind: "admitted", revoked: false, hasPendingWrite: false });
    expect(await gate.enter(client, entry)).toMatchObject({ kind: "denied", revoked: false });
  });
});

describe("the gate of a login name", () => {
  const logins = createLoginGate(env.GATES, "1");
  const rule: Rule = {
    bucket: "login_account",
    policy: "login_account",
    windows: [{ name: "login-account-15-minutes", limit: 3, ms: 900_000 }],
    durable: true,
  };
  const newAccount = () => `${newClient()}@example.com`;
  const kinds = async (account: string, address: string, times: number, now = NOW) => {
    const kinds: string[] = [];
    for (let i = 0; i < times; i++) kinds.push((await logins.countAttempt(account, address, rule, now)).kind);
    return kinds;
  };
  const nameOf = (account: string) => new Uint8Array(new TextEncoder().encode(account));

  it("takes so many failures, from whatever address, and no more", async () => {
    const account = newAccount();
    expect(await kinds(account, "203.0.113.1", 2)).toEqual(["admitted", "admitted"]);
    expect(await kinds(account, "203.0.113.2", 2)).toEqual(["admitted", "denied"]);
    expect(await logins.countAttempt(account, "203.0.113.3", rule, NOW + 1)).toMatchObject({
      window: "login-account-15-minutes",
      retryMs: 899_999,
    });
    expect(await kinds(newAccount(), "203.0.113.1", 1)).toEqual(["admitted"]);
  });

  it("gives an attempt back that was no failure", async () => {
    const account = newAccount();
    for (let i = 0; i < 6; i++) {
      expect(await kinds(account, "203.0.113.1", 1), `attempt ${i}`).toEqual(["admitted"]);
      await logins.settleAttempt(account, "203.0.113.1", rule, NOW, false, "undone");
    }
    expect(await kinds(account, "203.0.113.1", 4)).toEqual(["admitted", "admitted", "admitted", "denied"]);
  });

  it("exempts an address that logged in, for 30 days, and no other", async () => {
    const account = newAccount();
    await kinds(account, "203.0.113.1", 1);
    await logins.settleAttempt(account, "203.0.113.1", rule, NOW, false, "opened");
    expect(await kinds(account, "203.0.113.66", 4)).toEqual(["admitted", "admitted", "admitted", "denied"]);
    await evict(`login:${Buffer.from(await crypto.subtle.digest("SHA-256", nameOf(account))).toString("hex")}`);
    expect(await kinds(account, "203.0.113.66", 1)).toEqual(["denied"]);
    for (let i = 0; i < 9; i++) {
      expect(await kinds(account, "203.0.113.1", 1, NOW + 1)).toEqual(["admitted"]);
      await logins.settleAttempt(account, "203.0.113.1", rule, NOW + 1, true, "failed");
    }
    const late = NOW + 30 * DAY;
    expect(await kinds(account, "203.0.113.1", 4, late)).toEqual(["admitted", "admitted", "admitted", "denied"]);
  });
});

describe("a gate that does not answer", () => {
  const broken = (fail: () => Promise<never>) =>
    // Safe here: the calls that are made are there, and none gets an answer.
    ({
      getByName: () => ({
        enter: fail,
        completeWrite: fail,
        revokeBelow: fail,
        end: fail,
        decide: fail,
        countAttempt: fail,
        settleAttempt: fail,
      }),
    }) as unknown as typeof env.GATES;
  const never = broken(() => new Promise(() => undefined));
  const failing = broken(() => Promise.reject(new Error("no gate")));

  it.each([
    ["takes too long", never],
    ["fails", failing],
  ])("counts as unreachable when it %s, and a revocation, which must not be lost, is refused", async (_, gates) => {
    const rule: Rule = { bucket: "l", policy: "login", windows: [], durable: true };
    const [through, logins] = [createGate(gates, "1"), createLoginGate(gates, "1")];
    await Promise.all([
      expect(through.enter("user:1", { rules: [], now: NOW })).resolves.toEqual({ kind: "unreachable" }),
      expect(logins.countAttempt("a", "b", rule, NOW)).resolves.toEqual({ kind: "unreachable" }),
      expect(through.completeWrite("user:1", { write: "w", bookmark: bookmark(1), tags: [], now: NOW })).resolves.toEqual({
        kind: "unreachable",
      }),
      expect(logins.settleAttempt("a", "b", rule, NOW, false, "opened")).resolves.toBeUndefined(),
      expect(through.revoke("user:1", 2, NOW)).rejects.toMatchObject({ code: "unavailable" }),
      expect(through.end("user:1", "7", NOW)).rejects.toMatchObject({ code: "unavailable" }),
    ]);
  });
});

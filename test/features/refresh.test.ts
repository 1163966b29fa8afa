import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { statusOf } from "../support/accounts.ts";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, rows } from "../support/people.ts";
import { quick, quickDeps } from "../support/quick-passwords.ts";
import { begin, hashOf, present, REFUSED, refreshed, sessionOf, sessionState, tokensOf } from "../support/sessions.ts";

const START = clock.now;
const DAY = 86_400_000;
const client = createClient(quickDeps());
const at = (ms = clock.now) => new Date(ms).toISOString();
const verbsOf = async (sid: number) => (await auditOf("session", sid)).map(({ action }) => action);

afterEach(() => {
  clock.now = START;
});

describe("POST /auth/refresh", () => {
  it("exchanges a refresh token for a token of the same session and the next refresh token, in the form of a login", async () => {
    const person = await quick(aCustomer());
    const login = await client.post("/auth/login", { email: person.email, password: "correct horse battery" });
    const first = { refresh: login.body.refresh_token };
    clock.now += 3_600_000;
    const { status, body, headers } = await client.post("/auth/refresh", { refresh_token: first.refresh });
    expect([status, headers.get("Cache-Control")]).toEqual([200, "private, no-store"]);
    expect({ ...body, token: "", refresh_token: "", message: "" }).toEqual({ ...login.body, token: "", refresh_token: "", message: "" });
    expect(body.refresh_token).toMatch(/^[\w-]{43}$/);
    expect(body.refresh_token).not.toBe(first.refresh);
    expect(await statusOf(client, body.token)).toBe(200);
    expect(await statusOf(client, login.body.token)).toBe(401);
    expect((await client.get("/auth/sessions", { token: body.token })).body.sessions).toHaveLength(2);
  });

  it("stores tokens as hashes only, marks the used one, moves the session on, and is audited once", async () => {
    const person = await quick(aMechanic());
    const first = await begin(client, person);
    expect(await sessionOf(first.sid)).toMatchObject({ user_id: person.userId, last_used_at: at(), expires_at: at(START + 30 * DAY) });
    clock.now += DAY;
    const second = await refreshed(client, first.refresh);
    expect(second.sid).toBe(first.sid);
    expect(await tokensOf(first.sid)).toEqual([
      { hash: hashOf(first.refresh), issued_at: at(START), used_at: at() },
      { hash: hashOf(second.refresh), issued_at: at(), used_at: null },
    ]);
    expect(await sessionOf(first.sid)).toMatchObject({ last_used_at: at(), expires_at: at(START + 31 * DAY), ended_at: null });
    const [entry, ...others] = await auditOf("session", first.sid);
    expect([entry?.action, others]).toEqual(["session.refreshed", []]);
    const everything = JSON.stringify([await sessionState(), await rows("select * from idempotency_keys")]);
    for (const secret of [first.refresh, second.refresh]) expect(everything).not.toContain(secret);
  });

  it("tells who the account is now", async () => {
    const person = await quick(aCustomer());
    const first = await begin(client, person);
    await env.DB.prepare("update customers set name = 'New Name' where id = ?").bind(person.id).run();
    expect((await client.post("/auth/refresh", { refresh_token: first.refresh })).body).toMatchObject({
      name: "New Name",
      role: "customer",
    });
  });

  it("works without a token, with one that has expired, and with one that is void", async () => {
    const { refresh, token } = await begin(client, await quick(aCustomer()));
    clock.now += 2 * 3_600_000;
    for (const stale of [token, "nonsense"])
      expect((await client.post("/auth/refresh", { refresh_token: "unknown" }, { token: stale })).body.code).toBe("invalid_refresh");
    expect((await client.post("/auth/refresh", { refresh_token: refresh }, { token })).status).toBe(200);
  });

  it.each([[{}], [{ refresh_token: "" }], [{ refresh_token: 7 }], [{ refresh_token: "x".repeat(1_001) }]])("refuses %j", async (body) => {
    expect((await client.post("/auth/refresh", body)).body.errors[0]).toMatchObject({ pointer: "/body/refresh_token" });
  });

  it("counts for its session, wherever it comes from", async () => {
    const limited = createClient(quickDeps({ RATE_LIMIT_DEFAULT: "1/hour" }), "198.51.100.77");
    const elsewhere = createClient(quickDeps({ RATE_LIMIT_DEFAULT: "1/hour" }), "198.51.100.78");
    const [one, two] = [await begin(limited, await quick(aCustomer())), await begin(limited, await quick(aCustomer()))];
    const next = await refreshed(limited, one.refresh);
    for (const client of [limited, elsewhere]) expect((await present(client, next.refresh)).status).toBe(429);
    expect((await tokensOf(next.sid)).at(-1)).toMatchObject({ used_at: null });
    await refreshed(limited, two.refresh);
  });

  it("is not kept from anybody by guesses from the same address, which write nothing", async () => {
    const limited = createClient(quickDeps({ RATE_LIMIT_DEFAULT: "2/hour" }), "198.51.100.79");
    const { refresh } = await begin(limited, await quick(aCustomer()));
    const everything = async () => [await sessionState(), await rows("select * from idempotency_keys")];
    const before = await everything();
    const guess = `${refresh.slice(0, -1)}${refresh.endsWith("A") ? "B" : "A"}`;
    const statuses = [];
    for (const wrong of [guess, "x".repeat(43), guess, guess]) statuses.push((await present(limited, wrong)).status);
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect(await everything()).toEqual(before);
    await refreshed(limited, refresh);
  });

  it("refuses what is no refresh token, and changes nothing", async () => {
    const { token, refresh } = await begin(client, await quick(aCustomer()));
    const before = await sessionState();
    for (const wrong of ["unknown", hashOf(refresh), refresh.slice(1)]) expect(await present(client, wrong), wrong).toEqual(REFUSED);
    for (const wrong of [token, `${refresh} `]) expect(await present(client, wrong), wrong).toMatchObject({ status: 422, code: "invalid" });
    expect(await sessionState()).toEqual(before);
  });
});

describe("a refresh whose answer was lost", () => {
  it("gets the same successor again, within 10 seconds, which is issued once", async () => {
    const first = await begin(client, await quick(aCustomer()));
    const second = await refreshed(client, first.refresh);
    clock.now += 10_000;
    const again = await refreshed(client, first.refresh);
    expect(again.refresh).toBe(second.refresh);
    expect(await tokensOf(first.sid)).toHaveLength(2);
    expect(await verbsOf(first.sid)).toEqual(["session.refreshed"]);
    expect((await refreshed(client, second.refresh)).sid).toBe(first.sid);
  });

  it("gets one successor when both are under way at the same time", async () => {
    const first = await begin(client, await quick(aCustomer()));
    const both = await Promise.all(Array.from({ length: 8 }, () => refreshed(client, first.refresh)));
    expect(new Set(both.map(({ refresh }) => refresh)).size).toBe(1);
    expect(await tokensOf(first.sid)).toHaveLength(2);
    expect(await sessionOf(first.sid)).toMatchObject({ ended_at: null });
    expect(await verbsOf(first.sid)).toEqual(["session.refreshed"]);
  });
});

describe("a refresh token that is used again", () => {
  const late = async (sid: number, refresh: string, token: string) => {
    const before = await tokensOf(sid);
    expect(await present(client, refresh)).toEqual(REFUSED);
    expect(await sessionOf(sid)).toMatchObject({ ended_at: at(), end_reason: "reused" });
    expect(await tokensOf(sid)).toEqual(before);
    expect(await statusOf(client, token)).toBe(401);
  };

  it("more than 10 seconds later ends its session, at once and for its successors, and is audited", async () => {
    const person = await quick(aCustomer());
    const [first, other] = [await begin(client, person), await begin(client, person)];
    const second = await refreshed(client, first.refresh);
    clock.now += 10_001;
    await late(first.sid, first.refresh, second.token);
    expect(await present(client, second.refresh)).toEqual(REFUSED);
    const entries = await auditOf("session", first.sid);
    expect(entries.map(({ action }) => action)).toEqual(["session.refreshed", "session.refresh_reused"]);
    const [before, after] = [entries[1]?.before, entries[1]?.after].map((image) => JSON.parse(image ?? ""));
    expect([before.end_reason, after.end_reason]).toEqual([null, "reused"]);
    expect(await statusOf(client, other.token)).toBe(200);
    expect((await present(client, other.refresh)).status).toBe(200);
  });

  it("ends its session also within 10 seconds when its successor was used, so that no answer was lost", async () => {
    const first = await begin(client, await quick(aCustomer()));
    const second = await refreshed(client, first.refresh);
    const third = await refreshed(client, second.refresh);
    await late(first.sid, first.refresh, third.token);
    expect(await present(client, third.refresh)).toEqual(REFUSED);
  });

  it("is audited once, however often it comes", async () => {
    const first = await begin(client, await quick(aCustomer()));
    await refreshed(client, first.refresh);
    clock.now += 10_001;
    for (let i = 0; i < 3; i++) expect(await present(client, first.refresh)).toEqual(REFUSED);
    expect(await verbsOf(first.sid)).toEqual(["session.refreshed", "session.refresh_reused"]);
  });
});

describe("a refresh token is refused, and nothing is written", () => {
  it("30 days after the last use of its session", async () => {
    const [first, other] = [await begin(client, await quick(aCustomer())), await begin(client, await quick(aCustomer()))];
    clock.now += 30 * DAY - 1;
    const second = await refreshed(client, first.refresh);
    clock.now += 1;
    const before = await sessionState();
    expect(await present(client, other.refresh)).toEqual(REFUSED);
    expect(await sessionState()).toEqual(before);
    expect((await present(client, second.refresh)).status).toBe(200);
  });

  it.each(["disabled", "pending"])("when its account is %s, also by somebody who forgets the sessions", async (status) => {
    const person = await quick(aMechanic());
    const first = await begin(client, person);
    await env.DB.prepare("update users set status = ? where id = ?").bind(status, person.userId).run();
    const before = await sessionState();
    expect(await present(client, first.refresh)).toEqual(REFUSED);
    expect(await sessionState()).toEqual(before);
  });

  it("when an admin has disabled or removed its account", async () => {
    const [admin, disabled, removed] = [await anAdmin(), await quick(aMechanic()), await quick(aMechanic())];
    const [one, two] = [await begin(client, disabled), await begin(client, removed)];
    await client.put(`/users/${disabled.userId}`, { status: "disabled" }, { token: admin.token });
    await client.delete(`/users/${removed.userId}`, { token: admin.token });
    const before = await sessionState();
    for (const { refresh } of [one, two]) expect(await present(client, refresh)).toEqual(REFUSED);
    expect(await sessionState()).toEqual(before);
    await client.put(`/users/${disabled.userId}`, { status: "active" }, { token: admin.token });
    expect(await present(client, one.refresh)).toEqual(REFUSED);
  });
});

describe("while JWT_SECRET rotates", () => {
  const [OLD, NEW] = ["an old secret, long enough to sign tokens with", "a new secret, as long as the old one has been"];
  const before = createClient(quickDeps({ JWT_SECRET: OLD }));
  const during = createClient(quickDeps({ JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: OLD }));
  const after = createClient(quickDeps({ JWT_SECRET: NEW }));

  it("nobody is logged out", async () => {
    const first = await begin(before, await quick(aCustomer()));
    expect([await statusOf(during, first.token), await statusOf(after, first.token)]).toEqual([200, 401]);
    const second = await refreshed(during, first.refresh);
    for (const client of [during, after]) expect(await statusOf(client, second.token)).toBe(200);
    expect((await refreshed(after, second.refresh)).sid).toBe(first.sid);
  });

  it("a lost answer from before the change is found again", async () => {
    const first = await begin(before, await quick(aCustomer()));
    const second = await refreshed(before, first.refresh);
    const again = await refreshed(during, first.refresh);
    expect(again.refresh).toBe(second.refresh);
    expect(await tokensOf(first.sid)).toHaveLength(2);
    expect((await present(during, second.refresh)).status).toBe(200);
  });

  it("successors are made under the new secret", async () => {
    const first = await begin(before, await quick(aCustomer()));
    const second = await refreshed(during, first.refresh);
    expect((await refreshed(after, first.refresh)).refresh).toBe(second.refresh);
  });

  it("a previous secret that is too short stops the service, as a current one does", () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => quickDeps({ JWT_SECRET_PREVIOUS: "short" })).toThrow("misconfigured");
    expect(log.mock.calls.join()).toContain("JWT_SECRET_PREVIOUS");
    expect(log.mock.calls.join()).not.toContain('"short"');
    log.mockRestore();
  });
});

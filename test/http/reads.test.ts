import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { Admission, Bookmark, Gate, ListingTag } from "../../src/core/ports.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, type Person, rows, unique } from "../support/people.ts";

/** Safe here: it has the form of D1's bookmarks. */
const EARLY = "00000000-00000000-00000000-00000000000000000000000000000000" as Bookmark;
const LATE = "7fffffff-ffffffff-ffffffff-ffffffffffffffffffffffffffffffff" as Bookmark;

const ADMITTED: Admission = { kind: "admitted", quotas: [], hasPendingWrite: false, revoked: false, bookmark: null };

/** A gate that answers as told; `before` happens while it is asked. */
const gateOf = (admission: Partial<Admission>, before: () => Promise<void> = async () => undefined): Gate => ({
  enter: async () => {
    await before();
    return { ...ADMITTED, ...admission };
  },
  remembered: () => null,
  decide: async () => undefined,
  completeWrite: async () => undefined,
  revoke: async () => undefined,
  end: async () => undefined,
});
const unreachable: Gate = { ...gateOf({}), enter: async () => ({ kind: "unreachable" }) };

/** The app behind that gate, and where its sessions were opened. A bookmark that D1 has not reached yet is read anywhere. */
const behind = (gate: Gate, variables: Partial<Env> = {}) => {
  const opened: string[] = [];
  const withSession = (from: string) => {
    opened.push(from);
    return env.DB.withSession(from === LATE ? "first-primary" : from);
  };
  // Safe here: sessions are all that is asked of it.
  const d1 = { withSession } as unknown as D1Database;
  return { client: createClient({ ...testDeps(variables), gate, d1 }), opened };
};
const account = async (userId: number, change: string) => env.DB.prepare(`update users set ${change} where id = ?`).bind(userId).run();

describe("a record", () => {
  it("is read once, from anywhere, for a client that has written nothing or nothing newer", async () => {
    const { id, token } = await aCustomer();
    for (const bookmark of [null, EARLY]) {
      const { client, opened } = behind(gateOf({ bookmark }));
      expect((await client.get(`/customers/${id}`, { token })).status).toBe(200);
      expect(opened).toEqual(["first-unconstrained"]);
    }
  });

  it("is read again at the client's last write when it was found older", async () => {
    const { id, token } = await aCustomer();
    const { client, opened } = behind(gateOf({ bookmark: LATE }));
    expect((await client.get(`/customers/${id}`, { token })).status).toBe(200);
    expect(opened).toEqual(["first-unconstrained", LATE]);
  });

  it("is read again at the primary while a write of the client is under way, even when it was not found at first", async () => {
    const [{ token }, email] = [await aMechanic(), `reads${unique()}@example.com`];
    const [{ id } = { id: 0 }] = await rows<{ id: number }>("select max(id) + 1 as id from customers");
    const { client, opened } = behind(
      gateOf({ hasPendingWrite: true }, async () => {
        await scheduler.wait(50);
        await aCustomer({ email });
      }),
    );
    const { status, body } = await client.get(`/customers/${id}`, { token });
    expect([status, body.email]).toEqual([200, email]);
    expect(opened).toEqual(["first-unconstrained", "first-primary"]);
  });

  it("is answered as it is at the second look, also when it has gone", async () => {
    const [{ token }, customer] = [await aMechanic(), await aCustomer()];
    const { client } = behind(
      gateOf({ bookmark: LATE }, async () => {
        await scheduler.wait(50);
        await env.DB.batch([
          env.DB.prepare("delete from users where customer_id = ?").bind(customer.id),
          env.DB.prepare("delete from customers where id = ?").bind(customer.id),
        ]);
      }),
    );
    expect((await client.get(`/customers/${customer.id}`, { token })).status).toBe(404);
  });

  it("is not read at all for a request that is refused before", async () => {
    const { client, opened } = behind(gateOf({}));
    expect((await client.get("/customers/0", { token: (await aMechanic()).token })).status).toBe(422);
    expect((await client.get("/customers/1")).status).toBe(401);
    expect(opened).toEqual([]);
  });

  it("is kept from a client whose token was ended", async () => {
    const { id, token } = await aCustomer();
    expect((await behind(gateOf({ revoked: true })).client.get(`/customers/${id}`, { token })).status).toBe(401);
  });
});

describe("a listing", () => {
  const listing = () => `/customers?q=reads${unique()}`;

  it("is read at the newest point that the client wrote at, and not taken from the cache when it is older", async () => {
    const [{ token }, path] = [await aMechanic(), listing()];
    const { client, opened } = behind(gateOf({ bookmark: LATE }));
    for (let i = 0; i < 2; i++) expect((await client.get(path, { token })).headers.get("X-Cache")).toBe("miss");
    expect(opened).toEqual([LATE, LATE]);
  });

  it("may be taken from the cache when the client's newer writes were under other tags", async () => {
    const [{ token, userId }, { gate }] = [await aMechanic(), testDeps()];
    await gate.completeWrite(`user:${userId}`, { write: "w", bookmark: LATE, tags: ["inventory"], now: clock.now });
    const { client } = behind(gate);
    const second = async (path: string) => {
      await client.get(path, { token });
      return (await client.get(path, { token })).headers.get("X-Cache");
    };
    expect(await second(listing())).toBe("hit");
    expect(await second("/inventory?per_page=7")).toBe("miss");
  });

  it("is read at the primary, past the cache, while a write of the client is under way", async () => {
    const [{ token }, path] = [await aMechanic(), listing()];
    await behind(gateOf({})).client.get(path, { token });
    const { client, opened } = behind(gateOf({ hasPendingWrite: true }));
    expect((await client.get(path, { token })).headers.get("X-Cache")).toBe("miss");
    expect(opened).toEqual(["first-primary"]);
  });
});

describe("a write", () => {
  const verdictOf = async ({ userId }: Person, tag?: ListingTag) => {
    const verdict = await testDeps().gate.enter(`user:${userId}`, { rules: [], now: clock.now, ...(tag ? { tags: [tag] } : {}) });
    return verdict.kind === "admitted" ? verdict : null;
  };

  it("leaves its bookmark with the client, overall and under its tags, for its next reads", async () => {
    const customer = await aCustomer();
    expect(await verdictOf(customer)).toMatchObject({ bookmark: null });
    await createClient().put(`/customers/${customer.id}`, { name: "New" }, { token: customer.token });
    const after = await verdictOf(customer);
    expect(after).toMatchObject({ hasPendingWrite: false, bookmark: expect.stringMatching(/^[0-9a-f-]{59}$/) });
    expect((await verdictOf(customer, "customers"))?.bookmark).toBe(after?.bookmark);
    expect((await verdictOf(customer, "inventory"))?.bookmark).toBe(null);
  });

  it("that is refused leaves the client without a pending write and without a bookmark", async () => {
    const [customer, other] = [await aCustomer(), await aCustomer()];
    const client = createClient();
    expect((await client.put(`/customers/${customer.id}`, { email: other.email }, { token: customer.token })).status).toBe(409);
    expect((await client.put(`/customers/${customer.id}`, { name: "" }, { token: customer.token })).status).toBe(422);
    expect(await verdictOf(customer)).toMatchObject({ hasPendingWrite: false, bookmark: null });
  });

  it("that breaks stays pending, since it may have been carried out", async () => {
    vi.spyOn(console, "error").mockImplementationOnce(() => undefined);
    const customer = await aCustomer();
    const batch = () => Promise.reject(new Error("connection lost"));
    const withSession = (from: string) =>
      Object.assign(Object.create(null), { prepare: (sql: string) => env.DB.prepare(sql), batch, getBookmark: () => from });
    const client = createClient({ ...testDeps(), d1: { withSession } as unknown as D1Database });
    expect((await client.put(`/customers/${customer.id}`, { name: "New" }, { token: customer.token })).status).toBe(500);
    expect(await verdictOf(customer)).toMatchObject({ hasPendingWrite: true, bookmark: null });
  });

  it("of a login is seen by the account's next reads", async () => {
    const customer = await aCustomer();
    const { body } = await createClient().post("/auth/login", { email: customer.email, password: PASSWORD });
    expect((await verdictOf(customer))?.bookmark).not.toBeNull();
    expect((await createClient().get("/auth/me", { token: body.token })).body.last_login_at).toBe(new Date(clock.now).toISOString());
  });
});

describe("while the gates are unreachable", () => {
  it("reads go on, from the primary and past the cache for those who have a token", async () => {
    const [{ token }, path] = [await aMechanic(), `/customers?q=silent${unique()}`];
    await createClient().get(path, { token });
    const { client, opened } = behind(unreachable);
    const listing = await client.get(path, { token });
    expect([listing.status, listing.headers.get("X-Cache")]).toEqual([200, "miss"]);
    expect(new Set(opened)).toEqual(new Set(["first-primary"]));
    expect((await client.get("/mechanics/top")).status).toBe(200);
    expect((await client.get("/auth/me", { token })).status).toBe(200);
  });

  it("are limited by the isolate, with the same headers", async () => {
    const { client } = behind(unreachable, { RATE_LIMIT_DEFAULT: "2/hour" });
    const { token } = await aCustomer();
    const answers = [
      await client.get("/auth/me", { token }),
      await client.get("/auth/me", { token }),
      await client.get("/auth/me", { token }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get("RateLimit"))).toEqual([1, 0, 0].map((left) => `"default-hour";r=${left};t=3600`));
    expect((await client.get("/auth/me", { token: (await aCustomer()).token })).status).toBe(200);
  });

  it.each(["status = 'disabled'", "status = 'pending'", "gen = 2"])(
    "the database is asked for the account: 401 after %s",
    async (change) => {
      const { client } = behind(unreachable);
      const { userId, token } = await aMechanic();
      expect((await client.get("/customers", { token })).status).toBe(200);
      await account(userId, change);
      for (const path of ["/auth/me", "/customers", "/mechanics/top"]) expect((await client.get(path, { token })).status, path).toBe(401);
    },
  );

  it("an account that has gone is 401", async () => {
    const { userId, token } = await anAdmin();
    await anAdmin();
    await env.DB.prepare("delete from users where id = ?").bind(userId).run();
    expect((await behind(unreachable).client.get("/auth/me", { token })).status).toBe(401);
  });

  it("writes and logins answer 503, with the time to wait, and write nothing", async () => {
    const { client } = behind(unreachable);
    const { id, email, token } = await aCustomer();
    const written = () => rows("select (select count(*) from idempotency_keys) as writes, (select count(*) from audit_log) as entries");
    const before = await written();
    const answers = [
      await client.put(`/customers/${id}`, { name: "New" }, { token }),
      await client.post("/auth/login", { email, password: PASSWORD }),
      await client.post("/customers", { name: "Ada", email: `silent${unique()}@example.com`, phone: "+1 555 0100", password: PASSWORD }),
    ];
    expect(answers.map(({ status, body, headers }) => [status, body.code, headers.get("Retry-After")])).toEqual(
      Array(3).fill([503, "unavailable", "5"]),
    );
    expect(await written()).toEqual(before);
    expect((await client.put(`/customers/${id}`, { name: "" }, { token })).status).toBe(422);
  });

  it("a login whose account's gate alone is unreachable answers 503 too", async () => {
    const { email, userId } = await aCustomer();
    const logins = { countAttempt: async () => ({ kind: "unreachable" }) as const, settleAttempt: async () => undefined };
    const { status, headers } = await createClient({ ...testDeps(), logins }).post("/auth/login", { email, password: PASSWORD });
    expect([status, headers.get("Retry-After")]).toEqual([503, "5"]);
    expect(await rows("select last_login_at from users where id = ?", userId)).toEqual([{ last_login_at: null }]);
  });
});

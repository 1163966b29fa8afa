import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { endpoints } from "../../src/app.ts";
import { everything } from "../support/attacks.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { counted, type Fault, failing, faultyD1, hanging, losingAnswers, slow } from "../support/faults.ts";
import { aCustomer, aMechanic, anAdmin, insert, PASSWORD, rows, unique } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aShop, aTicket, stockOf } from "../support/shop.ts";
import { asking, aWorld, bodyOf, nameOf, pathOf } from "../support/world.ts";

const LOST = "D1_ERROR: Network connection lost.";
const OVERLOADED = "D1_ERROR: D1 DB is overloaded. Requests queued for too long.";
const sound = createClient();

/** A client of the app whose D1 has this fault and is waited for so long, and how many calls the fault has met. */
const behind = (fault: Fault, databaseMs = 20_000) => {
  const { fault: met, calls } = counted(fault);
  const deps = testDeps({ DB: faultyD1(met) }, () => undefined, { gate: 20_000, cache: 20_000, database: databaseMs, body: 20_000 });
  return { client: createClient(deps), calls };
};

/** Every kind of fault for good, with how long the database is waited for, and how often a read or a write asks it. */
const KINDS: readonly [kind: string, fault: () => Fault, databaseMs: number, calls: number][] = [
  ["has lost its connection", () => failing(LOST), 20_000, 3],
  ["loses every answer", () => losingAnswers(LOST), 20_000, 3],
  ["is overloaded", () => failing(OVERLOADED), 20_000, 1],
  ["hangs", () => hanging, 50, 1],
];
const newCustomer = () => ({ name: "Ada Fault", email: `fault${unique()}@example.com`, phone: "+1 555 0100", password: PASSWORD });
const hasPendingWrite = async (userId: number) => {
  const verdict = await testDeps().gate.enter(`user:${userId}`, { rules: [], now: clock.now });
  return verdict.kind === "admitted" && verdict.hasPendingWrite;
};

describe.each(KINDS)("a database that %s", (kind, fault, databaseMs, calls) => {
  it("answers every operation with 503 and when to come back, in time, but for the index", async () => {
    const [world, admin] = [await aWorld(sound), await anAdmin()];
    const silenced = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const before = await everything();
    const { client } = behind(fault(), databaseMs);
    const answered: Record<string, number> = {};
    for (const endpoint of endpoints) {
      const start = performance.now();
      const path = pathOf(endpoint, world);
      const { status, body, headers } = await client.send(endpoint.spec.method, path, {
        ...asking(endpoint, world, admin.token),
        body: bodyOf(endpoint, world),
      });
      answered[nameOf(endpoint)] = status;
      expect(performance.now() - start, nameOf(endpoint)).toBeLessThan(2_500);
      if (status === 503) expect([body.code, headers.get("Retry-After")], nameOf(endpoint)).toEqual(["unavailable", "5"]);
      expect(JSON.stringify(body), nameOf(endpoint)).not.toMatch(/D1_|connection|overloaded|select |insert /i);
    }
    const others = Object.entries(answered).filter(([, status]) => status !== 503);
    // The index asks no part, nor does a refresh without the cookie.
    expect(Object.fromEntries(others)).toEqual({ "GET /": 200, "POST /auth/cookie/refresh": 401 });
    expect(Object.keys(answered)).toHaveLength(endpoints.length);
    if (kind !== "loses every answer") expect(await everything()).toEqual(before);
    expect(await brokenRules()).toEqual({});
    silenced.mockRestore();
  });

  it(`is asked ${calls} times by a read, and by a write, after which the client has a pending write`, async () => {
    const [customer, reading, writing] = [await aCustomer(), behind(fault(), databaseMs), behind(fault(), databaseMs)];
    expect((await reading.client.get(`/customers/${customer.id}`, { token: customer.token })).status).toBe(503);
    expect((await writing.client.put(`/customers/${customer.id}`, { name: "New" }, { token: customer.token })).status).toBe(503);
    expect([reading.calls(), writing.calls()]).toEqual([calls, calls]);
    expect(await hasPendingWrite(customer.userId)).toBe(true);
  });

  it("changes nothing by a write, or all of it", async () => {
    const shop = await aShop(10);
    const ticket = await aTicket(sound, shop, { mechanic_ids: [shop.mechanic.id] });
    const { client } = behind(fault(), databaseMs);
    const { token } = shop.mechanic;
    const answer = await client.put(`/service-tickets/${ticket.id}/add-part/${shop.part.id}`, { quantity: 3 }, { token });
    expect(answer.status).toBe(503);
    expect(await stockOf(shop.part)).toBe(kind === "loses every answer" ? 7 : 10);
    expect(await brokenRules()).toEqual({});
  });

  it("still serves a cached listing, and tells at /health that it fails", async () => {
    const [{ token }, { client }] = [await aMechanic(), behind(fault(), databaseMs)];
    const path = `/inventory?category=fault${unique()}`;
    const { body } = await sound.get(path, { token });
    await sound.get(path, { token });
    const cached = await client.get(path, { token });
    expect([cached.status, cached.headers.get("X-Cache"), cached.body]).toEqual([200, "hit", body]);
    const health = await client.get("/health");
    expect([health.status, health.body.failing]).toEqual([503, ["database"]]);
  });

  it("counts no login as a wrong guess", async () => {
    const { email } = await aCustomer();
    const limits = { RATE_LIMIT_LOGIN_ACCOUNT: "1/hour" };
    const deps = testDeps({ ...limits, DB: faultyD1(fault()) }, () => undefined, {
      gate: 20_000,
      cache: 20_000,
      database: databaseMs,
      body: 20_000,
    });
    for (let i = 0; i < 3; i++) expect((await createClient(deps).post("/auth/login", { email, password: PASSWORD })).status).toBe(503);
    expect((await createClient(testDeps(limits)).post("/auth/login", { email, password: PASSWORD })).status).toBe(200);
  });

  it("lets nobody in while the gates are unreachable, too: nobody vouches for a token", async () => {
    const { client } = behind(fault(), databaseMs);
    const deps = {
      ...testDeps({ DB: faultyD1(fault()) }, () => undefined, { gate: 20_000, cache: 20_000, database: databaseMs, body: 20_000 }),
    };
    const gateless = createClient({ ...deps, gate: { ...deps.gate, enter: async () => ({ kind: "unreachable" }) } });
    const { token } = await aMechanic();
    for (const path of ["/customers", "/auth/me", "/mechanics/top"]) expect((await gateless.get(path, { token })).status, path).toBe(503);
    expect((await client.get("/auth/me", { token: "x" })).status).toBe(401);
  });
});

describe("a database that fails for a moment", () => {
  it.each([1, 2])("is not noticed by reads, nor by writes, %i times", async (times) => {
    const [admin, customer] = [await anAdmin(), await aCustomer()];
    const once = () => behind(failing(LOST, times)).client;
    expect((await once().get(`/customers/${customer.id}`, { token: customer.token })).body.id).toBe(customer.id);
    expect((await once().get(`/customers?q=fault${unique()}`, { token: admin.token })).status).toBe(200);
    const made = await once().post("/customers", newCustomer(), { token: admin.token });
    expect([made.status, made.headers.has("Idempotent-Replayed")]).toEqual([201, false]);
    expect((await once().put(`/customers/${made.body.id}`, { name: "New" }, { token: admin.token })).body.name).toBe("New");
    expect((await once().delete(`/customers/${made.body.id}`, { token: admin.token })).status).toBe(200);
    expect((await once().post("/auth/login", { email: customer.email, password: PASSWORD })).status).toBe(200);
  });

  it("is not noticed when it is slow", async () => {
    const { id, token } = await aCustomer();
    expect((await behind(slow(300)).client.get(`/customers/${id}`, { token })).status).toBe(200);
  });
});

describe("a database that fails once tokens are voided", () => {
  it("does not turn what was done into a failure, and what gates have to hear stays noted", async () => {
    const { userId, token } = await aCustomer();
    let calls = 0;
    const { client } = behind((run) => (++calls === 1 ? run() : Promise.reject(new Error(OVERLOADED))));
    expect((await client.post("/auth/logout", { everywhere: true }, { token })).status).toBe(200);
    expect(await rows("select gen from revocations where user_id = ?", userId)).toEqual([{ gen: 2 }]);
    expect((await sound.put("/customers/1", { name: "Ev Il" }, { token })).status).not.toBe(200);
  });
});

describe("a write whose answer is lost after it was carried out", () => {
  it("is carried out once, and answered as if nothing had happened", async () => {
    const shop = await aShop(10);
    const ticket = await aTicket(sound, shop);
    const { client, calls } = behind(losingAnswers(LOST, 1));
    const { token } = shop.mechanic;
    const answer = await client.put(`/service-tickets/${ticket.id}/add-part/${shop.part.id}`, { quantity: 3 }, { token });
    expect([answer.status, answer.body.parts[0].quantity, answer.headers.has("Idempotent-Replayed")]).toEqual([200, 3, false]);
    // The batch, the batch again, the answer that the first kept; after the answer, the entries and what the Worker says of them.
    expect([calls(), await stockOf(shop.part)]).toEqual([5, 7]);
    const entries = await rows("select 1 from audit_log where request_id = ?", answer.headers.get("X-Request-Id"));
    const writes = await rows("select 1 from idempotency_keys where request_id = ?", answer.headers.get("X-Request-Id"));
    expect([entries.length > 0, writes.length]).toEqual([true, 1]);
    expect(await rows("select quantity from stock_movements where inventory_id = ? and kind <> 'received'", shop.part.id)).toEqual([
      { quantity: -3_000 },
    ]);
    expect((await sound.get(`/service-tickets/${ticket.id}`, { token })).body.parts[0].quantity).toBe(3);
    expect(await hasPendingWrite(shop.mechanic.userId)).toBe(false);
    expect(await brokenRules()).toEqual({});
  });

  it("is answered with what it did, whatever others have done before it was sent again", async () => {
    const [{ token }, part] = [await aMechanic(), await aShop(10)];
    let first = true;
    const { client } = behind(async (run) => {
      if (!first) return run();
      first = false;
      await run();
      await sound.post(`/inventory/${part.part.id}/receive`, { quantity: 100 }, { token });
      throw new Error(LOST);
    });
    const answer = await client.post(`/inventory/${part.part.id}/receive`, { quantity: 5 }, { token });
    expect([answer.status, answer.body.balance ?? answer.body.quantity]).toEqual([200, 15]);
    expect(await stockOf(part.part)).toBe(115);
  });

  it("and is lost for good is carried out once, and told by its Idempotency-Key", async () => {
    const [{ token }, body] = [await anAdmin(), newCustomer()];
    const options = { token, headers: { "Idempotency-Key": `fault-${unique()}` } };
    expect((await behind(losingAnswers(LOST)).client.post("/customers", body, options)).status).toBe(503);
    const again = await sound.post("/customers", body, options);
    expect([again.status, again.headers.get("Idempotent-Replayed"), again.body.email]).toEqual([201, "true", body.email]);
    expect(await rows("select count(*) n from customers where email = ?", body.email)).toEqual([{ n: 1 }]);
  });

  it("of a login, a registration and a password is carried out once, too", async () => {
    const [customer, body] = [await aCustomer(), newCustomer()];
    const { id: made } = (await behind(losingAnswers(LOST, 1)).client.post("/customers", body)).body;
    expect(await rows("select id from customers where email = ?", body.email)).toEqual([{ id: made }]);
    const login = await behind(losingAnswers(LOST, 2)).client.post("/auth/login", { email: customer.email, password: PASSWORD });
    expect(login.status).toBe(200);
    const change = { current_password: PASSWORD, new_password: "a brand new password" };
    expect((await behind(losingAnswers(LOST, 2)).client.put("/auth/password", change, { token: login.body.token })).status).toBe(200);
    expect(await rows("select gen from users where id = ?", customer.userId)).toEqual([{ gen: 2 }]);
    const actions = await rows("select action from audit_log where entity = 'user' and entity_id = ? order by id", customer.userId);
    expect(actions).toEqual([{ action: "user.logged_in" }, { action: "user.password_changed" }]);
  });

  it("and still under way when it is sent again is carried out once", async () => {
    const shop = await aShop(10);
    let late: Promise<unknown> = Promise.resolve();
    let first = true;
    const { client } = behind((run) => {
      if (!first) return run();
      first = false;
      late = scheduler.wait(100).then(run, run);
      return Promise.reject(new Error(LOST));
    });
    const { status } = await client.post(`/inventory/${shop.part.id}/receive`, { quantity: 5 }, { token: shop.mechanic.token });
    await expect(late).rejects.toThrow(/UNIQUE constraint failed: idempotency_keys.scope, idempotency_keys.key/);
    expect([status, await stockOf(shop.part)]).toEqual([200, 15]);
  });
});

describe("an error of the database that is not its absence", () => {
  it("is a refusal as ever, though a name in it reads like one", async () => {
    const shop = await aShop();
    const at = new Date(clock.now).toISOString();
    const id = await insert("parts", { name: "Network connection lost", price: 100, created_at: at, updated_at: at });
    const { client, calls } = behind((run) => run());
    const ticket = await aTicket(sound, shop);
    const answer = await client.put(`/service-tickets/${ticket.id}/add-part/${id}`, { quantity: 3 }, { token: shop.mechanic.token });
    expect([answer.status, answer.body.code, answer.body.name, calls()]).toEqual([409, "insufficient_stock", "Network connection lost", 1]);
  });

  it("is a 500 that says nothing of it, once", async () => {
    vi.spyOn(console, "error").mockImplementationOnce(() => undefined);
    const { id, token } = await aCustomer();
    const { client, calls } = behind(failing("D1_ERROR: near 'selecct': syntax error in selecct secret from users"));
    const { status, body } = await client.get(`/customers/${id}`, { token });
    expect([status, body.code, calls()]).toEqual([500, "internal", 1]);
    expect(JSON.stringify(body)).not.toMatch(/select|secret|users|syntax|at \//);
  });

  it("is the same in the tests' own database", async () => {
    expect(await env.DB.prepare("select selecct").all().then(String, String)).toMatch(/^Error: D1_ERROR: /);
  });
});

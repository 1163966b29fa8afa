import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { seal } from "../support/audit.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, rows, unique } from "../support/people.ts";
import { bearer, rawClient } from "../support/raw.ts";

const client = createClient();
const at = new Date(clock.now).toISOString();
afterEach(() => vi.restoreAllMocks());

const last = async (): Promise<number> => (await rows<{ id: number }>("select coalesce(max(id), 0) as id from audit_log"))[0]?.id ?? 0;

/** What `work` answered, and the audit rows and kept answers that it left. */
const traced = async <T>(work: () => Promise<T>) => {
  const [before, writes] = [await last(), await rows("select * from idempotency_keys")];
  const answer = await work();
  expect(await rows("select * from idempotency_keys")).toEqual(writes);
  const shown = "id, at, user_id, role, action, entity, entity_id, before, after, request_id, address";
  return { answer, left: await rows(`select ${shown} from audit_log where id > ? order by id`, before) };
};

/** What strangers were refused within `work`, as it is counted. */
const counted = async <T>(work: () => Promise<T>) => {
  await rows("delete from refusals");
  const { answer, left } = await traced(work);
  return { answer, left, counts: await rows("select what, user_id, network, count from refusals order by id") };
};

describe("a login that fails", () => {
  const fail = (body: object, path = "/auth/login") => traced(() => client.post(path, body));
  const entry = { at, user_id: null, role: "anonymous", action: "user.login_failed", entity: "user", before: null, address: "203.0.113.7" };

  it("with a wrong password is recorded about the account, without what was sent", async () => {
    const { email, userId } = await aCustomer();
    const { answer, left } = await fail({ email: ` ${email.toUpperCase()}`, password: "not the password" });
    expect([answer.status, answer.body.code]).toEqual([401, "invalid_credentials"]);
    const request_id = answer.headers.get("X-Request-Id");
    expect(left).toEqual([{ ...entry, id: expect.any(Number), entity_id: userId, after: '{"code":"invalid_credentials"}', request_id }]);
    expect(JSON.stringify(left)).not.toMatch(new RegExp(`${email}|not the password`, "i"));
  });

  it("with an unknown e-mail is counted for its network, and no entry", async () => {
    const email = `nobody${unique()}@example.com`;
    const mechanic = await aMechanic();
    const { left, counts } = await counted(async () => {
      const answer = await client.post("/auth/login", { email, password: "not the password" });
      expect(answer.body.code).toBe("invalid_credentials");
      await client.post("/customers/login", { email: mechanic.email, password: PASSWORD });
    });
    expect(left).toEqual([]);
    expect(counts).toEqual([{ what: "user.login_failed invalid_credentials", user_id: 0, network: "203.0.113.7", count: 2 }]);
  });

  it("of one account is in the log five times an hour, and counted each time", async () => {
    const { email, userId } = await aCustomer();
    const { left, counts } = await counted(async () => {
      for (let i = 0; i < 8; i++) await client.post("/auth/login", { email, password: "not the password" });
    });
    expect(left).toHaveLength(5);
    expect(counts).toEqual([{ what: "user.login_failed invalid_credentials", user_id: userId, network: "", count: 8 }]);
    clock.now += 3_600_000;
    expect((await fail({ email, password: "not the password" })).left).toHaveLength(1);
    clock.now -= 3_600_000;
  });

  it("is recorded about each account that the e-mail has", async () => {
    const mechanic = await aMechanic();
    const customer = await aCustomer({ email: mechanic.email });
    const ids = [mechanic.userId, customer.userId].sort();
    const idsOf = (left: readonly Record<string, unknown>[]) => left.map(({ entity_id, after }) => [entity_id, after]).sort();
    const wrong = await fail({ email: mechanic.email, password: "not the password" });
    expect(idsOf(wrong.left)).toEqual(ids.map((id) => [id, '{"code":"invalid_credentials"}']));
    const both = await fail({ email: mechanic.email, password: PASSWORD });
    expect(both.answer.body.code).toBe("role_required");
    expect(idsOf(both.left)).toEqual(ids.map((id) => [id, '{"code":"role_required"}']));
    const one = await fail({ email: mechanic.email, password: "not the password", role: "customer" });
    expect(idsOf(one.left)).toEqual([[customer.userId, '{"code":"invalid_credentials"}']]);
  });

  it.each(["pending", "disabled"])("because the account is %s is recorded", async (status) => {
    const { email, userId } = await aMechanic();
    await env.DB.prepare("update users set status = ? where id = ?").bind(status, userId).run();
    const { answer, left } = await fail({ email, password: PASSWORD });
    expect([answer.status, answer.body.code]).toEqual([403, `account_${status}`]);
    expect(left).toMatchObject([{ ...entry, entity_id: userId, after: `{"code":"account_${status}"}` }]);
  });

  it("because of a limit or of its form is not recorded", async () => {
    const { email } = await aCustomer();
    const narrow = createClient(testDeps({ RATE_LIMIT_LOGIN_ACCOUNT: "1/minute", RATE_LIMIT_LOGIN: "2/minute" }), "198.51.100.1");
    const guess = () => traced(() => narrow.post("/auth/login", { email, password: "wrong" }));
    expect((await guess()).left).toHaveLength(1);
    for (const policy of ["login-account-minute", "login-minute"]) {
      const { answer, left } = await guess();
      expect([answer.status, answer.body.policy, left]).toEqual([429, policy, []]);
    }
    expect((await fail({ email })).left).toEqual([]);
  });

  it("is answered as ever when it cannot be recorded, and the log names the request and no values", async () => {
    const { email } = await aCustomer();
    await env.DB.prepare("create trigger full before insert on audit_log begin select raise(abort, 'full'); end").run();
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const answer = await client.post("/auth/login", { email, password: "not the password" });
    await env.DB.prepare("drop trigger full").run();
    expect(answer.body.code).toBe("invalid_credentials");
    const request_id = answer.headers.get("X-Request-Id");
    expect(log.mock.calls).toEqual([[JSON.stringify({ request_id, error: "refusal_not_recorded", action: "user.login_failed" })]]);
  });
});

describe("an access that is refused where only admins may", () => {
  const entry = { at, action: "access.refused", entity: "route", entity_id: null, before: null, address: "203.0.113.7" };
  const afterOf = (method: string, path: string, status: number) => JSON.stringify({ method, path, status });

  it("is recorded with who asked and the route, not with what was asked for", async () => {
    const mechanic = await aMechanic();
    const { answer, left } = await traced(() => client.put("/users/471147114711", { status: "active" }, { token: mechanic.token }));
    expect(answer.status).toBe(403);
    const request_id = answer.headers.get("X-Request-Id");
    const row = { ...entry, user_id: mechanic.userId, role: "mechanic", request_id };
    expect(left).toEqual([{ ...row, id: expect.any(Number), after: afterOf("PUT", "/users/{id}", 403) }]);
    expect(JSON.stringify(left)).not.toContain("471147114711");
  });

  it("is counted for strangers, by network and hour, and recorded for tokens that were voided", async () => {
    const ask = async () => {
      await client.get("/audit-log");
      await client.get("/audit-log", { token: "nonsense" });
      await createClient(testDeps(), "2001:db8:1:2:3::4").get("/audit-log");
    };
    const { left, counts } = await counted(ask);
    expect(left).toEqual([]);
    const what = "access.refused GET /audit-log 401";
    expect(counts).toEqual([
      { what, user_id: 0, network: "203.0.113.7", count: 2 },
      { what, user_id: 0, network: expect.stringMatching(/^2001:db8:1:2/), count: 1 },
    ]);
    const admin = await anAdmin();
    await testDeps().gate.revoke(`user:${admin.userId}`, 2, clock.now);
    const voided = await traced(() => client.get("/audit-log", { token: admin.token }));
    expect(voided.answer.status).toBe(401);
    expect(voided.left).toMatchObject([{ ...entry, user_id: admin.userId, role: "admin", after: afterOf("GET", "/audit-log", 401) }]);
  });

  it("has at most 1,000 rows an hour, whatever the networks", async () => {
    await rows("delete from refusals");
    await rows(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
      insert into refusals (hour, what, user_id, network, nth, count, first_at, last_at)
      select ?1, 'access.refused GET /audit-log 401', 0, '198.51.' || (i / 256) || '.' || (i % 256), i, 1, ?1, ?1 from n`,
      `${at.slice(0, 13)}:00:00.000Z`,
    );
    for (const network of ["192.0.2.1", "192.0.2.2", "198.51.0.5"]) await createClient(testDeps(), network).get("/audit-log");
    expect(await rows("select network, count from refusals where count > 1")).toEqual([
      { network: "198.51.0.5", count: 2 },
      { network: "others", count: 2 },
    ]);
    expect(await rows("select count(*) as n from refusals")).toEqual([{ n: 1_001 }]);
  });

  it("is recorded once per request, whatever the method", async () => {
    const { token } = await aCustomer();
    const head = await traced(() => rawClient()("/audit-log/verify", { method: "HEAD", headers: bearer(token) }));
    expect([head.answer.status, head.left]).toMatchObject([403, [{ ...entry, after: afterOf("GET", "/audit-log/verify", 403) }]]);
    const deleted = await traced(() => client.delete("/users/1", { token }));
    expect(deleted.left).toMatchObject([{ ...entry, after: afterOf("DELETE", "/users/{id}", 403) }]);
  });

  it("is not recorded when the limit is reached", async () => {
    const narrow = createClient(testDeps({ RATE_LIMIT_DEFAULT: "2/hour" }), "198.51.100.2");
    const [{ token }, ask] = [await aCustomer(), (options = {}) => traced(() => narrow.get("/audit-log", options))];
    const statuses = async (options = {}) => {
      const seen: [number, number][] = [];
      for (let i = 0; i < 3; i++) {
        const { answer, left } = await ask(options);
        seen.push([answer.status, left.length]);
      }
      return seen;
    };
    await rows("delete from refusals");
    expect(await statuses()).toEqual([
      [401, 0],
      [401, 0],
      [401, 0],
    ]);
    expect(await rows("select count from refusals")).toEqual([{ count: 2 }]);
    expect(await statuses({ token })).toEqual([
      [403, 1],
      [403, 1],
      [429, 0],
    ]);
  });

  it("is not recorded where others may too, nor are other failures and successes", async () => {
    const [customer, admin] = [await aCustomer(), await anAdmin()];
    const leaves = async (work: () => Promise<{ status: number }>) => {
      const { answer, left } = await traced(work);
      return [answer.status, left.length];
    };
    expect(await leaves(() => client.get("/customers", { token: customer.token }))).toEqual([403, 0]);
    expect(await leaves(() => client.get("/customers"))).toEqual([401, 0]);
    expect(await leaves(() => client.delete("/mechanics/1", { token: customer.token }))).toEqual([403, 0]);
    expect(await leaves(() => client.get("/nothing"))).toEqual([404, 0]);
    expect(await leaves(() => client.get("/users/999999", { token: admin.token }))).toEqual([404, 0]);
    expect(await leaves(() => client.get("/users?page=x", { token: admin.token }))).toEqual([422, 0]);
    expect(await leaves(() => client.get("/users", { token: admin.token }))).toEqual([200, 0]);
  });

  it("is not recorded while the gate is silent, since then nothing limits it", async () => {
    const deps = testDeps();
    const gate = { ...deps.gate, enter: async () => ({ kind: "unreachable" as const }) };
    const { answer, left } = await traced(() => createClient({ ...deps, gate }).post("/users", {}, {}));
    expect([answer.status, left]).toEqual([401, []]);
  });
});

describe("refusals in the audit log", () => {
  it("are listed among the writes, by kind and by account, and sealed with them", async () => {
    const [admin, customer] = [await anAdmin(), await aCustomer()];
    await client.delete("/users/1", { token: customer.token });
    await client.post("/auth/login", { email: customer.email, password: "not the password" });
    const refused = await client.get(`/audit-log?entity=route&actor=${customer.userId}`, { token: admin.token });
    const actor = { role: "customer", user_id: customer.userId };
    expect(refused.body.audit_log).toMatchObject([
      { actor, action: "access.refused", entity_id: null, before: null, after: { method: "DELETE", path: "/users/{id}", status: 403 } },
    ]);
    const failed = await client.get(`/audit-log?entity=user&entity_id=${customer.userId}`, { token: admin.token });
    expect(failed.body.audit_log).toMatchObject([{ action: "user.login_failed", before: null, after: { code: "invalid_credentials" } }]);
    await seal();
    const verified = await client.get("/audit-log/verify", { token: admin.token });
    expect(verified.body).toMatchObject({ ok: true, checked: await last(), unsealed: 0 });
  });
});

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, rows, unique } from "../support/people.ts";
import { quick, quickDeps } from "../support/quick-passwords.ts";

const START = clock.now;
let address = "";
beforeEach(() => {
  address = `198.51.100.${unique()}`;
});
afterEach(() => {
  clock.now = START;
});

const clientWith = (limits: Partial<Env>, from = address) => createClient(quickDeps(limits), from);
const logIn = (client: ReturnType<typeof createClient>, email: string, password = PASSWORD, path = "/auth/login") =>
  client.post(path, { email, password });

describe("the limit of logins", () => {
  it("counts the failures of all login routes of an address together, whoever tries", async () => {
    const client = clientWith({ RATE_LIMIT_LOGIN: "3/minute" });
    const [customer, mechanic] = [await quick(aCustomer()), await quick(aMechanic())];
    const first = await logIn(client, customer.email, "wrong");
    expect([first.status, first.headers.get("RateLimit-Policy")]).toEqual([401, '"login-minute";q=3;w=60']);
    expect((await logIn(client, mechanic.email, "wrong", "/mechanics/login")).status).toBe(401);
    expect((await logIn(client, "nobody@example.com", "wrong", "/customers/login")).status).toBe(401);
    for (const path of ["/auth/login", "/customers/login", "/mechanics/login", "/auth/login/"]) {
      const refused = await client.post(path, { email: customer.email, password: PASSWORD });
      expect([refused.status, refused.body.policy, refused.headers.get("Retry-After")], path).toEqual([429, "login-minute", "60"]);
    }
    clock.now += 60_000;
    expect((await logIn(client, customer.email)).status).toBe(200);
  });

  it("counts invalid requests too, and does not count other addresses", async () => {
    const limits = { RATE_LIMIT_LOGIN: "2/minute" };
    const client = clientWith(limits);
    const { email } = await quick(aCustomer());
    expect((await client.post("/auth/login", {})).status).toBe(422);
    expect((await client.post("/auth/login", "{")).status).toBe(400);
    expect((await logIn(client, email)).status).toBe(429);
    expect((await logIn(clientWith(limits, "192.0.2.99"), email)).status).toBe(200);
  });

  it("counts no right password, also when many log in from one address at once", async () => {
    const client = clientWith({ RATE_LIMIT_LOGIN: "3/minute" });
    const people = await Promise.all(Array.from({ length: 7 }, () => quick(aCustomer())));
    const answers = await Promise.all(people.map(({ email }) => logIn(client, email)));
    expect(answers.map(({ status }) => status)).toEqual(people.map(() => 200));
    for (let i = 0; i < 4; i++) expect((await logIn(client, people[0]?.email ?? "")).status).toBe(200);
    const guesses = await Promise.all(people.map(({ email }) => logIn(client, email, "wrong")));
    expect(guesses.map(({ status }) => status).sort()).toEqual([401, 401, 401, 429, 429, 429, 429]);
  });

  it("counts by address even for those who are logged in", async () => {
    const limits = { RATE_LIMIT_LOGIN: "1/minute" };
    const [one, two] = [await quick(aCustomer()), await quick(aCustomer())];
    const login = (who: { email: string; token: string }) =>
      clientWith(limits).post("/auth/login", { email: who.email, password: "wrong" }, { token: who.token });
    expect([(await login(one)).status, (await login(two)).status]).toEqual([401, 429]);
  });

  it("leaves no row of a login that it refuses", async () => {
    const client = clientWith({ RATE_LIMIT_LOGIN: "1/minute" });
    const { email, userId } = await quick(aCustomer());
    await client.post("/auth/login", {});
    expect((await logIn(client, email)).status).toBe(429);
    expect(await rows("select last_login_at from users where id = ?", userId)).toEqual([{ last_login_at: null }]);
  });
});

/** Why logins of an account failed, as the audit log has it. */
const failuresOf = async (userId: number): Promise<string[]> => {
  const found = await rows<{ after: string }>("select after from audit_log where action = 'user.login_failed' and entity_id = ?", userId);
  return found.map(({ after }) => JSON.parse(after).code);
};

describe("the limit of failures of an account", () => {
  const LIMITS = { RATE_LIMIT_LOGIN_ACCOUNT: "2/15 minutes" };

  it("stops guessing from ever new addresses, also with the right password, until the window has passed", async () => {
    const { email } = await quick(aCustomer());
    const guess = async (password: string) => logIn(clientWith(LIMITS, `192.0.2.${unique()}`), email, password);
    expect([(await guess("wrong 1")).status, (await guess("wrong 2")).status]).toEqual([401, 401]);
    const refused = await guess(PASSWORD);
    expect([refused.status, refused.body.policy, refused.headers.get("Retry-After")]).toEqual([429, "login-account-15-minutes", "900"]);
    clock.now += 900_000;
    expect((await guess(PASSWORD)).status).toBe(200);
  });

  it("locks nobody out from an address that logged in before, for 30 days", async () => {
    const { email } = await quick(aCustomer());
    const home = clientWith(LIMITS);
    expect((await logIn(home, email)).status).toBe(200);
    for (const password of ["wrong 1", "wrong 2", "wrong 3"]) await logIn(clientWith(LIMITS, `192.0.2.${unique()}`), email, password);
    expect((await logIn(clientWith(LIMITS, `192.0.2.${unique()}`), email)).status).toBe(429);
    expect((await logIn(home, email)).status).toBe(200);
  });

  it("counts no success", async () => {
    const { email } = await quick(aCustomer());
    for (let i = 0; i < 4; i++) expect((await logIn(clientWith(LIMITS, `192.0.2.${unique()}`), email)).status).toBe(200);
  });

  it("counts no right password of an account that is not active", async () => {
    const { email, userId } = await quick(aMechanic());
    await env.DB.prepare("update users set status = 'pending' where id = ?").bind(userId).run();
    for (let i = 0; i < 4; i++) expect((await logIn(clientWith(LIMITS, `192.0.2.${unique()}`), email)).body.code).toBe("account_pending");
  });

  it("counts a right password that opens two accounts, for both", async () => {
    const { email, userId } = await quick(aMechanic());
    const other = await quick(aCustomer({ email }));
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push((await logIn(clientWith(LIMITS, `192.0.2.${unique()}`), email)).body.code);
    expect(codes).toEqual(["role_required", "role_required", "rate_limited"]);
    for (const id of [userId, other.userId]) expect(await failuresOf(id)).toEqual(["role_required", "role_required"]);
    for (const path of ["/customers/login", "/mechanics/login"])
      expect((await logIn(clientWith(LIMITS, `192.0.2.${unique()}`), email, PASSWORD, path)).status).toBe(429);
  });

  it("exempts an address only for the account that it opened, whatever e-mail they share", async () => {
    const victim = await quick(anAdmin());
    const mine = await quick(aCustomer({ email: victim.email }));
    await env.DB.prepare("update users set password_hash = 'none' where id = ?").bind(victim.userId).run();
    const home = clientWith(LIMITS);
    expect((await logIn(home, victim.email, PASSWORD, "/customers/login")).status).toBe(200);
    const guess = async (role?: string) => (await home.post("/auth/login", { email: victim.email, password: "guess", role })).status;
    expect([await guess("admin"), await guess(), await guess("admin"), await guess()]).toEqual([401, 401, 429, 429]);
    expect(await failuresOf(victim.userId)).toHaveLength(2);
    expect((await home.post("/auth/login", { email: victim.email, password: PASSWORD, role: "customer" })).body.user_id).toBe(mine.userId);
  });

  it("counts and records what opens one account as a failure of the other one that was tried", async () => {
    const victim = await anAdmin();
    await env.DB.prepare("update users set password_hash = 'none' where id = ?").bind(victim.userId).run();
    await quick(aCustomer({ email: victim.email }));
    const home = clientWith(LIMITS);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await logIn(home, victim.email)).status);
    expect([statuses, await failuresOf(victim.userId)]).toEqual([
      [200, 200, 429],
      ["invalid_credentials", "invalid_credentials"],
    ]);
  });

  it("bounds also what a known address opens, which costs hashing", async () => {
    const { email } = await quick(aCustomer());
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await logIn(clientWith(LIMITS), email)).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
  });

  it("is one for all spellings of the e-mail and for accounts that do not exist", async () => {
    const email = `Nobody${unique()}@Example.com`;
    const guess = (text: string) => logIn(clientWith(LIMITS, `192.0.2.${unique()}`), text, "wrong");
    expect([(await guess(email)).status, (await guess(` ${email.toLowerCase()} `)).status]).toEqual([401, 401]);
    expect((await guess(email.toUpperCase())).status).toBe(429);
  });
});

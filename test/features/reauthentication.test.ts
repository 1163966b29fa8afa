import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import { accountState, anEmail, aRecord } from "../support/accounts.ts";
import { type Answer, clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, PASSWORD, type Person } from "../support/people.ts";
import { quick, quickDeps } from "../support/quick-passwords.ts";
import { begin, refreshed } from "../support/sessions.ts";

const START = clock.now;
const MINUTES = 60_000;
const client = createClient(quickDeps());

afterEach(() => {
  clock.now = START;
});

/** People whose logins are more than five minutes ago, but whose tokens are good. */
let customer: Person;
let mechanic: Person;
let admin: Person;
/** An admin who is a mechanic too, and another one who is disabled. */
let off: Person;

beforeEach(async () => {
  [customer, mechanic, admin, off] = await Promise.all([quick(aCustomer()), quick(aMechanic()), quick(anAdmin()), quick(aMechanic())]);
  await client.patch(`/users/${off.userId}`, { role: "admin" }, { token: admin.token });
  await client.patch(`/users/${off.userId}`, { status: "disabled" }, { token: admin.token });
  clock.now += 5 * MINUTES + 1;
});

type Method = "put" | "patch" | "post" | "delete";
type Ask = readonly [name: string, who: () => Person, method: Method, path: () => string, body?: () => object];

/** Everything that changes whose account it is. */
const ASKED: readonly Ask[] = [
  ["customer's own e-mail", () => customer, "put", () => `/customers/${customer.id}`, () => ({ email: anEmail() })],
  ["customer's own e-mail", () => customer, "patch", () => `/customers/${customer.id}`, () => ({ email: anEmail() })],
  ["customer's e-mail, by an admin", () => admin, "patch", () => `/customers/${customer.id}`, () => ({ email: anEmail() })],
  ["mechanic's own e-mail", () => mechanic, "put", () => `/mechanics/${mechanic.id}`, () => ({ email: anEmail() })],
  ["mechanic's own e-mail", () => mechanic, "patch", () => `/mechanics/${mechanic.id}`, () => ({ email: anEmail(), phone: "+1 555 0201" })],
  ["mechanic's e-mail, by an admin", () => admin, "patch", () => `/mechanics/${mechanic.id}`, () => ({ email: anEmail() })],
  ["account's e-mail", () => admin, "put", () => `/users/${customer.userId}`, () => ({ email: anEmail() })],
  ["admin's own e-mail", () => admin, "patch", () => `/users/${admin.userId}`, () => ({ email: anEmail() })],
  ["new admin", () => admin, "post", () => "/users", () => ({ email: anEmail(), password: PASSWORD, role: "admin" })],
  ["mechanic who becomes an admin", () => admin, "put", () => `/users/${mechanic.userId}`, () => ({ role: "admin" })],
  ["mechanic who becomes an admin", () => admin, "patch", () => `/users/${mechanic.userId}`, () => ({ role: "admin", status: "active" })],
  ["admin who is active again", () => admin, "patch", () => `/users/${off.userId}`, () => ({ status: "active" })],
  ["admin who is active again, as a mechanic", () => admin, "patch", () => `/mechanics/${off.id}`, () => ({ status: "active" })],
  ["customer who leaves", () => customer, "delete", () => `/customers/${customer.id}`],
  ["customer with an account, by an admin", () => admin, "delete", () => `/customers/${customer.id}`],
  ["mechanic who leaves", () => mechanic, "delete", () => `/mechanics/${mechanic.id}`],
  ["mechanic, by an admin", () => admin, "delete", () => `/mechanics/${mechanic.id}`],
  ["account, by an admin", () => admin, "delete", () => `/users/${customer.userId}`],
];

const ask = ([, who, method, path, body]: Ask, more: object = {}, token = who().token): Promise<Answer> =>
  client.send(method, path(), { token, body: { ...body?.(), ...more } });
const codeOf = ({ status, body }: Answer) => (status < 300 ? "done" : body.code);

describe.each(ASKED.map((asked) => [`${asked[0]} (${asked[2]})`, asked] as const))("%s", (_, asked) => {
  it("wants the password of who asks when the login is long ago, and then only the right one", async () => {
    const before = await accountState();
    expect([(await ask(asked)).status, codeOf(await ask(asked))]).toEqual([403, "password_needed"]);
    expect(await accountState()).toEqual(before);
    expect(codeOf(await ask(asked, { current_password: "wrong horse battery" }))).toBe("invalid_credentials");
    expect((await accountState()).slice(0, 4)).toEqual(before.slice(0, 4));
    expect(codeOf(await ask(asked, { current_password: PASSWORD }))).toBe("done");
  });
});

describe("the five minutes after a login", () => {
  it("begin with the login, and end to the millisecond", async () => {
    const { token } = await begin(client, admin);
    const change = async () => codeOf(await client.patch(`/customers/${customer.id}`, { email: anEmail() }, { token }));
    clock.now += 5 * MINUTES;
    expect(await change()).toBe("done");
    clock.now += 1;
    expect(await change()).toBe("password_needed");
  });

  it("do not begin again with a refresh, nor for the sessions from before", async () => {
    const { refresh, token: old } = await begin(client, customer);
    clock.now += 5 * MINUTES + 1;
    const { token } = await refreshed(client, refresh);
    await begin(client, customer);
    for (const stale of [token, old])
      expect((await client.delete(`/customers/${customer.id}`, { token: stale })).body.code).toBe("password_needed");
  });
});

describe("a token that names a session of somebody else", () => {
  it("has nothing of that one's login", async () => {
    const session = { sid: String((await begin(client, mechanic)).sid), gen: 1 };
    const actor = { role: "customer", customerId: customer.id, userId: customer.userId, session } as const;
    const token = await testDeps().tokens.sign(actor, clock.now);
    expect((await client.delete(`/customers/${customer.id}`, { token })).status).toBeGreaterThan(400);
  });
});

describe("what does not change whose account it is", () => {
  it.each([
    ["the same e-mail again", () => customer, () => `/customers/${customer.id}`, () => ({ email: customer.email, phone: "+1 555 0199" })],
    ["the same e-mail again", () => mechanic, () => `/mechanics/${mechanic.id}`, () => ({ email: mechanic.email, phone: "+1 555 0199" })],
    ["the same e-mail again", () => admin, () => `/users/${customer.userId}`, () => ({ email: customer.email })],
    ["a phone number", () => customer, () => `/customers/${customer.id}`, () => ({ phone: "+1 555 0199" })],
    ["the status of a customer", () => admin, () => `/users/${customer.userId}`, () => ({ status: "disabled" })],
    ["the role that it has", () => admin, () => `/users/${admin.userId}`, () => ({ role: "admin", status: "active" })],
  ] as const)("needs no password: %s", async (_, who, path, body) => {
    expect(codeOf(await client.put(path(), body(), { token: who().token }))).toBe("done");
  });

  it("needs none either for a record that nobody logs in to", async () => {
    const walkIn = await aRecord("customers");
    const { token } = mechanic;
    expect(codeOf(await client.patch(`/customers/${walkIn.id}`, { email: anEmail() }, { token }))).toBe("done");
    expect(codeOf(await client.delete(`/customers/${walkIn.id}`, { token: admin.token }))).toBe("done");
  });

  it("is refused all the same with a wrong password, and when nothing but the password is sent", async () => {
    const { token } = customer;
    const patch = (body: object) => client.patch(`/customers/${customer.id}`, body, { token });
    expect((await patch({ phone: "+1 555 0199", current_password: "wrong" })).body.code).toBe("invalid_credentials");
    expect((await patch({ current_password: PASSWORD })).body.code).toBe("invalid");
  });
});

describe("a wrong password", () => {
  it("is recorded, and limited for the account with those at PUT /auth/password, from wherever it comes", async () => {
    const tight = (address: string) => createClient(quickDeps({ RATE_LIMIT_LOGIN_ACCOUNT: "2/15 minutes" }), address);
    const leave = (address: string, current_password: string) =>
      tight(address).delete(`/customers/${customer.id}`, { token: customer.token, body: { current_password } });
    expect(codeOf(await leave("192.0.2.1", "wrong 1"))).toBe("invalid_credentials");
    const change = { current_password: "wrong 2", new_password: "staple correct horse" };
    expect(codeOf(await tight("192.0.2.2").put("/auth/password", change, { token: customer.token }))).toBe("invalid_credentials");
    const refused = await leave("192.0.2.3", PASSWORD);
    expect([refused.status, refused.body.policy]).toEqual([429, "login-account-15-minutes"]);
    const entries = (await auditOf("user", customer.userId)).filter(({ action }) => action === "user.password_refused");
    expect(entries.map(({ user_id, after }) => [user_id, after])).toEqual(
      entries.map(() => [customer.userId, '{"code":"invalid_credentials"}']),
    );
    expect(entries).toHaveLength(2);
    clock.now += 15 * MINUTES;
    expect(codeOf(await leave("192.0.2.3", PASSWORD))).toBe("done");
  });

  it("is the caller's own, not that of the account that is changed", async () => {
    await env.DB.prepare("update users set password_hash = '$scrypt$none' where id = ?").bind(admin.userId).run();
    const body = { current_password: PASSWORD };
    expect(codeOf(await client.delete(`/users/${customer.userId}`, { token: admin.token, body }))).toBe("invalid_credentials");
  });

  it("does not win against a password that is changed while it is checked", async () => {
    const deps = quickDeps();
    const verify = async (password: string, hash: string | null) => {
      const isRight = await deps.passwords.verify(password, hash);
      await env.DB.prepare("update users set password_hash = '$scrypt$new' where id = ?").bind(customer.userId).run();
      return isRight;
    };
    const slow = createClient({ ...deps, passwords: { ...deps.passwords, verify } });
    const answer = await slow.delete(`/customers/${customer.id}`, { token: customer.token, body: { current_password: PASSWORD } });
    expect(codeOf(answer)).toBe("invalid_credentials");
  });
});

describe("the document", () => {
  it("says of each route that takes `current_password` when it asks for it, and of no other", () => {
    const takes = endpoints.filter(({ spec }) =>
      spec.body.safeParse({ current_password: 1 }).error?.issues.some(({ path }) => path[0] === "current_password"),
    );
    const named = (of: typeof endpoints) => of.map(({ spec }) => `${spec.method} ${spec.path}`).sort();
    const always = ["put /auth/password", "delete /auth/second-factor"];
    expect(named(takes).filter((name) => !always.includes(name))).toEqual(named(endpoints.filter(({ policy }) => policy.asksPassword)));
  });
});

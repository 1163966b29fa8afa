import { env } from "cloudflare:workers";
import bcrypt from "bcryptjs";
import { describe, expect, it } from "vitest";
import { passwords } from "../../src/edge/passwords.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, PASSWORD, type Person, rows, unique } from "../support/people.ts";
import { quick, quickDeps } from "../support/quick-passwords.ts";

const client = createClient(quickDeps());
const NOW = new Date(clock.now).toISOString();

const logIn = (email: string, password = PASSWORD, path = "/auth/login", role?: string) =>
  client.post(path, { email, password, ...(role ? { role } : {}) });
const accountOf = async (userId: number) =>
  (
    await rows<{ password_hash: string; gen: number; last_login_at: string | null }>(
      "select password_hash, gen, last_login_at from users where id = ?",
      userId,
    )
  )[0];
const setAccount = (userId: number, name: string, value: string) =>
  env.DB.prepare(`update users set ${name} = ? where id = ?`).bind(value, userId).run();
const actionsOf = async (userId: number) => (await auditOf("user", userId)).map(({ action }) => action);

describe("POST /auth/login", () => {
  it.each([
    ["customer", aCustomer, { name: "Cara Customer" }],
    ["mechanic", aMechanic, { name: "Max Mechanic" }],
    ["admin", anAdmin, {}],
  ] as const)("gives a %s a token of one hour that says who it is", async (role, make, names) => {
    const person: Person = await quick(make());
    const { status, body, headers } = await logIn(person.email);
    expect([status, headers.get("Cache-Control")]).toEqual([200, "private, no-store"]);
    const records = { customer_id: role === "customer" ? person.id : null, mechanic_id: role === "mechanic" ? person.id : null };
    expect(body).toMatchObject({
      token_type: "Bearer",
      expires_in: 3_600,
      role,
      user_id: person.userId,
      ...records,
      message: "Login successful",
      ...names,
    });
    expect(await testDeps().tokens.verify(body.token, clock.now)).toMatchObject({ role, userId: person.userId, session: { gen: 1 } });
    expect((await client.get("/auth/me", { token: body.token })).body).toMatchObject({ id: person.userId, role, last_login_at: NOW });
  });

  it("records when, in one audited write without secrets", async () => {
    const { userId, email } = await quick(aCustomer());
    const { headers } = await logIn(` ${email.toUpperCase()} `);
    expect((await accountOf(userId))?.last_login_at).toBe(NOW);
    const [entry, ...others] = await auditOf("user", userId);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ action: "user.logged_in", user_id: userId, request_id: headers.get("X-Request-Id") });
    expect(JSON.stringify(entry)).not.toMatch(/scrypt|password/);
  });

  it("gives each login a session of its own", async () => {
    const { email } = await quick(aCustomer());
    const actors = await Promise.all([1, 2].map(async () => testDeps().tokens.verify((await logIn(email)).body.token, clock.now)));
    const sids = actors.map((actor) => (actor && "session" in actor ? actor.session.sid : null));
    expect(new Set(sids).size).toBe(2);
  });

  it("tells nobody whether an e-mail has an account: the same answer for the same work", async () => {
    const checked: (string | null)[] = [];
    const verify = (password: string, hash: string | null) => {
      checked.push(hash);
      return passwords.verify(password, hash);
    };
    const watched = createClient({ ...testDeps(), passwords: { ...passwords, verify } });
    const { email, userId } = await quick(aCustomer());
    const wrong = await watched.post("/auth/login", { email, password: "wrong password" });
    const unknown = await watched.post("/auth/login", { email: `nobody${unique()}@example.com`, password: "wrong password" });
    const otherRole = await watched.post("/mechanics/login", { email, password: PASSWORD });
    expect([wrong.status, wrong.body.code]).toEqual([401, "invalid_credentials"]);
    for (const answer of [unknown, otherRole]) {
      expect({ ...answer.body, request_id: "" }).toEqual({ ...wrong.body, request_id: "" });
      expect([...answer.headers.keys()]).toEqual([...wrong.headers.keys()]);
    }
    expect(checked).toEqual([(await accountOf(userId))?.password_hash, null, null]);
    expect((await accountOf(userId))?.last_login_at).toBeNull();
    expect(await actionsOf(userId)).not.toContain("user.logged_in");
  });

  it("asks for the role only where one password opens two accounts of an e-mail", async () => {
    const mechanic = await quick(aMechanic());
    const customer = await quick(aCustomer({ email: mechanic.email }));
    const unclear = await logIn(mechanic.email);
    expect([unclear.status, unclear.body.code]).toEqual([422, "role_required"]);
    expect([(await accountOf(mechanic.userId))?.last_login_at, (await accountOf(customer.userId))?.last_login_at]).toEqual([null, null]);
    expect((await logIn(mechanic.email, PASSWORD, "/auth/login", "customer")).body.user_id).toBe(customer.userId);
    expect((await logIn(mechanic.email, PASSWORD, "/mechanics/login")).body.user_id).toBe(mechanic.userId);
    expect((await logIn(mechanic.email, PASSWORD, "/auth/login", "admin")).body.code).toBe("invalid_credentials");
    await setAccount(customer.userId, "password_hash", await passwords.hash("another password"));
    expect((await logIn(mechanic.email)).body.user_id).toBe(mechanic.userId);
    expect((await logIn(mechanic.email, "another password")).body.user_id).toBe(customer.userId);
  });

  it.each(["pending", "disabled"])("tells that an account is %s, but only after the right password", async (status) => {
    const { userId, email } = await quick(aMechanic());
    await setAccount(userId, "status", status);
    const right = await logIn(email);
    expect([right.status, right.body.code]).toEqual([403, `account_${status}`]);
    expect((await logIn(email, "wrong password")).body.code).toBe("invalid_credentials");
    expect((await accountOf(userId))?.last_login_at).toBeNull();
    expect(await actionsOf(userId)).not.toContain("user.logged_in");
    await setAccount(userId, "status", "active");
    expect((await logIn(email)).status).toBe(200);
  });

  it.each([
    [{}, ["/body/email", "/body/password"]],
    [{ email: "nobody", password: "" }, ["/body/email", "/body/password"]],
    [{ email: "a@example.com", password: "x".repeat(129) }, ["/body/password"]],
    [{ email: "a@example.com", password: "x", role: "owner" }, ["/body/role"]],
    [{ email: { $gt: "" }, password: ["x"] }, ["/body/email", "/body/password"]],
    [{ username: "a", password: "x", email: "a@example.com" }, ["/body/username"]],
  ])("refuses %j", async (body, pointers) => {
    const answer = await client.post("/auth/login", body);
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
  });
});

describe("POST /customers/login and /mechanics/login", () => {
  it("are for their own role", async () => {
    const [customer, mechanic, admin] = [await quick(aCustomer()), await quick(aMechanic()), await quick(anAdmin())];
    const answers = async (path: string) =>
      Promise.all([customer, mechanic, admin].map(async ({ email }) => (await logIn(email, PASSWORD, path)).status));
    expect(await answers("/customers/login")).toEqual([200, 401, 401]);
    expect(await answers("/mechanics/login")).toEqual([401, 200, 401]);
    expect((await logIn(customer.email, PASSWORD, "/customers/login", "customer")).body.errors[0]).toMatchObject({ pointer: "/body/role" });
  });
});

describe("a password of a shop that moves over", () => {
  it("opens the account with its bcrypt hash, which is replaced after the login", async () => {
    const slow = createClient();
    const login = (password: string) => slow.post("/auth/login", { email, password });
    const { userId, email } = await quick(aCustomer());
    const old = await bcrypt.hash(PASSWORD, 4);
    await setAccount(userId, "password_hash", old);
    expect((await login("wrong password")).status).toBe(401);
    expect((await accountOf(userId))?.password_hash).toBe(old);
    expect((await login(PASSWORD)).status).toBe(200);
    const replaced = (await accountOf(userId))?.password_hash;
    expect(replaced).toMatch(/^\$scrypt\$/);
    expect((await login(PASSWORD)).status).toBe(200);
    expect((await accountOf(userId))?.password_hash).toBe(replaced);
  });
});

describe("GET /auth/me", () => {
  it("shows the account and the name of its record, without secrets", async () => {
    const { id, userId, email, token } = await quick(aMechanic());
    const { body } = await client.get("/auth/me", { token });
    expect(body).toEqual({
      id: userId,
      email,
      role: "mechanic",
      status: "active",
      customer_id: null,
      mechanic_id: id,
      created_at: NOW,
      last_login_at: null,
      email_verified_at: NOW,
      name: "Max Mechanic",
    });
    const admin = await quick(anAdmin());
    expect((await client.get("/auth/me", { token: admin.token })).body).toMatchObject({ name: admin.email, mechanic_id: null });
  });

  it("is 401 without a token, and 404 when the account has gone", async () => {
    expect((await client.get("/auth/me")).status).toBe(401);
    const [{ userId, token }] = [await quick(anAdmin()), await quick(anAdmin())];
    await env.DB.prepare("delete from users where id = ?").bind(userId).run();
    expect((await client.get("/auth/me", { token })).status).toBe(404);
  });
});

describe("PUT /auth/password", () => {
  const change = (token: string | undefined, current_password = PASSWORD, new_password = "staple correct horse", who = client) =>
    who.put("/auth/password", { current_password, new_password }, { token });

  it("ends all tokens and the old password, in one audited write without secrets", async () => {
    const { userId, email, token } = await quick(aCustomer());
    const { body: other } = await logIn(email);
    expect((await change(token)).body).toEqual({ message: "The password was changed; log in again." });
    for (const ended of [token, other.token]) expect((await client.get("/auth/me", { token: ended })).status).toBe(401);
    expect((await logIn(email)).status).toBe(401);
    const { body } = await logIn(email, "staple correct horse");
    expect((await client.get("/auth/me", { token: body.token })).status).toBe(200);
    expect((await accountOf(userId))?.gen).toBe(2);
    const entry = (await auditOf("user", userId)).find(({ action }) => action === "user.password_changed");
    expect(entry).toMatchObject({ user_id: userId, role: "customer" });
    expect(JSON.stringify(entry)).not.toMatch(/scrypt|staple/);
  });

  it("leaves others' tokens alone", async () => {
    const [one, two] = [await quick(aCustomer()), await quick(aCustomer())];
    await change(one.token);
    expect((await client.get("/auth/me", { token: two.token })).status).toBe(200);
  });

  it("refuses a wrong password, and changes nothing", async () => {
    const { userId, token } = await quick(aCustomer());
    const before = await accountOf(userId);
    const wrong = await change(token, "wrong password");
    expect([wrong.status, wrong.body.code]).toEqual([401, "invalid_credentials"]);
    expect((await change(token, PASSWORD, "short")).body.errors[0]).toMatchObject({ pointer: "/body/new_password" });
    expect((await change(undefined)).body.code).toBe("unauthenticated");
    expect(await accountOf(userId)).toEqual(before);
    expect(await actionsOf(userId)).not.toContain("user.password_changed");
    expect((await client.get("/auth/me", { token })).status).toBe(200);
  });

  it("of two at the same time lets one pass", async () => {
    const { userId, email, token } = await quick(aCustomer());
    const words = ["first new password", "second new password"];
    const statuses = await Promise.all(words.map(async (word) => (await change(token, PASSWORD, word)).status));
    expect(statuses.toSorted()).toEqual([200, 401]);
    expect((await accountOf(userId))?.gen).toBe(2);
    const opened = await Promise.all(words.map(async (word) => (await logIn(email, word)).status));
    expect(opened).toEqual(statuses);
  });

  it("limits guesses of the old password by account, from any address, before any hashing, and forgives right ones", async () => {
    const hashed: string[] = [];
    const verify = (password: string, hash: string | null) => {
      hashed.push(password);
      return passwords.verify(password, hash);
    };
    const from = (address: string) =>
      createClient({ ...testDeps({ RATE_LIMIT_LOGIN_ACCOUNT: "2/15 minutes" }), passwords: { ...passwords, verify } }, address);
    const { userId, email, token } = await quick(aCustomer());
    expect((await change(token, PASSWORD, "staple correct horse", from("203.0.113.7"))).status).toBe(200);
    const { body } = await logIn(email, "staple correct horse");
    const before = await accountOf(userId);
    for (const address of ["203.0.113.7", "198.51.100.3"])
      expect((await change(body.token, "wrong password", "horse correct staple", from(address))).body.code).toBe("invalid_credentials");
    hashed.length = 0;
    for (const address of ["203.0.113.7", "198.51.100.4"]) {
      const refused = await change(body.token, "staple correct horse", "horse correct staple", from(address));
      expect([refused.status, refused.body.policy]).toEqual([429, "login-account-15-minutes"]);
    }
    expect(hashed).toEqual([]);
    expect(await accountOf(userId)).toEqual(before);
    expect((await client.get("/auth/me", { token: body.token })).status).toBe(200);
  });
});

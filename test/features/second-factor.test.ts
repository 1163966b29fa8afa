import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { createDeps } from "../../src/deps.ts";
import { anEmail, statusOf } from "../support/accounts.ts";
import { clock, createClient } from "../support/client.ts";
import { faultyD1, slow } from "../support/faults.ts";
import { mailedToken } from "../support/mail.ts";
import { aCustomer, aMechanic, anAdmin, aSession, auditOf, PASSWORD, rows } from "../support/people.ts";
import { quick, quickDeps } from "../support/quick-passwords.ts";
import { codeOf, login, withFactor, wrong } from "../support/second-factors.ts";

const START = clock.now;
const STEP = 30_000;
const client = createClient(quickDeps());
const strict = createClient(quickDeps({ SECOND_FACTOR: "admins" }));

afterEach(() => {
  clock.now = START;
});

const mailsOf = async (userId: number) =>
  (await rows<{ kind: string }>("select kind from mails where user_id = ? order by id", userId)).map(({ kind }) => kind);
const actionsOf = async (userId: number) => (await auditOf("user", userId)).map(({ action }) => action);
const stateOf = async (token: string) => (await client.get("/auth/second-factor", { token })).body;
const staff = async () => quick(aMechanic());
/** A mechanic whose logins ask for a code, at a time when a new one is there. */
const guarded = async () => {
  const person = await staff();
  const factor = await withFactor(client, person);
  clock.now += STEP;
  return { person, ...factor };
};

describe("setting up a second factor", () => {
  it("shows the secret once, and turns nothing on before its first code", async () => {
    const person = await staff();
    expect(await stateOf(person.token)).toEqual({ state: "off", required: false, confirmed_at: null, recovery_codes_left: 0 });
    const { body } = await client.post("/auth/second-factor", {}, { token: person.token });
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new URL(body.otpauth_url).searchParams.get("secret")).toBe(body.secret);
    expect((await stateOf(person.token)).state).toBe("pending");
    expect((await client.post("/auth/login", login(person))).status).toBe(200);
  });

  it("is done with the first code, which gives ten recovery codes, a mail and an entry of the audit log", async () => {
    const person = await staff();
    const { secret, codes } = await withFactor(client, person);
    expect(codes).toHaveLength(10);
    expect(await stateOf(person.token)).toMatchObject({
      state: "on",
      recovery_codes_left: 10,
      confirmed_at: new Date(START).toISOString(),
    });
    expect(await mailsOf(person.userId)).toEqual(["second_factor_added"]);
    expect(await actionsOf(person.userId)).toEqual(["user.second_factor_begun", "user.second_factor_added"]);
    const kept = JSON.stringify([
      await rows("select * from second_factors"),
      await rows("select * from recovery_codes"),
      await rows("select * from audit_log"),
      await rows("select * from idempotency_keys"),
      await rows("select * from mails"),
    ]);
    expect([secret, ...codes, ...codes.map((code) => code.replaceAll("-", ""))].filter((text) => kept.includes(text))).toEqual([]);
  });

  it("refuses a wrong code, counts it, and records it", async () => {
    const person = await staff();
    const tight = createClient(quickDeps({ RATE_LIMIT_LOGIN_ACCOUNT: "2/15 minutes" }));
    const { secret } = (await tight.post("/auth/second-factor", {}, { token: person.token })).body;
    const confirm = async (code: string) => (await tight.post("/auth/second-factor/confirm", { code }, { token: person.token })).body.code;
    expect([await confirm(wrong(codeOf(secret))), await confirm("000000"), await confirm(codeOf(secret))]).toEqual([
      "invalid_credentials",
      "invalid_credentials",
      "rate_limited",
    ]);
    expect((await actionsOf(person.userId)).filter((action) => action === "user.code_refused")).toHaveLength(2);
    expect((await stateOf(person.token)).state).toBe("pending");
  });

  it("is not confirmed by a recovery code of a factor that was taken off in the database", async () => {
    const { person, codes } = await guarded();
    await rows("delete from second_factors where user_id = ?", person.userId);
    await client.post("/auth/second-factor", {}, person);
    expect((await client.post("/auth/second-factor/confirm", { code: codes[0] }, person)).body.code).toBe("invalid_credentials");
  });

  it("starts anew as often as one likes, but replaces none that is on", async () => {
    const { token } = await staff();
    const [first, second] = [
      (await client.post("/auth/second-factor", {}, { token })).body.secret,
      (await client.post("/auth/second-factor", {}, { token })).body.secret,
    ];
    expect((await client.post("/auth/second-factor/confirm", { code: codeOf(first) }, { token })).status).toBe(401);
    expect((await client.post("/auth/second-factor/confirm", { code: codeOf(second) }, { token })).status).toBe(200);
    const again = [
      await client.post("/auth/second-factor", {}, { token }),
      await client.post("/auth/second-factor/confirm", { code: codeOf(second, 1) }, { token }),
    ];
    expect(again.map(({ status, body }) => [status, body.code])).toEqual([
      [409, "second_factor_exists"],
      [409, "second_factor_exists"],
    ]);
  });

  it("is not for customers, and has nothing to confirm, renew or remove before it has begun", async () => {
    const { token } = await quick(aCustomer());
    for (const [method, path, body] of [
      ["get", "/auth/second-factor", undefined],
      ["post", "/auth/second-factor", {}],
      ["post", "/auth/second-factor/confirm", { code: "123456" }],
      ["post", "/auth/second-factor/recovery-codes", {}],
      ["delete", "/auth/second-factor", { current_password: PASSWORD, code: "123456" }],
    ] as const)
      expect((await client.send(method, path, { token, body })).body.code, path).toBe("forbidden");
    const mechanic = await staff();
    const missing = [
      await client.post("/auth/second-factor/confirm", { code: "123456" }, mechanic),
      await client.post("/auth/second-factor/recovery-codes", {}, mechanic),
      await client.delete("/auth/second-factor", { token: mechanic.token, body: { current_password: PASSWORD, code: "123456" } }),
    ];
    expect(missing.map(({ body }) => body.code)).toEqual(missing.map(() => "second_factor_missing"));
  });
});

describe("a login with a second factor", () => {
  it("needs a code after the right password, and gives no token without one", async () => {
    const { person, secret } = await guarded();
    const { status, body } = await client.post("/auth/login", login(person));
    expect([status, body.code, body.token, body.refresh_token]).toEqual([401, "second_factor_required", undefined, undefined]);
    expect((await client.post("/auth/login", login(person, codeOf(secret)))).status).toBe(200);
    expect(await client.post("/mechanics/login", login(person))).toMatchObject({ body: { code: "second_factor_required" } });
  });

  it("says nothing of the factor to who does not know the password", async () => {
    const { person, secret } = await guarded();
    for (const code of [undefined, codeOf(secret), "000000"])
      expect((await client.post("/auth/login", { ...login(person, code), password: "wrong" })).body.code).toBe("invalid_credentials");
    await rows("update mechanics set status = 'disabled' where id = ?", person.id);
    expect((await client.post("/auth/login", login(person))).body.code).toBe("account_disabled");
  });

  it("takes each code once, also when it comes many times at once, and no earlier one", async () => {
    const { person, secret } = await guarded();
    const code = codeOf(secret);
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.post("/auth/login", login(person, code))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    for (const old of [code, codeOf(secret, -1)])
      expect((await client.post("/auth/login", login(person, old))).body.code).toBe("invalid_credentials");
    expect((await client.post("/auth/login", login(person, codeOf(secret, 1)))).status).toBe(200);
    clock.now += 10 * STEP;
    expect((await client.post("/auth/login", login(person, code))).status).toBe(401);
  });

  it("takes each recovery code once, which the audit log says", async () => {
    const { person, codes } = await guarded();
    const [code = ""] = codes;
    // Each reads the code before another one has taken it.
    const slowly = createClient({ ...quickDeps(), d1: faultyD1(slow(500)) });
    const answers = await Promise.all([code, code.toLowerCase()].map((typed) => slowly.post("/auth/login", login(person, typed))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect((await client.post("/auth/login", login(person, code))).status).toBe(401);
    expect((await actionsOf(person.userId)).filter((action) => action === "user.recovery_code_used")).toHaveLength(1);
    expect((await stateOf(person.token)).recovery_codes_left).toBe(9);
  });

  it("is no endless guess of codes, also from an address that has opened the account", async () => {
    const { person, secret } = await guarded();
    const tight = createClient(quickDeps({ RATE_LIMIT_LOGIN_ACCOUNT: "3/15 minutes" }));
    expect((await tight.post("/auth/login", login(person, codeOf(secret)))).status).toBe(200);
    clock.now += STEP;
    const guesses = [1, 2, 3].map((shift) => wrong(codeOf(secret, shift)));
    for (const code of guesses) expect((await tight.post("/auth/login", login(person, code))).body.code).toBe("invalid_credentials");
    const next = await tight.post("/auth/login", login(person, codeOf(secret)));
    expect([next.status, next.body.policy]).toEqual([429, "login-account-15-minutes"]);
    const failures = (await auditOf("user", person.userId)).filter(({ action }) => action === "user.login_failed");
    expect(failures.map(({ after }) => JSON.parse(after ?? "").code)).toEqual(guesses.map(() => "invalid_credentials"));
    clock.now += 900_000;
    expect((await tight.post("/auth/login", login(person, codeOf(secret)))).status).toBe(200);
  });

  it("does not make an address known before the code was right", async () => {
    const { person, secret } = await guarded();
    const from = (address: string) => createClient(quickDeps({ RATE_LIMIT_LOGIN_ACCOUNT: "2/15 minutes" }), address);
    const attacker = from("192.0.2.66");
    await attacker.post("/auth/login", login(person));
    await from("192.0.2.67").post("/auth/login", { ...login(person), password: "wrong" });
    expect((await attacker.post("/auth/login", login(person, codeOf(secret)))).status).toBe(429);
  });

  it("ignores a code of an account without a second factor", async () => {
    expect((await client.post("/auth/login", login(await staff(), "123456"))).status).toBe(200);
  });
});

describe("recovery codes", () => {
  it("are replaced by new ones, and the old ones work no more", async () => {
    const { person, codes } = await guarded();
    const { body } = await client.post("/auth/second-factor/recovery-codes", {}, person);
    expect(body.recovery_codes).toHaveLength(10);
    expect((await client.post("/auth/login", login(person, codes[0]))).status).toBe(401);
    expect((await client.post("/auth/login", login(person, body.recovery_codes[9]))).status).toBe(200);
  });
});

describe("removing a second factor", () => {
  it("needs the password and a code, also right after a login, and ends all sessions", async () => {
    const { person, secret } = await guarded();
    const remove = (body: object) => client.delete("/auth/second-factor", { token: person.token, body });
    expect((await remove({ code: codeOf(secret) })).status).toBe(422);
    expect((await remove({ current_password: PASSWORD })).status).toBe(422);
    expect((await remove({ current_password: "wrong", code: codeOf(secret) })).body.code).toBe("invalid_credentials");
    expect((await remove({ current_password: PASSWORD, code: wrong(codeOf(secret)) })).body.code).toBe("invalid_credentials");
    expect((await remove({ current_password: PASSWORD, code: codeOf(secret) })).status).toBe(200);
    expect(await statusOf(client, person.token)).toBe(401);
    expect((await client.post("/auth/login", login(person))).status).toBe(200);
    expect(await mailsOf(person.userId)).toEqual(["second_factor_added", "second_factor_removed"]);
    expect(await rows("select * from recovery_codes where user_id = ?", person.userId)).toEqual([]);
  });

  it("is what an admin does for somebody who lost it, with a mail, an entry, and the end of all sessions", async () => {
    const { person } = await guarded();
    const admin = await anAdmin();
    const remove = () => client.delete(`/users/${person.userId}/second-factor`, { token: admin.token });
    expect((await remove()).status).toBe(200);
    expect(await statusOf(client, person.token)).toBe(401);
    expect((await client.post("/auth/login", login(person))).status).toBe(200);
    expect(await mailsOf(person.userId)).toEqual(["second_factor_added", "second_factor_removed"]);
    expect((await auditOf("user", person.userId)).find(({ action }) => action === "user.second_factor_removed")).toMatchObject({
      user_id: admin.userId,
    });
    expect((await remove()).body.code).toBe("second_factor_missing");
    expect((await client.delete("/users/999999/second-factor", { token: admin.token })).body.code).toBe("not_found");
  });

  it("is not done by an admin for themselves without a code", async () => {
    const admin = await quick(anAdmin());
    await withFactor(client, admin);
    const { status, body } = await client.delete(`/users/${admin.userId}/second-factor`, {
      token: admin.token,
      body: { current_password: PASSWORD },
    });
    expect([status, body.errors[0].code]).toEqual([422, "own_account"]);
    expect((await stateOf(admin.token)).state).toBe("on");
  });

  it("is done by who takes back a changed e-mail, for a factor that was set up since, and for no older one", async () => {
    for (const [isOlder, after] of [
      [true, "second_factor_required"],
      [false, undefined],
    ] as const) {
      const person = await staff();
      if (isOlder) await withFactor(client, person);
      const changed = anEmail();
      clock.now += STEP;
      await client.patch(`/mechanics/${person.id}`, { email: changed }, person);
      const token = await mailedToken(person.email, "email_changed");
      if (!isOlder) await withFactor(client, (await client.post("/auth/login", login({ email: changed }))).body);
      const restored = await client.post("/auth/email/restore", { token, new_password: PASSWORD });
      expect(restored.status, JSON.stringify(restored.body)).toBe(200);
      expect((await client.post("/auth/login", login(person))).body.code).toBe(after);
      expect(await rows("select 1 from recovery_codes where user_id = ?", person.userId)).toHaveLength(isOlder ? 10 : 0);
    }
  });

  it("goes with the account", async () => {
    const { person } = await guarded();
    expect((await client.delete(`/users/${person.userId}`, { token: (await anAdmin()).token })).status).toBe(200);
    expect(await rows("select user_id from second_factors where user_id = ?", person.userId)).toEqual([]);
  });
});

describe("SECOND_FACTOR=admins", () => {
  it("lets an admin without one set it up, and do nothing else until the token is refreshed", async () => {
    const admin = await quick(anAdmin());
    const { body } = await strict.post("/auth/login", login(admin));
    expect(decodeJwt(body.token).limited).toBe("second_factor");
    const asks = async (token: string) => [
      (await strict.get("/users", { token })).body.code,
      (await strict.get("/customers", { token })).body.code,
      (await strict.post("/users", { email: "x@example.com", password: PASSWORD, role: "admin" }, { token })).body.code,
    ];
    expect(await asks(body.token)).toEqual(["second_factor_needed", "second_factor_needed", "second_factor_needed"]);
    expect((await strict.get("/auth/second-factor", { token: body.token })).body).toMatchObject({ state: "off", required: true });
    await withFactor(strict, { token: body.token });
    const { body: next } = await strict.post("/auth/refresh", { refresh_token: body.refresh_token });
    expect(decodeJwt(next.token).limited).toBeUndefined();
    expect((await strict.get("/users", { token: next.token })).status).toBe(200);
  });

  it("asks no mechanic, and makes one who becomes an admin set it up", async () => {
    const mechanic = await staff();
    expect(decodeJwt((await strict.post("/auth/login", login(mechanic))).body.token).limited).toBeUndefined();
    await strict.patch(`/users/${mechanic.userId}`, { role: "admin" }, { token: (await anAdmin()).token });
    expect(decodeJwt((await strict.post("/auth/login", login(mechanic))).body.token).limited).toBe("second_factor");
  });

  it("limits the sessions that an admin refreshes after the rule has come", async () => {
    const admin = await quick(anAdmin());
    const { body } = await client.post("/auth/login", login(admin));
    expect(decodeJwt(body.token).limited).toBeUndefined();
    const { body: next } = await strict.post("/auth/refresh", { refresh_token: body.refresh_token });
    expect(decodeJwt(next.token).limited).toBe("second_factor");
  });

  it("does not start with another word", () => {
    expect(() => createDeps({ ...env, SECOND_FACTOR: "everybody" })).toThrow(/SECOND_FACTOR is "everybody".*optional, admins/);
  });
});

describe("a session that began long ago", () => {
  it("does not set up, renew or remove anything without the password", async () => {
    const { person } = await guarded();
    const other = await staff();
    clock.now += 5 * 60_000;
    await aSession(person.userId);
    const admin = await quick(anAdmin());
    clock.now += 5 * 60_000 + 1;
    const refused = [
      await client.post("/auth/second-factor", {}, other),
      await client.post("/auth/second-factor/recovery-codes", {}, person),
      await client.delete(`/users/${person.userId}/second-factor`, { token: admin.token }),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [403, "password_needed"]));
    const again = [
      await client.post("/auth/second-factor", { current_password: PASSWORD }, other),
      await client.post("/auth/second-factor/recovery-codes", { current_password: PASSWORD }, person),
      await client.delete(`/users/${person.userId}/second-factor`, { token: admin.token, body: { current_password: PASSWORD } }),
    ];
    expect(again.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});

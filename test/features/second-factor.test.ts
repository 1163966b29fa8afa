import { afterEach, describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { faultyD1, slow } from "../support/faults.ts";
import { aCustomer, aMechanic, auditOf, PASSWORD, rows } from "../support/people.ts";
import { quick, quickDeps } from "../support/quick-passwords.ts";
import { codeOf, login, withFactor, wrong } from "../support/second-factors.ts";

const START = clock.now;
const STEP = 30_000;
const client = createClient(quickDeps());

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

import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { createDeps } from "../../src/deps.ts";
import { anEmail, statusOf } from "../support/accounts.ts";
import { clock, createClient } from "../support/client.ts";
import { mailedToken } from "../support/mail.ts";
import { aMechanic, anAdmin, aSession, auditOf, PASSWORD, rows } from "../support/people.ts";
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
const stateOf = async (token: string) => (await client.get("/auth/second-factor", { token })).body;
const staff = async () => quick(aMechanic());
/** A mechanic whose logins ask for a code, at a time when a new one is there. */
const guarded = async () => {
  const person = await staff();
  const factor = await withFactor(client, person);
  clock.now += STEP;
  return { person, ...factor };
};

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

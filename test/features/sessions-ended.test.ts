import { describe, expect, it } from "vitest";
import { onlyAdmin, statusOf } from "../support/accounts.ts";
import { createClient } from "../support/client.ts";
import { aMechanic, anAdmin, PASSWORD, type Person, rows } from "../support/people.ts";
import { quickDeps } from "../support/quick-passwords.ts";
import { begin, isOver, refreshed, sessionOf, sessionState, withSessions } from "../support/sessions.ts";

const client = createClient(quickDeps());

describe("all sessions of an account end at once", () => {
  const ADMINS_AND: readonly [string, (token: string, person: Person) => Promise<{ status: number }>][] = [
    ["is disabled", (token, { userId }) => client.put(`/users/${userId}`, { status: "disabled" }, { token })],
    ["waits for approval again", (token, { userId }) => client.put(`/users/${userId}`, { status: "pending" }, { token })],
    ["gets another role", (token, { userId }) => client.put(`/users/${userId}`, { role: "admin" }, { token })],
    ["is removed", (token, { userId }) => client.delete(`/users/${userId}`, { token })],
    ["is removed with its record", (token, { id }) => client.delete(`/mechanics/${id}`, { token })],
  ];

  it.each(ADMINS_AND)("when it %s", async (_, change) => {
    const [admin, { person, first, second }] = [await anAdmin(), await withSessions(aMechanic)];
    expect(await isOver(second)).toBe(false);
    const other = await begin(client, person);
    expect((await change(admin.token, person)).status).toBe(200);
    for (const session of [first, other]) expect(await isOver(session)).toBe(true);
    expect(await rows("select 1 from sessions where user_id = ? and ended_at is null", person.userId)).toEqual([]);
  });

  it("when a customer removes itself with its account, whose sessions and tokens are gone", async () => {
    const { person, first, second } = await withSessions();
    expect((await client.delete(`/customers/${person.id}`, { token: first.token })).status).toBe(200);
    for (const session of [first, second]) expect(await isOver(session)).toBe(true);
    for (const table of ["sessions where id", "refresh_tokens where session_id"])
      expect(await rows(`select * from ${table} in (?, ?)`, first.sid, second.sid)).toEqual([]);
  });

  it("when its password is changed", async () => {
    const { first, second } = await withSessions();
    const body = { current_password: PASSWORD, new_password: "staple correct horse" };
    expect((await client.put("/auth/password", body, { token: second.token })).status).toBe(200);
    for (const session of [first, second]) expect(await isOver(session)).toBe(true);
  });

  it("when its e-mail is changed, by whomever", async () => {
    const [admin, { person, first }] = [await anAdmin(), await withSessions(aMechanic)];
    await client.put(`/users/${person.userId}`, { email: `new-${person.email}` }, { token: admin.token });
    expect(await isOver(first)).toBe(true);
  });

  it("but not when nothing of it changes that matters", async () => {
    const [admin, { person, first }] = [await anAdmin(), await withSessions(aMechanic)];
    await client.put(`/users/${person.userId}`, { email: person.email, status: "active" }, { token: admin.token });
    await client.put(`/mechanics/${person.id}`, { name: "New Name" }, { token: first.token });
    expect(await isOver(first)).toBe(false);
  });

  it("or stay when a removal is refused", async () => {
    const [admin, last] = [await anAdmin(), await withSessions(aMechanic)];
    await rows("update users set role = 'admin' where id = ?", last.person.userId);
    await onlyAdmin(last.person);
    const token = (await begin(client, last.person)).token;
    const before = await sessionState();
    expect((await client.delete(`/mechanics/${last.person.id}`, { token })).body.code).toBe("last_admin");
    expect(await sessionState()).toEqual(before);
    expect(await statusOf(client, token)).toBe(200);
    await rows("update users set status = 'active' where id = ?", admin.userId);
  });
});

describe("the database itself", () => {
  const attempt = (sql: string, ...values: unknown[]) => rows(sql, ...values).then(() => "done", String);

  it("keeps what has ended ended, and what was used used", async () => {
    const { person, first, second } = await withSessions();
    await refreshed(client, first.refresh);
    await client.post("/auth/logout", {}, { token: first.token });
    const before = await sessionState();
    for (const sql of [
      "update or replace sessions set ended_at = null, end_reason = null where id = ?",
      "update sessions set ended_at = '2027' where id = ?",
      "update refresh_tokens set used_at = null where session_id = ? and used_at is not null",
      "insert or replace into sessions (id, user_id, created_at, last_used_at, expires_at) select id, user_id, created_at, last_used_at, expires_at from sessions where id = ?",
      "insert or replace into refresh_tokens (hash, session_id, issued_at) select hash, session_id, issued_at from refresh_tokens where session_id = ?",
    ])
      expect(await attempt(sql, first.sid), sql).toContain("app:conflict");
    expect(await attempt("update sessions set end_reason = 'logout' where id = ?", second.sid)).toContain("CHECK constraint");
    expect(await attempt("update users set gen = gen - 1 where id = ?", person.userId)).toContain("app:conflict");
    expect(await sessionState()).toEqual(before);
  });

  it.each(["status = 'disabled'", "role = 'admin'"])("ends the sessions of an account whose %s, by whomever it is set", async (change) => {
    const { person, first } = await withSessions(aMechanic);
    await rows(`update users set ${change} where id = ?`, person.userId);
    expect(await sessionOf(first.sid)).toMatchObject({ end_reason: "voided" });
    expect(await rows("select gen from revocations where user_id = ?", person.userId)).toEqual([{ gen: 2 }]);
    await rows("update users set status = 'active', role = role where id = ?", person.userId);
    expect(await rows("select gen from users where id = ?", person.userId)).toEqual([{ gen: 2 }]);
  });
});

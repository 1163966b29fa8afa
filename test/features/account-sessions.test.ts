import { afterEach, describe, expect, it } from "vitest";
import { statusOf } from "../support/accounts.ts";
import { clock, createClient } from "../support/client.ts";
import { aMechanic, anAdmin, auditOf, rows } from "../support/people.ts";
import { quickDeps } from "../support/quick-passwords.ts";
import { begin, isOver, present, REFUSED, refreshed, sessionOf, sessionState, withSessions } from "../support/sessions.ts";

const START = clock.now;
const DAY = 86_400_000;
const client = createClient(quickDeps());
const at = (ms: number) => new Date(ms).toISOString();

afterEach(() => {
  clock.now = START;
});

describe("an admin and the sessions of others", () => {
  it("sees those that go on, and no others", async () => {
    const { person, first, second } = await withSessions(aMechanic);
    await withSessions();
    await client.post("/auth/logout", {}, { token: second.token });
    const { token } = await anAdmin();
    const { body } = await client.get(`/users/${person.userId}/sessions`, { token });
    expect(body.sessions).toEqual([
      { id: first.sid, created_at: at(START), last_used_at: at(START), expires_at: at(START + 30 * DAY), address: "203.0.113.7" },
    ]);
    expect(body.pagination.total_items).toBe(1);
    expect((await client.get("/users/999999/sessions", { token })).body.code).toBe("not_found");
  });

  it("ends one of them, at once and for good", async () => {
    const { person, first, second } = await withSessions();
    const admin = await anAdmin();
    const end = () => client.delete(`/users/${person.userId}/sessions/${first.sid}`, { token: admin.token });
    expect((await end()).body).toEqual({ id: first.sid, deleted: true, message: `Session ${first.sid} was deleted.` });
    expect([await statusOf(client, second.token), await isOver(first)]).toEqual([200, true]);
    expect(await auditOf("session", first.sid)).toMatchObject([{ action: "session.ended", user_id: admin.userId }]);
    expect((await end()).body.code).toBe("not_found");
  });

  it("ends none under another account's id", async () => {
    const [{ first }, other] = [await withSessions(), await withSessions()];
    const { token } = await anAdmin();
    const before = await sessionState();
    expect((await client.delete(`/users/${other.person.userId}/sessions/${first.sid}`, { token })).body.code).toBe("not_found");
    expect(await sessionState()).toEqual(before);
  });

  it("ends all of them, with an entry of the audit log and a mail to their owner", async () => {
    const { person, first, second } = await withSessions();
    const admin = await anAdmin();
    const { body } = await client.delete(`/users/${person.userId}/sessions`, { token: admin.token });
    expect(body).toEqual({ message: `All sessions of user ${person.userId} are ended.` });
    expect([await isOver(first), await isOver(second)]).toEqual([true, true]);
    expect((await auditOf("user", person.userId)).at(-1)).toMatchObject({ action: "user.sessions_ended", user_id: admin.userId });
    expect(await rows("select kind, recipient from mails where user_id = ?", person.userId)).toEqual([
      { kind: "sessions_ended", recipient: person.email },
    ]);
    expect((await client.delete("/users/999999/sessions", { token: admin.token })).body.code).toBe("not_found");
  });
});

describe("the absolute end of a session", () => {
  it("comes 90 days after the login, however often it is refreshed, and no token outlives it", async () => {
    const { first } = await withSessions();
    const HOUR = 3_600_000;
    let { refresh, token } = first;
    const use = async (ms: number) => {
      clock.now = START + ms;
      ({ refresh, token } = await refreshed(client, refresh));
      return Date.parse((await sessionOf(first.sid))?.expires_at ?? "") - START;
    };
    expect(await use(25 * DAY)).toBe(55 * DAY);
    expect(await use(50 * DAY)).toBe(80 * DAY);
    expect(await use(75 * DAY)).toBe(90 * DAY - HOUR);
    expect(await use(90 * DAY - HOUR - 1)).toBe(90 * DAY - HOUR);
    expect((await client.get("/auth/sessions", { token })).body.sessions).toHaveLength(1);
    clock.now = START + 90 * DAY - HOUR;
    expect((await client.get("/auth/sessions", { token })).body.sessions).toHaveLength(0);
    expect(await present(client, refresh)).toEqual(REFUSED);
    clock.now = START + 90 * DAY - 1;
    expect([await statusOf(client, token)]).toEqual([401]);
  });

  it("holds for sessions from before there was one", async () => {
    const { person, first } = await withSessions();
    await rows("update sessions set created_at = ?, expires_at = ? where id = ?", at(START - 91 * DAY), at(START + 20 * DAY), first.sid);
    expect(await present(client, first.refresh)).toEqual(REFUSED);
    expect((await present(client, (await begin(client, person)).refresh)).status).toBe(200);
  });
});

import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, anAdmin, auditOf, PASSWORD, rows } from "../support/people.ts";
import { quick, quickDeps } from "../support/quick-passwords.ts";
import { begin, isOver, refreshed, sessionOf, sessionState, withSessions } from "../support/sessions.ts";

const START = clock.now;
const DAY = 86_400_000;
const deps = quickDeps();
const client = createClient(deps);
const at = (ms = clock.now) => new Date(ms).toISOString();

const list = async (token: string, query = "") => (await client.get(`/auth/sessions${query}`, { token })).body;
const idsOf = async (token: string): Promise<number[]> => (await list(token)).sessions.map(({ id }: { id: number }) => id);

afterEach(() => {
  clock.now = START;
});

describe("a login", () => {
  it("begins a session for 30 days, with the address that it came from, of which its token says the id", async () => {
    const { person, first } = await withSessions();
    expect(await rows("select * from sessions where id = ?", first.sid)).toEqual([
      {
        id: first.sid,
        user_id: person.userId,
        created_at: at(),
        last_used_at: at(),
        expires_at: at(START + 30 * DAY),
        address: "203.0.113.7",
        ended_at: null,
        end_reason: null,
        epoch: "1",
      },
    ]);
    expect(first.refresh).toMatch(/^[\w-]{43}$/);
  });

  it("begins none when the account is voided while its password is checked", async () => {
    const { person, first } = await withSessions();
    const verify = async () => {
      await rows("update users set gen = gen + 1 where id = ?", person.userId);
      return true;
    };
    const slow = createClient({ ...deps, passwords: { ...deps.passwords, verify } });
    const { status, body } = await slow.post("/auth/login", { email: person.email, password: PASSWORD });
    expect([status, body.code]).toEqual([401, "invalid_credentials"]);
    expect(await rows("select max(id) as id from sessions where user_id = ? and ended_at is null", person.userId)).toEqual([{ id: null }]);
    expect(await sessionOf(first.sid)).toMatchObject({ end_reason: "voided" });
  });
});

describe("GET /auth/sessions", () => {
  it("lists the caller's sessions that go on, and says which one asks", async () => {
    const { first, second } = await withSessions();
    await begin(client, await quick(aCustomer()));
    clock.now += 1_000;
    const moved = await refreshed(createClient(deps, "198.51.100.9"), first.refresh);
    const { sessions, pagination } = await list(moved.token);
    const common = { created_at: at(START), last_used_at: at(START), expires_at: at(START + 30 * DAY), address: "203.0.113.7" };
    expect(sessions).toEqual([
      { ...common, id: first.sid, last_used_at: at(), expires_at: at(START + 1_000 + 30 * DAY), address: "198.51.100.9", current: true },
      { ...common, id: second.sid, current: false },
    ]);
    expect(pagination).toMatchObject({ total_items: 2, total_exact: true, next_cursor: null });
  });

  it("leaves out what has ended or expired", async () => {
    const { person, first, second } = await withSessions();
    clock.now += 30 * DAY - 1_000;
    const third = await begin(client, person);
    expect(await idsOf(third.token)).toEqual([first.sid, second.sid, third.sid]);
    await client.delete(`/auth/sessions/${first.sid}`, { token: third.token });
    expect(await idsOf(third.token)).toEqual([second.sid, third.sid]);
    clock.now += 1_000;
    expect(await idsOf(third.token)).toEqual([third.sid]);
  });

  it("has pages, by number and by cursor, in both directions", async () => {
    const { first, second } = await withSessions();
    const page = await list(first.token, "?per_page=1&sort=-id");
    expect([page.sessions[0].id, page.pagination.total_pages]).toEqual([second.sid, 2]);
    const next = await list(first.token, `?per_page=1&cursor=${page.pagination.next_cursor}`);
    expect(next.sessions.map(({ id }: { id: number }) => id)).toEqual([first.sid]);
    expect((await client.get("/auth/sessions?sort=address", { token: first.token })).status).toBe(422);
    expect((await client.get("/auth/sessions")).status).toBe(401);
  });

  it("reads at the primary, so that no replica shows a session that has ended", async () => {
    const { first } = await withSessions();
    const opened: string[] = [];
    const withSession = (from: string) => {
      opened.push(from);
      return env.DB.withSession(from);
    };
    // Safe here: sessions are all that is asked of it.
    const d1 = { withSession } as unknown as D1Database;
    await createClient({ ...deps, d1 }).get("/auth/sessions", { token: first.token });
    expect(opened[0]).toBe("first-primary");
  });
});

describe("DELETE /auth/sessions/{id}", () => {
  it("ends one session of the caller at once, and is audited", async () => {
    const { person, first, second } = await withSessions();
    const { status, body } = await client.delete(`/auth/sessions/${second.sid}`, { token: first.token });
    expect([status, body]).toEqual([200, { id: second.sid, deleted: true, message: `Session ${second.sid} was deleted.` }]);
    expect(await isOver(second)).toBe(true);
    expect(await isOver(first)).toBe(false);
    expect(await sessionOf(second.sid)).toMatchObject({ ended_at: at(), end_reason: "removed" });
    const [entry, ...others] = await auditOf("session", second.sid);
    expect([entry, others]).toMatchObject([{ action: "session.ended", user_id: person.userId }, []]);
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ end_reason: "removed" });
  });

  it("may end the session that asks", async () => {
    const { first } = await withSessions();
    expect((await client.delete(`/auth/sessions/${first.sid}`, { token: first.token })).status).toBe(200);
    expect(await isOver(first)).toBe(true);
  });

  it("is 404 for another's, also for an admin, for what has ended and what is not there, and changes nothing", async () => {
    const [mine, others, admin] = [await withSessions(), await withSessions(), await withSessions(anAdmin)];
    await client.delete(`/auth/sessions/${mine.second.sid}`, { token: mine.first.token });
    const before = await sessionState();
    for (const [id, token] of [
      [others.first.sid, mine.first.token],
      [others.first.sid, admin.first.token],
      [mine.second.sid, mine.first.token],
      [99_999_999, mine.first.token],
    ] as const)
      expect((await client.delete(`/auth/sessions/${id}`, { token })).status).toBe(404);
    expect((await client.delete(`/auth/sessions/${others.first.sid}`)).status).toBe(401);
    expect(await sessionState()).toEqual(before);
    expect(await isOver(others.first)).toBe(false);
  });

  it("gives a repeated request its first answer", async () => {
    const { first, second } = await withSessions();
    const options = { token: first.token, headers: { "Idempotency-Key": "end-it" } };
    const answers = [
      await client.delete(`/auth/sessions/${second.sid}`, options),
      await client.delete(`/auth/sessions/${second.sid}`, options),
    ];
    expect(answers.map(({ status, headers }) => [status, headers.get("Idempotent-Replayed")])).toEqual([
      [200, null],
      [200, "true"],
    ]);
  });
});

describe("POST /auth/logout", () => {
  it.each([[undefined], [{}], [{ everywhere: false }]])("with %j ends this session, and no other", async (body) => {
    const { person, first, second } = await withSessions();
    const answer = await client.post("/auth/logout", body, { token: first.token });
    expect([answer.status, answer.body]).toEqual([200, { message: "You are logged out." }]);
    expect([await isOver(first), await isOver(second)]).toEqual([true, false]);
    expect(await sessionOf(first.sid)).toMatchObject({ ended_at: at(), end_reason: "logout" });
    expect((await auditOf("session", first.sid)).map(({ action }) => action)).toEqual(["session.ended"]);
    expect((await client.post("/auth/logout", {}, { token: first.token })).body.code).toBe("unauthenticated");
    expect(await rows("select gen from users where id = ?", person.userId)).toEqual([{ gen: 1 }]);
  });

  it("everywhere ends all sessions of the account and of no other, in one audited write", async () => {
    const [mine, others] = [await withSessions(), await withSessions()];
    expect((await client.post("/auth/logout", { everywhere: true }, { token: mine.first.token })).status).toBe(200);
    for (const session of [mine.first, mine.second]) {
      expect(await isOver(session)).toBe(true);
      expect(await sessionOf(session.sid)).toMatchObject({ ended_at: at(), end_reason: "voided" });
    }
    expect(await isOver(others.first)).toBe(false);
    const entry = (await auditOf("user", mine.person.userId)).at(-1);
    expect(entry).toMatchObject({ action: "user.logged_out_everywhere", user_id: mine.person.userId });
    expect([JSON.parse(entry?.before ?? "").gen, JSON.parse(entry?.after ?? "").gen]).toEqual([1, 2]);
    expect(await isOver(await begin(client, mine.person))).toBe(false);
  });

  it("refuses other fields, and is 401 without a token", async () => {
    const { first } = await withSessions();
    expect((await client.post("/auth/logout", { all: true }, { token: first.token })).body.errors[0].pointer).toBe("/body/all");
    expect((await client.post("/auth/logout", { everywhere: "yes" }, { token: first.token })).status).toBe(422);
    expect((await client.post("/auth/logout")).status).toBe(401);
    expect(await isOver(first)).toBe(false);
  });
});

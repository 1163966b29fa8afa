import { describe, expect, it, vi } from "vitest";
import { Failure } from "../../src/core/errors.ts";
import { runJobs } from "../../src/jobs.ts";
import { statusOf } from "../support/accounts.ts";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, type Person, rows } from "../support/people.ts";
import { quickDeps } from "../support/quick-passwords.ts";
import { begin, behind, type Granted, isOver, present, refreshed, sessionOf, withSessions } from "../support/sessions.ts";

const client = createClient(quickDeps());
const unavailable = () => Promise.reject(new Failure("unavailable"));
/** Nobody hears what is voided. */
const untold = behind({ end: unavailable, revoke: unavailable });
/** The gates of all clients are away. */
const gateless = behind({ enter: async () => ({ kind: "unreachable" }) });

interface Way {
  readonly ways: string;
  readonly make: () => Promise<Person>;
  /** Voids the first session, with a token of the second or of an admin. */
  readonly end: (person: Person, first: Granted, second: Granted, admin: string) => Promise<{ status: number }>;
  readonly status?: number;
  /** What a login gets afterwards. */
  readonly login: number;
  readonly othersGoOn?: true;
}

const WAYS: readonly Way[] = [
  {
    ways: "a logout",
    make: aCustomer,
    end: (_, { token }) => untold.post("/auth/logout", {}, { token }),
    login: 200,
    othersGoOn: true,
  },
  {
    ways: "the end of one session",
    make: aCustomer,
    end: (_, { sid }, { token }) => untold.delete(`/auth/sessions/${sid}`, { token }),
    login: 200,
    othersGoOn: true,
  },
  {
    ways: "a refresh token that is used again",
    make: aCustomer,
    end: async (_, { refresh }) => {
      await refreshed(client, (await refreshed(client, refresh)).refresh);
      return present(untold, refresh);
    },
    status: 401,
    login: 200,
    othersGoOn: true,
  },
  {
    ways: "a logout everywhere",
    make: aMechanic,
    end: (_, __, { token }) => untold.post("/auth/logout", { everywhere: true }, { token }),
    login: 200,
  },
  {
    ways: "a new password",
    make: aCustomer,
    end: (_, __, { token }) =>
      untold.put("/auth/password", { current_password: PASSWORD, new_password: "staple correct horse" }, { token }),
    login: 401,
  },
  {
    ways: "a disabled account",
    make: aMechanic,
    end: ({ userId }, _, __, token) => untold.put(`/users/${userId}`, { status: "disabled" }, { token }),
    login: 403,
  },
  {
    ways: "another role",
    make: aMechanic,
    end: ({ userId }, _, __, token) => untold.put(`/users/${userId}`, { role: "admin" }, { token }),
    login: 200,
  },
  {
    ways: "a removed account",
    make: aMechanic,
    end: ({ userId }, _, __, token) => untold.delete(`/users/${userId}`, { token }),
    login: 401,
  },
  {
    ways: "a removed mechanic",
    make: aMechanic,
    end: ({ id }, _, __, token) => untold.delete(`/mechanics/${id}`, { token }),
    login: 401,
  },
  {
    ways: "a removed customer",
    make: aCustomer,
    end: ({ id }, _, { token }) => untold.delete(`/customers/${id}`, { token }),
    login: 401,
  },
];

const untoldOf = (userId: number) => rows("select * from revocations where user_id = ?", userId);

/** A write that the person may do, as the database has it afterwards. */
const rename = async (app: ReturnType<typeof createClient>, { id }: Person, table: string, token: string) => {
  const { status, body } = await app.put(`/${table}/${id}`, { name: "Ev Il" }, { token });
  return [status, body.code, (await rows(`select name from ${table} where id = ? and name = 'Ev Il'`, id)).length];
};

describe("tokens that were voided while no gate heard of it", () => {
  it.each(WAYS)("by $ways are refused by the database, and by the gate once it has heard", async ({ make, end, status = 200, ...way }) => {
    const admin = await anAdmin();
    const { person, first, second } = await withSessions(make);
    const table = make === aCustomer ? "customers" : "mechanics";
    expect((await end(person, first, second, admin.token)).status).toBe(status);

    // The gates are away: reads are refused by what the database says, all else is put off.
    expect(await statusOf(gateless, first.token)).toBe(401);
    expect(await rename(gateless, person, table, first.token)).toEqual([503, "unavailable", 0]);
    expect((await present(gateless, first.refresh)).code).toBe("unavailable");
    expect((await gateless.post("/auth/login", { email: person.email, password: PASSWORD })).status).toBe(503);

    // They are back, and do not know: writes, refresh tokens and logins are refused all the same.
    expect(await rename(client, person, table, first.token)).toEqual([401, "unauthenticated", 0]);
    expect((await client.post("/auth/login", { email: person.email, password: PASSWORD })).status).toBe(way.login);
    expect(await untoldOf(person.userId)).not.toEqual([]);
    expect((await present(client, first.refresh)).code).toBe("invalid_refresh");

    await runJobs(quickDeps());
    expect(await untoldOf(person.userId)).toEqual([]);
    expect(await statusOf(client, first.token)).toBe(401);
    expect(await isOver(second)).toBe(!way.othersGoOn);
  });

  it("are told of by the job, when the gate is back", async () => {
    const { person, first } = await withSessions();
    await untold.post("/auth/logout", {}, { token: first.token });
    const { gate } = quickDeps();
    await runJobs({ ...quickDeps(), gate: { ...gate, end: unavailable } });
    expect([(await untoldOf(person.userId)).length, await statusOf(client, first.token)]).toEqual([1, 200]);
    await runJobs(quickDeps());
    expect([(await untoldOf(person.userId)).length, await statusOf(client, first.token)]).toEqual([0, 401]);
  });

  it("are told of with the next ones, whoever voids those", async () => {
    const [one, two] = [await withSessions(), await withSessions()];
    await untold.post("/auth/logout", {}, { token: one.first.token });
    expect(await statusOf(client, one.first.token)).toBe(200);
    await client.post("/auth/logout", {}, { token: two.first.token });
    expect(await statusOf(client, one.first.token)).toBe(401);
    expect([await untoldOf(one.person.userId), await untoldOf(two.person.userId)]).toEqual([[], []]);
  });

  it("wait for their own gate only", async () => {
    const [away, near] = [await withSessions(), await withSessions()];
    const isAway = `user:${away.person.userId}`;
    const { gate } = quickDeps();
    const half = behind({ end: async (key, ...call) => (key === isAway ? unavailable() : gate.end(key, ...call)) });
    await half.post("/auth/logout", {}, { token: away.first.token });
    await half.post("/auth/logout", {}, { token: near.first.token });
    expect([await statusOf(client, away.first.token), await statusOf(client, near.first.token)]).toEqual([200, 401]);
    expect([(await untoldOf(away.person.userId)).length, (await untoldOf(near.person.userId)).length]).toEqual([1, 0]);
  });
});

describe("a write that voids tokens", () => {
  it("is told to the gate when it stands, before the answer", async () => {
    const { person, first, second } = await withSessions();
    const told: unknown[] = [];
    const end = async (...call: [`user:${number}` | string, string, number]) => {
      if (call[0] === `user:${person.userId}`) told.push([...call, (await sessionOf(second.sid))?.end_reason]);
    };
    await behind({ end }).delete(`/auth/sessions/${second.sid}`, { token: first.token });
    expect(told).toEqual([[`user:${person.userId}`, String(second.sid), clock.now, "removed"]]);
  });

  it("tells nobody when it fails", async () => {
    const { first, second } = await withSessions();
    const [admin, mechanic] = [await anAdmin(), await withSessions(aMechanic)];
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    await rows("create trigger break_it before insert on audit_log begin select raise(abort, 'broken'); end");
    try {
      for (const answer of [
        await client.post("/auth/logout", { everywhere: true }, { token: first.token }),
        await client.delete(`/auth/sessions/${second.sid}`, { token: first.token }),
        await client.delete(`/users/${mechanic.person.userId}`, { token: admin.token }),
      ])
        expect(answer.status).toBe(500);
    } finally {
      await rows("drop trigger break_it");
      vi.restoreAllMocks();
    }
    expect(await Promise.all([first, second, mechanic.first].map(isOver))).toEqual([false, false, false]);
  });

  it("is told again by a repeated request, when it stood but its answer was lost", async () => {
    const { person, first, second } = await withSessions();
    const options = { token: first.token, headers: { "Idempotency-Key": "end-it-once" } };
    expect((await untold.delete(`/auth/sessions/${second.sid}`, options)).status).toBe(200);
    expect(await statusOf(client, second.token)).toBe(200);
    expect((await client.delete(`/auth/sessions/${second.sid}`, options)).headers.get("Idempotent-Replayed")).toBe("true");
    expect(await statusOf(client, second.token)).toBe(401);
    expect(await untoldOf(person.userId)).toEqual([]);
  });

  it("lets no write pass that its gate had let in before", async () => {
    const { person, first, second } = await withSessions();
    const { gate } = quickDeps();
    const enter: typeof gate.enter = async (key, entry) => {
      const verdict = await gate.enter(key, entry);
      await client.post("/auth/logout", { everywhere: true }, { token: second.token });
      return verdict;
    };
    expect(await rename(behind({ enter }), person, "customers", first.token)).toEqual([401, "unauthenticated", 0]);
  });

  it("ends the tokens of that account's next login no more than of any other", async () => {
    const { person, first } = await withSessions();
    await client.post("/auth/logout", { everywhere: true }, { token: first.token });
    const next = await begin(client, person);
    expect([await isOver(first), await isOver(next)]).toEqual([true, false]);
  });
});

describe("a token that names no session", () => {
  it.each(["", "0", "test", "1 or 1", "99999999"])("writes nothing: %j", async (sid) => {
    const person = await aCustomer();
    const { userId, id: customerId } = person;
    const token = await quickDeps().tokens.sign({ role: "customer", customerId, userId, session: { sid, gen: 1 } }, clock.now);
    expect(await rename(client, person, "customers", token)).toEqual([401, "unauthenticated", 0]);
  });
});

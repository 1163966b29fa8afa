import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../src/core/errors.ts";
import type { Anchor } from "../src/core/ports.ts";
import { openSession } from "../src/db/client.ts";
import type { Deps } from "../src/http/app-env.ts";
import worker from "../src/index.ts";
import { runJobs } from "../src/jobs.ts";
import { expectedSeals, logRows, seal, seals, tampered } from "./support/audit.ts";
import { clock, testDeps } from "./support/client.ts";
import { faultyD1 } from "./support/faults.ts";
import { anAdmin, rows, unique } from "./support/people.ts";

const HOUR = 3_600_000;
const deps = testDeps();

const away = (): Promise<never> => Promise.reject(new Failure("unavailable"));
const AWAY: Anchor = { head: away, advance: away };

const lastSeal = async () => {
  const { id, seal: text } = (await seals()).at(-1) ?? {};
  return { id, seal: text };
};
let log = vi.spyOn(console, "error");
beforeEach(() => {
  log = vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

// The first run of an isolate looks at the epoch of the database.
beforeAll(() => runJobs(deps));

describe("the job that seals the audit log", () => {
  it("seals nothing in an empty log, and leaves the anchor where it is", async () => {
    await seal();
    expect([await seals(), await deps.anchor.head()]).toEqual([[], null]);
  });

  it("seals rows in their order, goes on where it was, and moves the anchor", async () => {
    await logRows(7);
    await runJobs(deps);
    expect(await seals()).toEqual(await expectedSeals());
    expect(await deps.anchor.head()).toMatchObject(await lastSeal());
    await logRows(3);
    await runJobs(deps);
    expect(await seals()).toEqual(await expectedSeals());
    expect(await seals()).toHaveLength(10);
    expect(await deps.anchor.head()).toMatchObject(await lastSeal());
    expect(log).not.toHaveBeenCalled();
  });

  it("seals 500 rows at once, in so many batches at most, and the rest in the next run", async () => {
    const before = (await seals()).length;
    await logRows(1_203);
    await seal(deps, 1);
    expect((await seals()).length - before).toBe(500);
    await seal(deps, 2);
    expect((await seals()).length - before).toBe(1_203);
    expect(await seals()).toEqual(await expectedSeals());
  });

  it("makes one chain when runs overlap", async () => {
    await logRows(1_100);
    await Promise.all([seal(), runJobs(deps), seal(), runJobs(deps)]);
    await seal();
    expect(await seals()).toEqual(await expectedSeals());
    expect(await deps.anchor.head()).toMatchObject(await lastSeal());
    expect(log).not.toHaveBeenCalled();
  });

  it("adds nothing when another run has sealed since it read", async () => {
    await logRows(5);
    let calls = 0;
    const d1 = faultyD1(async (run) => {
      calls += 1;
      if (calls === 2) await seal();
      return run();
    });
    const overtaken: Deps["primary"] = () => openSession(d1, "first-primary", deps.retry).db;
    await seal({ ...deps, primary: overtaken });
    expect(calls).toBe(3);
    expect(await seals()).toEqual(await expectedSeals());
  });

  it("goes on while the anchor is away, says so, and catches up", async () => {
    const known = await deps.anchor.head();
    await logRows(4);
    await expect(runJobs({ ...deps, anchor: AWAY })).rejects.toThrow("failed: seal_audit_log");
    expect(log.mock.calls).toEqual([[JSON.stringify({ alarm: "job_failed", job: "seal_audit_log", error: "unavailable" })]]);
    expect(await seals()).toEqual(await expectedSeals());
    expect(await deps.anchor.head()).toEqual(known);
    await runJobs(deps);
    expect(await deps.anchor.head()).toMatchObject(await lastSeal());
  });

  it("does not move the anchor past a cut-off end, and raises an alarm at every run", async () => {
    const known = await deps.anchor.head();
    await tampered(async () => {
      await env.DB.batch(["audit_log", "audit_seals"].map((table) => env.DB.prepare(`delete from ${table} where id > 3`)));
      await logRows(2);
      for (let run = 0; run < 2; run++) await expect(runJobs(deps)).rejects.toThrow("failed: seal_audit_log");
      expect(await seals()).toHaveLength(5);
    });
    const failed = { alarm: "job_failed", job: "seal_audit_log", error: "append_only", anchored_id: known?.id };
    expect(log.mock.calls.flat().slice(-2)).toEqual([failed, { alarm: "audit_anchor_differs" }].map((line) => JSON.stringify(line)));
    expect(await deps.anchor.head()).toEqual(known);
    log.mockClear();
    await runJobs(deps);
    expect(log).not.toHaveBeenCalled();
  });
});

/** The row of a write that was answered at this time. */
const aWrite = (at: number) =>
  rows(
    "insert into idempotency_keys (scope, key, fingerprint, request_id, role, at, answer) values ('request', ?, '', '', 'admin', ?, '{}')",
    `write ${unique()}`,
    new Date(at).toISOString(),
  );
const times = async () => (await rows<{ at: string }>("select at from idempotency_keys order by at")).map(({ at }) => Date.parse(at));

describe("the job that forgets answers", () => {
  it("removes those of more than 24 hours ago, and no others", async () => {
    const now = clock.now;
    for (const age of [0, HOUR, 24 * HOUR, 24 * HOUR + 1, 400 * HOUR]) await aWrite(now - age);
    await runJobs(deps);
    expect(await times()).toEqual([now - 24 * HOUR, now - HOUR, now]);
    clock.now = now + 24 * HOUR;
    await runJobs(deps);
    expect(await times()).toEqual([now]);
    clock.now = now;
  });

  it("removes at most 8,000 a run, the oldest first", async () => {
    const day = new Date(clock.now - 48 * HOUR).toISOString().slice(0, 10);
    await rows(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 8010)
      insert into idempotency_keys (scope, key, fingerprint, request_id, role, at, answer)
      select 'request', 'old ' || i, '', '', 'admin', '${day}T' || printf('%02d:%02d:%02d.000Z', i / 3600, i / 60 % 60, i % 60), '{}' from n`,
    );
    await runJobs(deps);
    const left = await rows<{ key: string }>("select key from idempotency_keys where key like 'old %' order by at");
    expect(left.map(({ key }) => key)).toEqual(Array.from({ length: 10 }, (_, index) => `old ${8_001 + index}`));
    await runJobs(deps);
    expect(await rows("select key from idempotency_keys where key like 'old %'")).toEqual([]);
  });

  it("runs whether or not the other one fails", async () => {
    await aWrite(clock.now - 25 * HOUR);
    await expect(runJobs({ ...deps, anchor: AWAY })).rejects.toThrow("failed: seal_audit_log");
    expect((await times()).every((at) => at > clock.now - 24 * HOUR)).toBe(true);
  });

  it("logs no values of the database when it fails", async () => {
    const primary = () => {
      throw new Error("Failed query: delete from idempotency_keys, params: ada@example.com");
    };
    await expect(runJobs({ ...deps, primary })).rejects.toThrow(
      "failed: deliver_revocations, seal_audit_log, raise_numbers, remove_writes, remove_refusals, remove_sessions, remove_mail, remind, send_mail",
    );
    expect(log.mock.calls.flat().join()).not.toContain("ada@");
  });
});

/** A session that was last used so long ago, with a token that was issued then and one that was issued before. */
const anOldSession = async (userId: number, age: number) => {
  const [used, expires, before] = [clock.now - age, clock.now - age + 720 * HOUR, clock.now - age - HOUR].map((at) =>
    new Date(at).toISOString(),
  );
  const [session] = await rows<{ id: number }>(
    "insert into sessions (user_id, created_at, last_used_at, expires_at) values (?, ?, ?, ?) returning id",
    userId,
    before,
    used,
    expires,
  );
  const id = session?.id ?? 0;
  await rows(
    "insert into refresh_tokens values ('used' || cast(?1 as int), ?1, ?2, ?3), ('last' || cast(?1 as int), ?1, ?3, null)",
    id,
    before,
    used,
  );
  return id;
};

describe("the job that forgets sessions", () => {
  const left = async (ids: readonly number[]) => {
    const list = JSON.stringify(ids);
    const kept = await rows<{ id: number }>("select id from sessions where id in (select value from json_each(?))", list);
    const tokens = "select hash from refresh_tokens where session_id in (select value from json_each(?)) order by hash";
    return { sessions: kept.map(({ id }) => id), tokens: (await rows<{ hash: string }>(tokens, list)).map(({ hash }) => hash) };
  };

  it("removes those that have expired with their tokens, and tokens that are of no more use, and no others", async () => {
    const { userId } = await anAdmin();
    const [fresh, edge, old] = [
      await anOldSession(userId, HOUR),
      await anOldSession(userId, 720 * HOUR),
      await anOldSession(userId, 720 * HOUR + 1),
    ];
    await runJobs(deps);
    expect(await rows("select user_id from sessions where address is null and created_at = last_used_at")).toEqual([{ user_id: userId }]);
    expect(await left([fresh, edge, old])).toEqual({
      sessions: [fresh, edge],
      tokens: [`last${fresh}`, `last${edge}`, `used${fresh}`].toSorted(),
    });
  });

  it("removes at most 3,000 of each a run, the oldest first, and no session before its tokens", async () => {
    const { userId } = await anAdmin();
    const id = await anOldSession(userId, 800 * HOUR);
    await rows(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 3001)
      insert into refresh_tokens select 'many' || i, ${id}, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z' from n`,
    );
    await runJobs(deps);
    expect(await left([id])).toMatchObject({ sessions: [id], tokens: { length: 3 } });
    await runJobs(deps);
    expect(await left([id])).toEqual({ sessions: [], tokens: [] });
  });
});

describe("the Cron trigger", () => {
  it("does all jobs", async () => {
    await logRows(3);
    await aWrite(Date.now() - 25 * HOUR);
    const context = createExecutionContext();
    const handler: ExportedHandler<Env> = worker;
    await handler.scheduled?.(createScheduledController({ cron: "* * * * *" }), env, context);
    await waitOnExecutionContext(context);
    expect(await seals()).toEqual(await expectedSeals());
    expect((await times()).every((at) => at > Date.now() - 25 * HOUR)).toBe(true);
  });

  it("does nothing without its secrets", async () => {
    await logRows(3);
    await runJobs(null);
    expect((await rows("select 1 from audit_log")).length - (await seals()).length).toBe(3);
  });
});

import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { SKIPPED_IDS } from "../../src/db/write/ids-after-restore.ts";
import { createDeps } from "../../src/deps.ts";
import { runJobs } from "../../src/jobs.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { linesOf, migrated, putInto } from "../support/copies.ts";
import { aCustomer, aSession, PASSWORD, passwordHash } from "../support/people.ts";

/**
 * A restore as the runbook has it: the shop is copied, goes on, and the copy is put back under a new epoch. Durable Objects, KV
 * and secrets stay what they are, as with D1's Time Travel.
 */

const before = testDeps({ DB: await migrated(env.OLD) });
const shop = createClient(before);
const after = testDeps({ DB: env.REBUILT, DATABASE_EPOCH: "2" });
const restored = createClient(after);

const count = async (db: D1Database, from: string) => db.prepare(`select count(*) as n from ${from}`).first<number>("n");
const logIn = async (email: string, through = shop) => (await through.post("/auth/login", { email, password: PASSWORD })).body;
const register = async (email: string, through = shop) => {
  const { body } = await through.post("/customers", { name: "Cara", phone: "555 0100", email, password: PASSWORD });
  return { id: Number(body.id), ...(await logIn(email, through)) };
};
const insertAccount = async (role: "admin", email: string) =>
  env.OLD.prepare(
    "insert into users (email, role, status, password_hash, email_verified_at, created_at, updated_at) values (?, ?, 'active', ?, ?4, ?4, ?4)",
  )
    .bind(email, role, await passwordHash(), new Date(clock.now).toISOString())
    .run();

type Login = Awaited<ReturnType<typeof logIn>>;
const known = new Map<string, Login>();
const of = (name: string): Login => known.get(name);
let lastId = 0;

beforeAll(async () => {
  await insertAccount("admin", "root@example.com");
  known.set("root", await logIn("root@example.com"));
  known.set("ada", await register("ada@example.com"));
  known.set("bob", await register("bob@example.com"));
  // What a backup holds of work under way.
  await env.OLD.batch([
    env.OLD.prepare("insert into revocations (user_id, gen) values (1, 1)"),
    env.OLD.prepare(
      `insert into email_tokens (kind, nonce, hash, email, user_id, created_at, expires_at)
      values ('password_reset', 'n', 'h', 'ada@example.com', 2, '2026-11-20T09:00:00.000Z', '2026-11-20T10:00:00.000Z')`,
    ),
    env.OLD.prepare(
      `insert into mails (kind, recipient, user_id, created_at, next_attempt_at)
      values ('password_changed', 'ada@example.com', 2, '2026-11-20T09:00:00.000Z', '2026-11-20T09:00:00.000Z')`,
    ),
    env.OLD.prepare(
      `insert into service_tickets (customer_id, service_desc, service_date, created_at, updated_at)
      values (2, 'Brakes', '2026-11-20', '2026-11-20T09:00:00.000Z', '2026-11-20T09:00:00.000Z')`,
    ),
    env.OLD.prepare(
      `insert into share_links (service_ticket_id, may, hash, created_by, created_at, expires_at)
      values (1, 'decide', '${"0".repeat(64)}', 1, '2026-11-20T09:00:00.000Z', '2026-12-20T09:00:00.000Z')`,
    ),
    env.OLD.prepare("insert into second_factors (user_id, secret, created_at, last_step) values (1, 's', 'x', 7)"),
  ]);
  await before.anchor.head();
  const copy = await linesOf(env.OLD);
  // The shop goes on: Ada refreshes and logs out everywhere, somebody registers, the log is sealed.
  const { body: next } = await shop.post("/auth/refresh", { refresh_token: of("ada").refresh_token });
  await shop.post("/auth/logout", { everywhere: true }, { token: next.token });
  known.set("eve", await register("eve@example.com"));
  await shop.get("/customers", { token: of("root").token });
  await runJobs(before);
  lastId = (await before.anchor.head())?.id ?? 0;
  clock.now += 60_000;
  await migrated(env.REBUILT);
  await putInto(env.REBUILT, copy);
});

describe("in the first minute after a restore, before any job has run", () => {
  it("tokens from before are refused, for reads and for writes, by whatever name they go", async () => {
    for (const name of ["root", "ada", "bob", "eve"]) {
      const { token } = of(name);
      expect((await restored.get("/auth/me", { token })).status, name).toBe(401);
      expect((await restored.put("/auth/password", { current_password: PASSWORD, new_password: "x" }, { token })).status, name).toBe(401);
    }
  });

  it("refresh tokens from before are refused: those in the backup, those that were used since, and those of sessions since", async () => {
    for (const name of ["ada", "bob", "eve"])
      expect((await restored.post("/auth/refresh", { refresh_token: of(name).refresh_token })).body.code, name).toBe("invalid_refresh");
    expect(await count(env.REBUILT, "refresh_tokens where used_at is not null")).toBe(0);
  });

  it("who had logged out everywhere logs in, reads and writes at once", async () => {
    const { token } = await logIn("ada@example.com", restored);
    expect((await restored.get("/auth/me", { token })).status).toBe(200);
    expect((await restored.patch(`/customers/${of("ada").id}`, { name: "Ada" }, { token })).body.name).toBe("Ada");
  });

  it("a listing that was cached before is not shown", async () => {
    await logIn("root@example.com", restored).then(({ token }) =>
      restored.get("/customers", { token }).then(({ body, headers }) => {
        expect(headers.get("X-Cache")).toBe("miss");
        expect(body.customers.map(({ email }: { email: string }) => email)).not.toContain("eve@example.com");
      }),
    );
  });
});

describe("the first job after a restore", () => {
  // Twice at the same time: only one may do it.
  beforeAll(async () => {
    await Promise.all([runJobs(after), runJobs(after)]);
  });

  it("ends the sessions of other epochs, and no other", async () => {
    expect(await count(env.REBUILT, "sessions where epoch = '1' and ended_at is null")).toBe(0);
    expect(await count(env.REBUILT, "sessions where epoch = '2' and ended_at is null")).toBe(2);
  });

  it("drops what would be told, sent or opened again: revocations, mailed tokens, mail, links, codes by time", async () => {
    expect(await count(env.REBUILT, "share_links where revoked_at is null")).toBe(0);
    expect(await count(env.REBUILT, "share_links")).toBe(1);
    expect(await count(env.REBUILT, "revocations")).toBe(0);
    // Of the logins since, which stay in the outbox: they are no mail of the backup.
    const since = `created_at >= '${new Date(clock.now).toISOString()}'`;
    expect(await count(env.REBUILT, `email_tokens where used_at is null and not (${since})`)).toBe(0);
    expect(await count(env.REBUILT, `mails where state = 'queued' and not (${since})`)).toBe(0);
    expect(await count(env.REBUILT, "mails where state = 'suppressed' and failure = 'restored'")).toBeGreaterThan(0);
    expect(await count(env.REBUILT, `mails where state = 'queued' and ${since}`)).toBeGreaterThan(0);
    expect(await count(env.REBUILT, `second_factors where last_step > ${Math.floor(clock.now / 30_000)}`)).toBe(1);
  });

  it("leaves an entry that says how far the log reached outside of the database, and the log verifies", async () => {
    const { token } = await logIn("root@example.com", restored);
    const { body } = await restored.get("/audit-log?entity=database", { token });
    expect(body.audit_log).toMatchObject([
      { action: "database.restored", before: { epoch: "1", anchored_id: lastId }, after: { epoch: "2" } },
    ]);
    expect(body.audit_log[0].after.last_id).toBeLessThan(body.audit_log[0].id);
    await runJobs(after);
    const verified = (await restored.get("/audit-log/verify", { token })).body;
    expect(verified).toMatchObject({ ok: true, first_broken: null, head: { sealed: true } });
    expect(verified.head.id).toBeGreaterThan(0);
  });

  it("lets no id come back: new records and sessions have ids that nobody was given since the backup", async () => {
    const fresh = await register("fay@example.com", restored);
    expect(fresh.id).toBeGreaterThan(SKIPPED_IDS);
    expect(await count(env.REBUILT, `sessions where id > ${SKIPPED_IDS}`)).toBeGreaterThan(0);
    const ids = (await env.REBUILT.prepare("select id from audit_log order by id").all<{ id: number }>()).results.map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, index) => index + 1));
  });

  it("does all this once: later sessions, mail and ids stay", async () => {
    const state = () => linesOf(env.REBUILT);
    await runJobs(after);
    const settled = await state();
    await runJobs(testDeps({ DB: env.REBUILT, DATABASE_EPOCH: "2" }));
    expect(await state()).toEqual(settled);
  });

  it("refuses an epoch that was there before, says so, and does no other work", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await expect(runJobs(testDeps({ DB: env.REBUILT, DATABASE_EPOCH: "1" }))).rejects.toThrow("failed: note_epoch");
    expect(log.mock.calls.flat().map((line) => JSON.parse(String(line)))).toContainEqual({
      alarm: "job_failed",
      job: "note_epoch",
      error: "conflict",
      rule: "epochs_never_return",
    });
  });
});

describe('the epoch "closed"', () => {
  it("is a 503 for everybody while a backup is put back, and no job runs", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const closed = createDeps({ ...env, DATABASE_EPOCH: "closed" });
    const app = createApp(closed);
    for (const path of ["/health", "/customers", "/auth/me"]) {
      const answer = await app.fetch(new Request(`https://shop.test${path}`), env, createExecutionContext());
      expect([answer.status, answer.headers.get("Retry-After")], path).toEqual([503, "5"]);
    }
    await runJobs(closed);
    expect(log).toHaveBeenCalledWith('{"error":"closed","variable":"DATABASE_EPOCH"}');
  });

  it("and an epoch that cannot stand in names stops the start", () => {
    for (const epoch of ["a|b", "", "2 ", "x".repeat(41)])
      expect(() => createDeps({ ...env, DATABASE_EPOCH: epoch }), epoch).toThrow("DATABASE_EPOCH");
  });
});

describe("a session", () => {
  it("writes for its account only: an id that has come back to somebody else opens nothing", async () => {
    const [owner, other] = [await aCustomer(), await aCustomer()];
    const { sid } = await aSession(other.userId);
    const deps = testDeps();
    const session = { sid, gen: 1 };
    const token = await deps.tokens.sign({ role: "customer", customerId: owner.id, userId: owner.userId, session }, clock.now);
    const answer = await createClient(deps).patch(`/customers/${owner.id}`, { name: "Mallory" }, { token });
    expect([answer.status, answer.body.code]).toEqual([401, "unauthenticated"]);
    const own = await createClient(deps).patch(`/customers/${owner.id}`, { name: "Olive" }, { token: owner.token });
    expect(own.body.name).toBe("Olive");
  });
});

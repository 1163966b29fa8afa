import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { countedD1 } from "../../bench/support/counted-d1.ts";
import { loadShop } from "../../bench/support/load.ts";
import { openSession } from "../../src/db/client.ts";
import { MAILBOX } from "../../src/edge/mail/mailbox.ts";
import { runJobs } from "../../src/jobs.ts";
import { logRows } from "../support/audit.ts";
import { testDeps } from "../support/client.ts";
import { rows } from "../support/people.ts";

const deps = testDeps();
const { d1, ran } = countedD1(env.DB);
const minute = () =>
  runJobs({ ...deps, mail: { ...deps.mail, sender: MAILBOX }, d1, primary: () => openSession(d1, "first-primary", deps.retry).db });

it("the cron jobs of a minute read at most 28 rows where there is nothing to do, however large the shop", async () => {
  await loadShop(env.DB, 800);
  // The answers of the writes of a load are older than a day: they go first.
  await minute();
  ran.length = 0;
  await minute();
  const statements = ran.map(({ sql }) => sql).join(";");
  for (const table of [
    "revocations",
    "audit_log",
    "audit_seals",
    "idempotency_keys",
    "refresh_tokens",
    "sessions",
    "mails",
    "email_tokens",
  ])
    expect(statements).toContain(`"${table}"`);
  expect(ran.reduce((sum, { read }) => sum + read, 0)).toBeLessThanOrEqual(28);
  expect(ran.filter(({ written }) => written > 0)).toEqual([]);
});

it("the cron jobs of a minute ask at most 50 times where all of them have more to do than they do at once", async () => {
  await rows(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 9000)
    insert into idempotency_keys (scope, key, fingerprint, request_id, role, at, answer)
    select 'request', 'old ' || i, '', '', 'admin', '2026-01-01T00:00:00.000Z', '{}' from n`);
  await rows(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000)
    insert into sessions (user_id, created_at, last_used_at, expires_at)
    select (select min(id) from users), '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z' from n`);
  await rows(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000)
    insert into refresh_tokens select 'many' || i, (select max(id) from sessions), '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z' from n`);
  await rows(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 50)
    insert into mails (kind, recipient, created_at, next_attempt_at)
    select 'password_changed', 'ada@example.com', '2026-11-20T09:00:00.000Z', '2026-11-20T09:00:00.000Z' from n`);
  await logRows(4_000);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  ran.length = 0;
  await minute();
  expect(await rows("select state, count(*) as number from mails group by state order by state")).toEqual([
    { state: "queued", number: 30 },
    { state: "sent", number: 20 },
  ]);
  expect(ran.length).toBeGreaterThan(40);
  expect(ran.length).toBeLessThanOrEqual(50);
});

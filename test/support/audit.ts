import { env } from "cloudflare:workers";
import { sealAuditLog } from "../../src/features/audit-log/audit-log.commands.ts";
import { testDeps } from "./client.ts";
import { rows } from "./people.ts";

/** Adds so many rows to the audit log, as batches would have. */
export const logRows = (count: number) =>
  rows(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
    insert into audit_log (at, user_id, role, action, entity, entity_id, before, after, request_id, address)
    select '2026-11-20T09:30:00.000Z', 7, 'admin', 'part.updated', 'part', i, '{"price":' || i || '}', '{"price":0}', 'r' || i, null from n`,
    count,
  );

/** One run of the job that seals. */
export const seal = (deps = testDeps(), batches = 8) => sealAuditLog(deps.primary(), deps.sealer, deps.anchor, batches);

const TABLES = ["audit_log", "audit_seals"];

/**
 * Lets `work` change the audit log and its seals without their triggers, as somebody could who has the database but no
 * key; then everything is as it was before.
 */
export const tampered = async <T>(work: () => Promise<T>): Promise<T> => {
  const triggers = await rows<{ name: string; sql: string }>(
    "select name, sql from sqlite_master where type = 'trigger' and tbl_name in ('audit_log', 'audit_seals')",
  );
  await env.DB.batch([
    ...triggers.map(({ name }) => env.DB.prepare(`drop trigger ${name}`)),
    ...TABLES.map((table) => env.DB.prepare(`create table kept_${table} as select * from ${table}`)),
  ]);
  try {
    return await work();
  } finally {
    await env.DB.batch([
      ...TABLES.flatMap((table) => [
        env.DB.prepare(`delete from ${table}`),
        env.DB.prepare(`insert into ${table} select * from kept_${table}`),
        env.DB.prepare(`drop table kept_${table}`),
      ]),
      ...triggers.map(({ sql }) => env.DB.prepare(sql)),
    ]);
  }
};

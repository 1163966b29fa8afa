import { env } from "cloudflare:workers";
import { type Entry, entryMac, witnessMac } from "../../src/core/audit-marks.ts";
import { witness } from "../../src/db/write/audited.ts";
import { type MadeSeal, START_OF_CHAIN, sealRows } from "../../src/features/audit-log/audit-log.chain.ts";
import { sealAuditLog } from "../../src/features/audit-log/audit-log.commands.ts";
import { clock, testDeps } from "./client.ts";
import { rows } from "./people.ts";

const REQUEST = { at: "2026-11-20T09:30:00.000Z", requestId: "logged", defer: null };

/** Adds so many rows to the audit log, as batches would have, with what the Worker says of them. */
export const logRows = async (count: number, images = '{"price":0}') => {
  const { sealer, primary } = testDeps();
  const facts = {
    at: REQUEST.at,
    user_id: 7,
    role: "admin",
    action: "part.updated",
    entity: "part",
    entity_id: null,
    request_id: "logged",
  };
  const entries = await rows<Entry & Record<string, unknown>>(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
    insert into audit_log (at, user_id, role, action, entity, entity_id, before, after, request_id, address, mac)
    select '${REQUEST.at}', 7, 'admin', 'part.updated', 'part', i, '{"price":' || i || '}', ?, 'logged', null, ? from n returning *`,
    count,
    images,
    entryMac(sealer, facts),
  );
  const works: Promise<unknown>[] = [];
  witness(primary(), { ...REQUEST, sealer, defer: (work) => works.push(work) }, entries);
  await Promise.all(works);
};

/** One run of the job that seals. */
export const seal = (deps = testDeps(), batches = 8) => sealAuditLog(deps.primary(), deps, clock.now, batches, () => undefined);

const TABLES = ["audit_log", "audit_seals", "audit_witnesses", "audit_archives"];

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
      env.DB.prepare("update sqlite_sequence set seq = (select max(id) from audit_log) where name = 'audit_log'"),
    ]);
  }
};

const { sealer } = testDeps();

export const seals = () => rows<MadeSeal & Record<string, unknown>>("select * from audit_seals order by id");

/** The seals that the audit log should have. */
export const expectedSeals = async () => {
  const made = await seals();
  const entries = await rows<Entry & Record<string, unknown>>("select * from audit_log order by id");
  const known = entries.map((entry, index) => {
    const { salt = null, digest = null } = made[index] ?? {};
    const witness = { salt, digest: digest ?? "", mac: witnessMac(sealer, entry, digest ?? "") };
    return { ...entry, isErased: false, witness };
  });
  return sealRows(sealer, START_OF_CHAIN, known);
};

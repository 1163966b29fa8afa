import { and, eq, type SQL, sql } from "drizzle-orm";
import { digestOf, type Entry, entryMac, newSalt, witnessMac } from "../../core/audit-marks.ts";
import { uncounted } from "../../core/round-trips.ts";
import { type Db, type Statement, sendAll } from "../client.ts";
import { eachOf } from "../json.ts";
import type { Entity } from "../records/entity.ts";
import { auditDraft, auditLog, auditWitnesses } from "../schema/audit.ts";
import { idempotencyKeys } from "../schema/idempotency.ts";
import { changedFields } from "./image-changes.ts";
import { insertFrom } from "./insert-from.ts";
import type { Writer } from "./writer.ts";

/** Rows whose images go into the audit log: those that `where` finds before the change, or the one it inserts. */
export interface AuditedRows {
  readonly entity: Entity;
  /** What happens to the rows, in the past tense: `updated`; what is `deleted` is nothing afterwards. */
  readonly verb: string;
  readonly where: SQL;
  readonly isNew?: true;
  /** What stands as the image after the change, where the row is gone though it was not just removed. */
  readonly after?: SQL;
}

/** The condition of a row that is certainly inserted. */
export const ALWAYS = sql`true`;

/** The highest id of a table. */
export const highestId = (entity: Entity): SQL<number> => sql<number>`(select max(${entity.table.id}) from ${entity.table})`;

const CUSTOMERS = "customer";
const NOTHING = sql`null`;
const NO_ID = sql`0`;
const DRAFT_ID = sql`d.entity_id`;
const OF_WRITER = sql`from ${idempotencyKeys} w where w.open = 1`;
const WRITER = {
  at: sql`w.at`,
  user_id: sql`w.user_id`,
  role: sql`w.role`,
  request_id: sql`w.request_id`,
  address: sql`w.address`,
};

const actionOf = ({ entity, verb }: AuditedRows): string => `${entity.name}.${verb}`;

const macOf = ({ sealer, at, userId: user_id, role, requestId: request_id }: Writer, each: AuditedRows): string | null =>
  sealer && entryMac(sealer, { at, user_id, role, request_id, action: actionOf(each), entity: each.entity.name, entity_id: null });

/** Puts aside what the rows are before the change; 0 stands for the id of a row that is yet to come. */
const before = ({ entity, where, isNew, ...named }: AuditedRows, slot: number): Statement => {
  const draft = {
    slot,
    action: actionOf({ entity, where, ...named }),
    entity: entity.name,
    entity_id: isNew ? NO_ID : sql`${entity.table.id}`,
    customer_id: isNew ? null : (entity.person ?? null),
    before: isNew ? null : entity.image,
  };
  return insertFrom(auditDraft, draft, isNew ? sql`where ${where}` : sql`from ${entity.table} where ${where}`);
};

/** What the row of a draft is now: the newest one, the one that was there before, or nothing. */
const now = ({ entity, isNew, verb, after }: AuditedRows): Readonly<Record<"id" | "image" | "person", SQL>> => {
  const { table, image, person = NOTHING } = entity;
  if (after || verb === "deleted") return { id: DRAFT_ID, image: after ?? NOTHING, person: NOTHING };
  const row = isNew ? sql`order by ${table.id} desc limit 1` : sql`where ${table.id} = ${DRAFT_ID}`;
  const ofRow = (part: SQL): SQL => sql`(select ${part} from ${table} ${row})`;
  return { id: isNew ? highestId(entity) : DRAFT_ID, image: ofRow(image), person: isNew && person !== NOTHING ? ofRow(person) : NOTHING };
};

const ENTRY = {
  id: auditLog.id,
  at: auditLog.at,
  user_id: auditLog.user_id,
  role: auditLog.role,
  action: auditLog.action,
  entity: auditLog.entity,
  entity_id: auditLog.entity_id,
  before: auditLog.before,
  after: auditLog.after,
  request_id: auditLog.request_id,
  address: auditLog.address,
  customer_id: auditLog.customer_id,
  mac: auditLog.mac,
};
const RETURNING = ` returning ${Object.keys(ENTRY)
  .map((name) => `"${name}"`)
  .join(", ")}`;

/** Statements that insert entries and return them. */
const INSERTS_ENTRIES = new WeakSet<Statement>();

const returningEntries = (insert: Statement): Statement => {
  const statement: Statement = {
    toSQL: () => {
      const { sql: text, params } = insert.toSQL();
      return { sql: text + RETURNING, params };
    },
  };
  INSERTS_ENTRIES.add(statement);
  return statement;
};

/** SQL for what of an entity's image differs from the other one, made once: of the image before, and of the one after. */
const CHANGES = new WeakMap<Entity, Readonly<Record<"before" | "after", string>>>();

const changesOf = (entity: Entity): Readonly<Record<"before" | "after", string>> => {
  const known = CHANGES.get(entity);
  if (known) return known;
  const made = { before: changedFields(entity, "r.before", "r.after"), after: changedFields(entity, "r.after", "r.before") };
  CHANGES.set(entity, made);
  return made;
};

/** Turns what was put aside into rows of the audit log, beside what the rows are now. */
const after = (writer: Writer, audit: readonly AuditedRows[]): Statement => {
  const bySlot = (part: (audited: AuditedRows) => SQL): SQL =>
    sql`case d.slot ${sql.join(
      audit.map((each, slot) => sql`when ${slot} then ${part(each)}`),
      sql` `,
    )} end`;
  // Kept as a table, so that what a row is now is read once, though it is compared twice.
  const found = sql`select w.at, w.user_id, w.role, w.request_id, w.address, d.slot, d.action, d.entity,
    ${bySlot((each) => now(each).id)} as entity_id, coalesce(d.customer_id, ${bySlot((each) => now(each).person)}, ${writer.customerId ?? null}) as customer_id,
    ${bySlot((each) => sql`${macOf(writer, each)}`)} as mac, d.before, ${bySlot((each) => now(each).image)} as after
    from ${auditDraft} d, ${idempotencyKeys} w where w.open = 1 order by d.rowid`;
  const changed = (image: "before" | "after"): SQL =>
    sql.raw(`case r.slot ${audit.map(({ entity }, slot) => `when ${slot} then ${changesOf(entity)[image]}`).join(" ")} end`);
  const names = ["at", "user_id", "role", "request_id", "address", "action", "entity", "entity_id", "customer_id", "mac"] as const;
  const row = Object.fromEntries(names.map((name) => [name, sql.raw(`r.${name}`)] as const));
  return returningEntries(
    insertFrom(
      auditLog,
      { ...rowOf(row), before: changed("before"), after: changed("after") },
      sql`from (with r as materialized (${found}) select * from r) r`,
    ),
  );
};

/** Safe: the names that are given are those of columns without a default. */
const rowOf = (row: Readonly<Record<string, SQL>>) => row as Readonly<Record<"at" | "role" | "action" | "entity", SQL>>;

/** The row of the audit log for a row that is certainly new: nothing was there before that could be put aside. */
const logged = (writer: Writer, each: AuditedRows): Statement => {
  const { id, image, person } = now(each);
  const row = {
    ...WRITER,
    action: actionOf(each),
    entity: each.entity.name,
    entity_id: id,
    customer_id: each.entity.person ? sql`coalesce(${person}, ${writer.customerId ?? null})` : (writer.customerId ?? null),
    before: null,
    after: image,
    mac: macOf(writer, each),
  };
  return returningEntries(insertFrom(auditLog, row, OF_WRITER));
};

/** The entries that say that these customers were erased. They have no images, and their codes name the customers. */
export const erasures = ({ sealer, at, userId: user_id, role, requestId: request_id }: Writer, ids: readonly number[]): Statement => {
  const facts = { at, user_id, role, request_id, action: "customer.erased", entity: CUSTOMERS };
  const said = ids.map((id) => ({ id, mac: sealer && entryMac(sealer, { ...facts, entity_id: id }) }));
  const [id, mac] = [sql.raw("value ->> 'id'"), sql.raw("value ->> 'mac'")];
  const row = { ...WRITER, action: facts.action, entity: CUSTOMERS, entity_id: id, customer_id: id, mac };
  return returningEntries(insertFrom(auditLog, row, sql`from ${eachOf(said)}, ${idempotencyKeys} w where w.open = 1`));
};

const NO_DRAFTS: Statement = { toSQL: () => ({ sql: "delete from audit_draft", params: [] }) };

/** The changes with the rows of the audit log about them. */
export const audited = (writer: Writer, audit: readonly AuditedRows[], changes: readonly Statement[]): Statement[] =>
  audit.every(({ isNew, where }) => isNew && where === ALWAYS)
    ? [...changes, ...audit.map((each) => logged(writer, each))]
    : [...audit.map((each, slot) => before(each, slot)), ...changes, after(writer, audit), NO_DRAFTS];

/** The entries that the statements of a batch have inserted. Safe: `RETURNING` names the columns of an entry. */
export const entriesIn = (batch: readonly Statement[], results: readonly (readonly unknown[])[]): readonly Entry[] =>
  batch.flatMap((statement, index) => (INSERTS_ENTRIES.has(statement) ? ((results[index] ?? []) as readonly Entry[]) : []));

/** The entries of a request. */
export const entriesOf = (db: Db, { at, requestId }: Pick<Writer, "at" | "requestId">): Promise<readonly Entry[]> =>
  db
    .select(ENTRY)
    .from(auditLog)
    .where(and(eq(auditLog.at, at), eq(auditLog.request_id, requestId)));

/** Tells the job that seals how these entries were written, after the answer. What is lost here is sealed as not witnessed. */
export const witness = (
  db: Db,
  { sealer, defer, requestId }: Pick<Writer, "sealer" | "defer" | "requestId">,
  entries: readonly Entry[],
): void => {
  if (!sealer || !defer || entries.length === 0) return;
  const rows = entries.map((entry) => {
    const salt = newSalt();
    const digest = digestOf(sealer, salt, entry);
    return { id: entry.id, salt, digest, mac: witnessMac(sealer, entry, digest) };
  });
  const said = (name: keyof (typeof rows)[number]): SQL => sql.raw(`value ->> '${name}'`);
  const row = { id: said("id"), salt: said("salt"), digest: said("digest"), mac: said("mac") };
  const insert = insertFrom(auditWitnesses, row, sql`from ${eachOf(rows)} where true on conflict do nothing`);
  const failed = () => console.error(JSON.stringify({ request_id: requestId, error: "entries_not_witnessed" }));
  defer(uncounted(() => sendAll(db, [insert], { repeatable: true })).catch(failed));
};

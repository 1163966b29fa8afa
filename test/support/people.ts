import { env } from "cloudflare:workers";
import type { Limitation, Session } from "../../src/core/actor.ts";
import { newTerms } from "../../src/db/list/search.ts";
import { CUSTOMER } from "../../src/db/records/customer.ts";
import { MECHANIC } from "../../src/db/records/mechanic.ts";
import { passwords } from "../../src/edge/passwords.ts";
import { clock, testDeps } from "./client.ts";
import { eachFile } from "./each-file.ts";

/** People that tests act as: real rows, and tokens as a login would sign them, without the cost of hashing. */

export const PASSWORD = "correct horse battery";
let hash: Promise<string> | undefined;
/** One hash of PASSWORD for all files of a runtime: hashing is slow on purpose. */
export const passwordHash = (): Promise<string> => {
  hash ??= passwords.hash(PASSWORD);
  return hash;
};

let count = 0;
eachFile(() => {
  count = 0;
});
/** A number that this file has not used before. */
export const unique = (): number => {
  count += 1;
  return count;
};

const now = (): string => new Date(clock.now).toISOString();

type Row = Readonly<Record<string, string | number | null>>;

/** The id of the row that the statement before inserted. */
const BEFORE = "last_insert_rowid()";

/** An insert that returns the id. Columns of `before` get the id of the row that the statement before inserted. */
const inserting = (table: string, row: Row, before: readonly string[] = []): D1PreparedStatement => {
  const names = Object.keys(row);
  const values = [...names.map(() => "?"), ...before.map(() => BEFORE)];
  const statement = `insert into ${table} (${[...names, ...before].join(", ")}) values (${values.join(", ")}) returning id`;
  return env.DB.prepare(statement).bind(...Object.values(row));
};

/** Makes statements that return an id, in one batch, and tells the ids. */
const idsOf = async (statements: D1PreparedStatement[]): Promise<number[]> => {
  const results = await env.DB.batch<{ id: number }>(statements);
  return results.map(({ results: [made] }) => {
    if (!made) throw new Error("nothing inserted");
    return made.id;
  });
};

/** Inserts a row and tells its id. */
export const insert = async (table: string, row: Row): Promise<number> => {
  const made = await inserting(table, row).first<{ id: number }>();
  if (!made) throw new Error("nothing inserted");
  return made.id;
};

const tokens = testDeps().tokens;

export interface Person {
  /** The id of the customer or mechanic, 0 for an admin without a record. */
  readonly id: number;
  readonly userId: number;
  readonly email: string;
  readonly token: string;
}

const sessionRow = (): Row => ({
  created_at: now(),
  last_used_at: now(),
  expires_at: new Date(clock.now + 30 * 86_400_000).toISOString(),
});

/** A session of the account, as a login would begin it, for tokens of this generation. */
export const aSession = async (userId: number, gen = 1): Promise<Session> => ({
  sid: String(await insert("sessions", { user_id: userId, ...sessionRow() })),
  gen,
});

/** An account of the role, of the record that is made first, with a session. */
const account = async (role: string, email: string, record: readonly D1PreparedStatement[], column: readonly string[]) => {
  const password_hash = await passwordHash();
  const moments = { created_at: now(), updated_at: now(), email_verified_at: now() };
  const user = { email, role, status: "active", password_hash, ...moments };
  const ids = await idsOf([...record, inserting("users", user, column), inserting("sessions", sessionRow(), ["user_id"])]);
  const [id = 0, userId = 0, sid] = record.length > 0 ? ids : [0, ...ids];
  return { id, userId, session: { sid: String(sid), gen: 1 } };
};

/** A customer with an account. */
export const aCustomer = async (fields: Record<string, string> = {}): Promise<Person> => {
  const email = fields.email ?? `customer${unique()}@example.com`;
  const row = { name: "Cara Customer", phone: "+1 555 0100", created_at: now(), updated_at: now(), ...fields, email };
  const record = inserting("customers", { ...row, ...newTerms(CUSTOMER, row) });
  const { id, userId, session } = await account("customer", email, [record], ["customer_id"]);
  return { id, userId, email, token: await tokens.sign({ role: "customer", customerId: id, userId, session }, clock.now) };
};

/** An active mechanic with an account. */
export const aMechanic = async (fields: Record<string, string | number> = {}): Promise<Person> => {
  const email = String(fields.email ?? `mechanic${unique()}@example.com`);
  const basic = { name: "Max Mechanic", phone: "+1 555 0200", salary: 5_000_000, status: "active", created_at: now(), updated_at: now() };
  const row = { ...basic, ...fields, email };
  const record = inserting("mechanics", { ...row, ...newTerms(MECHANIC, row) });
  const { id, userId, session } = await account("mechanic", email, [record], ["mechanic_id"]);
  return { id, userId, email, token: await tokens.sign({ role: "mechanic", mechanicId: id, userId, session }, clock.now) };
};

/** An active admin without a mechanic's record. */
export const anAdmin = async (): Promise<Person> => {
  const email = `admin${unique()}@example.com`;
  const { userId, session } = await account("admin", email, [], []);
  return { id: 0, userId, email, token: await tokens.sign({ role: "admin", mechanicId: null, userId, session }, clock.now) };
};

/** A token of an admin's session that lacks something. */
export const limitedToken = async ({ userId }: Person, limited: Limitation): Promise<string> => {
  const [session] = await rows<{ id: number }>("select id from sessions where user_id = ? order by id desc limit 1", userId);
  return tokens.sign({ role: "admin", mechanicId: null, userId, session: { sid: String(session?.id), gen: 1 }, limited }, clock.now);
};

/** All rows of a query, for looking behind an answer. */
export const rows = async <T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]> =>
  (
    await env.DB.prepare(sql)
      .bind(...values)
      .all<T>()
  ).results;

/** The audit entries of one record, oldest first. */
export const auditOf = (entity: string, id: number) =>
  rows<{ action: string; before: string | null; after: string | null; user_id: number | null; role: string; request_id: string }>(
    "select action, before, after, user_id, role, request_id from audit_log where entity = ? and entity_id = ? order by id",
    entity,
    id,
  );

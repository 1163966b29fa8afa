import { and, eq, type SQL, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { jsonObject } from "../../db/json.ts";
import { type Filter, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { users } from "../../db/schema/users.ts";
import type { UserQuery } from "./users.schemas.ts";

const record = jsonObject({
  id: users.id,
  email: users.email,
  role: users.role,
  status: users.status,
  customer_id: users.customer_id,
  mechanic_id: users.mechanic_id,
  created_at: users.created_at,
  last_login_at: users.last_login_at,
  version: users.version,
});
export type UserRow = (typeof record)["_"]["type"];

const BY_ID = { id: users.id };
const BY_STATUS = { status: users.status };
const BY_ROLE = { role: users.role };

const listing: Listing<UserRow> = { table: users, record, counter: "users", sorts: { ...BY_ID, ...BY_STATUS } };

/** The account as JSON, for a command to read back. */
export const userById = (id: number | SQL<number>): SQL<UserRow> =>
  sql<UserRow>`(select ${record} from ${users} where ${users.id} = ${id})`;

/** One account. Throws `not_found`. */
export const findUser = async (db: Db, id: number): Promise<UserRow> => {
  const found = await db.select({ record }).from(users).where(eq(users.id, id)).get();
  if (!found) throw new Failure("not_found");
  return found.record;
};

const by = (where: SQL | undefined, sorts: NonNullable<Filter["lead"]>["sorts"]): Filter[] =>
  where === undefined ? [] : [{ where, lead: { from: users, id: users.id, where, sorts } }];

/** One page of the accounts, of an e-mail, a role, a status when the query says so; each index gives its own order. */
export const listUsers = (db: Db, { email, role, status }: UserQuery, request: PageRequest): Promise<Page<UserRow>> => {
  const inStatus = status && eq(users.status, status);
  const ofRole = role && and(eq(users.role, role), inStatus);
  const filters = [
    ...by(email === undefined ? undefined : eq(users.email, email), BY_ROLE),
    ...by(ofRole, status ? BY_ID : BY_STATUS),
    ...by(role ? undefined : inStatus, BY_ID),
  ];
  return readPage(db, listing, filters, request);
};

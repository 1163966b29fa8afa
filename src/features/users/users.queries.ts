import { and, eq, type SQL } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import { indexed, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import type { ListedRowIn, RowIn } from "../../db/records/record.ts";
import { USER } from "../../db/records/user.ts";
import { users } from "../../db/schema/users.ts";
import type { UserQuery } from "./users.schemas.ts";

export type UserRow = RowIn<typeof USER>;
export type ListedUserRow = ListedRowIn<typeof USER>;

const BY_ID = { id: users.id };
const BY_STATUS = { status: users.status };
const BY_ROLE = { role: users.role };

/** A subquery for the account as JSON; commands read their answer with it. */
export const userById = (id: number | SQL<number>): SQL<UserRow> => rowById(users, USER.json, id);

/** One account. Throws `not_found`. */
export const findUser = (db: Db, id: number): Promise<UserRow> => findRow(db, users, USER.json, eq(users.id, id));

/** One page of accounts, filtered by e-mail, role or status. The filter decides which sort orders there are. */
export const listUsers = (db: Db, { email, role, status }: UserQuery, request: PageRequest): Promise<Page<ListedUserRow>> => {
  const inStatus = status && eq(users.status, status);
  const ofRole = role && and(eq(users.role, role), inStatus);
  const filters = [
    ...(email === undefined ? [] : [indexed(users, eq(users.email, email), BY_ROLE)]),
    ...(ofRole === undefined ? [] : [indexed(users, ofRole, status ? BY_ID : BY_STATUS)]),
    ...(role || inStatus === undefined ? [] : [indexed(users, inStatus, BY_ID)]),
  ];
  return readPage(db, USER, filters, request);
};

import { and, eq, sql } from "drizzle-orm";
import type { Role } from "../../core/actor.ts";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonObject } from "../../db/json.ts";
import { findRow } from "../../db/records/read.ts";
import { USER } from "../../db/records/user.ts";
import { customers } from "../../db/schema/customers.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { secondFactors } from "../../db/schema/second-factors.ts";
import { users } from "../../db/schema/users.ts";
import { FACTOR_OF_LOGIN, isFactorOf, isOn } from "./second-factor.queries.ts";

/** The name in the account's record, or the e-mail of an admin without a record. */
const name = sql<string>`coalesce((select ${customers.name} from ${customers} where ${customers.id} = ${users.customer_id}),
  (select ${mechanics.name} from ${mechanics} where ${mechanics.id} = ${users.mechanic_id}), ${users.email})`;

/** 1 for an account with a second factor that logins ask for, else 0. */
const has_second_factor = sql<0 | 1>`${isOn(sql`${users.id}`)}`;

/** An account with the name of its record. */
export const account = jsonObject({ ...USER.listedColumns, gen: users.gen, name, has_second_factor });
export type AccountRow = JsonOf<typeof account>;

/** The accounts with this e-mail, at most one per role, with their password hashes and the second factors that logins ask for. */
export const accountsOf = (db: Db, email: string, role: Role | undefined) =>
  db
    .select({ id: users.id, gen: users.gen, status: users.status, password_hash: users.password_hash, factor: FACTOR_OF_LOGIN })
    .from(users)
    .leftJoin(secondFactors, isFactorOf(sql`${users.id}`))
    .where(and(eq(users.email, email), role && eq(users.role, role)));

/** The account that is logged in. Throws `not_found` if it no longer exists. */
export const findAccount = (db: Db, id: number): Promise<AccountRow> => findRow(db, users, account, eq(users.id, id));

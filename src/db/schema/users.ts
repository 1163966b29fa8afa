import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { ROLES } from "../../core/actor.ts";
import { id, moment, moments, version } from "../columns.ts";
import { customers } from "./customers.ts";
import { ACCOUNT_STATUSES, mechanics } from "./mechanics.ts";

/** Accounts: who can log in, with which role. `gen` is the generation of their tokens; earlier generations are revoked. */
export const users = sqliteTable(
  "users",
  {
    id: id(),
    email: text().notNull(),
    role: text({ enum: ROLES }).notNull(),
    status: text({ enum: ACCOUNT_STATUSES }).notNull(),
    password_hash: text().notNull(),
    customer_id: integer()
      .unique()
      .references(() => customers.id, { onDelete: "restrict", onUpdate: "restrict" }),
    mechanic_id: integer()
      .unique()
      .references(() => mechanics.id, { onDelete: "restrict", onUpdate: "restrict" }),
    /** When the e-mail was proven by opening a mail, or vouched for by staff; null until then. */
    email_verified_at: moment(),
    gen: integer().notNull().default(1),
    last_login_at: moment(),
    version: version(),
    ...moments(),
  },
  (t) => [
    unique("users_email_role").on(t.email, t.role),
    index("users_role_status").on(t.role, t.status),
    index("users_status").on(t.status),
    check("users_id_positive", sql`${t.id} > 0`),
    check("users_status_known", sql`${t.status} in ('active', 'pending', 'disabled')`),
    check(
      "users_record_of_role",
      sql`(${t.role} = 'customer' and ${t.customer_id} is not null and ${t.mechanic_id} is null)
        or (${t.role} = 'mechanic' and ${t.mechanic_id} is not null and ${t.customer_id} is null)
        or (${t.role} = 'admin' and ${t.customer_id} is null)`,
    ),
  ],
);

import { sql } from "drizzle-orm";
import { ROLES } from "../../core/actor.ts";
import { Email, Id, oneOf, Timestamp } from "../fields.ts";
import { ACCOUNT_STATUSES } from "../schema/mechanics.ts";
import { users } from "../schema/users.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

export const USER = entityOf(
  "user",
  recordOf(users, {
    id: { use: "shown", audited: true, type: Id, example: 12 },
    email: { use: "shown", audited: true, input: true, type: Email, example: "ada@example.com" },
    role: { use: "shown", audited: true, input: true, type: oneOf(ROLES), example: "customer" },
    status: { use: "shown", audited: true, input: true, type: oneOf(ACCOUNT_STATUSES), example: "active" },
    password_hash: { use: "hidden" },
    customer_id: { use: "shown", audited: true, input: true, type: Id, example: 12 },
    mechanic_id: { use: "shown", audited: true, input: true, type: Id, example: null },
    gen: { use: "hidden", audited: true },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
    last_login_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:31:00.000Z" },
    updated_at: { use: "hidden" },
    email_verified_at: { use: "shown", audited: true, type: Timestamp, example: "2026-11-20T09:31:00.000Z" },
    version: { use: "hidden" },
  }),
  { counter: "users", newestFirst: true, sorts: { id: users.id, status: users.status } },
  {},
  sql`${users.customer_id}`,
);

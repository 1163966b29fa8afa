import { sql } from "drizzle-orm";
import { Id, NetworkAddress, Timestamp } from "../fields.ts";
import { sessions } from "../schema/sessions.ts";
import { users } from "../schema/users.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

export const SESSION = entityOf(
  "session",
  recordOf(sessions, {
    id: { use: "shown", audited: true, type: Id, example: 34 },
    user_id: { use: "hidden", audited: true },
    created_at: { use: "shown", audited: true, type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
    last_used_at: { use: "shown", audited: true, type: Timestamp, example: "2026-11-21T08:00:00.000Z" },
    epoch: { use: "hidden" },
    expires_at: { use: "shown", audited: true, type: Timestamp, example: "2026-12-21T08:00:00.000Z" },
    address: { use: "shown", audited: true, type: NetworkAddress, example: "203.0.113.7" },
    ended_at: { use: "hidden", audited: true },
    end_reason: { use: "hidden", audited: true },
  }),
  { counter: null, sorts: { id: sessions.id } },
  {},
  sql`(select ${users.customer_id} from ${users} where ${users.id} = ${sessions.user_id})`,
);

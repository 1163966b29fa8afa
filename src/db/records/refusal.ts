import { Count, Id, pattern, Timestamp, text } from "../fields.ts";
import { refusals } from "../schema/audit.ts";
import { recordOf } from "./record.ts";

/** How often something was refused to a network or an account within an hour. */
export const REFUSAL = recordOf(refusals, {
  id: { use: "shown", type: Id, example: 7 },
  hour: { use: "shown", type: Timestamp, example: "2026-11-20T09:00:00.000Z" },
  what: { use: "shown", type: text(200), example: "user.login_failed invalid_credentials" },
  user_id: { use: "shown", type: Count, example: 0 },
  network: { use: "shown", type: pattern(64, /^[\w.:/]*$/), example: "203.0.113.7" },
  nth: { use: "hidden" },
  count: { use: "shown", type: Count, example: 31 },
  first_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  last_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:58:11.000Z" },
});

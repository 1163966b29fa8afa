import { Id, Identifier, longText, NetworkAddress, pattern, Timestamp } from "../fields.ts";
import { auditLog } from "../schema/audit.ts";
import { recordOf } from "./record.ts";

/** A row of the audit log. `before` and `after` are JSON texts here; answers show them parsed. */
export const AUDIT_ENTRY = recordOf(auditLog, {
  id: { use: "shown", type: Id, example: 90 },
  at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  user_id: { use: "shown", type: Id, example: 3 },
  role: { use: "shown", type: Identifier, example: "mechanic" },
  action: { use: "shown", type: Identifier, example: "part.updated" },
  entity: { use: "shown", type: Identifier, example: "part" },
  entity_id: { use: "shown", type: Id, example: 12 },
  before: { use: "shown", type: longText(2_000_000), example: '{"price":4990}' },
  after: { use: "shown", type: longText(2_000_000), example: '{"price":5250}' },
  request_id: { use: "shown", type: pattern(64, /^[\w-]+$/), example: "5f0c1c3e-5d0e-4f43-9b8e-0d1b9d1d2c11" },
  customer_id: { use: "hidden" },
  mac: { use: "hidden" },
  address: { use: "shown", type: NetworkAddress, example: "203.0.113.7" },
});

import type { Db } from "../client.ts";
import { auditLog } from "../schema/audit.ts";
import type { Writer } from "./writer.ts";

/** What can be refused without a record that says so: a password or code, and a route. */
export const REFUSED_ENTITIES = ["user", "route"] as const;

/** What was refused, and about which record, if one is known. `after` tells why; never what was sent. */
export interface Refused {
  readonly action: "user.login_failed" | "user.password_refused" | "user.code_refused" | "access.refused";
  readonly entity: (typeof REFUSED_ENTITIES)[number];
  readonly entityId: number | null;
  readonly after: Readonly<Record<string, string | number>>;
}

/** Who was refused, when and where; a refusal has no key. */
export type RefusedWriter = Pick<Writer, "requestId" | "userId" | "role" | "address" | "at">;

/** Adds a refusal to the audit log. Never throws, since the refusal stands whether or not it is recorded; the log says if not. */
export const recordRefusal = async (db: Db, writer: RefusedWriter, { action, entity, entityId, after }: Refused): Promise<void> => {
  const { requestId: request_id, userId: user_id, role, address, at } = writer;
  const row = { at, user_id, role, action, entity, entity_id: entityId, after: JSON.stringify(after), request_id, address };
  await db
    .insert(auditLog)
    .values(row)
    .catch(() => console.error(JSON.stringify({ request_id, error: "refusal_not_recorded", action })));
};

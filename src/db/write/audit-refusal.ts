import { desc, eq, sql } from "drizzle-orm";
import { entryMac } from "../../core/audit-marks.ts";
import { type Db, sendAll } from "../client.ts";
import { auditLog, refusals } from "../schema/audit.ts";
import { users } from "../schema/users.ts";
import { entriesOf, witness } from "./audited.ts";
import { insertFrom } from "./insert-from.ts";
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

/** Who was refused, when and from which network; a refusal has no key. */
export type RefusedWriter = Pick<
  Writer,
  "requestId" | "userId" | "role" | "address" | "network" | "at" | "customerId" | "sealer" | "defer"
>;

/** How many refusals of one kind an account has in the log in an hour; more are counted only. */
export const LOGGED_PER_HOUR = 5;
/** How many rows one hour has; what strangers of further networks do counts for all of these together. */
export const ROWS_PER_HOUR = 1_000;
/** The network of those for whom an hour has no row left. */
export const OTHERS = "others";

const hourOf = (at: string): string => `${at.slice(0, 13)}:00:00.000Z`;

/** Counts a refusal of its account, or of its network when it is a stranger's, and tells how many there are in this hour. */
const count = async (db: Db, { at, network }: RefusedWriter, userId: number, what: string): Promise<number> => {
  const hour = hourOf(at);
  const from = userId === 0 ? network : "";
  const isCounted = sql`exists (select 1 from ${refusals} where ${refusals.hour} = ${hour} and ${refusals.user_id} = ${userId}
    and ${refusals.what} = ${what} and ${refusals.network} = ${from})`;
  const last = db.select({ nth: refusals.nth }).from(refusals).where(eq(refusals.hour, hour)).orderBy(desc(refusals.id)).limit(1);
  const row = {
    hour,
    what,
    user_id: sql`${userId}`,
    network: userId === 0 ? sql`iif(n.nth > ${ROWS_PER_HOUR} and not ${isCounted}, ${OTHERS}, ${from})` : from,
    nth: sql`n.nth`,
    count: sql`1`,
    first_at: at,
    last_at: at,
  };
  const counted = sql`from (select coalesce((${last}), 0) + 1 as nth) n where true
    on conflict do update set count = count + 1, last_at = max(last_at, excluded.last_at) returning count`;
  const [rows] = await sendAll(db, [insertFrom(refusals, row, counted)], { repeatable: false });
  const [found] = rows ?? [];
  return typeof found === "object" && found !== null && "count" in found ? Number(found.count) : 0;
};

/** Adds a refusal to the audit log, as a code and witness of the Worker say. */
const log = async (db: Db, writer: RefusedWriter, { action, entity, entityId, after }: Refused): Promise<void> => {
  const { requestId: request_id, userId: user_id, role, address, at, sealer } = writer;
  const facts = { at, user_id, role, action, entity, entity_id: entityId, request_id };
  const customer = entity === "user" ? sql`(select ${users.customer_id} from ${users} where ${users.id} = ${entityId})` : null;
  const row = {
    ...facts,
    after: JSON.stringify(after),
    address,
    customer_id: customer ?? writer.customerId ?? null,
    mac: sealer && entryMac(sealer, facts),
  };
  await sendAll(db, [insertFrom(auditLog, row)], { repeatable: false });
  witness(db, writer, await entriesOf(db, writer));
};

/**
 * Counts a refusal. The first few of an account in an hour are added to the audit log, too; those of strangers never are, so that
 * they cannot make it grow. Never throws, since the refusal stands whether or not it is recorded; the log says if not.
 */
export const recordRefusal = async (db: Db, writer: RefusedWriter, refused: Refused): Promise<void> => {
  const { action, entityId, entity, after } = refused;
  const userId = (entity === "user" ? entityId : writer.userId) ?? 0;
  const what = [action, ...Object.values(after)].join(" ");
  try {
    const counted = await count(db, writer, userId, what);
    if (userId > 0 && counted <= LOGGED_PER_HOUR) await log(db, writer, refused);
  } catch {
    console.error(JSON.stringify({ request_id: writer.requestId, error: "refusal_not_recorded", action }));
  }
};

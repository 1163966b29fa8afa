import { and, eq, gte, lte, type SQL } from "drizzle-orm";
import { invalid } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { type Filter, indexed, type Listing, type Page, type PageRequest, readPage, together } from "../../db/list/listing.ts";
import { AUDIT_ENTRY } from "../../db/records/audit-entry.ts";
import type { ListedRowIn } from "../../db/records/record.ts";
import { auditLog } from "../../db/schema/audit.ts";
import type { AuditQuery } from "./audit-log.schemas.ts";

export type AuditEntryRow = ListedRowIn<typeof AUDIT_ENTRY>;

const BY_TIME = { at: auditLog.at };
const BY_ID_OR_TIME = { id: auditLog.id, ...BY_TIME };

const listing: Listing<AuditEntryRow> = { ...AUDIT_ENTRY, counter: "audit_log", newestFirst: true, sorts: BY_ID_OR_TIME };

const given = <T>(value: T | undefined, condition: (value: T) => SQL | undefined): SQL | undefined =>
  value === undefined ? undefined : condition(value);

/** The filters in use, and those that an index holds together: the narrowest first. Throws `invalid` for `entity_id` without `entity`. */
const filtersOf = ({ entity, entity_id, actor, from, to }: AuditQuery): Filter[] => {
  if (entity_id !== undefined && entity === undefined)
    throw invalid("/query/entity", "required", "Send 'entity' together with 'entity_id'.");
  const isKind = given(entity, (name) => eq(auditLog.entity, name));
  const isRecord = given(entity_id, (id) => and(isKind, eq(auditLog.entity_id, id)));
  const isActor = given(actor, (id) => eq(auditLog.user_id, id));
  const isSince = given(from, (moment) => gte(auditLog.at, moment));
  const isUntil = given(to, (moment) => lte(auditLog.at, moment));
  const isWithin = and(isSince, isUntil);
  const ofRecord = isRecord && indexed(auditLog, isRecord);
  const ofActor = isActor && indexed(auditLog, isActor, BY_ID_OR_TIME);
  const ofKind = isRecord ? undefined : isKind && indexed(auditLog, isKind, BY_ID_OR_TIME);
  const within = isWithin && indexed(auditLog, isWithin, BY_TIME);
  return [
    ofRecord,
    ...together(auditLog, [ofActor, ofKind, within], BY_TIME),
    ...together(auditLog, [ofActor, ofKind], BY_TIME),
    ...together(auditLog, [ofActor, within], BY_TIME),
    ...together(auditLog, [ofKind, within], BY_TIME),
    ofActor,
    ofKind,
    within,
  ].filter((filter) => filter !== undefined);
};

/** One page of the audit log, the newest first unless asked. Throws `invalid` for `entity_id` without `entity`. */
export const listAudit = (db: Db, query: AuditQuery, request: PageRequest): Promise<Page<AuditEntryRow>> =>
  readPage(db, listing, filtersOf(query), request);

import { and, eq, gte, lte, type SQL } from "drizzle-orm";
import { invalid } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { type Filter, indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { AUDIT_ENTRY } from "../../db/records/audit-entry.ts";
import type { ListedRowIn } from "../../db/records/record.ts";
import { auditLog } from "../../db/schema/audit.ts";
import type { AuditQuery } from "./audit-log.schemas.ts";

export type AuditEntryRow = ListedRowIn<typeof AUDIT_ENTRY>;

const BY_ID = { id: auditLog.id };
const BY_TIME = { at: auditLog.at };

const listing: Listing<AuditEntryRow> = { ...AUDIT_ENTRY, counter: "audit_log", sorts: { ...BY_ID, ...BY_TIME } };

const given = <T>(value: T | undefined, condition: (value: T) => SQL | undefined): SQL | undefined =>
  value === undefined ? undefined : condition(value);

/** The filters in use, the narrowest first. Throws `invalid` for `entity_id` without `entity`. */
const filtersOf = ({ entity, entity_id, actor, from, to }: AuditQuery): Filter[] => {
  if (entity_id !== undefined && entity === undefined)
    throw invalid("/query/entity", "required", "Send 'entity' together with 'entity_id'.");
  const isKind = given(entity, (name) => eq(auditLog.entity, name));
  const isRecord = given(entity_id, (id) => and(isKind, eq(auditLog.entity_id, id)));
  const isActor = given(actor, (id) => eq(auditLog.user_id, id));
  const isSince = given(from, (moment) => gte(auditLog.at, moment));
  const isUntil = given(to, (moment) => lte(auditLog.at, moment));
  const isWithin = and(isSince, isUntil);
  return [
    ...(isRecord ? [indexed(auditLog, isRecord)] : []),
    ...(isActor ? [indexed(auditLog, isActor)] : []),
    ...(isKind && !isRecord ? [indexed(auditLog, isKind)] : []),
    ...(isWithin ? [indexed(auditLog, isWithin, BY_TIME)] : []),
  ];
};

/** One page of the audit log, by default the newest first. Throws `invalid` for `entity_id` without `entity`. */
export const listAudit = async (db: Db, query: AuditQuery, request: PageRequest): Promise<Page<AuditEntryRow>> => {
  const byTime = (query.from ?? query.to) !== undefined && (query.entity ?? query.actor) === undefined;
  return readPage(db, listing, filtersOf(query), { ...request, sort: request.sort ?? (byTime ? "-at" : "-id") });
};

import { and, eq, gte, lte, type SQL } from "drizzle-orm";
import { invalid } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { jsonObject } from "../../db/json.ts";
import { type Filter, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { auditLog } from "../../db/schema/record.ts";
import type { AuditQuery } from "./audit-log.schemas.ts";

const record = jsonObject({
  id: auditLog.id,
  at: auditLog.at,
  user_id: auditLog.user_id,
  role: auditLog.role,
  action: auditLog.action,
  entity: auditLog.entity,
  entity_id: auditLog.entity_id,
  before: auditLog.before,
  after: auditLog.after,
  request_id: auditLog.request_id,
  address: auditLog.address,
});
export type AuditEntryRow = (typeof record)["_"]["type"];

const BY_ID = { id: auditLog.id };
const BY_TIME = { at: auditLog.at };

const listing: Listing<AuditEntryRow> = { table: auditLog, record, counter: "audit_log", sorts: { ...BY_ID, ...BY_TIME } };

/** A condition that an index begins with, and the sort that this index gives. */
const led = (where: SQL | undefined, sorts: typeof BY_ID | typeof BY_TIME): Filter[] =>
  where === undefined ? [] : [{ where, lead: { from: auditLog, id: auditLog.id, where, sorts } }];

const given = <T>(value: T | undefined, condition: (value: T) => SQL | undefined): SQL | undefined =>
  value === undefined ? undefined : condition(value);

/** The filters in use, the narrowest first. Throws `invalid` for the id of a record whose kind is not named. */
const filtersOf = ({ entity, entity_id, actor, from, to }: AuditQuery): Filter[] => {
  if (entity_id !== undefined && entity === undefined)
    throw invalid("/query/entity", "required", "Say of which kind of record 'entity_id' is the id.");
  const isKind = given(entity, (name) => eq(auditLog.entity, name));
  const isRecord = given(entity_id, (id) => and(isKind, eq(auditLog.entity_id, id)));
  const isActor = given(actor, (id) => eq(auditLog.user_id, id));
  const isSince = given(from, (moment) => gte(auditLog.at, moment));
  const isUntil = given(to, (moment) => lte(auditLog.at, moment));
  return [
    ...led(isRecord, BY_ID),
    ...led(isActor, BY_ID),
    ...led(isRecord ? undefined : isKind, BY_ID),
    ...led(and(isSince, isUntil), BY_TIME),
  ];
};

/** One page of the audit log, newest first unless asked otherwise. Throws `invalid` for `entity_id` without `entity`. */
export const listAudit = async (db: Db, query: AuditQuery, request: PageRequest): Promise<Page<AuditEntryRow>> => {
  const byTime = (query.from ?? query.to) !== undefined && (query.entity ?? query.actor) === undefined;
  return readPage(db, listing, filtersOf(query), { ...request, sort: request.sort ?? (byTime ? "-at" : "-id") });
};

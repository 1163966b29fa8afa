import type { Json } from "../../core/errors.ts";
import { type Cents, fromCents } from "../../core/money.ts";
import { MONEY_COLUMNS } from "../../db/records/entities.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { ADMIN } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { type AuditEntryRow, listAudit } from "./audit-log.queries.ts";
import { AuditList, AuditQuery, auditExample, Verification, VerifyQuery, verificationExample } from "./audit-log.schemas.ts";
import { verifyAudit } from "./audit-log.verify.ts";

type Image = Record<string, Json> | null;

/** Safe: our own SQL put whole cents under these names. */
const isCents = (name: string, value: Json): value is Cents => MONEY_COLUMNS.has(name) && typeof value === "number";

/** An image with its money as it goes on the wire. Safe: images are JSON objects that our own SQL made. */
const parseImage = (text: string | null): Image =>
  text === null ? null : (JSON.parse(text, (name, value: Json) => (isCents(name, value) ? fromCents(value) : value)) as Image);

/** The fields of an image that the other one has not so; all of them when there is no other. */
const changed = (image: Image, other: Image): Image =>
  image && other
    ? Object.fromEntries(Object.entries(image).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(other[name])))
    : image;

const present = ({ role, user_id, before, after, ...row }: AuditEntryRow) => {
  const [was, is] = [parseImage(before), parseImage(after)];
  return { ...row, actor: { role, user_id }, before: changed(was, is), after: changed(is, was) };
};

export const auditRoutes = [
  route(
    { access: ADMIN, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/audit-log",
      operationId: "listAuditLog",
      tag: "Audit log",
      summary: "Every write, failed login and refused access to what only admins may: who, when and from where, newest first",
      description: "Of a change, `before` and `after` show the fields that differ; of a new or removed record, all of them.",
      query: AuditQuery,
      answer: AuditList,
      example: { audit_log: [auditExample], pagination: paginationExample },
    },
    async ({ db }, { query }) => pageResult("/audit-log", "audit_log", query, await listAudit(db, query, pageRequest(query)), present),
  ),
  route(
    { access: ADMIN, readsPrimary: true },
    {
      method: "get",
      path: "/audit-log/verify",
      operationId: "verifyAuditLog",
      tag: "Audit log",
      summary: "Is the audit log as it was written? Names the first entry that is not",
      description:
        "Entries are sealed every minute, each seal made from its entry and the seal before it; the last one is also kept outside of the database. Goes on with `from_id` = `next_from_id`.",
      query: VerifyQuery,
      answer: Verification,
      example: verificationExample,
    },
    async ({ db, services }, { query }) => ({ body: await verifyAudit(db, services, query) }),
  ),
];

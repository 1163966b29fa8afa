import type { Json } from "../../core/failure-entry.ts";
import { type Cents, fromCents } from "../../core/money.ts";
import { MONEY_COLUMNS } from "../../db/records/entities.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { ADMIN } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { type AuditEntryRow, listAudit } from "./audit-log.queries.ts";
import { AuditList, AuditQuery, auditExample, Verification, VerifyQuery, verificationExample } from "./audit-log.schemas.ts";
import { verifyAudit } from "./audit-log.verify.ts";
import { refusalRoute } from "./refusals.ts";

type Image = Record<string, Json> | null;

/** Safe: our own SQL stores whole cents under these names. */
const isCents = (name: string, value: Json): value is Cents => MONEY_COLUMNS.has(name) && typeof value === "number";

/** An image with its money as decimal numbers. Safe: images are JSON objects that our own SQL made. */
const parseImage = (text: string | null): Image =>
  text === null ? null : (JSON.parse(text, (name, value: Json) => (isCents(name, value) ? fromCents(value) : value)) as Image);

/** The fields of an image that differ from the other image; all of them if there is no other. */
const changed = (image: Image, other: Image): Image =>
  image && other
    ? Object.fromEntries(Object.entries(image).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(other[name])))
    : image;

const present = ({ role, user_id, before, after, ...row }: AuditEntryRow) => {
  const [was, is] = [parseImage(before), parseImage(after)];
  return { ...row, actor: { role, user_id }, before: changed(was, is), after: changed(is, was) };
};

export const auditRoutes = [
  refusalRoute,
  route(
    { access: ADMIN, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/audit-log",
      operationId: "listAuditLog",
      tag: "Audit log",
      summary: "List all writes, and refused logins and admin requests of accounts, newest first",
      description:
        "An entry tells who did what, when and from which address. For a change, `before` and `after` hold the fields that differ, and of the parts of a ticket those that differ; for a new or deleted record, all fields. An account's first 5 refusals of one kind in an hour are entries; GET /audit-log/refusals counts them all, and those of strangers. Of a person who was erased, images and addresses are null.",
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
      summary: "Verify the seals of the audit log; returns the first broken entry",
      description:
        "Entries are sealed every minute. Each seal is made from its entry and the seal before it; the last seal is also kept outside the database. To check the next page, send its `next_from_id` as `from_id`.",
      query: VerifyQuery,
      answer: Verification,
      example: verificationExample,
    },
    async ({ db, services }, { query }) => ({ body: await verifyAudit(db, services, query) }),
  ),
];

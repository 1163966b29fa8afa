import { z } from "@hono/zod-openapi";
import { CalendarDate, Count, Id, TimestampInput } from "../../db/fields.ts";
import { AUDIT_ENTRY } from "../../db/records/audit-entry.ts";
import { ENTITIES } from "../../db/records/entities.ts";
import { REFUSED_ENTITIES } from "../../db/write/audit-refusal.ts";
import { PathId, queryInteger } from "../../http/fields.ts";
import { inOrder, listOf, listQuery } from "../../http/page.ts";
import { REASONS } from "./audit-log.chain.ts";

/** What entries of the audit log are about: kinds of records, refused requests, and the database when it was restored. */
const SUBJECTS = [...new Set([...ENTITIES.map(({ name }) => name), ...REFUSED_ENTITIES, "database"])];

const Image = z.record(z.string(), z.unknown()).nullable();

export const AuditEntry = AUDIT_ENTRY.answer
  .pick({ id: true, at: true, action: true, entity: true, entity_id: true, request_id: true, address: true })
  .extend({
    actor: AUDIT_ENTRY.answer.pick({ role: true, user_id: true }),
    before: Image.openapi({ type: ["object", "null"], description: "Old values of the fields that changed; null for a new record." }),
    after: Image.openapi({ type: ["object", "null"], description: "New values of these fields; null for a deleted record." }),
  })
  .openapi("AuditEntry");

/** A timestamp, or a date, which stands for that day at `time`. */
const momentOrDay = (time: string) =>
  z
    .union([TimestampInput, CalendarDate.transform((day) => `${day}T${time}Z`)], { error: "A date, or a date and time with offset." })
    .optional();

const MOMENT_OR_DAY = "^\\d{4}-\\d{2}-\\d{2}(T.+)?$";

export const AuditQuery = inOrder(
  listQuery(["id", "at"], {
    entity: z.enum(SUBJECTS).optional().openapi({ description: "Only entries about this kind of record. `route` lists refused requests." }),
    entity_id: PathId.optional().openapi({ description: "Only entries about this record. Requires `entity`." }),
    actor: PathId.optional().openapi({ description: "Only entries of the account with this user id." }),
    from: momentOrDay("00:00:00.000").openapi({
      type: "string",
      maxLength: 40,
      pattern: MOMENT_OR_DAY,
      description:
        "Earliest time or day (UTC). With times, or with `entity` and `actor`, entries are sorted by time unless `sort` says otherwise.",
      example: "2026-11-20T09:30:00Z",
    }),
    to: momentOrDay("23:59:59.999").openapi({
      type: "string",
      maxLength: 40,
      pattern: MOMENT_OR_DAY,
      description: "Latest time or day (UTC).",
      example: "2026-11-20",
    }),
  }),
);
export type AuditQuery = z.output<typeof AuditQuery>;

export const AuditList = listOf("audit_log", AuditEntry).openapi("AuditList");

export const auditExample = {
  id: 90,
  at: "2026-11-20T09:30:00.000Z",
  actor: { role: "mechanic", user_id: 3 },
  action: "part.updated",
  entity: "part",
  entity_id: 12,
  before: { price: 49.9 },
  after: { price: 52.5 },
  request_id: "5f0c1c3e-5d0e-4f43-9b8e-0d1b9d1d2c11",
  address: "203.0.113.7",
};

export const VerifyQuery = z.strictObject({
  from_id: PathId.optional().openapi({ description: "Id of the first entry to check. Default: 1." }),
  limit: queryInteger(1, 1_000).optional().openapi({ description: "How many entries to check. Default: 1,000.", example: 1_000 }),
});
export type VerifyQuery = z.output<typeof VerifyQuery>;

export const Verification = z
  .object({
    ok: z.boolean().openapi({
      description:
        "`true` when every entry of this page is as the Worker wrote it, as far as that is known, and the last anchored entry still has its seal.",
    }),
    checked: Count.openapi({ description: "How many entries, counted from the first, match their seals." }),
    from_id: Id,
    to_id: Id.nullable().openapi({ description: "Id of the last entry of this page; null when the page is empty." }),
    next_from_id: Id.nullable().openapi({ description: "`from_id` of the next page; null at the end." }),
    first_broken: z.object({ id: Id, reason: z.enum(REASONS) }).nullable(),
    flagged: z.object({ changed: Count, foreign: Count, operator: Count, unwitnessed: Count, first_id: Id.nullable() }).openapi({
      description:
        "How many entries of this page the Worker did not write as they are: `changed` before they were sealed, `foreign` (inserted by SQL), " +
        "`operator` (written by a script that says so), `unwitnessed` (nobody knows whether they were changed before they were sealed). " +
        "`first_id` is the first that is changed or foreign; such a page is not `ok`.",
    }),
    archived_to_id: Id.nullable().openapi({ description: "Entries up to this id are archived; the check begins after it." }),
    unsealed: Count.openapi({ description: "How many entries are not sealed yet. New entries are sealed within a minute." }),
    head: z
      .object({ id: Id.nullable(), sealed: z.boolean() })
      .openapi({ description: "The last entry whose seal is also kept outside the database, and whether the entry still has that seal." }),
  })
  .openapi("Verification");
export type Verification = z.input<typeof Verification>;

export const verificationExample = {
  ok: true,
  checked: 90,
  from_id: 1,
  to_id: 90,
  next_from_id: null,
  first_broken: null,
  flagged: { changed: 0, foreign: 0, operator: 0, unwitnessed: 1, first_id: null },
  archived_to_id: null,
  unsealed: 2,
  head: { id: 90, sealed: true },
};

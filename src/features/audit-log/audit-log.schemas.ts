import { z } from "@hono/zod-openapi";
import { CalendarDate, Count, Id, TimestampInput } from "../../db/fields.ts";
import { AUDIT_ENTRY } from "../../db/records/audit-entry.ts";
import { ENTITIES } from "../../db/records/entities.ts";
import { REFUSED_ENTITIES } from "../../db/write/audit-refusal.ts";
import { PathId, queryInteger } from "../../http/fields.ts";
import { listOf, listQuery } from "../../http/page.ts";
import { REASONS } from "./audit-log.chain.ts";

/** What entries are about: records, and what was refused without one. */
const SUBJECTS = [...new Set([...ENTITIES.map(({ name }) => name), ...REFUSED_ENTITIES])];

const Image = z.record(z.string(), z.unknown()).nullable();

export const AuditEntry = AUDIT_ENTRY.answer
  .pick({ id: true, at: true, action: true, entity: true, entity_id: true, request_id: true, address: true })
  .extend({
    actor: AUDIT_ENTRY.answer.pick({ role: true, user_id: true }),
    before: Image.openapi({ type: ["object", "null"], description: "What the fields that changed were; null for a new record." }),
    after: Image.openapi({ type: ["object", "null"], description: "What they became; null for a record that is gone." }),
  })
  .openapi("AuditEntry");

/** A moment, or a whole day, of which `time` is meant. */
const momentOrDay = (time: string) =>
  z
    .union([TimestampInput, CalendarDate.transform((day) => `${day}T${time}Z`)], { error: "A date, or a moment with its offset." })
    .optional();

const MOMENT_OR_DAY = "^\\d{4}-\\d{2}-\\d{2}(T.+)?$";

export const AuditQuery = listQuery(["id", "at"], {
  entity: z.enum(SUBJECTS).optional().openapi({ description: "Entries about records of this kind; `route`: refused accesses." }),
  entity_id: PathId.optional().openapi({ description: "Entries about this record; needs `entity`." }),
  actor: PathId.optional().openapi({ description: "Entries of this account, by its user id." }),
  from: momentOrDay("00:00:00.000").openapi({
    type: "string",
    maxLength: 40,
    pattern: MOMENT_OR_DAY,
    description: "Not before this moment, or this day (UTC).",
    example: "2026-11-20T09:30:00Z",
  }),
  to: momentOrDay("23:59:59.999").openapi({
    type: "string",
    maxLength: 40,
    pattern: MOMENT_OR_DAY,
    description: "Not after this moment, or this day (UTC).",
    example: "2026-11-20",
  }),
});
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
  from_id: PathId.optional().openapi({ description: "The first entry to look at; 1 unless said." }),
  limit: queryInteger(1, 1_000).optional().openapi({ description: "How many entries; 1,000 unless said.", example: 1_000 }),
});
export type VerifyQuery = z.output<typeof VerifyQuery>;

export const Verification = z
  .object({
    ok: z.boolean().openapi({ description: "No entry of this page is broken, and the head is as it was anchored." }),
    checked: Count.openapi({ description: "How many entries, from the first, are as they were sealed." }),
    from_id: Id,
    to_id: Id.nullable().openapi({ description: "The last entry of this page; null when there is none." }),
    next_from_id: Id.nullable().openapi({ description: "Where the next page begins; null at the end." }),
    first_broken: z.object({ id: Id, reason: z.enum(REASONS) }).nullable(),
    unsealed: Count.openapi({ description: "How many entries have no seal yet; they get one within a minute." }),
    head: z
      .object({ id: Id.nullable(), sealed: z.boolean() })
      .openapi({ description: "The last entry that was anchored outside of the database, and whether it still has its seal." }),
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
  unsealed: 2,
  head: { id: 90, sealed: true },
};

import { z } from "@hono/zod-openapi";
import { Count, Id, longText, oneOf, Timestamp } from "../../db/fields.ts";
import type { Erased } from "./erase.commands.ts";
import { type ExportPage, ITEMS, type Place } from "./export.queries.ts";
import { SECTIONS } from "./export-kinds.ts";

const KEPT = ["service_tickets", "vehicles", "money", "estimates", "authorizations", "invoices", "payments", "notes", "audit_log"] as const;

const LAW =
  "Tax and commercial law order that records of business are kept, in most countries for 6 to 10 years (GDPR art. 17(3)(b)). Delete them when yours allows it.";

const REASONS: Readonly<Record<(typeof KEPT)[number], string>> = {
  service_tickets: LAW,
  money: LAW,
  estimates:
    "What the customer was shown says for whom it was. It is never changed, and kept as tax and commercial law orders (GDPR art. 17(3)(b)).",
  authorizations:
    "Who agreed to what, how, and from which network address, is the shop's proof of it (GDPR art. 17(3)(e)); California has it kept for at least three years (16 CCR 3358).",
  invoices:
    "Invoices and credit notes say to whom they were given, never change, and are kept as tax and commercial law orders (GDPR art. 17(3)(b)).",
  payments: "Entries of the ledger, with their references and notes, belong to the invoices and are kept with them (GDPR art. 17(3)(b)).",
  vehicles:
    "They belong to the tickets, which say what was done to which vehicle. A plate, a colour or a description may still point to somebody: change them, if so.",
  notes:
    "Descriptions and notes of tickets are free text and were not changed. Read them: a ticket that names the person can be opened again by an admin and changed.",
  audit_log: "Its entries about the person say when something happened and in which role, without what it was about.",
};

/** What was erased, and what stays and why. */
export const Erasure = z
  .object({
    id: Id,
    erased: z.literal(true),
    erased_at: Timestamp,
    kept: z.array(z.object({ what: oneOf(KEPT), number: Count.nullable(), reason: longText(400) })).max(KEPT.length),
  })
  .openapi("Erasure");

/** The answer of an erasure. */
export const erasureOf = (id: number, { erased_at, ...numbers }: Erased): z.input<typeof Erasure> => {
  const counted: Readonly<Record<string, number>> = numbers;
  return { id, erased: true, erased_at, kept: KEPT.map((what) => ({ what, number: counted[what] ?? null, reason: REASONS[what] })) };
};

export const erasureExample = erasureOf(12, {
  erased_at: "2026-11-20T09:30:00.000Z",
  service_tickets: 2,
  vehicles: 1,
  estimates: 1,
  authorizations: 1,
  invoices: 1,
  payments: 1,
});

/** Where the next page of an export begins: a kind and the id of the last item. */
const AFTER = new RegExp(`^(${SECTIONS.join("|")})\\.(\\d{1,15})$`);

export const ExportQuery = z.strictObject({
  after: z
    .string()
    .max(40)
    .regex(AFTER, "Send the `next_after` of the page before.")
    .transform((text): Place => {
      const [, name, id] = AFTER.exec(text) ?? [];
      return { section: SECTIONS.find((section) => section === name) ?? "customer", after: Number(id ?? 0) };
    })
    .optional()
    .openapi({
      type: "string",
      maxLength: 40,
      pattern: AFTER.source,
      description: "`next_after` of the page before.",
      example: "vehicles.7",
    }),
});

const Items = z.array(z.record(z.string(), z.unknown())).max(ITEMS);

/** Everything about a person, page by page. */
export const Export = z
  .object({
    customer_id: Id,
    exported_at: Timestamp,
    customer: Items,
    account: Items,
    sessions: Items,
    vehicles: Items,
    service_tickets: Items,
    estimates: Items,
    authorizations: Items,
    share_links: Items,
    invoices: Items,
    payments: Items,
    mails: Items,
    audit_log: Items,
    next_after: z
      .string()
      .max(40)
      .nullable()
      .openapi({ pattern: AFTER.source, description: "`after` of the next page; null when this is the last one." }),
  })
  .openapi("CustomerExport");

/** A page on the wire; `now` is ISO 8601. */
export const exportOf = (id: number, now: string, { sections, next }: ExportPage) => ({
  customer_id: id,
  exported_at: now,
  ...sections,
  next_after: next && `${next.section}.${next.after}`,
});

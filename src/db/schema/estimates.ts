import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Cents } from "../../core/money.ts";
import { cents, moment } from "../columns.ts";
import { customers } from "./customers.ts";
import { serviceTickets } from "./service-tickets.ts";
import { isOneOf } from "./words.ts";

/** How a customer said it. `portal`: by their own account; `link`: by a link that the shop sent. */
export const CHANNELS = ["portal", "link", "in_person", "phone", "text", "email"] as const;
/** Those by which somebody was reached elsewhere: the number or address is kept. */
export const REMOTE_CHANNELS = ["phone", "text", "email"] as const;
export const CAPACITIES = ["owner", "designee"] as const;
/** What becomes of the replaced parts (16 CCR 3355 of California). */
export const REPLACED_PARTS = ["return", "show", "none"] as const;

/**
 * What a customer was shown: a frozen copy of a ticket's lines with their sums. Append-only; the newest of a ticket is the
 * current one. Ids are never given twice, since no row is removed.
 */
export const estimates = sqliteTable(
  "estimates",
  {
    id: integer().primaryKey(),
    service_ticket_id: integer()
      .notNull()
      .references(() => serviceTickets.id, { onDelete: "restrict", onUpdate: "restrict" }),
    customer_id: integer()
      .notNull()
      .references(() => customers.id, { onDelete: "restrict", onUpdate: "restrict" }),
    /** The year and the place in its series. */
    year: integer().notNull(),
    sequence: integer().notNull(),
    number: text().notNull().generatedAlwaysAs(sql`printf('E%d-%06d', year, sequence)`, { mode: "stored" }),
    at: moment().notNull(),
    /** The day in the shop's time zone. */
    date: text().notNull(),
    /** The last day, in the shop's time zone, on which it can be decided on. */
    valid_until: text().notNull(),
    message: text(),
    /** Net of the lines before the discount of the ticket, that discount, what is left, the taxes, and both together. */
    lines_net: cents().notNull(),
    discount_amount: cents().notNull(),
    net: cents().notNull(),
    tax: cents().notNull(),
    total: cents().notNull(),
    /** JSON: shop, customer, vehicle, discount, jobs, lines and taxes as they were shown. */
    content: text().notNull(),
    /** What of the ticket the customer has approved, as of the last decision on it. */
    authorized_net: cents()
      .notNull()
      .default(0 as Cents),
  },
  (t) => [
    index("estimates_ticket").on(t.service_ticket_id, t.id),
    index("estimates_customer").on(t.customer_id, t.id),
    index("estimates_date").on(t.date, t.id),
    uniqueIndex("estimates_numbered_once").on(t.year, t.sequence),
    check("estimates_id_positive", sql`${t.id} > 0`),
    check("estimates_sequence_positive", sql`${t.sequence} > 0`),
    check(
      "estimates_add_up",
      sql`${t.net} = ${t.lines_net} - ${t.discount_amount} and ${t.total} = ${t.net} + ${t.tax}
        and min(${t.lines_net}, ${t.discount_amount}, ${t.net}, ${t.tax}) >= 0`,
    ),
    check("estimates_within_bounds", sql`${t.lines_net} <= 999999999`),
    check("estimates_end_after_start", sql`${t.valid_until} >= ${t.date}`),
  ],
);

/** What a customer decided on exactly one estimate. Append-only; its decisions reach the lines by a trigger. */
export const authorizations = sqliteTable(
  "authorizations",
  {
    id: integer().primaryKey(),
    service_ticket_id: integer()
      .notNull()
      .references(() => serviceTickets.id, { onDelete: "restrict", onUpdate: "restrict" }),
    estimate_id: integer()
      .notNull()
      .references(() => estimates.id, { onDelete: "restrict", onUpdate: "restrict" }),
    at: moment().notNull(),
    /** The day in the shop's time zone, which the last day of the estimate is compared with. */
    date: text().notNull(),
    channel: text({ enum: CHANNELS }).notNull(),
    /** Who said it, and for whom. */
    person_name: text().notNull(),
    capacity: text({ enum: CAPACITIES }).notNull(),
    /** The number that was called, or the address that was written to. */
    contact: text(),
    /** The account that recorded it, of staff or of the customer, or the link by which the customer did. Exactly one. */
    staff_user_id: integer(),
    customer_user_id: integer(),
    share_link_id: integer(),
    /** The network address from which a customer decided. */
    address: text(),
    replaced_parts: text({ enum: REPLACED_PARTS }),
    note: text(),
    /** What is approved beyond what was, and the sums before and after: net, and after it with tax. */
    additional_net: cents().notNull(),
    authorized_net_before: cents().notNull(),
    authorized_net_after: cents().notNull(),
    total_after: cents().notNull(),
    /** JSON: `[{line_id, job_id, decision, net, words, description}]`, each as it stands in the estimate. */
    decisions: text().notNull(),
  },
  (t) => [
    index("authorizations_ticket").on(t.service_ticket_id, t.id),
    index("authorizations_estimate").on(t.estimate_id),
    check("authorizations_id_positive", sql`${t.id} > 0`),
    check("authorizations_channel_known", sql`${isOneOf(t.channel, CHANNELS)} and ${isOneOf(t.capacity, CAPACITIES)}`),
    check("authorizations_parts_known", isOneOf(t.replaced_parts, REPLACED_PARTS)),
    check(
      "authorizations_by_one",
      sql`(${t.staff_user_id} is not null) + (${t.customer_user_id} is not null) + (${t.share_link_id} is not null) = 1
        and (${t.channel} = 'portal') = (${t.customer_user_id} is not null) and (${t.channel} = 'link') = (${t.share_link_id} is not null)`,
    ),
    check("authorizations_reached_somebody", sql`not ${isOneOf(t.channel, REMOTE_CHANNELS)} or ${t.contact} is not null`),
    check("authorizations_decide_something", sql`json_array_length(${t.decisions}) > 0`),
  ],
);

/** The decisions of authorisations, one row per line. Triggers write them; append-only. */
export const authorizationDecisions = sqliteTable(
  "authorization_decisions",
  {
    id: integer().primaryKey(),
    authorization_id: integer()
      .notNull()
      .references(() => authorizations.id, { onDelete: "restrict", onUpdate: "restrict" }),
    /** Which of the authorisation's decisions it is, from 0. */
    position: integer().notNull(),
    service_ticket_id: integer().notNull(),
    /** The line may be gone. */
    line_id: integer().notNull(),
    decision: text({ enum: ["approved", "declined"] }).notNull(),
    /** As it was shown: net of the line, its words as of `ticket_lines`, and its description. */
    net: cents().notNull(),
    words: text().notNull(),
    description: text().notNull(),
    at: moment().notNull(),
  },
  (t) => [
    uniqueIndex("authorization_decisions_once").on(t.authorization_id, t.line_id),
    index("authorization_decisions_line").on(t.line_id, t.id),
    index("authorization_decisions_ticket").on(t.service_ticket_id, t.id),
    check("authorization_decisions_id_positive", sql`${t.id} > 0`),
    check("authorization_decisions_known", sql`${t.decision} = 'approved' or ${t.decision} = 'declined'`),
  ],
);

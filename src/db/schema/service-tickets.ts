import { type SQLWrapper, sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import type { Cents } from "../../core/money.ts";
import { cents, id, moment, moments, ppm, searchTerms, thousandths, version } from "../columns.ts";
import { customers } from "./customers.ts";
import { parts } from "./inventory.ts";
import { mechanics } from "./mechanics.ts";
import { vehicles } from "./vehicles.ts";

export const TICKET_STATUSES = ["open", "in_progress", "completed", "closed", "cancelled"] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** Null, or a valid timestamp in the stored form. Adding zero days makes SQLite rewrite 24:00 or 30 February, so they differ. */
const isMoment = (column: SQLWrapper) => sql`${column} is strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, '+0 days')`;

export const serviceTickets = sqliteTable(
  "service_tickets",
  {
    id: id(),
    customer_id: integer()
      .notNull()
      .references(() => customers.id, { onDelete: "restrict", onUpdate: "restrict" }),
    vehicle_id: integer().references(() => vehicles.id, { onDelete: "restrict", onUpdate: "restrict" }),
    service_desc: text().notNull(),
    service_date: text().notNull(),
    status: text({ enum: TICKET_STATUSES }).notNull().default("open"),
    scheduled_start: moment(),
    scheduled_end: moment(),
    mileage: integer(),
    notes: text(),
    internal_notes: text(),
    parts_total: cents()
      .notNull()
      .default(0 as Cents),
    completed_at: moment(),
    closed_at: moment(),
    /** What a closed ticket says, whatever is renamed later: JSON of its vehicle, the names of its customer, mechanics and parts. */
    closed_words: text(),
    /** How many lines people wrote on it, and what those come to before discounts. */
    lines_gross: cents()
      .notNull()
      .default(0 as Cents),
    lines_count: integer().notNull().default(0),
    /** What is taken off the whole, with its reason: a percentage or an amount. */
    discount_percent: ppm(),
    discount_value: cents(),
    discount_reason: text(),
    mileage_out: integer(),
    /** When the customer was told that it would be done. */
    promised_at: moment(),
    /** The customer's own number of the order. */
    po_number: text(),
    /** The invoice that bills it, while not all of that is credited. */
    invoice_id: integer(),
    /** What its lines come to while it is completed or closed and no invoice bills it. */
    unbilled_net: cents(),
    version: version(),
    ...moments(),
    search_terms: searchTerms(),
  },
  (t) => [
    index("service_tickets_customer").on(t.customer_id),
    index("service_tickets_customer_date").on(t.customer_id, t.service_date),
    index("service_tickets_customer_status").on(t.customer_id, t.status),
    index("service_tickets_vehicle").on(t.vehicle_id),
    index("service_tickets_vehicle_date").on(t.vehicle_id, t.service_date),
    index("service_tickets_status").on(t.status),
    index("service_tickets_status_date").on(t.status, t.service_date),
    index("service_tickets_date").on(t.service_date),
    index("service_tickets_created_at").on(t.created_at),
    index("service_tickets_unbilled").on(t.id, t.unbilled_net).where(sql`${t.unbilled_net} > 0`),
    // Reminders look for the appointments that begin soon.
    index("service_tickets_appointments").on(t.scheduled_start).where(sql`${t.scheduled_start} is not null and ${t.status} = 'open'`),
    check("service_tickets_id_positive", sql`${t.id} > 0`),
    check("service_tickets_status_known", sql`${t.status} in ('open', 'in_progress', 'completed', 'closed', 'cancelled')`),
    check(
      "service_tickets_schedule",
      sql`(${t.scheduled_start} is null) = (${t.scheduled_end} is null)
        and (${t.scheduled_start} < ${t.scheduled_end}) is not false
        and ${isMoment(t.scheduled_start)} and ${isMoment(t.scheduled_end)}`,
    ),
  ],
);

/**
 * Which mechanic works on which ticket. `starts_at` and `ends_at` copy the ticket's schedule while the ticket counts as a
 * booking; triggers maintain them. A trigger deletes the rows of a deleted ticket, so that foreign key has no RESTRICT.
 */
export const assignments = sqliteTable(
  "assignments",
  {
    id: id(),
    service_ticket_id: integer()
      .notNull()
      .references(() => serviceTickets.id),
    mechanic_id: integer()
      .notNull()
      .references(() => mechanics.id, { onDelete: "restrict", onUpdate: "restrict" }),
    starts_at: moment(),
    ends_at: moment(),
    created_at: moment().notNull(),
  },
  (t) => [
    unique("assignments_once").on(t.service_ticket_id, t.mechanic_id),
    index("assignments_mechanic").on(t.mechanic_id, t.service_ticket_id),
    index("assignments_booking").on(t.mechanic_id, t.starts_at, t.service_ticket_id, t.ends_at),
    check("assignments_id_positive", sql`${t.id} > 0`),
  ],
);

/** Parts on a ticket, with their price and cost when they were added. `held` is 0 after they went back to stock. */
export const ticketParts = sqliteTable(
  "ticket_parts",
  {
    id: integer().primaryKey(),
    service_ticket_id: integer()
      .notNull()
      .references(() => serviceTickets.id),
    inventory_id: integer()
      .notNull()
      .references(() => parts.id, { onDelete: "restrict", onUpdate: "restrict" }),
    quantity: thousandths().notNull(),
    unit_price: cents().notNull(),
    unit_cost: cents(),
    held: integer().notNull().default(1),
  },
  (t) => [
    unique("ticket_parts_one_line").on(t.service_ticket_id, t.inventory_id),
    index("ticket_parts_part").on(t.inventory_id),
    check("ticket_parts_id_positive", sql`${t.id} > 0`),
    check("ticket_parts_quantity_positive", sql`${t.quantity} between 1 and 1000000000`),
    check("ticket_parts_held_known", sql`${t.held} in (0, 1)`),
  ],
);

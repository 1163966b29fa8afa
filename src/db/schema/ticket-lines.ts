import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { cents, flag, id, moment, ppm, thousandths } from "../columns.ts";
import { mechanics } from "./mechanics.ts";
import { serviceTickets } from "./service-tickets.ts";
import { isOneOf } from "./words.ts";

export const LINE_KINDS = ["labor", "part", "sublet", "fee"] as const;
export type LineKind = (typeof LINE_KINDS)[number];
export const FEE_KINDS = ["shop_supplies", "hazardous_waste", "environmental", "storage", "towing", "other"] as const;
/** What a part is (16 CCR 3356 of California): new unless it is said. */
export const CONDITIONS = ["new", "used", "rebuilt", "reconditioned", "oem_crash", "non_oem_crash", "customer_supplied"] as const;
export const DECISIONS = ["open", "approved", "declined"] as const;
export type Decision = (typeof DECISIONS)[number];

/** The work on a ticket, as a customer decides on it. */
export const ticketJobs = sqliteTable(
  "ticket_jobs",
  {
    id: id(),
    service_ticket_id: integer()
      .notNull()
      .references(() => serviceTickets.id),
    title: text().notNull(),
    position: integer().notNull(),
    /** The customer decides on each line by itself; else on all of the job together. */
    by_line: flag().notNull().default(false),
    mechanic_id: integer().references(() => mechanics.id, { onDelete: "restrict", onUpdate: "restrict" }),
    concern: text(),
    correction: text(),
    note: text(),
    internal_note: text(),
    created_at: moment().notNull(),
  },
  (t) => [
    index("ticket_jobs_ticket").on(t.service_ticket_id, t.position),
    index("ticket_jobs_mechanic").on(t.mechanic_id).where(sql`${t.mechanic_id} is not null`),
    check("ticket_jobs_id_positive", sql`${t.id} > 0`),
    check("ticket_jobs_position_range", sql`${t.position} between 1 and 1000`),
  ],
);

const GROSS = sql`coalesce(flat_amount, (quantity * unit_price + 500) / 1000)`;
/** The discount is rounded, and then taken off, so that what is printed adds up. */
const DISCOUNT = sql`iif(discount_percent is null, coalesce(discount_value, 0), (gross * discount_percent + 500000) / 1000000)`;
/** What a customer says yes to: another content is another thing. */
const WORDS = sql`json_array(kind, description, inventory_id, part_number, condition, fee_kind, provider)`;

/**
 * What a ticket sells: its amounts follow from quantity, price and discount. Each part that leaves the stock may insert a row
 * here, so ticket and part are no foreign keys, which would read more: rules keep both.
 */
export const ticketLines = sqliteTable(
  "ticket_lines",
  {
    // Not AUTOINCREMENT: an id that comes twice does no harm, since decisions reach only a line of the same ticket with the same words.
    id: integer().primaryKey(),
    service_ticket_id: integer().notNull(),
    job_id: integer().references(() => ticketJobs.id, { onDelete: "restrict", onUpdate: "restrict" }),
    kind: text({ enum: LINE_KINDS }).notNull(),
    description: text().notNull(),
    inventory_id: integer(),
    part_number: text(),
    condition: text({ enum: CONDITIONS }),
    fee_kind: text({ enum: FEE_KINDS }),
    /** Who does the work of a sublet. */
    provider: text(),
    /** Who does the labour. */
    mechanic_id: integer().references(() => mechanics.id, { onDelete: "restrict", onUpdate: "restrict" }),
    quantity: thousandths().notNull(),
    /** Null where a flat amount stands for quantity and price. */
    unit_price: cents(),
    flat_amount: cents(),
    unit_cost: cents(),
    discount_percent: ppm(),
    discount_value: cents(),
    taxable: flag().notNull().default(true),
    gross: cents().notNull().generatedAlwaysAs(GROSS, { mode: "stored" }),
    discount_amount: cents().notNull().generatedAlwaysAs(DISCOUNT, { mode: "stored" }),
    net: cents().notNull().generatedAlwaysAs(sql`gross - discount_amount`, { mode: "stored" }),
    words: text().notNull().generatedAlwaysAs(WORDS, { mode: "stored" }),
    decision: text({ enum: DECISIONS }).notNull().default("open"),
    /** What the customer has said yes to, while the line is approved. */
    authorized_net: cents(),
    /** The line stands for parts that left the stock beyond what other lines plan; triggers write it. */
    automatic: flag().notNull().default(false),
  },
  (t) => [
    index("ticket_lines_ticket").on(t.service_ticket_id, t.automatic),
    index("ticket_lines_job").on(t.job_id).where(sql`${t.job_id} is not null`),
    index("ticket_lines_part").on(t.inventory_id, t.service_ticket_id, t.automatic).where(sql`${t.inventory_id} is not null`),
    index("ticket_lines_mechanic").on(t.mechanic_id).where(sql`${t.mechanic_id} is not null`),
    index("ticket_lines_decided").on(t.service_ticket_id).where(sql`${t.decision} <> 'open'`),
    uniqueIndex("ticket_lines_one_automatic").on(t.service_ticket_id, t.inventory_id).where(sql`${t.automatic} = 1`),
    check("ticket_lines_id_positive", sql`${t.id} > 0`),
    check("ticket_lines_kind_known", isOneOf(t.kind, LINE_KINDS)),
    check("ticket_lines_quantity_range", sql`${t.quantity} between 1 and 1000000000`),
    check(
      "ticket_lines_price_or_flat",
      sql`(${t.unit_price} is null) <> (${t.flat_amount} is null) and ifnull(${t.unit_price}, 0) between 0 and 999999999
        and ifnull(${t.flat_amount}, 0) between 0 and 999999999 and ifnull(${t.unit_cost}, 0) between 0 and 999999999`,
    ),
    check("ticket_lines_gross_range", sql`${t.gross} between 0 and 999999999`),
    check(
      "ticket_lines_one_discount",
      sql`(${t.discount_percent} is null or ${t.discount_value} is null) and ifnull(${t.discount_percent}, 0) between 0 and 1000000
        and ifnull(${t.discount_value}, 0) >= 0`,
    ),
    check("ticket_lines_discount_fits", sql`${t.net} >= 0`),
    check(
      "ticket_lines_fields_of_kind",
      sql`(${t.kind} = 'part') = (${t.condition} is not null) and (${t.kind} = 'fee') = (${t.fee_kind} is not null)
        and (${t.kind} = 'part' or (${t.inventory_id} is null and ${t.part_number} is null))
        and (${t.kind} = 'sublet' or ${t.provider} is null) and (${t.kind} = 'labor' or ${t.mechanic_id} is null)
        and (${t.kind} = 'part' or ${t.kind} = 'sublet' or ${t.unit_cost} is null)`,
    ),
    check("ticket_lines_condition_known", isOneOf(t.condition, CONDITIONS)),
    check("ticket_lines_supplied_not_stocked", sql`${t.condition} is not 'customer_supplied' or ${t.inventory_id} is null`),
    check("ticket_lines_fee_known", isOneOf(t.fee_kind, FEE_KINDS)),
    check(
      "ticket_lines_decision_known",
      sql`${isOneOf(t.decision, DECISIONS)} and (${t.decision} = 'approved') = (${t.authorized_net} is not null)`,
    ),
    check("ticket_lines_automatic_are_stocked", sql`${t.automatic} = 0 or ${t.inventory_id} is not null`),
  ],
);

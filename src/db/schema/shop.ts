import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Cents } from "../../core/money.ts";
import { PAPER_SIZES } from "../../core/paper-ports.ts";
import { cents, flag, id, moments, ppm, version, wordList } from "../columns.ts";
import type { LineKind } from "./ticket-lines.ts";
import { isOneOf } from "./words.ts";

/**
 * When work needs the customer's yes. `posting`: before it is billed; `work`: before it begins and before its parts leave the
 * stock, too; `none`: never.
 */
export const AUTHORIZATION_MODES = ["posting", "work", "none"] as const;
export type AuthorizationMode = (typeof AUTHORIZATION_MODES)[number];

/** The shop itself: one row. */
export const shop = sqliteTable(
  "shop",
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    legal_name: text(),
    address: text(),
    phone: text(),
    email: text(),
    registration_number: text(),
    tax_number: text(),
    /** The number with which hazardous waste is given away; without it nobody may be charged for that. */
    epa_number: text(),
    /** IANA time zone: local dates of documents are days there. */
    time_zone: text().notNull().default("UTC"),
    /** ISO 4217. */
    currency: text().notNull().default("USD"),
    /** The size of the paper that documents are printed on. */
    paper: text({ enum: PAPER_SIZES }).notNull().default("letter"),
    /** BCP 47: how documents write dates and amounts. */
    locale: text().notNull().default("en-US"),
    /** The price of an hour of labour, where none is named. */
    labor_rate: cents()
      .notNull()
      .default(7_500 as Cents),
    payment_terms_days: integer().notNull().default(0),
    estimate_valid_days: integer().notNull().default(30),
    authorization: text({ enum: AUTHORIZATION_MODES }).notNull().default("posting"),
    estimate_text: text(),
    invoice_text: text(),
    /** Are receipts mailed to customers who have not said whether they want them? */
    mail_receipts: flag().notNull().default(false),
    /** How many hours before it begins customers are reminded of an appointment; null: they are not. */
    reminder_hours: integer(),
    version: version(),
    ...moments(),
  },
  (t) => [
    // So that a shop that does not work on the customer's yes only reads no row to know it.
    index("shop_authorization").on(t.authorization),
    check("shop_one_row", sql`${t.id} = 1`),
    check("shop_labor_rate_range", sql`${t.labor_rate} between 0 and 999999999`),
    check("shop_days_range", sql`${t.payment_terms_days} between 0 and 365 and ${t.estimate_valid_days} between 1 and 365`),
    check("shop_authorization_known", isOneOf(t.authorization, AUTHORIZATION_MODES)),
    // So that a shop without reminders reads no row to know it.
    index("shop_reminders").on(t.reminder_hours).where(sql`${t.reminder_hours} is not null`),
    check("shop_reminder_hours_range", sql`${t.reminder_hours} between 1 and 168`),
    check("shop_paper_known", isOneOf(t.paper, PAPER_SIZES)),
  ],
);

/** Taxes on kinds of lines, each from its first day until its last. */
export const taxes = sqliteTable(
  "taxes",
  {
    id: id(),
    name: text().notNull(),
    rate: ppm().notNull(),
    /** The kinds of lines that it falls on, as a JSON array. */
    applies_to: wordList<LineKind>().notNull(),
    valid_from: text().notNull(),
    /** The last day, or null while no end is known. */
    valid_until: text(),
    version: version(),
    ...moments(),
  },
  (t) => [
    check("taxes_rate_range", sql`${t.rate} between 1 and 1000000`),
    check("taxes_end_after_start", sql`${t.valid_until} >= ${t.valid_from}`),
    check("taxes_fall_on_something", sql`json_array_length(${t.applies_to}) > 0`),
  ],
);

import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { cents, id, moments, searchTerms, version } from "../columns.ts";

export const ACCOUNT_STATUSES = ["active", "pending", "disabled"] as const;

export const mechanics = sqliteTable(
  "mechanics",
  {
    id: id(),
    name: text().notNull(),
    email: text().notNull().unique(),
    phone: text().notNull(),
    address: text(),
    specialty: text(),
    salary: cents().notNull(),
    status: text({ enum: ACCOUNT_STATUSES }).notNull(),
    ticket_count: integer().notNull().default(0),
    completed_count: integer().notNull().default(0),
    version: version(),
    ...moments(),
    search_terms: searchTerms(),
  },
  (t) => [
    index("mechanics_name").on(sql`${t.search_terms} ->> 'name'`, t.id),
    index("mechanics_created_at").on(t.created_at),
    index("mechanics_ticket_count").on(t.ticket_count),
    index("mechanics_completed_count").on(t.completed_count),
    index("mechanics_leaderboard").on(t.completed_count).where(sql`${t.status} <> 'pending'`),
    index("mechanics_status").on(t.status),
    check("mechanics_id_positive", sql`${t.id} > 0`),
    check("mechanics_status_known", sql`${t.status} in ('active', 'pending', 'disabled')`),
    check("mechanics_salary_range", sql`${t.salary} between 0 and 999999999`),
  ],
);

import { getTableName, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Statement } from "../client.ts";
import { render } from "../dialect.ts";
import { lostIds } from "../schema/epochs.ts";
import { authorizations, estimates } from "../schema/estimates.ts";
import { invoices, payments } from "../schema/invoices.ts";
import { mails } from "../schema/mails.ts";

/** How many ids of each table are left out after a restore: those that were given since the backup mean nothing any more. */
export const SKIPPED_IDS = 10_000;

/** Tables with AUTOINCREMENT whose ids clients have. The audit log is not one: its ids have no gaps. */
export const SEQUENCED = [
  "customers",
  "mechanics",
  "vehicles",
  "service_tickets",
  "assignments",
  "parts",
  "users",
  "sessions",
  "share_links",
  "ticket_jobs",
  "taxes",
  "service_packages",
];

/**
 * Tables whose ids clients have, and whose highest row is not removed, or remembered by a rule: their next id is the highest and one
 * more, without AUTOINCREMENT, for which each insert would read a row of every other table that has it. What inserts names the id by
 * `idAfterLost`.
 */
export const LEDGERS = [estimates, authorizations, invoices, payments, mails];
type Ledger = SQLiteTable & { readonly id: SQLiteColumn };

const highest = (table: Ledger): SQL => sql`ifnull((select max(${table.id}) from ${table}), 0)`;

/** The highest id that is given already and has no row any more; null where the highest row has it. */
const lastLost = (table: Ledger): SQL<number> =>
  sql<number>`(select iif(l.last >= ${highest(table)}, l.last, null) from ${lostIds} l where l.name = ${sql.raw(`'${getTableName(table)}'`)})`;

/** The id of a new row where the next ones were given before; else null, so that SQLite gives the next one. */
export const idAfterLost = (table: (typeof LEDGERS)[number]): SQL<number> => sql<number>`${lastLost(table)} + 1`;

/** The same of each row that a query selects. */
export const idsAfterLost = (table: (typeof LEDGERS)[number]): SQL<number> => sql<number>`${lastLost(table)} + row_number() over ()`;

const skipInLedger = (table: Ledger): Statement => ({
  toSQL: () =>
    render("", [
      sql`insert into ${lostIds} (name, last) values (${getTableName(table)}, ${highest(table)} + ${SKIPPED_IDS})
        on conflict (name) do update set last = max(last + ${SKIPPED_IDS}, excluded.last)`,
    ]),
});

/** Ids go on where no client has any from before. */
export const skipIds: readonly Statement[] = [
  {
    toSQL: () => ({
      sql: "insert into sqlite_sequence (name, seq) select value, 0 from json_each(?) where value not in (select name from sqlite_sequence)",
      params: [JSON.stringify(SEQUENCED)],
    }),
  },
  {
    toSQL: () => ({
      sql: "update sqlite_sequence set seq = seq + ? where name in (select value from json_each(?))",
      params: [SKIPPED_IDS, JSON.stringify(SEQUENCED)],
    }),
  },
  ...LEDGERS.map(skipInLedger),
];

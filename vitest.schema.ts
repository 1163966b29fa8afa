import { DatabaseSync } from "node:sqlite";
import type { D1Migration } from "@cloudflare/vitest-plugin";

interface Made {
  readonly type: "table" | "index" | "view" | "trigger";
  readonly name: string;
  readonly sql: string;
}

const ORDER = { table: 0, index: 1, view: 2, trigger: 3 };
const isVirtual = ({ sql }: Made): boolean => /^create virtual/i.test(sql);

/** What migrations have made, without what SQLite makes by itself. Safe: `sqlite_master` has these columns. */
const madeIn = (db: DatabaseSync): readonly Made[] => {
  const all = db
    .prepare("select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite\\_%' escape '\\' order by rowid")
    .all() as unknown as readonly Made[];
  const virtual = all.filter(isVirtual);
  const isShadow = ({ name }: Made): boolean => virtual.some((table) => name.startsWith(`${table.name}_`));
  return all.filter((made) => made.type !== "table" || !isShadow(made)).toSorted((a, b) => ORDER[a.type] - ORDER[b.type]);
};

/** The rows that migrations have put into a table, as statements. */
const rowsIn = (db: DatabaseSync, table: string): string[] =>
  db
    .prepare(`select * from "${table}"`)
    .all()
    .map((row) => {
      const values = Object.values(row).map((value) => (typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value)));
      return `insert into "${table}" ("${Object.keys(row).join('", "')}") values (${values.join(", ")})`;
    });

/**
 * The statements that lead to the same schema and rows as all migrations, without the way there: a fourth of the time, once for
 * each test file. `test/db/migrations.test.ts` holds it to the migrations themselves.
 */
export const schemaAfter = (migrations: readonly D1Migration[]): string[] => {
  const db = new DatabaseSync(":memory:");
  for (const query of migrations.flatMap(({ queries }) => queries)) db.exec(query);
  const made = madeIn(db);
  const tables = made.filter((each) => each.type === "table");
  // Rows with an id have begun it already.
  const sequence = ["delete from sqlite_sequence", ...rowsIn(db, "sqlite_sequence")];
  const rows = tables.filter((table) => !isVirtual(table)).flatMap(({ name }) => rowsIn(db, name));
  return [...tables.map(({ sql }) => sql), ...rows, ...made.filter(({ type }) => type !== "table").map(({ sql }) => sql), ...sequence];
};

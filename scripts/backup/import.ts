import { checkFile, groupsIn, type OpenLines, Unusable } from "./file.ts";
import { brokenRules, COUNTERS } from "./recount.ts";
import { type Header, headerOf, quoted, SEEDED, searchTablesOf } from "./shape.ts";

/** What one statement inserts at most. */
const GROUP_BYTES = 500_000;
const GROUP_ROWS = 500;

/** How long a list of differences may be in a message. */
const SHOWN = 5;

interface Trigger {
  readonly name: string;
  readonly sql: string;
}

/** Throws `Unusable` when the database has other tables, or rows already. */
const checkTarget = (header: Header, target: Header): void => {
  if (target.migration !== header.migration)
    throw new Unusable(
      `The export is of a database with ${header.migration}, this one has ${target.migration}. Check out the release of the export, apply its migrations, import, and then go on to this release.`,
    );
  const columns = ({ tables }: Header): string => JSON.stringify(Object.entries(tables).map(([name, shape]) => [name, shape.columns]));
  if (columns(header) !== columns(target)) throw new Unusable("The tables of the export and of this database have other columns.");
  const filled = Object.entries(target.tables).filter(([name, { rows }]) => rows > 0 && !SEEDED.includes(name));
  if (filled.length > 0)
    throw new Unusable(`This database has rows already (${filled.map(([name]) => name).join(", ")}). Import into a new one.`);
};

/** The triggers that stand in the way of rows that are as they should be; those that fill the full-text indexes stay. */
const triggersOf = async (db: D1Database): Promise<readonly Trigger[]> => {
  const { results } = await db.prepare("select name, sql from sqlite_master where type = 'trigger' order by rowid").all<Trigger>();
  return results.filter(({ sql }) => !/AFTER INSERT[\s\S]*INSERT INTO \w+_search\b/.test(sql));
};

const insertOf = (table: string, columns: readonly string[]): string => {
  const values = columns.map((column) => `value ->> '$.${quoted(column).replaceAll("'", "''")}'`);
  return `insert into ${quoted(table)} (${columns.map(quoted).join(", ")}) select ${values.join(", ")} from json_each(?)`;
};

const insertRows = async (db: D1Database, header: Header, open: OpenLines): Promise<void> => {
  await db.batch(SEEDED.filter((table) => Object.hasOwn(header.tables, table)).map((table) => db.prepare(`delete from ${quoted(table)}`)));
  for await (const { table, json } of groupsIn(open, GROUP_BYTES, GROUP_ROWS)) {
    const columns = header.tables[table]?.columns;
    if (!columns) throw new Unusable(`The header of the file does not name ${table}.`);
    await db
      .prepare(insertOf(table, columns))
      .bind(`[${json.join(",")}]`)
      .run();
  }
};

/** Counts what triggers would have counted, and lets ids go on where they were. */
const setDerived = async (db: D1Database, { sequences }: Header): Promise<void> => {
  const known = await db.prepare("select name from counters order by name").all<{ name: string }>();
  const missing = known.results.filter(({ name }) => !Object.hasOwn(COUNTERS, name)).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`COUNTERS does not say what these counters count: ${missing.join(", ")}`);
  await db.batch([
    ...Object.entries(COUNTERS).map(([name, value]) => db.prepare(`update counters set value = ${value} where name = ?`).bind(name)),
    ...Object.entries(sequences).flatMap(([name, seq]) => [
      db.prepare("insert into sqlite_sequence (name, seq) select ?1, 0 where ?1 not in (select name from sqlite_sequence)").bind(name),
      db.prepare("update sqlite_sequence set seq = ?2 where name = ?1").bind(name, seq),
    ]),
  ]);
};

/** What is not as it should be after an import, in words. */
const differences = async (db: D1Database, header: Header): Promise<string[]> => {
  const now = await headerOf(db);
  const rows = Object.entries(header.tables).filter(([name, shape]) => now.tables[name]?.rows !== shape.rows);
  const sequences = Object.entries(header.sequences).filter(([name, seq]) => now.sequences[name] !== seq);
  const { results: dangling } = await db.prepare('select distinct "table" as name from pragma_foreign_key_check()').all<{ name: string }>();
  const notFound: string[] = [];
  for (const index of await searchTablesOf(db)) {
    const table = index.replace(/_search$/, "");
    const sql = `select (select count(*) from ${quoted(index)}) = (select count(*) from ${quoted(table)}) as same`;
    if ((await db.prepare(sql).first<number>("same")) !== 1) notFound.push(index);
  }
  return [
    ...rows.map(([name, shape]) => `${name} has ${now.tables[name]?.rows} rows instead of ${shape.rows}`),
    ...sequences.map(([name, seq]) => `${name} gave ids up to ${seq} and here up to ${now.sequences[name]}`),
    ...dangling.map(({ name }) => `${name} names rows that are not there`),
    ...notFound.map((name) => `${name} has not as many entries as there are records`),
    ...Object.entries(await brokenRules(db)).map(([rule, count]) => `${rule} (${count})`),
  ];
};

/**
 * Puts the rows of an export into a database that has the same migrations and no rows yet. Rules that only hold step by step
 * are set aside meanwhile; afterwards everything is counted anew. Throws `Unusable` before it has changed anything, and an
 * error when the result is not as it should be: then the database is to be thrown away.
 */
export const importLines = async (db: D1Database, open: OpenLines): Promise<Header> => {
  const header = await checkFile(open);
  checkTarget(header, await headerOf(db));
  const triggers = await triggersOf(db);
  await db.batch(triggers.map(({ name }) => db.prepare(`drop trigger ${quoted(name)}`)));
  try {
    await insertRows(db, header, open);
    await setDerived(db, header);
  } finally {
    await db.batch(triggers.map(({ sql }) => db.prepare(sql)));
  }
  const wrong = await differences(db, header);
  if (wrong.length > 0) throw new Error(`the rows are not as they were: ${wrong.slice(0, SHOWN).join("; ")}`);
  return header;
};

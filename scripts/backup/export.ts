import { type Header, headerOf, quoted } from "./shape.ts";

/** How many rows are asked for at once, and how many bytes of them are taken, but for one row that is larger. */
const PAGE_ROWS = 100;
const PAGE_BYTES = 1_000_000;

interface Line {
  readonly at: number;
  readonly line: string;
}

/** A row as JSON. SQLite makes it, so that numbers keep all their digits; not by json_object(), to which D1 gives 32 arguments at most. */
const rowAsJson = (columns: readonly string[]): string => {
  const pairs = columns.map((column) => `('${JSON.stringify(column).replaceAll("'", "''")}:' || json_quote(${quoted(column)}))`);
  return `'{' || ${pairs.join(" || ',' || ")} || '}'`;
};

/** The rows after a rowid, each as a line of the file. */
const pageOf = async (db: D1Database, table: string, columns: readonly string[], after: number): Promise<readonly Line[]> => {
  const line = `'{"table":"' || ?1 || '","row":' || ${rowAsJson(columns)} || '}'`;
  const page = `select rowid as at, ${line} as line from ${quoted(table)} where rowid > ?2 order by rowid limit ?3`;
  const taken = `select at, line from (select at, line, sum(length(line)) over (order by at) - length(line) as before from (${page})) where before < ?4`;
  return (await db.prepare(taken).bind(table, after, PAGE_ROWS, PAGE_BYTES).all<Line>()).results;
};

async function* rowsOf(db: D1Database, table: string, columns: readonly string[]): AsyncGenerator<string> {
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const page = await pageOf(db, table, columns, after);
    for (const { line } of page) yield line;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.at;
  }
}

const fingerprint = ({ tables, sequences }: Header): string =>
  JSON.stringify([Object.entries(tables).map(([name, { rows }]) => [name, rows]), sequences]);

/** The shop wrote while it was read, so the lines do not fit together. */
export class Disturbed extends Error {}

/**
 * All rows of a database as lines of JSON: a header, a line per row with its table, and a last line with their number.
 * Throws `Disturbed` when the database has changed meanwhile, since D1 has no snapshot that spans several queries.
 */
export async function* exportLines(db: D1Database): AsyncGenerator<string> {
  const header = await headerOf(db);
  yield JSON.stringify(header);
  let rows = 0;
  for (const [table, { columns }] of Object.entries(header.tables))
    for await (const line of rowsOf(db, table, columns)) {
      rows += 1;
      yield line;
    }
  if (fingerprint(await headerOf(db)) !== fingerprint(header)) throw new Disturbed("the database has changed while it was read");
  yield JSON.stringify({ end: true, rows });
}

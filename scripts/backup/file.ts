import { FORMAT, type Header } from "./shape.ts";

/** The lines of an export, from the first one; each call begins anew. */
export type OpenLines = () => AsyncIterable<string>;

/** The file is no whole export, or not one for this database; its message says what to do. */
export class Unusable extends Error {}

/** A row as its line has it; `json` is the row alone. */
export interface Row {
  readonly table: string;
  readonly json: string;
}

const START = /^\{"table":"(\w+)","row":(?=\{)/;

/** The row in a line, without a look at its values. */
export const rowIn = (line: string): Row => {
  const found = START.exec(line);
  if (!found?.[1] || !line.endsWith("}}")) throw new Unusable("The file has a line that is no row of an export.");
  return { table: found[1], json: line.slice(found[0].length, -1) };
};

/** Safe: a line with this format was made by `headerOf`. */
const asHeader = (value: object): Header => value as Header;

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    throw new Unusable("The file has a line that is no JSON; it was cut off or changed.");
  }
};

const headerIn = (line: string | undefined): Header => {
  const value = line === undefined ? null : parse(line);
  if (typeof value !== "object" || value === null || !("format" in value) || value.format !== FORMAT)
    throw new Unusable(`The file does not begin as an export does (${FORMAT}).`);
  return asHeader(value);
};

/**
 * Reads a file once to its end. Returns its header when every table has as many rows as that says, and nothing is cut off.
 * Throws `Unusable` otherwise.
 */
export const checkFile = async (open: OpenLines): Promise<Header> => {
  const found = new Map<string, number>();
  let [header, end, rows]: [Header | null, string | null, number] = [null, null, 0];
  for await (const line of open()) {
    if (header === null) {
      header = headerIn(line);
    } else if (line.startsWith('{"end"')) {
      end = line;
    } else {
      parse(line);
      const { table } = rowIn(line);
      found.set(table, (found.get(table) ?? 0) + 1);
      rows += 1;
    }
  }
  const known = header ?? headerIn(undefined);
  if (end !== JSON.stringify({ end: true, rows }))
    throw new Unusable("The file is not whole: its last line is missing or tells of other rows.");
  const wrong = Object.entries(known.tables).find(([table, shape]) => (found.get(table) ?? 0) !== shape.rows);
  if (wrong) throw new Unusable(`The file has ${found.get(wrong[0]) ?? 0} rows of ${wrong[0]} and says ${wrong[1].rows}.`);
  return known;
};

/** The rows of a file in groups of one table, each of so many bytes and rows at most, but for one row that is larger. */
export async function* groupsIn(open: OpenLines, bytes: number, most: number): AsyncGenerator<{ table: string; json: readonly string[] }> {
  let [table, json, size]: [string, string[], number] = ["", [], 0];
  for await (const line of open()) {
    if (!line.startsWith('{"table"')) continue;
    const row = rowIn(line);
    if (json.length > 0 && (row.table !== table || size + row.json.length > bytes || json.length >= most)) {
      yield { table, json };
      [json, size] = [[], 0];
    }
    table = row.table;
    json.push(row.json);
    size += row.json.length;
  }
  if (json.length > 0) yield { table, json };
}

import { invalid } from "../core/errors.ts";
import type { Page, PageRequest } from "../db/list/listing.ts";
import type { PageQuery } from "./page.ts";

/** A number that is written with two decimals, such as an amount of money in units of the currency. */
export class Amount {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export type Cell = string | number | boolean | null | Amount;

/** The columns of a file: their names, and what stands in them for a row. */
export type Columns<R> = readonly (readonly [name: string, of: (row: R) => Cell])[];

/** A listing as a file: its rows are read page by page while it is sent. */
export interface CsvFile {
  /** Without the extension. */
  readonly name: string;
  readonly chunks: AsyncGenerator<string, void>;
}

/** Rows of one page; each page is one query of the database, of which a request has a limited number. */
const PER_PAGE = 500;

/**
 * Where a spreadsheet would begin a formula (OWASP, CSV Injection), also behind blanks and quotes and in full width. One that separates
 * by semicolons or tabs, or reads quotes otherwise, begins a cell also inside of a text.
 */
const FORMULA = /(?<=^|[;\t\r\n])(?=[\s"']*[=+\-@＝＋－＠])|^(?=[\t\r\n])/g;

const textOf = (cell: Cell): string => {
  if (cell === null) return "";
  if (cell instanceof Amount) return cell.value.toFixed(2);
  if (typeof cell !== "string") return String(cell);
  return cell.replaceAll(FORMULA, "'");
};

/** A field (RFC 4180, 2.5 to 2.7). */
const fieldOf = (cell: Cell): string => {
  const text = textOf(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const lineOf = (cells: readonly Cell[]): string => `${cells.map(fieldOf).join(",")}\r\n`;

const refusePaging = (query: PageQuery): void => {
  for (const name of ["page", "per_page", "cursor"] as const)
    if (query[name] !== undefined) throw invalid(`/query/${name}`, "not_supported", `A file has all rows; send it without ${name}.`);
};

/**
 * All rows of a listing as CSV (RFC 4180), with a header. The first page is read before the answer begins, so that what fails then is
 * an answer of its own; a later failure ends the file as an error, and never as if it were complete.
 * @param read one page of the rows
 * @throws Failure `invalid` for a query that names a page
 */
export const csvFile = <R>(
  name: string,
  columns: Columns<R>,
  query: PageQuery,
  read: (request: PageRequest) => Promise<Page<R>>,
): CsvFile => ({
  name,
  chunks: (async function* () {
    refusePaging(query);
    let request: PageRequest | null = { page: 1, perPage: PER_PAGE, sort: query.sort };
    let header = lineOf(columns.map(([column]) => column));
    while (request) {
      const { rows, next, total }: Page<R> = await read(request);
      const text = header + rows.map((row) => lineOf(columns.map(([, of]) => of(row)))).join("");
      // Of the candidates of a filtered page maybe none matched.
      if (text !== "") yield text;
      header = "";
      request = next && { page: 1, perPage: PER_PAGE, sort: next.sort, after: { key: next.key, id: next.id }, total };
    }
  })(),
});

/** A file whose first page was read. */
export class CsvBody {
  readonly name: string;
  readonly first: string;
  readonly rest: AsyncGenerator<string, void>;
  constructor(name: string, first: string, rest: AsyncGenerator<string, void>) {
    this.name = name;
    this.first = first;
    this.rest = rest;
  }
}

/** Reads the first page. Throws what that throws. */
export const openCsv = async ({ name, chunks }: CsvFile): Promise<CsvBody> => {
  const { value } = await chunks.next();
  return new CsvBody(name, value ?? "", chunks);
};

/** How a file ended: all of it was sent, the client went before, or a page could not be read, for which it is sent as an error. */
export interface FileEnd {
  readonly file: "complete" | "left" | "broken";
  /** How many pieces were ready for the client, and what they were together. */
  readonly pieces: number;
  readonly bytes: number;
  readonly error?: unknown;
}

/**
 * The bytes of a file. The next page is read when the client has taken the one before, and none after it has gone.
 * @param onEnd is told once how it ended
 */
export const streamOf = ({ first, rest }: CsvBody, onEnd: (end: FileEnd) => void): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  let [pieces, bytes, hasEnded] = [0, 0, false];
  const send = (controller: ReadableStreamDefaultController<Uint8Array>, text: string): void => {
    const piece = encoder.encode(text);
    controller.enqueue(piece);
    pieces += 1;
    bytes += piece.byteLength;
  };
  const end = (file: FileEnd["file"], error?: unknown): void => {
    hasEnded = true;
    onEnd({ file, pieces, bytes, ...(file === "broken" && { error }) });
  };
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => send(controller, first),
      pull: async (controller) => {
        try {
          const { done, value } = await rest.next();
          // The client may have gone while the page was read.
          if (hasEnded) return;
          if (!done) return send(controller, value);
          end("complete");
          controller.close();
        } catch (error) {
          if (hasEnded) return;
          end("broken", error);
          controller.error(error);
        }
      },
      cancel: async () => {
        if (!hasEnded) end("left");
        await rest.return();
      },
    },
    { highWaterMark: 0 },
  );
};

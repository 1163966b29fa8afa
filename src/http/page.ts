import { createHash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { Failure, invalid } from "../core/errors.ts";
import { Count, pattern, wholeNumber } from "../db/fields.ts";
import type { Page, PageRequest, Total } from "../db/list/listing.ts";
import type { Result } from "./app-env.ts";
import { queryInteger } from "./fields.ts";

const MAX_OFFSET = 10_000;
const MAX_PER_PAGE = 100;
/** More than a row of D1 holds (2 MB), and so more than a record has of anything. */
export const MAX_IN_RECORD = 100_000;

const CURSOR = /^[\w-]+$/;
/** Base64url of a cursor; a key of 120 characters takes up to 540 of them. */
const MAX_CURSOR = 1_000;

/** The names of a record's sorts, the default one first. */
export const sortsOf = <S extends string>({ sorts }: { readonly sorts: Readonly<Record<S, unknown>> }): readonly [S, ...S[]] => {
  const [first, ...others] = Object.keys(sorts) as S[];
  if (first === undefined) throw new Error("a listing without a sort");
  return [first, ...others];
};

const PageNumber = queryInteger(1, 1_000_000_000).optional().openapi({ description: "Page number, starting at 1.", example: 1 });

const perPage = (standard: number) =>
  queryInteger(1, MAX_PER_PAGE)
    .optional()
    .openapi({ description: `Rows per page, at most 100. Default: ${standard}.`, example: standard });

/** The query of a listing: its filters, its sorts, and which page. */
export const listQuery = <F extends z.ZodRawShape>(sorts: readonly [string, ...string[]], filters: F, standard = 10) =>
  z.strictObject({
    ...filters,
    page: PageNumber,
    per_page: perPage(standard),
    cursor: z
      .string()
      .max(MAX_CURSOR)
      .optional()
      .openapi({ description: "`next_cursor` of the previous page, instead of `page`.", pattern: CURSOR.source }),
    sort: z
      .enum([...sorts, ...sorts.map((sort) => `-${sort}`)])
      .optional()
      .openapi({ description: "Column to sort by; a leading `-` means descending." }),
  });

/** How many rows of a top list there are, unless `per_page` says it. */
const TOP = 3;

const Limit = queryInteger(1, MAX_PER_PAGE).optional().openapi({ description: "Another name of `per_page`.", example: TOP });

/** The query of a top list, which has one fixed order. */
export const topQuery = <F extends z.ZodRawShape>(filters: F) => listQuery(["id"], { ...filters, limit: Limit }, TOP).omit({ sort: true });

/** The page that the query of a top list asks for. Throws 422 for `limit` beside `per_page`. */
export const topPage = <Q extends PageQuery & { readonly limit?: number | undefined }>({ limit, ...query }: Q) => {
  if (limit !== undefined && query.per_page !== undefined) throw invalid("/query/limit", "ambiguous", "Send per_page or limit, not both.");
  return { ...query, per_page: query.per_page ?? limit ?? TOP };
};

/** The query of a list that is part of one record. */
export const partQuery = z.strictObject({ page: PageNumber, per_page: perPage(MAX_PER_PAGE) });

interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A query whose `from` may not be after its `to`; days and timestamps compare as text. */
export const inOrder = <Q extends z.ZodType<Span>>(query: Q): Q =>
  query.refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ["from"],
    message: "Must not be after 'to'.",
  });

/** How a listing tells where it is; null where it cannot know. */
export const Pagination = z
  .object({
    page: wholeNumber(1, 1_000_000_000).nullable(),
    per_page: wholeNumber(1, MAX_PER_PAGE),
    total_pages: Count.nullable(),
    total_items: Count.openapi({
      description: "Counted for the first page; `next_cursor` carries the number on, and nothing is counted again.",
    }),
    total_exact: z.boolean(),
    next_cursor: pattern(MAX_CURSOR, CURSOR).nullable(),
  })
  .openapi("Pagination");

export const paginationExample = {
  page: 1,
  per_page: 10,
  total_pages: 5,
  total_items: 42,
  total_exact: true,
  next_cursor: "WyJpZCIsMTAsMTBd",
};

/** A listing on the wire: `{[key]: [...], pagination}`, with so many items at most. */
export const listOf = <K extends string, T extends z.ZodType>(key: K, item: T, max = MAX_PER_PAGE) =>
  z.object({ [key]: z.array(item).max(max), pagination: Pagination } as { [P in K]: z.ZodArray<T> } & { pagination: typeof Pagination });

/** Sort, key and id of the last row; and the total, whether it is exact and what was filtered, which earlier cursors did not have. */
const Cursor = z.tuple([z.string(), z.union([z.string(), z.number()]), z.int()]);
const CursorWithTotal = z.tuple([...Cursor.def.items, Count, z.boolean(), z.string()]);

/** What a query filters, as a short text: a total is that of these filters only. */
const filtersOf = ({ page: _page, per_page: _perPage, cursor: _cursor, sort: _sort, ...filters }: PageQuery): string =>
  createHash("sha256").update(JSON.stringify(filters)).digest("base64url").slice(0, 8);

const encode = ({ sort, key, id }: NonNullable<Page<unknown>["next"]>, { items, exact }: Total, query: PageQuery): string =>
  Buffer.from(JSON.stringify([sort, key, id, items, exact, filtersOf(query)] satisfies z.infer<typeof CursorWithTotal>)).toString(
    "base64url",
  );

const decode = (text: string): z.infer<typeof CursorWithTotal | typeof Cursor> => {
  try {
    return CursorWithTotal.or(Cursor).parse(JSON.parse(CURSOR.test(text) ? Buffer.from(text, "base64url").toString() : ""));
  } catch {
    throw invalid("/query/cursor", "invalid_cursor", "Use a next_cursor of this listing unchanged.");
  }
};

/** Which page of a listing a query asks for. */
export interface PageQuery {
  readonly page?: number | undefined;
  readonly per_page?: number | undefined;
  readonly cursor?: string | undefined;
  readonly sort?: string | undefined;
}

const isTooDeep = (page: number, perPage: number): boolean => (page - 1) * perPage > MAX_OFFSET;

/** From the query to what is read. Throws 422 for a cursor that is not ours and `page_too_deep`. */
export const pageRequest = (query: PageQuery): PageRequest => {
  const { page = 1, per_page: perPage = 10, cursor, sort } = query;
  if (cursor === undefined) {
    if (isTooDeep(page, perPage)) throw new Failure("page_too_deep");
    return { page, perPage, sort };
  }
  const [sorted, key, id, items, exact, filtered] = decode(cursor);
  if (sort !== undefined && sort !== sorted) throw invalid("/query/sort", "invalid_cursor", "The cursor belongs to another sort.");
  const total = items === undefined || exact === undefined || filtered !== filtersOf(query) ? undefined : { items, exact };
  return { page: 1, perPage, sort: sorted, after: { key, id }, total };
};

/** Link relations (RFC 8288): first, prev, next, last on pages; first and next on cursors. `next` is the query of the next page. */
const linksOf = (path: string, query: PageQuery, next: Record<string, string | number> | null, pages: number | null): string => {
  const to = (change: Record<string, string | number>, rel: string): string => {
    const { page: _page, cursor: _cursor, ...rest } = query;
    const entries = Object.entries({ ...rest, ...change }).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(entries.map(([name, value]) => [name, String(value)]));
    return `<${path}${search.size > 0 ? `?${search}` : ""}>; rel="${rel}"`;
  };
  if (query.cursor !== undefined) return [to({}, "first"), ...(next ? [to(next, "next")] : [])].join(", ");
  const { page = 1, per_page = 10 } = query;
  return [
    to({ page: 1 }, "first"),
    ...(page > 1 ? [to({ page: page - 1 }, "prev")] : []),
    ...(next ? [to(next, "next")] : []),
    ...(pages && !isTooDeep(pages, per_page) ? [to({ page: pages }, "last")] : []),
  ].join(", ");
};

/** One page of a list that is part of one record, with its Link header. */
export const partResult = <K extends string, T>(
  path: string,
  key: K,
  { page = 1, per_page = MAX_PER_PAGE }: Pick<PageQuery, "page" | "per_page">,
  rows: readonly T[],
): Result<{ [P in K]: T[] } & { pagination: z.infer<typeof Pagination> }> => {
  const total_pages = Math.ceil(rows.length / per_page);
  const shown = rows.slice((page - 1) * per_page, page * per_page);
  const pagination = { page, per_page, total_pages, total_items: rows.length, total_exact: true, next_cursor: null };
  const link = linksOf(path, { page, per_page }, page < total_pages ? { page: page + 1 } : null, total_pages);
  return { body: listBody(key, shown, pagination), link };
};

/** Safe: the object has exactly these two keys. */
const listBody = <K extends string, T>(key: K, rows: T[], pagination: z.infer<typeof Pagination>) =>
  ({ [key]: rows, pagination }) as { [P in K]: T[] } & { pagination: z.infer<typeof Pagination> };

/** The answer of a listing, with its Link header. */
export const pageResult = <K extends string, R, T>(
  path: string,
  key: K,
  query: PageQuery,
  { rows, next, total }: Page<R>,
  present: (row: R) => T,
): Result<{ [P in K]: T[] } & { pagination: z.infer<typeof Pagination> }> => {
  const { cursor, page = 1, per_page = 10 } = query;
  const nextCursor = next && encode(next, total, query);
  const totalPages = total.exact ? Math.ceil(total.items / per_page) : null;
  const pagination = {
    page: cursor === undefined ? page : null,
    per_page,
    total_pages: totalPages,
    total_items: total.items,
    total_exact: total.exact,
    next_cursor: nextCursor,
  };
  // From a page that is short, though not the last, and from the deepest, the way on is the cursor.
  const needsCursor = cursor !== undefined || rows.length < per_page || isTooDeep(page + 1, per_page);
  const following = nextCursor && (needsCursor ? { cursor: nextCursor } : { page: page + 1 });
  const link = linksOf(path, query, following || null, totalPages);
  return { body: listBody(key, rows.map(present), pagination), link };
};

import { eq, isNotNull, lte, type SQL, sql } from "drizzle-orm";
import { toThousandths } from "../../core/quantity.ts";
import { wordsOf } from "../../core/search-words.ts";
import type { Db } from "../../db/client.ts";
import { type Filter, indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { byWords, matching } from "../../db/list/search.ts";
import { PART } from "../../db/records/part.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import type { ListedRowIn, RowIn } from "../../db/records/record.ts";
import { STOCK_MOVEMENT } from "../../db/records/stock-movement.ts";
import { parts, stockMovements } from "../../db/schema/inventory.ts";
import type { PartQuery } from "./inventory.schemas.ts";

export type PartRow = RowIn<typeof PART>;
export type ListedPartRow = ListedRowIn<typeof PART>;
export type MovementRow = ListedRowIn<typeof STOCK_MOVEMENT>;

/** The ledger is always listed for one part, so it needs no counter. */
const ledger: Listing<MovementRow> = { ...STOCK_MOVEMENT, counter: null, sorts: {} };

/** A subquery for the part as JSON; commands read their answer with it. */
export const partById = (id: number | SQL<number>): SQL<PartRow> => rowById(parts, PART.json, id);

/** One part. Throws `not_found`. */
export const findPart = (db: Db, id: number): Promise<PartRow> => findRow(db, parts, PART.json, eq(parts.id, id));

/** The parts of one category, however its name was typed. */
const ofCategory = (category: string): Filter => indexed(parts, sql`${byWords("category")} = ${wordsOf(category)}`);

/** Retired parts, or those that are not. */
const areRetired = (retired: boolean): Filter =>
  indexed(parts, retired ? isNotNull(parts.retired_at) : sql`ifnull(${parts.retired_at}, '') = ''`);

/** One page of parts. */
export const listParts = (db: Db, { q, category, retired }: PartQuery, request: PageRequest): Promise<Page<ListedPartRow>> =>
  readPage(
    db,
    PART,
    [
      ...(q === undefined ? [] : [matching(PART, q)]),
      ...(category === undefined ? [] : [ofCategory(category)]),
      ...(retired === undefined ? [] : [areRetired(retired)]),
    ],
    request,
  );

/** One page of the parts at or below their reorder point or, if one is given, at or below the threshold. */
export const listLowStock = (db: Db, threshold: number | undefined, request: PageRequest): Promise<Page<ListedPartRow>> => {
  const isLow =
    threshold === undefined
      ? indexed(parts, sql`${parts.quantity} <= ${parts.reorder_point} and ${parts.retired_at} is null`)
      : indexed(parts, lte(parts.quantity, toThousandths(threshold)), { quantity: parts.quantity });
  return readPage(db, PART, threshold === undefined ? [isLow] : [isLow, areRetired(false)], request);
};

/** One page of a part's ledger, by default the newest first; also of a removed part. Throws `not_found` if neither exists. */
export const listMovements = async (db: Db, id: number, request: PageRequest): Promise<Page<MovementRow>> => {
  const where = eq(stockMovements.inventory_id, id);
  const page = await readPage(db, ledger, [indexed(stockMovements, where)], { ...request, sort: request.sort ?? "-id" });
  if (page.total.items === 0) await findPart(db, id);
  return page;
};

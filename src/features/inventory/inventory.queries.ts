import { eq, lte, type SQL, sql } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import { indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { matching } from "../../db/list/search.ts";
import { PART } from "../../db/records/part.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import type { ListedRowIn, RowIn } from "../../db/records/record.ts";
import { STOCK_MOVEMENT } from "../../db/records/stock-movement.ts";
import { parts, stockMovements } from "../../db/schema/inventory.ts";
import type { PartQuery } from "./inventory.schemas.ts";

export type PartRow = RowIn<typeof PART>;
export type ListedPartRow = ListedRowIn<typeof PART>;
export type MovementRow = ListedRowIn<typeof STOCK_MOVEMENT>;

/** A ledger is always read of one part; nothing lists all of it, so no counter has its number. */
const ledger: Listing<MovementRow> = { ...STOCK_MOVEMENT, counter: null, sorts: {} };

/** The part's record as JSON, for a command to read back. */
export const partById = (id: number | SQL<number>): SQL<PartRow> => rowById(parts, PART.json, id);

/** One part. Throws `not_found`. */
export const findPart = (db: Db, id: number): Promise<PartRow> => findRow(db, parts, PART.json, eq(parts.id, id));

/** One page of parts, under `q` sorted by what it matches. */
export const listParts = (db: Db, { q, category }: PartQuery, request: PageRequest): Promise<Page<ListedPartRow>> =>
  readPage(
    db,
    PART,
    [
      ...(q === undefined ? [] : [matching(PART, q, false)]),
      ...(category === undefined ? [] : [indexed(parts, eq(parts.category, category))]),
    ],
    request,
  );

/** One page of the parts at or below their reorder point or, when one is given, at or below the threshold. */
export const listLowStock = (db: Db, threshold: number | undefined, request: PageRequest): Promise<Page<ListedPartRow>> => {
  const isLow =
    threshold === undefined
      ? indexed(parts, sql`${parts.quantity} <= ${parts.reorder_point}`)
      : indexed(parts, lte(parts.quantity, threshold), { quantity: parts.quantity });
  return readPage(db, PART, [isLow], request);
};

/** One page of a part's ledger, newest first unless asked otherwise; it outlives its part. Throws `not_found` when neither is there. */
export const listMovements = async (db: Db, id: number, request: PageRequest): Promise<Page<MovementRow>> => {
  const where = eq(stockMovements.inventory_id, id);
  const page = await readPage(db, ledger, [indexed(stockMovements, where)], { ...request, sort: request.sort ?? "-id" });
  if (page.total.items === 0) await findPart(db, id);
  return page;
};

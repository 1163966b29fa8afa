import { eq, lte, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { PART } from "../../db/images.ts";
import { jsonObject } from "../../db/json.ts";
import { type Filter, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { matching } from "../../db/list/search.ts";
import { parts, stockMovements } from "../../db/schema/inventory.ts";
import type { PartQuery } from "./inventory.schemas.ts";

const record = jsonObject({
  id: parts.id,
  name: parts.name,
  part_number: parts.part_number,
  category: parts.category,
  price: parts.price,
  cost: parts.cost,
  quantity: parts.quantity,
  reorder_point: parts.reorder_point,
  created_at: parts.created_at,
  updated_at: parts.updated_at,
  version: parts.version,
});
export type PartRow = (typeof record)["_"]["type"];

const listing: Listing<PartRow> = {
  table: parts,
  record,
  counter: "inventory",
  sorts: { id: parts.id, name: sql`lower(${parts.name})`, price: parts.price, quantity: parts.quantity },
};

const movement = jsonObject({
  id: stockMovements.id,
  at: stockMovements.at,
  inventory_id: stockMovements.inventory_id,
  kind: stockMovements.kind,
  quantity: stockMovements.quantity,
  balance: stockMovements.balance,
  service_ticket_id: stockMovements.service_ticket_id,
  reason: stockMovements.reason,
  user_id: stockMovements.user_id,
  role: stockMovements.role,
});
export type MovementRow = (typeof movement)["_"]["type"];

/** A ledger is always read of one part; nothing lists all of it, so no counter has its number. */
const ledger: Listing<MovementRow> = { table: stockMovements, record: movement, counter: "", sorts: {} };

/** A condition on parts that an index of theirs begins with, and the sort that this index gives. */
const led = (where: SQL, sorts: Readonly<Record<string, SQLiteColumn>>): Filter => ({
  where,
  lead: { from: parts, id: parts.id, where, sorts },
});

/** The part's record as JSON, for a command to read back. */
export const partById = (id: number | SQL<number>): SQL<PartRow> =>
  sql<PartRow>`(select ${record} from ${parts} where ${parts.id} = ${id})`;

/** One part. Throws `not_found`. */
export const findPart = async (db: Db, id: number): Promise<PartRow> => {
  const found = await db.select({ record }).from(parts).where(eq(parts.id, id)).get();
  if (!found) throw new Failure("not_found");
  return found.record;
};

/** One page of parts, under `q` sorted by what it matches. */
export const listParts = (db: Db, { q, category }: PartQuery, request: PageRequest): Promise<Page<PartRow>> =>
  readPage(
    db,
    listing,
    [
      ...(q === undefined ? [] : [matching(PART, q, false)]),
      ...(category === undefined ? [] : [led(eq(parts.category, category), { id: parts.id })]),
    ],
    request,
  );

/** One page of the parts at or below their reorder point or, when one is given, at or below the threshold. */
export const listLowStock = (db: Db, threshold: number | undefined, request: PageRequest): Promise<Page<PartRow>> => {
  const isLow =
    threshold === undefined
      ? led(sql`${parts.quantity} <= ${parts.reorder_point}`, { id: parts.id })
      : led(lte(parts.quantity, threshold), { quantity: parts.quantity });
  return readPage(db, listing, [isLow], request);
};

/** One page of a part's ledger, newest first unless asked otherwise; it outlives its part. Throws `not_found` when neither is there. */
export const listMovements = async (db: Db, id: number, request: PageRequest): Promise<Page<MovementRow>> => {
  const where = eq(stockMovements.inventory_id, id);
  const ofPart: Filter = { where, lead: { from: stockMovements, id: stockMovements.id, where, sorts: { id: stockMovements.id } } };
  const page = await readPage(db, ledger, [ofPart], { ...request, sort: request.sort ?? "-id" });
  if (page.total.items === 0) await findPart(db, id);
  return page;
};

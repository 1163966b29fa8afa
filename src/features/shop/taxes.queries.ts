import { eq, type SQL } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import { type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import type { ListedRowIn, RowIn } from "../../db/records/record.ts";
import { TAX } from "../../db/records/tax.ts";
import { taxes } from "../../db/schema/shop.ts";

export type TaxRow = RowIn<typeof TAX>;
export type ListedTaxRow = ListedRowIn<typeof TAX>;

/** A subquery for the tax as JSON; commands read their answer with it. */
export const taxById = (id: number | SQL<number>): SQL<TaxRow> => rowById(taxes, TAX.json, id);

/** One tax. Throws `not_found`. */
export const findTax = (db: Db, id: number): Promise<TaxRow> => findRow(db, taxes, TAX.json, eq(taxes.id, id));

/** One page of taxes. */
export const listTaxes = (db: Db, request: PageRequest): Promise<Page<ListedTaxRow>> => readPage(db, TAX, [], request);

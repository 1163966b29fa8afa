/**
 * How many rows of each kind a load makes, all from the number of customers, which is a multiple of 200. One of so many tickets
 * has an invoice, if it is done and there is anything to bill.
 */
export const sizesOf = (customers: number, ticketsPerInvoice = 10) => ({
  customers,
  ticketsPerInvoice,
  vehicles: customers * 1.2,
  tickets: customers * 10,
  mechanics: 200,
  parts: 500,
});
export type Sizes = ReturnType<typeof sizesOf>;

export const AT = "2026-01-01T00:00:00.000Z";
export const moment = (seconds: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-01', '+' || (${seconds}) || ' seconds')`;

/** Rows of a table, each made from its number `i` of the table `n`, from 1 to `rows`. */
export interface Fill {
  readonly what: string;
  readonly rows: number;
  readonly into: string;
  readonly select: string;
}

/** The full-text index of a table, made at once from the words of its rows. */
export const indexOf = (table: string, rows: number, more = "''"): Fill => ({
  what: "search",
  rows,
  into: `${table}_search (rowid, terms)`,
  select: `select i, (select group_concat(value, ' ') from json_each(search_terms)) || ' ' || ${more} from n join ${table} on id = i`,
});

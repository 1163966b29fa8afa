import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createCaller } from "./caller.ts";
import { loadShop } from "./load.ts";
import { openLocalD1 } from "./local-d1.ts";
import { type Bench, type Cost, measure, type Operation } from "./operations.ts";
import { withFolder } from "./runtime.ts";

const tell = (text: string): void => void process.stderr.write(`${text}\n`);

const sizeOf = async (folder: string): Promise<number> => {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};

const countOf = async (d1: D1Database, table: string): Promise<number> =>
  (await d1.prepare(`select count(*) as rows from ${table}`).first<{ rows: number }>())?.rows ?? 0;

/** What operations cost in a shop, and how large it is. */
export interface MeasuredShop {
  readonly measured: ReadonlyMap<Operation, readonly Cost[]>;
  readonly words: string;
}

/**
 * Loads a shop and carries out operations in it.
 * @param customers a multiple of 200, with ten tickets each
 * @param ticketsPerInvoice as `sizesOf` takes it
 */
export const measureShop = (customers: number, operations: readonly Operation[], ticketsPerInvoice?: number): Promise<MeasuredShop> =>
  withFolder(async (folder) => {
    const { d1, close } = await openLocalD1(folder, `rows-${customers}`);
    const start = Date.now();
    const sizes = await loadShop(d1, customers, (what) => tell(`${customers} customers: ${what}`), ticketsPerInvoice);
    const loaded = Date.now();
    const [invoices, payments] = [await countOf(d1, "invoices"), await countOf(d1, "payments")];
    const bench: Bench = { d1, sizes, call: createCaller(d1) };
    tell(`${customers} customers: ${operations.length} operations`);
    const measured = new Map<Operation, readonly Cost[]>();
    for (const operation of operations) measured.set(operation, await measure(bench, operation));
    const size = await sizeOf(folder);
    await close();
    const [minutes, gigabytes] = [(loaded - start) / 60_000, size / 1e9];
    const rows = Object.entries({ customers, tickets: sizes.tickets, "invoices and credit notes": invoices, payments });
    const words = `${rows.map(([what, count]) => `${count.toLocaleString("en")} ${what}`).join(", ")}: loaded in ${minutes.toFixed(1)} minutes, ${gigabytes.toFixed(2)} GB.`;
    tell(words);
    return { measured, words };
  });

/** The numbers that requests of one operation gave, from the least to the most. */
export const rangeOf = (numbers: readonly number[]): string => {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? String(least) : `${least} to ${most}`;
};

/** What an operation read, counted and wrote, as three columns of a table. */
export const columnsOf = (costs: readonly Cost[], { counts }: Operation): string[] => [
  rangeOf(costs.map(({ read }) => read)),
  counts === undefined ? "" : rangeOf(costs.map(({ counted }) => counted)),
  rangeOf(costs.map(({ written }) => written)),
];

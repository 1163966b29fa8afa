import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createCaller } from "./support/caller.ts";
import { operations } from "./support/every-operation.ts";
import { loadShop } from "./support/load.ts";
import { openLocalD1 } from "./support/local-d1.ts";
import { type Bench, type Cost, isAlike, isWithin, measure, type Operation } from "./support/operations.ts";
import { report } from "./support/results.ts";
import { withFolder } from "./support/runtime.ts";

/** The customers of each shop that is measured; arguments of the command, if there are any. */
const SIZES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 100_000];

const tell = (text: string): void => void process.stderr.write(`${text}\n`);

const sizeOf = async (folder: string): Promise<number> => {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};

type Measured = ReadonlyMap<Operation, readonly Cost[]>;

interface Shop {
  readonly measured: Measured;
  readonly words: string;
}

/** Loads a shop and carries out every operation in it. */
const measureShop = (customers: number): Promise<Shop> =>
  withFolder(async (folder) => {
    const { d1, close } = await openLocalD1(folder, `rows-${customers}`);
    const start = Date.now();
    const sizes = await loadShop(d1, customers, (what) => tell(`${customers} customers: ${what}`));
    const loaded = Date.now();
    const bench: Bench = { d1, sizes, call: createCaller(d1) };
    tell(`${customers} customers: ${operations.length} operations`);
    const measured = new Map<Operation, readonly Cost[]>();
    for (const operation of operations) measured.set(operation, await measure(bench, operation));
    const size = await sizeOf(folder);
    await close();
    const [minutes, gigabytes] = [(loaded - start) / 60_000, size / 1e9];
    const words = `${customers.toLocaleString("en")} customers, ${sizes.tickets.toLocaleString("en")} tickets: loaded in ${minutes.toFixed(1)} minutes, ${gigabytes.toFixed(2)} GB.`;
    tell(words);
    return { measured, words };
  });

/** The numbers that requests of one operation gave, from the least to the most. */
const rangeOf = (numbers: readonly number[]): string => {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? String(least) : `${least} to ${most}`;
};

const columnsOf = (costs: readonly Cost[], { counts }: Operation): string[] => [
  rangeOf(costs.map(({ read }) => read)),
  counts === undefined ? "" : rangeOf(costs.map(({ counted }) => counted)),
  rangeOf(costs.map(({ written }) => written)),
];

/** Is an operation within its budgets in every shop, and alike in all? */
const verdictOf = (operation: Operation, costs: readonly (readonly Cost[])[]): string => {
  if (costs.flat().some((cost) => !isWithin(cost, operation))) return "over";
  return costs.every((others) => isAlike(costs[0] ?? [], others, operation)) ? "ok" : "grows";
};

const rowOf = (operation: Operation, shops: readonly Shop[]): string[] => {
  const costs = shops.map(({ measured }) => measured.get(operation) ?? []);
  return [
    operation.name,
    ...costs.flatMap((own) => columnsOf(own, operation)),
    rangeOf(costs.flat().map(({ budget }) => budget)),
    operation.counts === undefined ? "" : String(operation.counts),
    verdictOf(operation, costs),
  ];
};

const shops: Shop[] = [];
for (const customers of SIZES) shops.push(await measureShop(customers));
const rows = operations.map((operation) => rowOf(operation, shops));
const wrong = rows.filter((row) => row.at(-1) !== "ok");

await report(
  "rows",
  "Rows read and written",
  [
    "What D1 bills for each operation, in shops of different sizes: `rows_read` and `rows_written` of all statements of a request, summed.",
    "`counted` are the rows that a filtered listing reads to count what it finds, which stops at 1,001 candidates.",
    "Several requests in one row (each sort up and down, a page and the next) are shown as the least and the most.",
    "",
    ...shops.map(({ words }) => words),
    "",
    `${rows.length - wrong.length} of ${rows.length} operations are within their budgets and cost the same in each shop, within 5 %.`,
  ],
  [
    "operation",
    ...SIZES.flatMap((customers) => [`read, ${customers.toLocaleString("en")}`, "counted", "written"]),
    "budget",
    "of counts",
    "",
  ],
  rows,
);
if (wrong.length > 0) process.exitCode = 1;

import { operations } from "./support/every-operation.ts";
import { columnsOf, type MeasuredShop, measureShop, rangeOf } from "./support/measured-shop.ts";
import { type Cost, isAlike, isWithin, type Operation } from "./support/operations.ts";
import { report } from "./support/results.ts";

/** The customers of each shop that is measured; arguments of the command, if there are any. */
const SIZES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 100_000];

/** Is an operation within its budgets in every shop, and alike in all? */
const verdictOf = (operation: Operation, costs: readonly (readonly Cost[])[]): string => {
  if (costs.flat().some((cost) => !isWithin(cost, operation))) return "over";
  return costs.every((others) => isAlike(costs[0] ?? [], others, operation)) ? "ok" : "grows";
};

const rowOf = (operation: Operation, shops: readonly MeasuredShop[]): string[] => {
  const costs = shops.map(({ measured }) => measured.get(operation) ?? []);
  return [
    operation.name,
    ...costs.flatMap((own) => columnsOf(own, operation)),
    rangeOf(costs.flat().map(({ budget }) => budget)),
    operation.counts === undefined ? "" : String(operation.counts),
    verdictOf(operation, costs),
  ];
};

const shops: MeasuredShop[] = [];
for (const customers of SIZES) shops.push(await measureShop(customers, operations));
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

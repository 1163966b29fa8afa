import { operations } from "./support/every-operation.ts";
import { columnsOf, measureShop, rangeOf } from "./support/measured-shop.ts";
import { isWithin, type Operation } from "./support/operations.ts";
import { report } from "./support/results.ts";

/** With an invoice for each ticket that is done and sells something, so many customers have a million of them. */
const CUSTOMERS = Number(process.argv[2] ?? 240_000);

const isOfInvoices = ({ name }: Operation): boolean => /invoice|credit|payment|refund|reversal|till|\/dashboard/.test(name);

const ofInvoices = operations.filter(isOfInvoices);
const { measured, words } = await measureShop(CUSTOMERS, ofInvoices, 1);
const rows = ofInvoices.map((operation) => {
  const costs = measured.get(operation) ?? [];
  return [
    operation.name,
    ...columnsOf(costs, operation),
    rangeOf(costs.map(({ budget }) => budget)),
    operation.counts === undefined ? "" : String(operation.counts),
    costs.every((cost) => isWithin(cost, operation)) ? "ok" : "over",
  ];
});
const wrong = rows.filter((row) => row.at(-1) !== "ok");

await report(
  "invoices",
  "Rows read and written among a million invoices",
  [
    "What D1 bills for each operation with invoices and payments: `rows_read` and `rows_written` of all statements of a request, summed.",
    "`counted` are the rows that a filtered listing reads to count what it finds, which stops at 1,001 candidates.",
    "",
    words,
    "",
    `${rows.length - wrong.length} of ${rows.length} operations are within their budgets.`,
  ],
  ["operation", "read", "counted", "written", "budget", "of counts", ""],
  rows,
);
if (wrong.length > 0) process.exitCode = 1;

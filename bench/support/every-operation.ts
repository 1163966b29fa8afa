import { dashboardOperations } from "./dashboard-operations.ts";
import { filterOperations } from "./filter-operations.ts";
import { invoiceOperations } from "./invoice-operations.ts";
import { listingOperations } from "./listing-operations.ts";
import { mailOperations } from "./mail-operations.ts";
import { moneyOperations } from "./money-operations.ts";
import type { Operation } from "./operations.ts";
import { paymentOperations } from "./payment-operations.ts";
import { recordOperations } from "./record-operations.ts";
import { stockOperations } from "./stock-operations.ts";
import { writeOperations } from "./write-operations.ts";

/** Everything that is measured: pages without a filter and with filters, top lists, single records, writes. */
export const operations: readonly Operation[] = [
  ...listingOperations,
  ...filterOperations,
  ...recordOperations,
  ...writeOperations,
  ...stockOperations,
  ...moneyOperations,
  ...invoiceOperations,
  ...paymentOperations,
  ...mailOperations,
  ...dashboardOperations,
];

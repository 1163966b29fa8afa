import { fromCents } from "../../core/money.ts";
import { Amount, type Columns } from "../../http/csv.ts";
import type { PaymentRow } from "./payments.queries.ts";

/** The ledger as a file; its amounts are what came into the till, less than nothing for what went out. */
export const PAYMENT_COLUMNS: Columns<PaymentRow> = [
  ["id", ({ id }) => id],
  ["received_on", ({ received_on }) => received_on],
  ["kind", ({ kind }) => kind],
  ["method", ({ method }) => method],
  ["reference", ({ reference }) => reference],
  ["amount", ({ effect }) => new Amount(fromCents(effect))],
  ["invoice", ({ invoice_number }) => invoice_number],
  ["invoice_id", ({ invoice_id }) => invoice_id],
  ["reverses_id", ({ reverses_id }) => reverses_id],
  ["reversed_by_id", ({ reversed_by_id }) => reversed_by_id],
  ["recorded_by", ({ staff_user_id }) => staff_user_id],
  ["created_at", ({ created_at }) => created_at],
  ["note", ({ note }) => note],
];

import { type SQL, sql } from "drizzle-orm";
import { invoices } from "../../src/db/schema/invoices.ts";
import { creditInvoice } from "../../src/features/invoices/credit-notes.commands.ts";
import { postInvoice } from "../../src/features/invoices/invoices.commands.ts";
import { NewCreditNote, NewInvoice } from "../../src/features/invoices/invoices.schemas.ts";
import { recordPayment, recordRefund } from "../../src/features/payments/payments.commands.ts";
import { NewRefund } from "../../src/features/payments/payments.schemas.ts";
import { ADMIN, mechanic, type Step } from "./actors.ts";
import { DAY, dateOf, MINUTE } from "./calendar.ts";
import { at } from "./random.ts";
import type { Work } from "./workload.ts";

const METHODS = ["card", "cash", "card", "check", "card", "bank_transfer"] as const;

/** What becomes of an invoice, by how many were posted before it. The two that are credited were paid. */
const CREDITED = [23, 58];
const isUnbilled = (index: number): boolean => index % 19 === 11;
const isOverdue = (index: number): boolean => index % 14 === 9;
const isPaidInPart = (index: number): boolean => index % 23 === 6;

interface Bill {
  readonly at: number;
  readonly work: Work;
  readonly index: number;
}
interface Note {
  readonly at: number;
  readonly bill: Bill;
}

/** A payment of all that is owed, or of half of it. */
const payment = ({ at: posted, index }: Bill, id: number, share: SQL): Step => {
  const method = at(METHODS, index % METHODS.length);
  const reference = method === "cash" ? null : `T-${dateOf(posted).replaceAll("-", "")}-${String(index).padStart(4, "0")}`;
  const paidAt = posted + (index % 5 === 3 ? 2 * DAY : 8 * MINUTE);
  const amount = sql`${invoices.balance}${share}`;
  return {
    at: paidAt,
    by: mechanic(1 + (index % 3)),
    run: (c) => recordPayment(c, id, { amount, method, reference, note: null, received_on: null }),
  };
};

/**
 * Invoices of what was approved and done, most of them paid at once or within two days; some are overdue, some tickets were never
 * billed, and two invoices are credited, with their money given back.
 */
export const makeBilling = (work: readonly Work[], midnight: number): Step[] => {
  const done = work.flatMap((each) => {
    const completed = each.story?.yes ? each.steps.find(({ status }) => status === "completed") : undefined;
    return completed ? [{ at: completed.at + 5 * MINUTE, work: each }] : [];
  });
  const bills: Bill[] = done.sort((a, b) => a.at - b.at).map((each, index) => ({ ...each, index }));
  const posted = bills.filter(({ index }) => !isUnbilled(index));
  const notes: Note[] = CREDITED.map((index) => at(posted, index)).map((bill) => ({ at: bill.at + 6 * DAY, bill }));
  // Both kinds of documents have ids of one table, in the order of time.
  const ids = new Map([...posted, ...notes].sort((a, b) => a.at - b.at).map((document, index) => [document, index + 1]));
  const idOf = (document: Bill | Note): number => ids.get(document) ?? 0;
  const steps = posted.flatMap((bill): Step[] => {
    const id = idOf(bill);
    const due_date = bill.index % 7 === 2 ? dateOf(bill.at + 14 * DAY) : null;
    const post: Step = {
      at: bill.at,
      by: mechanic(bill.work.by),
      run: (c) => postInvoice(c, bill.work.id, NewInvoice.parse({ due_date })),
    };
    if (isOverdue(bill.index) && !CREDITED.includes(posted.indexOf(bill))) return [post];
    return [post, payment(bill, id, isPaidInPart(bill.index) ? sql` / 2` : sql``)];
  });
  const corrections = notes.flatMap(({ at: when, bill }): Step[] => [
    {
      at: when,
      by: ADMIN,
      run: (c) => creditInvoice(c, idOf(bill), NewCreditNote.parse({ reason: "The fault came back after two days" })),
    },
    { at: when + 4 * MINUTE, by: ADMIN, run: (c) => recordRefund(c, idOf(bill), NewRefund.parse({ method: "card" })) },
  ]);
  return [...steps, ...corrections].filter((step) => step.at < midnight);
};

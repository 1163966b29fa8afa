import type { z } from "@hono/zod-openapi";
import { type Cents, fromCents } from "../../core/money.ts";
import { NEVER_DUE } from "../../db/schema/figures.ts";
import { pageResult } from "../../http/page.ts";
import { AGES, type Aged, agedLink, BUCKETS } from "./aging.ts";
import { mapped, presentStanding } from "./dashboard.present.ts";
import type { Receivables, ReceivablesQuery } from "./dashboard.schemas.ts";
import { linkTo } from "./figure.ts";
import type { OwedByCustomer, readReceivables } from "./receivables.queries.ts";

/** Safe: these columns are cents. */
const money = (cents: number): number => fromCents(cents as Cents);

const overdueIn = (aging: Aged): number => BUCKETS.filter((bucket) => bucket !== "not_due").reduce((sum, bucket) => sum + aging[bucket], 0);

const presentAging = (aging: Aged, today: string, of: Readonly<Record<string, number>> = {}) =>
  mapped(aging, (cents, bucket) => ({ value: money(cents), drilldown: agedLink(bucket, today, of) }));

/** What a customer owes and is owed back, on a day in the shop's time zone. */
export const presentOwed = ({ id, name, balance, invoices, refundable, oldest_due, aging }: Omit<OwedByCustomer, "key">, today: string) => {
  const of = { customer_id: id };
  return {
    customer: { id, name },
    invoices,
    balance: money(balance),
    overdue: money(overdueIn(aging)),
    refundable: money(refundable),
    oldest_due: oldest_due === NEVER_DUE ? null : oldest_due,
    aging: presentAging(aging, today, of),
    drilldowns: {
      balance: linkTo("/invoices", { ...of, owed: true }),
      overdue: linkTo("/invoices", { ...of, overdue: true }),
      refundable: linkTo("/invoices", { ...of, refundable: true }),
    },
  };
};

type Read = Awaited<ReturnType<typeof readReceivables>>;

/** What is owed in all. `now` is ISO 8601. */
export const presentAll = (
  { found, today }: Pick<Read, "found" | "today">,
  now: string,
): Omit<z.input<typeof Receivables>, "customers" | "pagination"> => {
  const { all, time_zone, currency } = found;
  return {
    as_of: now,
    time_zone,
    currency,
    today,
    figures: {
      receivables: presentStanding("receivables", all.balance),
      overdue: presentStanding("overdue", overdueIn(all.aging)),
      refundable: presentStanding("refundable", all.refundable),
    },
    invoices: all.invoices,
    aging: mapped(presentAging(all.aging, today), (aged, bucket) => ({
      ...aged,
      least_days: AGES[bucket].least,
      most_days: AGES[bucket].most,
    })),
  };
};

/** The same with a page of the customers. */
export const presentReceivables = (read: Read, query: z.output<typeof ReceivablesQuery>, now: string) => {
  const { body, ...paged } = pageResult("/dashboard/receivables", "customers", query, read.page, (row) => presentOwed(row, read.today));
  return { ...paged, body: { ...presentAll(read, now), ...body } };
};

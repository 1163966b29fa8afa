import type { FigureName, StandingName } from "../../src/features/dashboard/figures.ts";
import type { figuresOfMechanic } from "../../src/features/dashboard/mechanic-figures.ts";
import type { Client } from "./client.ts";

/** What figures come to when somebody adds up the rows behind their links, as their formulas say. Amounts are whole cents here. */

// biome-ignore lint/suspicious/noExplicitAny: rows of any listing; the declared schemas of the routes have checked them.
export type Row = any;

/** All rows of a listing, over all of its pages. */
export const rowsBehind = async (client: Client, link: string, token: string): Promise<Row[]> => {
  const list = link.slice(1).split("?")[0]?.replaceAll("-", "_") ?? "";
  const rows: Row[] = [];
  for (let path: string | null = `${link}&per_page=100`; path !== null; ) {
    const { status, body } = await client.get(path, { token });
    if (status !== 200) throw new Error(`${path} ${status} ${JSON.stringify(body)}`);
    rows.push(...body[list]);
    const { next_cursor } = body.pagination;
    path = next_cursor === null ? null : `${link}&per_page=100&cursor=${next_cursor}`;
  }
  return rows;
};

const cents = (amount: number): number => Math.round(amount * 100);
const add = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((sum, row) => sum + of(row), 0);
const signOf = (row: Row): number => ((row.document_kind ?? row.kind) === "credit_note" ? -1 : 1);
const net = (rows: readonly Row[]): number => add(rows, (row) => signOf(row) * cents(row.net));
const hours = (rows: readonly Row[]): number => add(rows, (row) => signOf(row) * Math.round(row.quantity * 1_000));
const isCosted = ({ kind, cost }: Row): boolean => cost !== null || kind === "labor" || kind === "fee";
const profit = (rows: readonly Row[]): number => add(rows.filter(isCosted), (row) => signOf(row) * (cents(row.net) - cents(row.cost ?? 0)));
/** An invoice counts until a credit note leaves nothing of it. */
const counts = ({ kind, credits }: Row): number => (kind === "invoice" ? 1 : -Number(credits.in_full));
const invoices = (rows: readonly Row[]): number => add(rows, counts);

/** To so many decimals, half away from zero; null unless there is something to divide by. */
const quotient = (dividend: number, divisor: number, decimals = 2): number | null => {
  if (divisor <= 0) return null;
  const scaled = (Math.abs(dividend) / divisor) * 10 ** decimals;
  return (Math.sign(dividend) * Math.floor(scaled + 0.5 + 1e-9)) / 10 ** decimals + 0;
};
const money = (amount: number): number => amount / 100;
const per = (amount: number, divisor: number): number | null => quotient(amount / 100, divisor);
const percent = (part: number, whole: number): number | null => quotient(100 * part, whole);

type Recount = (rows: readonly Row[]) => number | null;
const revenue: Recount = (rows) => money(net(rows));
const till: Recount = (rows) => money(add(rows, ({ effect }) => cents(effect)));

/** How to come from the rows behind each figure to its value. */
export const RECOUNTED: Readonly<Record<FigureName | StandingName, Recount>> = {
  revenue,
  revenue_labor: revenue,
  revenue_part: revenue,
  revenue_sublet: revenue,
  revenue_fee: revenue,
  invoices,
  cars: (rows) => new Set(rows.flatMap(({ vehicle, date }) => (vehicle ? [`${vehicle.id} ${date}`] : []))).size,
  average_repair_cost: (rows) => per(net(rows), invoices(rows)),
  gross_profit: (rows) => money(profit(rows)),
  gross_margin: (rows) => percent(profit(rows), net(rows.filter(isCosted))),
  parts_margin: (rows) => percent(profit(rows), net(rows)),
  lines_without_cost: (rows) => rows.length,
  hours_sold: (rows) => hours(rows) / 1_000,
  effective_labor_rate: (rows) => per(net(rows), hours(rows) / 1_000),
  discounts: (rows) => money(add(rows, (row) => signOf(row) * cents(row.discount))),
  tax_collected: (rows) => money(add(rows, (row) => signOf(row) * cents(row.amount))),
  close_ratio: (rows) =>
    percent(
      add(rows, ({ authorized_net }) => cents(authorized_net)),
      add(rows, ({ lines_net }) => cents(lines_net)),
    ),
  close_ratio_by_count: (rows) => percent(rows.filter(({ authorized_net }) => authorized_net > 0).length, rows.length),
  till,
  till_cash: till,
  till_card: till,
  till_check: till,
  till_bank_transfer: till,
  till_other: till,
  receivables: (rows) => money(add(rows, ({ balance }) => cents(balance))),
  overdue: (rows) => money(add(rows, ({ balance }) => cents(balance))),
  refundable: (rows) => money(add(rows, ({ refundable }) => cents(refundable))),
  unbilled: (rows) => rows.length,
  unbilled_net: (rows) => money(add(rows, ({ unbilled_net }) => cents(unbilled_net))),
};

const promised = (rows: readonly Row[]): Row[] => rows.filter(({ promised_at }) => promised_at !== null);
const inTime = (rows: readonly Row[]): Row[] => promised(rows).filter(({ promised_at, completed_at }) => completed_at <= promised_at);

/** The same of a mechanic's figures. */
export const RECOUNTED_OF_MECHANIC: Readonly<Record<keyof ReturnType<typeof figuresOfMechanic>, Recount>> = {
  hours_sold: RECOUNTED.hours_sold,
  revenue_labor: RECOUNTED.revenue_labor,
  effective_labor_rate: RECOUNTED.effective_labor_rate,
  tickets: invoices,
  promised: (rows) => invoices(promised(rows)),
  on_time: (rows) => invoices(inTime(rows)),
  on_time_rate: (rows) => percent(invoices(inTime(rows)), invoices(promised(rows))),
};

interface Shown {
  readonly value: number | null;
  readonly drilldown: string;
}

/** Those figures that differ from what the rows behind their links come to, with both values. */
export const differing = async (
  client: Client,
  token: string,
  figures: Readonly<Record<string, Shown>>,
  recounts: Readonly<Record<string, Recount>>,
): Promise<Record<string, unknown>> => {
  const wrong: Record<string, unknown> = {};
  const listed = new Map<string, Promise<Row[]>>();
  const behind = (link: string): Promise<Row[]> => {
    const found = listed.get(link) ?? rowsBehind(client, link, token);
    listed.set(link, found);
    return found;
  };
  for (const [name, { value, drilldown }] of Object.entries(figures)) {
    const recounted = recounts[name]?.(await behind(drilldown));
    if (recounted !== value) wrong[name] = { value, recounted, drilldown };
  }
  return wrong;
};

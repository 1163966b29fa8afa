import { beforeAll, describe, expect, it } from "vitest";
import { FIGURES, type FigureName } from "../../src/features/dashboard/figures.ts";
import { clock, createClient } from "../support/client.ts";
import { differing, RECOUNTED, RECOUNTED_OF_MECHANIC, type Row, rowsBehind } from "../support/drilldowns.ts";
import { anInvoiceOver, owedBack, pay, refund, reverse } from "../support/paid.ts";
import { aMechanic, anAdmin, rows } from "../support/people.ts";
import { aBillableTicket, approveAll, completeShop, credit, post } from "../support/posted.ts";
import { createRandom } from "../support/random.ts";
import { brokenRules } from "../support/recount.ts";
import { aLine, aTax } from "../support/repair-order.ts";
import { aShop, aTicket, type Shop } from "../support/shop.ts";

const client = createClient();
const DAY = 86_400_000;
const admin = async (): Promise<string> => (await anAdmin()).token;
const ask = async (query = "", token?: string) => client.get(`/dashboard${query}`, { token: token ?? (await admin()) });

const random = createRandom(20_261_115);
const today = async (token: string): Promise<string> => (await ask("", token)).body.to;

const linesOf = ({ part }: Shop, mechanics: readonly number[]) => {
  const flat = { quantity: 1_000, unit_price: 1_000 + random.below(20_000) };
  const bare = { kind: "part", description: "Wipers", condition: "new", ...flat };
  const all = [
    { quantity: 500 + random.below(3_000), unit_price: 12_000, mechanic_id: random.pick(mechanics) },
    { quantity: 1_500, flat_amount: 9_900, unit_price: null, mechanic_id: random.pick(mechanics) },
    { ...bare, inventory_id: part.id, description: "Pads", unit_cost: 4_000 },
    { ...bare, discount_percent: 100_000, unit_cost: 300 },
    bare,
    { kind: "sublet", description: "Wheel alignment", provider: "Align Co", ...flat, unit_cost: 500 },
    { kind: "sublet", description: "Towing", provider: "Tow Co", ...flat },
    { kind: "fee", fee_kind: "other", description: "Disposal", ...flat, taxable: 0 },
  ];
  return all.filter((_, index) => index === 0 || random.below(2) === 0);
};

interface Posted {
  readonly id: number;
  readonly lines: readonly { id: number; net: number }[];
}

/** Takes back a part of a line, or all that is left. */
const creditSome = async ({ id, lines }: Posted, token: string): Promise<void> => {
  const line = random.pick(lines);
  const part = [{ line_id: line.id, net: Math.max(0.01, Math.round(line.net * 33) / 100) }];
  const { status } = await credit(client, id, random.below(3) === 0 ? undefined : part, token);
  expect([201, 409]).toContain(status);
};

const METHODS = ["cash", "card", "check", "bank_transfer", "other"];

/** Pays some of what is owed, gives back what is owed back, and now and then reverses what was recorded. */
const settle = async (shop: Shop, invoice: number): Promise<void> => {
  const method = random.pick(METHODS);
  const [row] = await rows<{ balance: number; refundable: number }>("select balance, refundable from invoices where id = ?", invoice);
  const { balance = 0, refundable = 0 } = row ?? {};
  if (refundable > 0 && random.below(2) === 0) expect((await refund(client, invoice, { method })).status).toBe(201);
  if (balance === 0) return;
  const { body } = await pay(client, shop, invoice, (random.below(2) === 0 ? balance : 1 + random.below(balance)) / 100, { method });
  if (random.below(4) === 0) expect((await reverse(client, body.id)).status).toBe(201);
};

/** Some days of a shop: tickets of all kinds, of which some are posted, credited in pieces, paid, refunded, reversed, or left. */
const live = async (days: number): Promise<void> => {
  const posted: Posted[] = [];
  for (let day = 0; day < days; day += 1) {
    clock.now += DAY;
    const shop = await aShop(100);
    const mechanics = [shop.mechanic.id, (await aMechanic()).id];
    const token = await admin();
    for (let count = 0; count < 3; count += 1) {
      const promised = new Date(clock.now + (random.below(3) - 1) * 1_000).toISOString();
      const ticket = await aBillableTicket(client, shop, linesOf(shop, mechanics), { mechanic_ids: [shop.mechanic.id] });
      await rows("update service_tickets set promised_at = ? where id = ?", random.below(3) === 0 ? null : promised, ticket);
      if (random.below(4) > 0) posted.push(await post(client, shop, ticket, random.below(2) ? {} : { due_date: "2027-01-31" }));
    }
    const { id: shown } = await aTicket(client, shop);
    await aLine(shown, { mechanic_id: shop.mechanic.id });
    if (random.below(2) === 0) await approveAll(client, shop, shown);
    await aLine(shown, { unit_price: 3_000, mechanic_id: shop.mechanic.id });
    await client.post(`/service-tickets/${shown}/estimates`, {}, { token: shop.mechanic.token });
    for (const invoice of posted) if (random.below(3) === 0) await creditSome(invoice, token);
    for (const { id } of posted) if (random.below(2) === 0) await settle(shop, id);
  }
};

describe("the figures of a shop in Auckland, over days at random", () => {
  let [from, to] = ["", ""];
  beforeAll(async () => {
    await completeShop();
    await rows("update shop set time_zone = 'Pacific/Auckland', payment_terms_days = 1");
    await aTax(92_500, ["part", "sublet"]);
    await aTax(10_000, ["part", "labor"]);
    from = await today(await admin());
    await live(7);
    for (const [index, method] of METHODS.entries()) {
      const invoice = await anInvoiceOver(client, 1_000 + index);
      await pay(client, invoice.shop, invoice.id, invoice.total, { method });
    }
    await owedBack(client, 12_345);
    to = await today(await admin());
  }, 200_000);

  it("are each the sum of the rows behind its link, in all, on each day, and of each tax", async () => {
    const token = await admin();
    const days = [1, 2, 3, 4, 5, 6, 7].map((day) => `?from=2026-11-${20 + day}&to=2026-11-${20 + day}`);
    for (const query of [`?from=${from}&to=${to}`, ...days]) {
      const { body } = await ask(query, token);
      expect(await differing(client, token, body.figures, RECOUNTED), query).toEqual({});
      const taxes = Object.fromEntries(body.taxes.map((tax: { drilldown: string }) => [tax.drilldown, tax]));
      const recounts = Object.fromEntries(Object.keys(taxes).map((name) => [name, RECOUNTED.tax_collected]));
      expect(await differing(client, token, taxes, recounts), query).toEqual({});
    }
  }, 200_000);

  it("are each something, and what triggers count is what documents come to", async () => {
    expect(await brokenRules()).toEqual({});
    const { body } = await ask(`?from=${from}&to=${to}`);
    expect(Object.entries<{ value: number }>(body.figures).flatMap(([name, { value }]) => (value ? [] : [name]))).toEqual([]);
    expect(body.taxes.length).toBe(2);
  });

  it.each([
    ["daily_sales", "hours"],
    ["daily_sales", "cars"],
    ["daily_mechanics", "on_time"],
    ["daily_taxes", "base"],
    ["daily_payments", "cash_entries"],
    ["daily_estimates", "approved"],
    ["daily_due", "invoices"],
    ["customer_balances", "refundable"],
    ["counters", "value"],
  ])("are recounted: another number in %s (%s) is found", async (table, column) => {
    const where = table === "counters" ? "name = 'unbilled_net'" : "rowid = (select max(rowid) from daily_sales)";
    const set = (by: number) => rows(`update ${table} set ${column} = ${column} + ? where ${where.replace("daily_sales", table)}`, by);
    await set(1);
    expect(Object.keys(await brokenRules())).toHaveLength(1);
    await set(-1);
    expect(await brokenRules()).toEqual({});
  });

  it("are the same in a series as over each of its parts", async () => {
    const token = await admin();
    for (const figure of Object.keys(FIGURES)) {
      const { body } = await client.get(`/dashboard/series?figure=${figure}&interval=week&from=${from}&to=${to}`, { token });
      for (const { value, drilldown, ...part } of body.points) {
        expect([part.from, RECOUNTED[figure as FigureName](await rowsBehind(client, drilldown, token))]).toEqual([part.from, value]);
      }
    }
  }, 200_000);

  it("of each mechanic are the sum of the rows behind its link, and add up to those of the shop", async () => {
    const token = await admin();
    const { body } = await client.get(`/dashboard/mechanics?from=${from}&to=${to}&per_page=100`, { token });
    for (const { id, figures } of body.mechanics) expect(await differing(client, token, figures, RECOUNTED_OF_MECHANIC), id).toEqual({});
    const all = (await ask(`?from=${from}&to=${to}`, token)).body.figures;
    const sum = (name: string) =>
      body.mechanics.reduce((total: number, { figures }: Row) => total + Math.round(1_000 * figures[name].value), 0) / 1_000;
    expect([sum("hours_sold"), sum("revenue_labor")]).toEqual([all.hours_sold.value, all.revenue_labor.value]);
  }, 200_000);

  it("of what is owed are the sums of invoices, in all and of each customer, at each age", async () => {
    const token = await admin();
    const { body } = await client.get("/dashboard/receivables?per_page=100", { token });
    expect(await differing(client, token, body.figures, RECOUNTED)).toEqual({});
    const balances = Object.fromEntries(Object.keys(body.aging).map((bucket) => [bucket, RECOUNTED.receivables]));
    expect(await differing(client, token, body.aging, balances)).toEqual({});
    for (const { balance, overdue, refundable, aging, drilldowns, customer } of body.customers) {
      const shown = { receivables: balance, overdue, refundable };
      const links = { receivables: drilldowns.balance, overdue: drilldowns.overdue, refundable: drilldowns.refundable };
      const figures = Object.fromEntries(
        Object.entries(links).map(([name, link]) => [name, { value: shown[name as keyof typeof shown], drilldown: link }]),
      );
      expect(await differing(client, token, figures, RECOUNTED), customer.id).toEqual({});
      expect(await differing(client, token, aging, balances), customer.id).toEqual({});
    }
    const cents = (of: (row: Row) => number): number =>
      body.customers.reduce((sum: number, row: Row) => sum + Math.round(100 * of(row)), 0) / 100;
    expect(cents(({ balance }) => balance)).toBe(body.figures.receivables.value);
    expect(cents(({ refundable }) => refundable)).toBe(body.figures.refundable.value);
  }, 200_000);
});

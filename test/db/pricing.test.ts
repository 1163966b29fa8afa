import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { render } from "../../src/db/dialect.ts";
import { parseRow } from "../../src/db/json.ts";
import { countedLines, type Pricing, pricingOf } from "../../src/db/pricing.ts";
import { serviceTickets } from "../../src/db/schema/service-tickets.ts";
import { insert } from "../support/people.ts";
import {
  allocated,
  KINDS,
  type OracleLine,
  type OracleTax,
  type OracleTicket,
  type Priced,
  priceExactly,
} from "../support/pricing-oracle.ts";
import { createRandom, type Random } from "../support/random.ts";
import { aShop } from "../support/shop.ts";

const AT = "2026-11-20T09:30:00.000Z";
const RANDOM_TICKETS = env.DRAWS.pricing.tickets;

let ticketRow: { customer_id: number; vehicle_id: number };

beforeAll(async () => {
  const { customer, vehicle } = await aShop();
  ticketRow = { customer_id: customer.id, vehicle_id: vehicle.id };
});

/** Each priced ticket has a day of its own, on which its taxes are valid and no others. */
let days = 0;
const aDay = (): string => new Date(Date.UTC(2000, 0, 1) + 86_400_000 * days++).toISOString().slice(0, 10);

const lineInto = (ticket: number, { kind, quantity, price, flat, percent, off, taxable = true }: OracleLine) =>
  env.DB.prepare(
    `insert into ticket_lines (service_ticket_id, kind, description, condition, fee_kind, quantity, unit_price, flat_amount, discount_percent,
      discount_value, taxable) values (?1, ?2, 'x', iif(?2 = 'part', 'new', null), iif(?2 = 'fee', 'other', null), ?3, ?4, ?5, ?6, ?7, ?8)`,
  ).bind(ticket, kind, quantity, price ?? null, flat ?? null, percent ?? null, off ?? null, taxable ? 1 : 0);

const taxInto = (day: string, { rate, on }: OracleTax) =>
  env.DB.prepare(
    "insert into taxes (name, rate, applies_to, valid_from, valid_until, created_at, updated_at) values ('x', ?1, ?2, ?3, ?3, ?4, ?4)",
  ).bind(rate, JSON.stringify(on), day, AT);

/** What SQL makes of a ticket that has just these lines, discount and taxes. */
const priced = async ({ lines, percent, off, taxes }: OracleTicket): Promise<Priced> => {
  const day = aDay();
  const discount = { discount_percent: percent ?? null, discount_value: off ?? null };
  const reason = percent === undefined && off === undefined ? null : "x";
  const moments = { created_at: AT, updated_at: AT };
  const about = { service_desc: "x", service_date: "2026-11-24", discount_reason: reason };
  const ticket = await insert("service_tickets", { ...ticketRow, ...about, ...discount, ...moments });
  const query = render("select ", [
    sql`${pricingOf(countedLines(ticket), day)} from ${serviceTickets} where ${serviceTickets.id} = ${ticket}`,
  ]);
  const results = await env.DB.batch<Record<string, string>>([
    ...lines.map((line) => lineInto(ticket, line)),
    ...taxes.map((tax) => taxInto(day, tax)),
    env.DB.prepare(query.sql).bind(...query.params),
    env.DB.prepare("delete from taxes where valid_from = ?").bind(day),
  ]);
  const [text = ""] = Object.values(results.at(-2)?.results[0] ?? {});
  const found = parseRow<Pricing>(text);
  const shares = found.shares.toSorted((one, other) => one.id - other.id);
  return {
    nets: shares.map(({ net }) => net),
    shares: shares.map(({ share }) => share),
    discount: found.discount_amount,
    net: found.net,
    taxes: found.taxes.map(({ base, amount }) => ({ base, amount })),
    tax: found.tax,
    total: found.total,
  };
};

/** The same without what SQL leaves out: taxes that fall on nothing. */
const expected = (ticket: OracleTicket): Priced => {
  const exact = priceExactly(ticket);
  return { ...exact, taxes: exact.taxes.filter(({ base }) => base > 0) };
};

const ppm = (percent: number): number => Math.round(percent * 10_000);
const cents = (amount: number): number => Math.round(amount * 100);
const one = (price: number, quantity = 1, percent?: number): OracleLine => ({
  kind: "part",
  quantity: quantity * 1_000,
  price: cents(price),
  ...(percent === undefined ? {} : { percent: ppm(percent) }),
});
const on = (...rates: number[]): OracleTax[] => rates.map((rate) => ({ rate: ppm(rate), on: [...KINDS] }));
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** From public reports of other systems: lines, taxes and the discount of the whole; then net, taxes and total. */
const REPORTED: readonly (readonly [string, OracleTicket, number, readonly number[], number])[] = [
  ["an amount off the whole", { lines: [one(8_500)], off: cents(7_500), taxes: on(19) }, 1_000, [190], 1_190],
  ["two taxes, each rounded by itself", { lines: [one(140)], taxes: on(5, 9.975) }, 140, [7, 13.97], 160.97],
  ["two taxes on more", { lines: [one(1_140)], taxes: on(5, 9.975) }, 1_140, [57, 113.72], 1_310.72],
  ["a half cent, which goes up", { lines: [one(138.66)], taxes: on(19) }, 138.66, [26.35], 165.01],
  ["a large amount", { lines: [one(1_393.5)], taxes: on(21) }, 1_393.5, [292.64], 1_686.14],
  ["a percentage off a line", { lines: [one(348.35, 16, 4)], taxes: on(22) }, 5_350.66, [1_177.15], 6_527.81],
  ["ten of a thing on one line", { lines: [one(3.6, 10)], taxes: on(5.5) }, 36, [1.98], 37.98],
  ["ten of a thing on ten lines", { lines: times(10, one(3.6)), taxes: on(5.5) }, 36, [1.98], 37.98],
  ["a discount that is rounded, not what it leaves", { lines: [one(30.75, 10, 5), one(70, 1, 5)], taxes: on(15) }, 358.62, [53.79], 412.41],
  [
    "two taxes on a line each",
    {
      lines: [{ ...one(50.4), kind: "labor" }, one(47.21)],
      taxes: [
        { rate: ppm(17), on: ["labor"] },
        { rate: ppm(17), on: ["part"] },
      ],
    },
    97.61,
    [8.57, 8.03],
    114.21,
  ],
  ["one tax on both lines", { lines: [one(50.4), one(47.21)], taxes: on(17) }, 97.61, [16.59], 114.2],
  ["half of a thing", { lines: [one(1.01, 0.5)], taxes: on(21) }, 0.51, [0.11], 0.62],
  ["a half cent of tax", { lines: [one(7_612.5)], taxes: on(19) }, 7_612.5, [1_446.38], 9_058.88],
  ["a base with a half cent of tax", { lines: [one(19_935.66)], taxes: on(15) }, 19_935.66, [2_990.35], 22_926.01],
  ["a tax on three lines together", { lines: times(3, one(348.11, 2)), taxes: on(25) }, 2_088.66, [522.17], 2_610.83],
  ["three different lines", { lines: [one(299.33), one(179.33), one(99.34)], taxes: on(20) }, 578, [115.6], 693.6],
  ["two lines of which each tax has a fraction", { lines: times(2, one(11)), taxes: on(8.3) }, 22, [1.83], 23.83],
  ["four lines", { lines: [one(68.33), one(68.33), one(57.5), one(85)], taxes: on(20) }, 279.16, [55.83], 334.99],
  ["a part of a period", { lines: [one(193.33)], taxes: on(25) }, 193.33, [48.33], 241.66],
  ["fifty lines under two taxes", { lines: times(50, one(8.77)), taxes: on(21, 5.2) }, 438.5, [92.09, 22.8], 553.39],
  ["a percentage off the whole", { lines: [one(49.95)], percent: ppm(10), taxes: [] }, 44.95, [], 44.95],
  ["sums that binary fractions miss", { lines: [one(185.76), one(14.29)], taxes: on(19) }, 200.05, [38.01], 238.06],
  ["ten of a dear thing", { lines: [one(31.86, 10)], taxes: on(20) }, 318.6, [63.72], 382.32],
  ["a fraction of a percent off the whole", { lines: [one(31.86, 10)], percent: ppm(6.2), taxes: on(20) }, 298.85, [59.77], 358.62],
  ["a tax with two decimals", { lines: [one(49.99)], taxes: on(8.25) }, 49.99, [4.12], 54.11],
];

/** An amount, weights, and how the amount is spread over them. */
const SPREAD: readonly (readonly [number, readonly number[], readonly number[]])[] = [
  [1_003, [4_900, 5_100], [491, 512]],
  [9_999, [7_500, 2_500], [7_499, 2_500]],
  [1, [33, 66], [0, 1]],
  [22_000, [445_455, 9_091, 545_455], [9_800, 200, 12_000]],
  [29_900, [26_509, 0, 3_391], [26_509, 0, 3_391]],
  [1_000, [1_000, 1_000, 1_000], [334, 333, 333]],
  [5, [100, 101, 100, 100], [1, 2, 1, 1]],
  [613, [980, 920, 980, 1_230, 1_020, 920], [99, 93, 99, 125, 104, 93]],
  [103, [100, 100], [52, 51]],
  [70_000, [70_000, 70_000, 70_000], [23_334, 23_333, 23_333]],
  [100, [0, 333, 333, 334], [0, 33, 33, 34]],
];

/** A quantity, a price and perhaps a discount, mostly as shops have them, sometimes as large or small as there are. */
const aLine = (random: Random): OracleLine => {
  const kind = random.pick(KINDS);
  const quantity = random.pick([1, 500, 1_000, 1_500, 2_000, 333, 1_000 * (1 + random.below(20)), 1 + random.below(9_999)]);
  const price = random.pick([0, 1, 999, 8_999, 1 + random.below(50_000), random.below(2_000_000)]);
  const gross = Math.floor((quantity * price + 500) / 1_000);
  const discount = random.pick([{}, {}, { percent: random.below(1_000_001) }, { percent: 1_000_000 }, { off: random.below(gross + 1) }]);
  const isFlat = random.below(5) === 0;
  return { kind, quantity, ...(isFlat ? { flat: gross } : { price }), ...discount, taxable: random.below(6) > 0 };
};

const aTicket = (random: Random): OracleTicket => ({
  lines: Array.from({ length: 1 + random.below(12) }, () => aLine(random)),
  ...random.pick([{}, { percent: random.below(1_000_001) }, { percent: 1_000_000 }, { off: random.below(3_000_000) }, { off: 1 }]),
  taxes: Array.from({ length: random.below(4) }, () => ({
    rate: 1 + random.below(300_000),
    on: KINDS.filter(() => random.below(2) === 0),
  })).filter(({ on }) => on.length > 0),
});

describe("what lines come to", () => {
  it.each(REPORTED)("is right for %s", async (_, ticket, net, taxes, total) => {
    const found = await priced(ticket);
    expect({ net: found.net, taxes: found.taxes.map(({ amount }) => amount), total: found.total }).toEqual({
      net: cents(net),
      taxes: taxes.map(cents),
      total: cents(total),
    });
    expect(found).toEqual(expected(ticket));
  });

  it.each(SPREAD)("spreads %i over %j by largest remainder", async (amount, weights, shares) => {
    const lines = weights.map((weight) => ({ kind: "part", quantity: 1_000, price: weight }) as const);
    const found = await priced({ lines, off: amount, taxes: [] });
    expect(found.shares).toEqual(shares);
    expect(allocated(amount, weights)).toEqual(shares);
  });

  it("is nothing without lines, and never more off than there is", async () => {
    const nothing = { nets: [], shares: [], discount: 0, net: 0, taxes: [], tax: 0, total: 0 };
    expect(await priced({ lines: [], off: 500, taxes: on(10) })).toEqual(nothing);
    expect(await priced({ lines: [one(4)], off: 500, taxes: on(10) })).toMatchObject({ discount: 400, net: 0, tax: 0, total: 0 });
  });

  it("is exact at the caps", async () => {
    const largest = { kind: "part", quantity: 1_000_000_000, price: 999 } as const;
    const ticket = { lines: [largest, { ...largest, quantity: 1_000, price: 999_999 }], percent: 333_333, taxes: on(99.9999, 100) };
    expect(await priced(ticket)).toEqual(expected(ticket));
  });

  it("is what exact fractions say for random tickets", async () => {
    const random = createRandom(20_261_126);
    for (let count = 0; count < RANDOM_TICKETS; count++) {
      const ticket = aTicket(random);
      expect(await priced(ticket), JSON.stringify(ticket)).toEqual(expected(ticket));
    }
  });
});

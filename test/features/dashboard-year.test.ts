import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ADMIN, createCaller } from "../../bench/support/caller.ts";

/** The values of figures by their names. */
const valuesIn = (figures: Readonly<Record<string, { value: number | null }>>) =>
  Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value]));

describe("a year", () => {
  it("reads at most 400 rows for each figure, and each table once", async () => {
    const days = (from: string, count: number) => `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1}),
      d(date) as (select date('${from}', '+' || i || ' days') from n)`;
    const METHODS = ["cash", "card", "check", "bank_transfer", "other"] as const;
    await env.DB.batch(
      [
        "insert into daily_sales (date, labor, invoices, tax) select date, 100, 1, 2 from d",
        "insert into daily_estimates (date, presented) select date, 1 from d",
        `insert into daily_payments (date, ${METHODS.map((method) => `${method}_amount`)}, ${METHODS.map((method) => `${method}_entries`)})
          select date, 1, 2, 3, 4, 5, 1, 1, 1, 1, 1 from d`,
        ...[10_000, 20_000].map((rate) => `insert into daily_taxes (date, name, rate, amount) select date, 'Tax', ${rate}, 1 from d`),
        ...[1, 2, 3].map((id) => `insert into daily_mechanics (date, mechanic_id, hours) select date, ${9_000 + id}, 1_00${id} from d`),
      ].map((insert) => env.DB.prepare(`${days("2021-01-01", 1_100)} ${insert.replace("1_00", "100")}`)),
    );
    const call = createCaller(env.DB);
    const year = "from=2022-01-01&to=2022-12-31";
    const rowsRead = async (path: string) => {
      const { body, ran, status } = await call(ADMIN, "GET", path);
      expect(status).toBe(200);
      return { body, read: ran.reduce((sum, { read }) => sum + read, 0) };
    };
    const { body, read } = await rowsRead(`/dashboard?${year}`);
    expect(valuesIn(body.figures)).toMatchObject({
      revenue: 365,
      invoices: 365,
      tax_collected: 7.3,
      till: 54.75,
      till_check: 10.95,
      close_ratio_by_count: 0,
    });
    expect(read).toBeLessThanOrEqual((1 + 1 + 1 + 2) * 366 + 40);
    const figures = Object.keys(body.figures).length + body.taxes.length;
    expect(read / figures).toBeLessThan(400);
    const series = await rowsRead(`/dashboard/series?figure=average_repair_cost&interval=month&${year}`);
    expect(series.body.points).toHaveLength(12);
    expect(series.read).toBeLessThanOrEqual(400);
    for (const figure of ["till", "till_card"]) {
      const till = await rowsRead(`/dashboard/series?figure=${figure}&interval=month&${year}`);
      expect(till.body.points[1].value).toBe(figure === "till" ? 4.2 : 0.56);
      expect(till.read).toBeLessThanOrEqual(400);
    }
    const listed = await rowsRead(`/payments?from=2022-01-01&to=2022-12-31`);
    expect(listed.body.till).toMatchObject({
      payments: 5 * 365,
      amount: 54.75,
      methods: { length: 5, 1: { method: "card", amount: 7.3 } },
    });
    expect(listed.body.pagination).toMatchObject({ total_items: 5 * 365, total_exact: true });
    expect(listed.read).toBeLessThanOrEqual(400);
    const each = await rowsRead(`/dashboard/mechanics?${year}&per_page=2`);
    expect(each.body.mechanics).toHaveLength(2);
    // Not those of the third.
    expect(each.read).toBeLessThan(3 * 365);
    const most = await rowsRead(`/dashboard/mechanics?${year}&per_page=2&sort=-hours_sold`);
    expect(most.body.mechanics.map(({ id }: { id: number }) => id)).toEqual([9_003, 9_002]);
    // Those of all three to sort them, and those of the two that are shown.
    expect(most.read).toBeLessThan((3 + 2) * 366 + 40);
  });
});

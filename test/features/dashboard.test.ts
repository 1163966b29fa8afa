import { afterEach, describe, expect, it } from "vitest";
import { clock, createClient, START } from "../support/client.ts";
import { pay, refund } from "../support/paid.ts";
import { aMechanic, anAdmin, rows } from "../support/people.ts";
import { aBillableTicket, completeShop, credit, post } from "../support/posted.ts";
import { aTax } from "../support/repair-order.ts";
import { aShop, type Shop } from "../support/shop.ts";

const client = createClient();
const DAY = 86_400_000;

/** What an admin of this day is answered. */
const ask = async (path: string) => client.get(path, { token: (await anAdmin()).token });

/** The values of figures by their names. */
const valuesIn = (figures: Readonly<Record<string, { value: number | null }>>) =>
  Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value]));
const valuesOf = async (query: string) => valuesIn((await ask(`/dashboard${query}`)).body.figures);
const on = (date: string) => `?from=${date}&to=${date}`;

const taxes: number[] = [];
afterEach(async () => {
  for (const id of taxes.splice(0)) await rows("delete from taxes where id = ?", id);
});

const LABOR = {};
const FEE = { kind: "fee", fee_kind: "other", description: "Brake fluid", quantity: 1_000, unit_price: 450, taxable: 0 };
const TOWING = { kind: "sublet", description: "Towing", provider: "Tow Co", quantity: 1_000, unit_price: 5_000 };
const pads = ({ part }: Shop) => ({
  ...{
    kind: "part",
    description: "Brake pads",
    condition: "new",
    inventory_id: part.id,
    quantity: 1_000,
    unit_price: 8_999,
    unit_cost: 4_000,
  },
});

describe("a shop that has sold nothing", () => {
  it("has zeros, and no quotients", async () => {
    const { body } = await ask("/dashboard?previous=true");
    expect(body).toMatchObject({ from: "2026-11-01", to: "2026-11-20", previous: { from: "2026-10-12", to: "2026-10-31" }, taxes: [] });
    const quotients = [
      "average_repair_cost",
      "gross_margin",
      "parts_margin",
      "effective_labor_rate",
      "close_ratio",
      "close_ratio_by_count",
    ];
    for (const [name, value] of Object.entries(valuesIn(body.figures)))
      expect([name, value]).toEqual([name, quotients.includes(name) ? null : 0]);
    expect(body.figures.revenue.previous).toBe(0);
    expect(body.figures.receivables).not.toHaveProperty("previous");
  });

  it("has a series of nothing, no mechanics and nobody who owes", async () => {
    const { body } = await ask("/dashboard/series?figure=average_repair_cost&interval=week&from=2026-11-20&to=2026-11-30");
    expect(body.points).toMatchObject([
      { from: "2026-11-20", to: "2026-11-22", value: null },
      { from: "2026-11-23", to: "2026-11-29", value: null },
      { from: "2026-11-30", to: "2026-11-30", value: null },
    ]);
    expect((await ask("/dashboard/mechanics")).body).toMatchObject({ mechanics: [], pagination: { total_items: 0 } });
    const owed = (await ask("/dashboard/receivables")).body;
    expect(owed).toMatchObject({ customers: [], invoices: 0, pagination: { total_items: 0, next_cursor: null } });
    expect(valuesIn(owed.aging)).toEqual({ not_due: 0, days_1_to_30: 0, days_31_to_60: 0, days_61_to_90: 0, over_90: 0 });
  });

  it.each([
    ["", "2026-11-01", "2026-11-20"],
    ["?from=2026-11-18", "2026-11-18", "2026-11-20"],
    ["?to=2026-09-10", "2026-09-01", "2026-09-10"],
    ["?from=2025-11-20&to=2026-11-20", "2025-11-20", "2026-11-20"],
    ["?from=2030-01-01&to=2030-01-01", "2030-01-01", "2030-01-01"],
    ["?from=0000-01-01&to=0000-01-01", "0000-01-01", "0000-01-01"],
  ])("is asked for %s from %s to %s", async (query, from, to) => {
    expect((await ask(`/dashboard${query}`)).body).toMatchObject({ from, to, time_zone: "UTC", currency: "USD" });
  });

  it.each([
    ["/dashboard?from=2026-11-21", "invalid_period"],
    ["/dashboard?from=2026-11-20&to=2026-11-19", "invalid_period"],
    ["/dashboard?from=2025-11-19&to=2026-11-20", "too_long"],
    ["/dashboard/series?figure=revenue&from=2000-01-01", "too_long"],
    ["/dashboard/mechanics?from=2026-11-21", "invalid_period"],
  ])("refuses %s: %s", async (path, code) => {
    expect(await ask(path)).toMatchObject({ status: 422, body: { errors: [{ pointer: "/query/from", code }] } });
  });

  it.each([
    "/dashboard?from=2026-02-30",
    "/dashboard/series",
    "/dashboard/series?figure=receivables",
    "/dashboard/series?figure=revenue&interval=year",
  ])("refuses %s", async (path) => {
    expect((await ask(path)).status).toBe(422);
  });

  it.each([
    // The hour that is left out, and the one that comes twice.
    ["America/Los_Angeles", "2026-03-08T07:59:59.999Z", "2026-03-07"],
    ["America/Los_Angeles", "2026-03-08T08:00:00.000Z", "2026-03-08"],
    ["America/Los_Angeles", "2026-03-09T06:59:59.999Z", "2026-03-08"],
    ["America/Los_Angeles", "2026-03-09T07:00:00.000Z", "2026-03-09"],
    ["America/Los_Angeles", "2026-11-02T07:59:59.999Z", "2026-11-01"],
    ["America/Los_Angeles", "2026-11-02T08:00:00.000Z", "2026-11-02"],
    ["America/Los_Angeles", "2027-01-01T07:59:59.999Z", "2026-12-31"],
    ["America/Los_Angeles", "2027-01-01T08:00:00.000Z", "2027-01-01"],
    ["Pacific/Auckland", "2026-12-31T10:59:59.999Z", "2026-12-31"],
    ["Pacific/Auckland", "2026-12-31T11:00:00.000Z", "2027-01-01"],
  ])("in %s at %s has the day %s", async (zone, at, day) => {
    clock.now = Date.parse(at);
    await rows("update shop set time_zone = ?", zone);
    const from = `${day.slice(0, 7)}-01`;
    // First of all, when the isolate takes the zone for another one.
    expect((await ask(`/dashboard?from=${day}`)).body).toMatchObject({ from: day, to: day });
    expect((await ask("/dashboard")).body).toMatchObject({ from, to: day, as_of: at, time_zone: zone });
    expect((await ask("/dashboard/receivables")).body).toMatchObject({ today: day, time_zone: zone });
    await rows("update shop set time_zone = 'UTC'");
    await ask("/dashboard");
    clock.now = START;
  });

  it("is for admins", async () => {
    const { token } = await aMechanic();
    for (const path of ["/dashboard", "/dashboard/series?figure=revenue", "/dashboard/mechanics", "/dashboard/receivables"])
      expect((await client.get(path, { token })).status).toBe(403);
  });
});

describe("the day of the brakes", () => {
  it("is told in figures, and stays as it is when an invoice is credited later", async () => {
    await completeShop();
    const shop = await aShop();
    taxes.push(await aTax(92_500, ["part"]), await aTax(10_000, ["part"]));
    await rows("update mechanics set name = 'Retired Ray' where id = ?", shop.mechanic.id);
    const ticket = await aBillableTicket(client, shop, [LABOR, pads(shop), TOWING, FEE], { promised_at: "2026-11-20T12:00:00Z" });
    expect(await valuesOf("")).toMatchObject({
      unbilled: 1,
      unbilled_net: 324.49,
      revenue: 0,
      close_ratio: 100,
      close_ratio_by_count: 100,
    });
    const invoice = await post(client, shop, ticket, { due_date: "2026-12-20" });
    await pay(client, shop, invoice.id, 100, { method: "card", reference: "T-1" });
    await pay(client, shop, invoice.id, 233.71);
    const day = await valuesOf(on("2026-11-20"));
    expect(day).toEqual({
      ...{ revenue: 324.49, revenue_labor: 180, revenue_part: 89.99, revenue_sublet: 50, revenue_fee: 4.5 },
      ...{ invoices: 1, cars: 1, average_repair_cost: 324.49, discounts: 0 },
      ...{ gross_profit: 234.49, gross_margin: 85.43, parts_margin: 55.55, lines_without_cost: 1 },
      ...{ hours_sold: 1.5, effective_labor_rate: 120, tax_collected: 9.22, close_ratio: 100, close_ratio_by_count: 100 },
      ...{ till: 333.71, till_cash: 233.71, till_card: 100, till_check: 0, till_bank_transfer: 0, till_other: 0 },
      ...{ receivables: 0, overdue: 0, refundable: 0, unbilled: 0, unbilled_net: 0 },
    });
    const { body } = await ask(`/dashboard${on("2026-11-20")}`);
    expect(body.taxes).toMatchObject([
      {
        name: "Sales tax",
        rate: 1,
        base: 89.99,
        value: 0.9,
        drilldown: "/invoice-taxes?from=2026-11-20&to=2026-11-20&name=Sales+tax&rate=1",
      },
      { name: "Sales tax", rate: 9.25, base: 89.99, value: 8.32 },
    ]);
    clock.now += DAY;
    const line = invoice.lines.find(({ kind }: { kind: string }) => kind === "part");
    await credit(client, invoice.id, [{ line_id: line.id, net: 89.99 }]);
    expect(await valuesOf(on("2026-11-20"))).toEqual({ ...day, refundable: 99.21 });
    const later = await valuesOf(on("2026-11-21"));
    expect(later).toMatchObject({ revenue: -89.99, gross_profit: -49.99, invoices: 0, cars: 0, tax_collected: -9.22, refundable: 99.21 });
    expect(later).toMatchObject({ average_repair_cost: null, parts_margin: null, gross_margin: null });
    await refund(client, invoice.id);
    expect(await valuesOf(on("2026-11-21"))).toMatchObject({ till: -99.21, refundable: 0 });
    const both = await ask("/dashboard?from=2026-11-21&to=2026-11-21&previous=true");
    expect(both.body.figures.revenue).toMatchObject({ value: -89.99, previous: 324.49 });
    await credit(client, invoice.id);
    expect(await valuesOf(on("2026-11-21"))).toMatchObject({ revenue: -324.49, invoices: -1, cars: 0, hours_sold: -1.5, unbilled: 1 });
  });

  it("is told of the mechanic, also of one who has left", async () => {
    const [last] = await rows<{ id: number }>("select max(mechanic_id) as id from daily_mechanics");
    await rows("update mechanics set status = 'disabled' where id = ?", last?.id);
    const { body } = await ask(`/dashboard/mechanics${on("2026-11-20")}`);
    expect(body.mechanics.map(({ id, name }: { id: number; name: string }) => [id, name])).toEqual([[last?.id, "Retired Ray"]]);
    expect(valuesIn(body.mechanics[0].figures)).toEqual({
      ...{ hours_sold: 1.5, revenue_labor: 180, effective_labor_rate: 120 },
      ...{ tickets: 1, promised: 1, on_time: 1, on_time_rate: 100 },
    });
    const later = await ask(`/dashboard/mechanics${on("2026-11-21")}`);
    expect(valuesIn(later.body.mechanics[0].figures)).toMatchObject({ tickets: -1, promised: -1, on_time: -1, on_time_rate: null });
  });

  it("is a point of series whose quotients come from sums", async () => {
    const shop = await aShop();
    await post(client, shop, await aBillableTicket(client, shop, [{ quantity: 500, unit_price: 6_000 }]));
    await post(client, shop, await aBillableTicket(client, shop, [LABOR]));
    const points = async (query: string) =>
      (await ask(`/dashboard/series?figure=effective_labor_rate&${query}`)).body.points.map(
        ({ from, value }: { from: string; value: number }) => [from, value],
      );
    expect(await points("from=2026-11-20&to=2026-11-22")).toEqual([
      ["2026-11-20", 120],
      ["2026-11-21", 60],
      ["2026-11-22", null],
    ]);
    expect(await points("interval=month&from=2026-10-31&to=2026-11-22")).toEqual([
      ["2026-10-31", null],
      ["2026-11-01", 105],
    ]);
  });
});

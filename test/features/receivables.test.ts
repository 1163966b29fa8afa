import { describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { owedBack, pay } from "../support/paid.ts";
import { aMechanic, anAdmin, rows } from "../support/people.ts";
import { aBillableTicket, anInvoice, post } from "../support/posted.ts";
import { brokenRules } from "../support/recount.ts";
import { aLine } from "../support/repair-order.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();

/** What an admin of this day is answered. */
const ask = async (path: string) => client.get(path, { token: (await anAdmin()).token });

const LABOR = {};

describe("the listings behind figures", () => {
  const idsIn = async (path: string, list: string): Promise<number[]> =>
    (await ask(`${path}&per_page=100`)).body[list].map(({ id }: { id: number }) => id);

  it("tell tickets with something to invoice from all others", async () => {
    const shop = await aShop();
    const [unbilled, billed] = [await aBillableTicket(client, shop, [LABOR]), await aBillableTicket(client, shop, [LABOR])];
    await post(client, shop, billed);
    const { id: open } = await aTicket(client, shop);
    const of = `customer_id=${shop.customer.id}`;
    const ids = (query: string) => idsIn(`/service-tickets?${query}`, "service_tickets");
    expect(await ids(`unbilled=true&${of}`)).toEqual([unbilled]);
    expect(await ids(`unbilled=false&${of}`)).toEqual([open, billed]);
    expect(await ids("unbilled=true")).toContain(unbilled);
    const others = await ids("unbilled=false");
    expect(others).toEqual(expect.arrayContaining([open, billed]));
    expect(others).not.toContain(unbilled);
  });

  it("tell estimates that a newer one has superseded from all others, on some days", async () => {
    const shop = await aShop();
    const { id: ticket } = await aTicket(client, shop);
    await aLine(ticket);
    const present = async () => (await client.post(`/service-tickets/${ticket}/estimates`, {}, { token: shop.mechanic.token })).body;
    const [first, second] = [await present(), await present()];
    const ids = (query: string) => idsIn(`/estimates?customer_id=${shop.customer.id}&${query}`, "estimates");
    expect(await ids("superseded=true")).toEqual([first.id]);
    expect(await ids("superseded=false")).toEqual([second.id]);
    expect(await ids(`from=${first.date}&to=${first.date}`)).toEqual([second.id, first.id]);
    expect([await ids("from=2027-12-01"), await ids("to=2026-11-01")]).toEqual([[], []]);
    expect((await idsIn(`/estimates?from=${first.date}&superseded=false`, "estimates"))[0]).toBe(second.id);
    expect((await ask("/estimates?from=2026-11-02&to=2026-11-01")).status).toBe(422);
  });

  it("tell invoices with a balance from all others, and those of a mechanic", async () => {
    const shop = await aShop();
    const make = async (due_date: string) => post(client, shop, await aBillableTicket(client, shop, [LABOR]), { due_date });
    const [paid, late] = [await make("2026-12-20"), await make("2026-12-20")];
    await pay(client, shop, paid.id, 180);
    const ids = (query: string) => idsIn(`/invoices?customer_id=${shop.customer.id}&${query}`, "invoices");
    expect([await ids("owed=true"), await ids("owed=false")]).toEqual([[late.id], [paid.id]]);
    expect(await ids("overdue=false&due_from=2026-12-20")).toEqual([late.id]);
    expect(await ids("overdue=false&due_from=2026-12-21")).toEqual([]);
    expect(await idsIn(`/invoices?mechanic_id=${shop.mechanic.id}`, "invoices")).toEqual([late.id, paid.id]);
    expect(await idsIn(`/invoices?mechanic_id=${(await aMechanic()).id}`, "invoices")).toEqual([]);
  });
});

describe("what is owed", () => {
  it("grows older by the days since it was due, of all and of each customer", async () => {
    const shop = await aShop();
    clock.now = Date.parse("2026-11-22T09:30:00.000Z");
    const here = await aShop();
    const invoice = await post(client, here, await aBillableTicket(client, here, [LABOR]), { due_date: "2026-12-01" });
    const all = async (at: string) => {
      clock.now = Date.parse(`${at}T09:30:00.000Z`);
      return (await ask("/dashboard/receivables")).body;
    };
    const before = (await all("2026-12-01")).figures.receivables.value;
    const mine = async (at: string) => {
      clock.now = Date.parse(`${at}T09:30:00.000Z`);
      const { body } = await ask(`/dashboard/receivables?customer_id=${here.customer.id}`);
      expect(body.figures.receivables.value).toBe(before);
      expect(body.pagination).toMatchObject({ total_items: 1, next_cursor: null });
      const [row] = body.customers;
      expect(row).toMatchObject({ customer: { id: here.customer.id, name: "Cara Customer" }, invoices: 1, balance: 180, refundable: 0 });
      const buckets = Object.entries<{ value: number; drilldown: string }>(row.aging).filter(([, { value }]) => value > 0);
      for (const [, { drilldown }] of buckets) {
        const listed = (await ask(drilldown)).body.invoices;
        expect(listed.map(({ id }: { id: number }) => id)).toEqual([invoice.id]);
      }
      return [buckets.map(([name]) => name).join(), row.overdue];
    };
    expect(await mine("2026-11-22")).toEqual(["not_due", 0]);
    expect(await mine("2026-12-01")).toEqual(["not_due", 0]);
    expect(await mine("2026-12-02")).toEqual(["days_1_to_30", 180]);
    expect(await mine("2026-12-31")).toEqual(["days_1_to_30", 180]);
    expect(await mine("2027-01-01")).toEqual(["days_31_to_60", 180]);
    expect(await mine("2027-01-30")).toEqual(["days_31_to_60", 180]);
    expect(await mine("2027-01-31")).toEqual(["days_61_to_90", 180]);
    expect(await mine("2027-03-01")).toEqual(["days_61_to_90", 180]);
    expect(await mine("2027-03-02")).toEqual(["over_90", 180]);
    expect((await ask(`/dashboard/receivables?customer_id=${shop.customer.id}`)).body).toMatchObject({
      customers: [],
      pagination: { total_items: 0 },
    });
  });

  it("is paged by customer, those who are owed something back among them", async () => {
    for (let n = 0; n < 3; n++) await anInvoice(client);
    await owedBack(client, 5_000);
    const whole = (await ask("/dashboard/receivables?per_page=100")).body;
    expect(whole.customers.length).toBeGreaterThan(2);
    expect(whole.pagination.total_items).toBe(whole.customers.length);
    expect(
      whole.customers.some(({ balance, refundable }: { balance: number; refundable: number }) => balance === 0 && refundable > 0),
    ).toBe(true);
    const ids: number[] = [];
    for (let query: string | null = ""; query !== null; ) {
      const { body }: { body: typeof whole } = await ask(`/dashboard/receivables?per_page=1${query}`);
      ids.push(...body.customers.map(({ customer }: { customer: { id: number } }) => customer.id));
      query = body.pagination.next_cursor && `&cursor=${body.pagination.next_cursor}`;
    }
    expect(ids).toEqual(whole.customers.map(({ customer }: { customer: { id: number } }) => customer.id));
    expect((await ask("/dashboard/receivables?per_page=1&page=2")).body.customers[0].customer.id).toBe(ids[1]);
  });

  it("is sorted by what customers owe, or by who has owed for longest", async () => {
    const due = async (due_date: string, lines: Parameters<typeof aBillableTicket>[2]) => {
      const shop = await aShop();
      return post(client, shop, await aBillableTicket(client, shop, lines), { due_date });
    };
    const owed = [await due("2027-03-20", [LABOR]), await due("2027-03-10", [LABOR]), await due("2027-03-15", [LABOR, LABOR])];
    await owedBack(client, 7_000);
    type Owed = { customer: { id: number }; balance: number; oldest_due: string | null };
    const page = async (query: string) => (await ask(`/dashboard/receivables?${query}`)).body;
    const all: Owed[] = (await page("per_page=100")).customers;
    expect(all.length).toBeGreaterThanOrEqual(4);
    const mine = all.slice(-4);
    expect(mine.map(({ balance, oldest_due }) => [balance, oldest_due])).toEqual([
      ...owed.map(({ balance, due_date }) => [balance, due_date]),
      [0, null],
    ]);
    const KEYS = {
      id: ({ customer }: Owed) => customer.id,
      balance: ({ balance }: Owed) => balance,
      oldest_due: ({ oldest_due }: Owed) => Date.parse(oldest_due ?? "9999-12-31"),
    };
    for (const [name, key] of Object.entries(KEYS)) {
      for (const [sort, sign] of [[name, 1] as const, [`-${name}`, -1] as const]) {
        const sorted = all
          .toSorted((a, b) => sign * (key(a) - key(b)) || sign * (a.customer.id - b.customer.id))
          .map(({ customer }) => customer.id);
        const ids: number[] = [];
        for (let query: string | null = `sort=${sort}`; query !== null; ) {
          const { customers, pagination }: { customers: Owed[]; pagination: { next_cursor: string | null; total_items: number } } =
            await page(`per_page=2&${query}`);
          ids.push(...customers.map(({ customer }) => customer.id));
          expect(pagination.total_items).toBe(all.length);
          query = pagination.next_cursor && `cursor=${pagination.next_cursor}`;
        }
        expect(ids, sort).toEqual(sorted);
        expect((await page(`per_page=1&page=2&sort=${sort}`)).customers[0].customer.id).toBe(sorted[1]);
      }
    }
    const { next_cursor: other } = (await ask("/payments?per_page=1&sort=received_on")).body.pagination;
    expect((await ask(`/dashboard/receivables?cursor=${other}`)).body).toMatchObject({
      code: "invalid",
      errors: [{ code: "invalid_cursor" }],
    });
  });

  it("is what both owed once their records are one, and nothing of those who are quits", async () => {
    const [shop, other] = [await aShop(), await aShop()];
    const make = async (of: typeof shop, due_date: string) => post(client, of, await aBillableTicket(client, of, [LABOR]), { due_date });
    await make(shop, "2027-03-20");
    const second = await make(other, "2027-03-10");
    const owedBy = async ({ customer }: typeof shop) =>
      (await ask(`/dashboard/receivables?customer_id=${customer.id}`)).body.customers.map(
        ({ balance, invoices, oldest_due }: { balance: number; invoices: number; oldest_due: string }) => [balance, invoices, oldest_due],
      );
    const { token } = await anAdmin();
    await rows("delete from users where customer_id = ?", other.customer.id);
    expect((await client.post(`/customers/${shop.customer.id}/merge`, { from_id: other.customer.id }, { token })).status).toBe(200);
    expect([await owedBy(shop), await owedBy(other)]).toEqual([[[360, 2, "2027-03-10"]], []]);
    expect(await brokenRules()).toEqual({});
    await pay(client, shop, second.id, 180);
    expect(await owedBy(shop)).toEqual([[180, 1, "2027-03-20"]]);
    expect(await brokenRules()).toEqual({});
  });
});

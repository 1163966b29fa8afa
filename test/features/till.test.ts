import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { anInvoiceOver, pay, reverse } from "../support/paid.ts";
import { aCustomer, anAdmin } from "../support/people.ts";

const client = createClient();

describe("the ledger", () => {
  it("is told with its till: by method, over all days and pages, less what went out", async () => {
    const { shop, id } = await anInvoiceOver(client, 100_000);
    const { token } = shop.mechanic;
    const till = async (query: string) => (await client.get(`/payments?${query}`, { token })).body.till;
    for (let day = 1; day <= 12; day++) await pay(client, shop, id, 10.01, { received_on: `2026-09-${String(day).padStart(2, "0")}` });
    const card = await pay(client, shop, id, 33.33, { method: "card", received_on: "2026-09-05" });
    const september = { from: "2026-09-01", to: "2026-09-30" };
    const cash = { method: "cash", payments: 12, amount: 120.12 };
    expect(await till("from=2026-09-01&to=2026-09-30&per_page=2")).toEqual({
      ...{ ...september, payments: 13, amount: 153.45 },
      methods: [{ method: "card", payments: 1, amount: 33.33 }, cash],
    });
    expect(await till("from=2026-09-01&to=2026-09-30&method=cash")).toEqual({
      ...september,
      payments: 12,
      amount: 120.12,
      methods: [cash],
    });
    expect((await till("from=2026-09-05&to=2026-09-05")).methods).toMatchObject([{ amount: 33.33 }, { amount: 10.01 }]);
    const before = await till("from=2026-11-20&to=2026-11-20&method=card");
    await reverse(client, card.body.id);
    const after = await till("from=2026-11-20&to=2026-11-20&method=card");
    expect(after.amount).toBeCloseTo(before.amount - 33.33, 9);
    expect(after.payments).toBe(before.payments + 1);
    expect(await till("from=2026-08-01&to=2026-08-31")).toEqual({
      from: "2026-08-01",
      to: "2026-08-31",
      payments: 0,
      amount: 0,
      methods: [],
    });
    expect(await till("from=2026-01-01&to=2027-01-01")).toMatchObject({ from: "2026-01-01" });
    for (const query of [
      "",
      "from=2026-09-01",
      "to=2026-09-01",
      "from=2026-01-01&to=2027-01-02",
      "from=2026-09-01&to=2026-09-02&kind=payment",
    ])
      expect(await till(query), query).toBeNull();
    expect(await till(`from=2026-09-01&to=2026-09-02&invoice_id=${id}`)).toBeNull();
    expect((await client.get("/payments?from=2026-09-02&to=2026-09-01", { token })).status).toBe(422);
  });

  it("sums to its till by day, method and page", async () => {
    const { token } = await anAdmin();
    const sum = async (query: string) => {
      let cents = 0;
      let till = null;
      for (let cursor: string | null = ""; cursor !== null; ) {
        const { body } = await client.get(`/payments?${query}&per_page=3${cursor && `&cursor=${cursor}`}`, { token });
        cents += body.payments.reduce((total: number, { effect }: { effect: number }) => total + Math.round(effect * 100), 0);
        till = body.till;
        cursor = body.pagination.next_cursor;
      }
      return [till.amount, cents / 100];
    };
    for (const query of ["from=2026-11-20&to=2026-11-20", "from=2026-09-01&to=2026-11-30", "from=2026-11-01&to=2026-11-30&method=card"]) {
      const [till, listed] = await sum(query);
      expect(till, query).toBe(listed);
    }
  });

  it("is filtered by day, method, kind and invoice, the newest first", async () => {
    const { shop, id } = await anInvoiceOver(client, 10_000);
    const { token } = shop.mechanic;
    const [late, early] = [
      await pay(client, shop, id, 10, { received_on: "2026-07-09" }),
      await pay(client, shop, id, 20, { received_on: "2026-07-03" }),
    ];
    const card = await pay(client, shop, id, 30, { method: "card", received_on: "2026-07-05" });
    const undone = await reverse(client, card.body.id);
    const found = async (query: string) =>
      (await client.get(`/payments?${query}`, { token })).body.payments.map((payment: { id: number }) => payment.id);
    const [a, b, c, d] = [late, early, card, undone].map(({ body }) => body.id);
    expect(await found(`invoice_id=${id}`)).toEqual([d, c, b, a]);
    expect(await found("from=2026-07-01&to=2026-07-31")).toEqual([a, c, b]);
    expect(await found("from=2026-07-01&to=2026-07-31&sort=received_on")).toEqual([b, c, a]);
    expect(await found("from=2026-07-05&to=2026-07-05&sort=-id")).toEqual([c]);
    expect(await found("from=2026-07-01&to=2026-07-31&method=cash")).toEqual([a, b]);
    expect(await found(`invoice_id=${id}&method=card`)).toEqual([d, c]);
    expect(await found(`invoice_id=${id}&kind=reversal`)).toEqual([d]);
    expect(await found(`invoice_id=${id}&to=2026-07-05`)).toEqual([c, b]);
    expect(await found(`kind=reversal&per_page=1&sort=-id`)).toEqual([d]);
    expect((await client.get(`/payments?invoice_id=${id}&sort=received_on`, { token })).body.code).toBe("sort_not_available");
    const ofInvoice = await client.get(`/invoices/${id}/payments?per_page=2`, { token });
    expect(ofInvoice.body.payments.map((payment: { id: number }) => payment.id)).toEqual([d, c]);
    expect(ofInvoice.body.pagination.total_items).toBe(4);
  });

  it("shows customers what they paid themselves, without what is for staff", async () => {
    const { shop, id } = await anInvoiceOver(client, 10_000);
    const { token } = shop.customer;
    const empty = await client.get(`/invoices/${id}/payments`, { token });
    expect(empty).toMatchObject({ status: 200, body: { payments: [] } });
    await pay(client, shop, id, 10, { note: "Grumpy" });
    const { body } = await client.get(`/invoices/${id}/payments`, { token });
    expect(body.payments).toMatchObject([{ amount: 10, method: "cash" }]);
    expect(Object.keys(body.payments[0])).not.toEqual(expect.arrayContaining(["note"]));
    expect(Object.keys(body.payments[0])).not.toEqual(expect.arrayContaining(["recorded_by"]));
    const other = await aCustomer();
    for (const path of [`/invoices/${id}/payments`, "/invoices/999999/payments"])
      expect((await client.get(path, { token: other.token })).status).toBe(404);
    expect((await client.get("/invoices/999999/payments", { token: shop.mechanic.token })).status).toBe(404);
    for (const path of ["/payments", `/payments/${body.payments[0].id}`]) expect((await client.get(path, { token })).status).toBe(403);
    expect(
      (await client.post(`/invoices/${id}/payments`, { amount: 1, method: "cash" }, { token, headers: { "Idempotency-Key": "own" } }))
        .status,
    ).toBe(403);
  });
});

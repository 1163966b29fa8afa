import { describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { anInvoiceOver, owedBack, pay, refund, reverse } from "../support/paid.ts";
import { anAdmin, auditOf, rows } from "../support/people.ts";
import { anInvoice, credit } from "../support/posted.ts";
import { aShop } from "../support/shop.ts";

const client = createClient();

const standing = async (id: number, token: string) => {
  const { status, paid, credited, balance, refundable } = (await client.get(`/invoices/${id}`, { token })).body;
  return { status, paid, credited, balance, refundable };
};

/** Moments at the ends of days, each with its day in the shop's zone and the next one. */
const NIGHTS = [
  ["America/Los_Angeles", "2026-03-08T07:59:59.999Z", "2026-03-07", "2026-03-08"],
  ["America/Los_Angeles", "2026-03-08T08:00:00.000Z", "2026-03-08", "2026-03-09"],
  ["America/Los_Angeles", "2026-03-09T06:59:59.999Z", "2026-03-08", "2026-03-09"],
  ["America/Los_Angeles", "2026-03-09T07:00:00.000Z", "2026-03-09", "2026-03-10"],
  ["America/Los_Angeles", "2026-11-01T06:59:59.999Z", "2026-10-31", "2026-11-01"],
  ["America/Los_Angeles", "2026-11-01T07:00:00.000Z", "2026-11-01", "2026-11-02"],
  ["America/Los_Angeles", "2026-11-02T07:59:59.999Z", "2026-11-01", "2026-11-02"],
  ["America/Los_Angeles", "2026-11-02T08:00:00.000Z", "2026-11-02", "2026-11-03"],
  ["Pacific/Pitcairn", "2027-01-01T07:59:59.999Z", "2026-12-31", "2027-01-01"],
  ["Pacific/Pitcairn", "2027-01-01T08:00:00.000Z", "2027-01-01", "2027-01-02"],
  ["Pacific/Tongatapu", "2026-12-31T10:59:59.999Z", "2026-12-31", "2027-01-01"],
  ["Pacific/Tongatapu", "2026-12-31T11:00:00.000Z", "2027-01-01", "2027-01-02"],
] as const;

/** Runs something at a time in a zone, which a shop with invoices keeps: the rule is set aside while the zone changes. */
const inZone = async (zone: string, now: string, run: () => Promise<unknown>): Promise<void> => {
  const [rule] = await rows<{ name: string; sql: string }>("select name, sql from sqlite_master where name like 'shop_210%'");
  const move = async (to: string) => {
    await rows(`drop trigger ${rule?.name}`);
    await rows("update shop set time_zone = ?", to);
    await rows(rule?.sql ?? "");
  };
  const before = clock.now;
  clock.now = Date.parse(now);
  await move(zone);
  try {
    await run();
  } finally {
    clock.now = before;
    await move("UTC");
  }
};

describe("recording a payment", () => {
  it("answers with it and with how the invoice stands", async () => {
    const { shop, id, number } = await anInvoiceOver(client, 28_281);
    const card = { method: "card", reference: "T-20261120-0091", note: "Contactless" };
    const first = await pay(client, shop, id, 200, card);
    expect(first).toMatchObject({ status: 201, body: { kind: "payment", amount: 200, effect: 200, ...card, received_on: "2026-11-20" } });
    expect(first.body).toMatchObject({ invoice_id: id, invoice_number: number, reverses_id: null, reversed_by_id: null });
    expect(first.body.recorded_by).toEqual({ user_id: shop.mechanic.userId });
    expect(first.body.invoice).toEqual({ id, number, status: "partly_paid", paid: 200, balance: 82.81, refundable: 0 });
    expect(first.headers.get("Location")).toBe(`/payments/${first.body.id}`);
    const second = await pay(client, shop, id, 82.81);
    expect(second.body.invoice).toMatchObject({ status: "paid", paid: 282.81, balance: 0 });
    const { invoice: _invoice, ...shown } = first.body;
    expect((await client.get(`/payments/${first.body.id}`, { token: shop.mechanic.token })).body).toEqual(shown);
    const [entry] = await auditOf("payment", first.body.id);
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({
      id: first.body.id,
      invoice_id: id,
      amount: 20_000,
      paid_after: 20_000,
      ...card,
    });
    expect(await rows("select distinct customer_id from audit_log where entity = 'payment' and entity_id = ?", first.body.id)).toEqual([
      { customer_id: shop.customer.id },
    ]);
  });

  it("takes no more than the balance, nothing, and no parts of a cent", async () => {
    const { shop, id } = await anInvoiceOver(client, 10_000);
    expect(await pay(client, shop, id, 100.01)).toMatchObject({ status: 409, body: { code: "overpaid", balance: 100 } });
    for (const amount of [0, -1, 4.203, 10_000_000, 1e300, "5"])
      expect((await pay(client, shop, id, amount as number)).status, String(amount)).toBe(422);
    await credit(client, id);
    expect(await pay(client, shop, id, 0.01)).toMatchObject({ status: 409, body: { code: "overpaid", balance: 0 } });
  });

  it("settles 230.89 with 230.89, to the cent", async () => {
    const { shop, id } = await anInvoiceOver(client, 23_089);
    expect((await pay(client, shop, id, 230.89)).body.invoice).toMatchObject({ status: "paid", paid: 230.89, balance: 0, refundable: 0 });
  });

  it("counts a slip once for each method, in upper or lower case, until it is reversed", async () => {
    const [one, two] = [await anInvoiceOver(client, 5_000), await anInvoiceOver(client, 5_000)];
    const slip = { method: "card", reference: "Slip 77" };
    const { body } = await pay(client, one.shop, one.id, 50, slip);
    const taken = { status: 409, body: { code: "reference_taken", payment_id: body.id } };
    expect(await pay(client, two.shop, two.id, 50, slip)).toMatchObject(taken);
    expect(await pay(client, two.shop, two.id, 50, { ...slip, reference: " sLIP 77 " })).toMatchObject(taken);
    expect((await pay(client, two.shop, two.id, 1, { ...slip, method: "check" })).status).toBe(201);
    expect((await reverse(client, body.id)).status).toBe(201);
    expect((await pay(client, two.shop, two.id, 49, slip)).status).toBe(201);
  });

  it("tells a credit note from an invoice that is not there", async () => {
    const { shop, id } = await anInvoiceOver(client, 5_000);
    const note = (await credit(client, id)).body.id;
    for (const record of [pay(client, shop, note, 1), refund(client, note)])
      expect(await record).toMatchObject({ status: 409, body: { code: "not_an_invoice" } });
    for (const record of [pay(client, shop, 999_999, 1), refund(client, 999_999), reverse(client, 999_999)])
      expect(await record).toMatchObject({ status: 404, body: { code: "not_found" } });
  });

  it("is of a day from 180 days ago to today", async () => {
    const { shop, id } = await anInvoiceOver(client, 5_000);
    const on = (received_on: string | null) => pay(client, shop, id, 1, { method: "bank_transfer", received_on });
    for (const day of ["2026-11-13", "2026-05-24", null]) expect((await on(day)).body.received_on).toBe(day ?? "2026-11-20");
    for (const day of ["2026-11-21", "2026-05-23", "2025-11-20", "2062-11-20", "0001-01-01"]) {
      const refused = await on(day);
      expect(refused, day).toMatchObject({ status: 422, body: { code: "invalid" } });
      expect(refused.body.errors).toEqual([
        { pointer: "/body/received_on", code: "out_of_bounds", detail: "Send a date from 2026-05-24 to 2026-11-20." },
      ]);
    }
    for (const day of ["2026-02-30", "20.11.2026", ""]) expect((await on(day)).status).toBe(422);
  });

  it("is of the shop's day: in both nights of daylight saving, and at the end of the year at UTC-8 and UTC+13", async () => {
    const { shop, id } = await anInvoiceOver(client, 5_000);
    for (const [zone, now, day, next] of NIGHTS) {
      await inZone(zone, now, async () => {
        const token = (await anAdmin()).token;
        const record = (more: object) => client.post(`/invoices/${id}/payments`, { amount: 0.01, method: "cash", ...more }, { token });
        const made = await record({});
        expect(made.body.received_on, `${zone} ${now}`).toBe(day);
        expect((await record({ received_on: day })).status).toBe(201);
        expect((await record({ received_on: next })).status, `${zone} ${now}`).toBe(422);
      });
      // In UTC between, so that the reversal is told by the wrong zone at first.
      const before = await pay(client, shop, id, 0.01);
      expect(before.body.received_on).toBe("2026-11-20");
      await inZone(zone, now, async () => expect((await reverse(client, before.body.id)).body.received_on, `${zone} ${now}`).toBe(day));
    }
  });
});

describe("a refund", () => {
  it("gives back what is owed back, in parts or all of it, and no more", async () => {
    const { id } = await owedBack(client, 10_000);
    expect(await refund(client, id, { amount: 100.01 })).toMatchObject({
      status: 409,
      body: { code: "nothing_to_refund", refundable: 100 },
    });
    const part = await refund(client, id, { amount: 33.33, method: "card", reference: "R-1", note: "First part" });
    expect(part).toMatchObject({
      status: 201,
      body: { kind: "refund", amount: 33.33, effect: -33.33, reference: "R-1", received_on: "2026-11-20" },
    });
    expect(part.body.invoice).toMatchObject({ status: "credited", paid: 66.67, balance: 0, refundable: 66.67 });
    const rest = await refund(client, id);
    expect(rest.body).toMatchObject({ amount: 66.67, effect: -66.67, invoice: { paid: 0, balance: 0, refundable: 0 } });
    for (const more of [{}, { amount: 0.01 }])
      expect(await refund(client, id, more)).toMatchObject({ status: 409, body: { code: "nothing_to_refund", refundable: 0 } });
  });

  it("is refused where nothing was credited, and for days that are not meant", async () => {
    const { shop, id } = await anInvoiceOver(client, 10_000);
    await pay(client, shop, id, 100);
    expect(await refund(client, id)).toMatchObject({ status: 409, body: { code: "nothing_to_refund", refundable: 0 } });
    const owed = await owedBack(client, 10_000);
    expect((await refund(client, owed.id, { received_on: "2026-11-21" })).status).toBe(422);
    expect((await refund(client, owed.id, { received_on: "2026-11-18" })).body).toMatchObject({ amount: 100, received_on: "2026-11-18" });
  });

  it("in parts of invoices that are credited in parts, adds up to what was paid and never to more", async () => {
    const shop = await aShop();
    const lines = [{}, { unit_price: 3_333 }, { unit_price: 1_001 }].map((line) => ({ quantity: 1_000, ...line }));
    const invoice = await anInvoice(client, shop, lines);
    await pay(client, shop, invoice.id, invoice.total);
    const given: number[] = [];
    for (const { id, net } of invoice.lines) {
      await credit(client, invoice.id, [{ line_id: id, net }]);
      expect((await refund(client, invoice.id, { amount: Math.round(net * 100 + 1) / 100 })).body.code).toBe("nothing_to_refund");
      given.push((await refund(client, invoice.id)).body.amount);
    }
    expect(given).toEqual(invoice.lines.map(({ net }: { net: number }) => net));
    expect(await standing(invoice.id, shop.mechanic.token)).toMatchObject({ status: "credited", paid: 0, balance: 0, refundable: 0 });
  });
});

describe("a reversal", () => {
  it("takes back a payment or a refund, once, and is not taken back itself", async () => {
    const { shop, id, number } = await anInvoiceOver(client, 10_000);
    const first = await pay(client, shop, id, 60, { method: "check", reference: "C-9", note: "Bounced later" });
    const undone = await reverse(client, first.body.id, { note: "Bounced" });
    expect(undone.body).toMatchObject({ kind: "reversal", amount: 60, effect: -60, method: "check", reference: null, note: "Bounced" });
    expect(undone.body).toMatchObject({ reverses_id: first.body.id, invoice: { id, number, status: "unpaid", paid: 0, balance: 100 } });
    const again = { status: 409, body: { code: "already_reversed", payment_id: undone.body.id } };
    expect(await reverse(client, first.body.id)).toMatchObject(again);
    expect(await reverse(client, undone.body.id)).toMatchObject({ status: 409, body: { code: "not_reversible" } });
    const { body } = await client.get(`/payments/${first.body.id}`, { token: shop.mechanic.token });
    expect(body).toMatchObject({ amount: 60, note: "Bounced later", reversed_by_id: undone.body.id });
  });

  it("of a payment that was given back waits for that of the refund", async () => {
    const { shop, id } = await anInvoiceOver(client, 10_000);
    const paid = await pay(client, shop, id, 100);
    await credit(client, id);
    const back = await refund(client, id);
    expect(await reverse(client, paid.body.id)).toMatchObject({ status: 409, body: { code: "payment_refunded" } });
    const undone = await reverse(client, back.body.id);
    expect(undone.body).toMatchObject({ effect: 100, invoice: { paid: 100, refundable: 100 } });
    expect((await reverse(client, paid.body.id)).body.invoice).toMatchObject({ status: "credited", paid: 0, balance: 0, refundable: 0 });
  });
});

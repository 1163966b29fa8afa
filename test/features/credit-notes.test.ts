import { afterEach, describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { rows } from "../support/people.ts";
import { aBillableTicket, anInvoice, credit, post } from "../support/posted.ts";
import { aTax } from "../support/repair-order.ts";
import { aShop, type Shop } from "../support/shop.ts";

const client = createClient();

const LABOR = {};
const pads = ({ part }: Pick<Shop, "part">, quantity = 1_000) => ({
  ...{ kind: "part", description: "Brake pads", condition: "new", inventory_id: part.id, quantity, unit_price: 8_999, unit_cost: 4_000 },
});
const FEE = { kind: "fee", fee_kind: "other", description: "Brake fluid", quantity: 1_000, unit_price: 450, taxable: 0 };

const taxes: number[] = [];
/** A tax of 9.25 % on parts, until the end of the test. */
const taxed = async (): Promise<void> => {
  taxes.push(await aTax(92_500, ["part"]));
};
afterEach(async () => {
  for (const id of taxes.splice(0)) await rows("delete from taxes where id = ?", id);
});

const ticketOf = async (id: number, token: string) => (await client.get(`/service-tickets/${id}`, { token })).body;

const versionOf = async (id: number) =>
  (await rows<{ version: number }>("select version from service_tickets where id = ?", id))[0]?.version;

describe("a credit note", () => {
  it("takes back a part with its tax, and then all the rest, to the cent", async () => {
    const shop = await aShop();
    await taxed();
    const invoice = await anInvoice(client, shop, [LABOR, pads(shop), FEE]);
    const [, line] = invoice.lines;
    const note = await credit(client, invoice.id, [{ line_id: line.id, net: 89.99 }]);
    expect(note.body).toMatchObject({
      ...{ kind: "credit_note", net: 89.99, tax: 8.32, total: 98.31, reason: "Faulty", status: null, balance: 0 },
      credits: { id: invoice.id, number: invoice.number },
      lines: [{ id: line.id, net: 89.99, quantity: 1 }],
    });
    expect(note.body.number).toMatch(/^C2026-\d{6}$/);
    const { token } = shop.mechanic;
    expect((await client.get(`/invoices/${invoice.id}`, { token })).body).toMatchObject({
      ...{ credited: 98.31, balance: 184.5, status: "unpaid", total: 282.81 },
      credited_by: [{ id: note.body.id, number: note.body.number, total: 98.31 }],
    });
    const exceeded = await credit(client, invoice.id, [{ line_id: line.id, net: 0.01 }]);
    expect(exceeded).toMatchObject({ status: 409, body: { code: "credit_exceeds", line_id: line.id, left: 0 } });
    expect((await credit(client, invoice.id)).body).toMatchObject({ net: 184.5, tax: 0, total: 184.5 });
    expect((await client.get(`/invoices/${invoice.id}`, { token })).body).toMatchObject({
      credited: 282.81,
      balance: 0,
      status: "credited",
    });
    expect(await credit(client, invoice.id)).toMatchObject({ status: 409, body: { code: "credit_exceeds" } });
  });

  it("credits the four lines of lago-api 2643 one by one to just what they came to", async () => {
    const shop = await aShop();
    taxes.push(await aTax(200_000, ["fee"]));
    const fee = (unit_price: number) => ({ ...FEE, unit_price, taxable: 1 });
    const invoice = await anInvoice(client, shop, [6_833, 6_833, 5_750, 8_500].map(fee));
    expect(invoice).toMatchObject({ net: 279.16, tax: 55.83, total: 334.99 });
    const notes = [];
    for (const at of [0, 2, 3, 1]) {
      const line = invoice.lines[at];
      notes.push((await credit(client, invoice.id, [{ line_id: line.id, net: line.net }])).body);
    }
    expect(notes.map(({ net, tax, total }) => [net, tax, total])).toEqual([
      [68.33, 13.67, 82],
      [57.5, 11.5, 69],
      [85, 16.99, 101.99],
      [68.33, 13.67, 82],
    ]);
  });

  it("makes the ticket free again once nothing is left of its invoice", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const id = await aBillableTicket(client, shop);
    const first = await post(client, shop, id);
    await credit(client, first.id, [{ line_id: first.lines[0].id, net: 179.99 }]);
    expect(await ticketOf(id, token)).toMatchObject({ invoice_id: first.id, unbilled_net: null });
    const billed = await versionOf(id);
    clock.now += 1_000;
    await credit(client, first.id);
    expect(await ticketOf(id, token)).toMatchObject({ invoice_id: null, unbilled_net: 180, updated_at: "2026-11-20T09:30:01.000Z" });
    const freed = await versionOf(id);
    clock.now += 1_000;
    const second = await post(client, shop, id);
    expect(await ticketOf(id, token)).toMatchObject({ updated_at: "2026-11-20T09:30:02.000Z" });
    expect(new Set([billed, freed, await versionOf(id)]).size).toBe(3);
    clock.now -= 2_000;
    expect(Number(second.number.slice(5))).toBe(Number(first.number.slice(5)) + 1);
  });

  it("voids an invoice of nothing, such as work under warranty", async () => {
    const shop = await aShop();
    const id = await aBillableTicket(client, shop, [{ unit_price: 0 }]);
    const invoice = await post(client, shop, id);
    expect(invoice).toMatchObject({ total: 0, balance: 0, status: "paid" });
    expect((await credit(client, invoice.id)).body).toMatchObject({ total: 0, lines: [{ net: 0, quantity: 1.5 }] });
    expect(await ticketOf(id, shop.mechanic.token)).toMatchObject({ invoice_id: null });
    expect(await credit(client, invoice.id)).toMatchObject({ status: 409, body: { code: "credit_exceeds" } });
  });

  it("takes back a part of an invoice that has a line for nothing, of which nobody knows the cost", async () => {
    const shop = await aShop();
    const invoice = await anInvoice(client, shop, [{ unit_price: 0 }, FEE]);
    expect((await credit(client, invoice.id, [{ line_id: invoice.lines[1].id, net: 1 }])).body).toMatchObject({ net: 1, total: 1 });
    expect((await credit(client, invoice.id)).body).toMatchObject({ net: 3.5, lines: [{ net: 0, quantity: 1.5 }, { net: 3.5 }] });
  });

  it("is of an invoice and its own lines, and written by admins", async () => {
    const shop = await aShop();
    const invoice = await anInvoice(client, shop);
    const unknown = await credit(client, invoice.id, [{ line_id: 999_999, net: 1 }]);
    expect(unknown).toMatchObject({ status: 422, body: { code: "reference_not_found" } });
    const note = await credit(client, invoice.id);
    expect(await credit(client, note.body.id)).toMatchObject({ status: 409, body: { code: "not_an_invoice" } });
    expect((await credit(client, 999_999)).status).toBe(404);
    expect((await credit(client, invoice.id, undefined, shop.mechanic.token)).status).toBe(403);
    for (const net of [0, -1, 1.005, 10_000_000]) expect((await credit(client, invoice.id, [{ line_id: 1, net }])).status).toBe(422);
  });
});

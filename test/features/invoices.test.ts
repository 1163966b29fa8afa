import { afterEach, describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, rows } from "../support/people.ts";
import { aBillableTicket, anInvoice, approveAll, complete, completeShop, credit, post } from "../support/posted.ts";
import { aLine, aPartLine, aTax } from "../support/repair-order.ts";
import { aPart, aShop, aTicket, type Shop } from "../support/shop.ts";

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

describe("posting an invoice", () => {
  it("freezes what was approved, with its taxes, seller, buyer, vehicle and authorisations", async () => {
    const shop = await aShop();
    await taxed();
    const invoice = await anInvoice(client, shop, [LABOR, pads(shop), FEE]);
    expect(invoice).toMatchObject({
      ...{ kind: "invoice", date: "2026-11-20", supplied_on: "2026-11-20", due_date: "2026-11-20", status: "unpaid", overdue: false },
      ...{
        lines_net: 274.49,
        discount_amount: 0,
        net: 274.49,
        tax: 8.32,
        total: 282.81,
        balance: 282.81,
        refundable: 0,
        paid: 0,
        credited: 0,
      },
      subtotals: { labor: 180, part: 89.99, sublet: 0, fee: 4.5 },
      taxes: [{ name: "Sales tax", rate: 9.25, base: 89.99, amount: 8.32 }],
      buyer: { id: shop.customer.id, name: "Cara Customer" },
      vehicle: { vin: shop.vehicle.vin },
      credits: null,
      credited_by: [],
      replaced_parts: null,
    });
    expect(invoice.number).toMatch(/^2026-\d{6}$/);
    expect(invoice.lines.map(({ net, taxes: on }: { net: number; taxes: string[] }) => [net, on])).toEqual([
      [180, []],
      [89.99, ["Sales tax"]],
      [4.5, []],
    ]);
    expect(invoice.authorizations).toMatchObject([{ channel: "in_person", person_name: "Cara Customer", additional_net: 274.49 }]);
    expect(invoice.estimate_ids).toHaveLength(1);
    await rows("update customers set name = 'Somebody Else' where id = ?", shop.customer.id);
    const later = await client.get(`/invoices/${invoice.id}`, { token: shop.mechanic.token });
    expect(later.body).toEqual(invoice);
  });

  it("keeps ids and sums in the audit log, but not the buyer, and tells the ticket", async () => {
    const shop = await aShop();
    const id = await aBillableTicket(client, shop);
    const before = await ticketOf(id, shop.mechanic.token);
    expect(before).toMatchObject({ invoice_id: null, unbilled_net: 180 });
    const invoice = await post(client, shop, id);
    expect(await ticketOf(id, shop.mechanic.token)).toMatchObject({ invoice_id: invoice.id, unbilled_net: null });
    const [entry] = await auditOf("invoice", invoice.id);
    const image = JSON.parse(entry?.after ?? "");
    expect(image).toMatchObject({ id: invoice.id, number: invoice.number, customer_id: shop.customer.id, total: 18_000 });
    expect(JSON.stringify(image)).not.toContain("Cara");
    expect((await auditOf("service_ticket", id)).at(-1)?.action).toBe("service_ticket.invoiced");
  });

  it("names all that is in the way, in one answer", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    await rows("update shop set address = null");
    const { id } = await aTicket(client, shop);
    const [labor, part] = [await aLine(id), await aPartLine(id, shop.part.id)];
    const refused = await client.post(`/service-tickets/${id}/invoice`, {}, { token });
    expect(refused).toMatchObject({ status: 409, body: { code: "not_postable" } });
    expect(refused.body.unmet).toEqual([
      { code: "line_not_approved", line_id: labor, description: "Replace front pads", net: 180, authorized_net: null },
      { code: "labor_without_mechanic", line_id: labor },
      { code: "line_not_approved", line_id: part, description: "Brake pads, ceramic", net: 89.99, authorized_net: null },
      { code: "parts_differ", inventory_id: shop.part.id, name: "Brake pads, ceramic", drawn: 0, billed: 1 },
      { code: "shop_incomplete", field: "address" },
      { code: "status", status: "open" },
    ]);
    const sorted = (unmet: readonly object[]) => unmet.map((each) => JSON.stringify(Object.entries(each).sort())).sort();
    const { body } = await client.get(`/service-tickets/${id}/pricing`, { token });
    expect(sorted(body.unmet)).toEqual(sorted(refused.body.unmet));
    await completeShop();
  });

  it("is refused where nothing is billed, and where the ticket is not completed", async () => {
    const shop = await aShop();
    await completeShop();
    const { id } = await aTicket(client, shop);
    const unmet = async () => (await client.post(`/service-tickets/${id}/invoice`, {}, { token: shop.mechanic.token })).body.unmet;
    expect(await unmet()).toEqual([{ code: "nothing_to_bill" }, { code: "status", status: "open" }]);
    await complete(client, shop, id);
    expect(await unmet()).toEqual([{ code: "nothing_to_bill" }]);
    expect((await client.post("/service-tickets/999999/invoice", {}, { token: shop.mechanic.token })).status).toBe(404);
  });

  it("bills neither what was declined nor what is dearer than approved, and what is open only in a shop that asks for no yes", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const id = await aBillableTicket(client, shop);
    const [line] = await rows<{ id: number }>("select id from ticket_lines where service_ticket_id = ?", id);
    await rows("update ticket_lines set unit_price = 13000 where id = ?", line?.id);
    const refused = await client.post(`/service-tickets/${id}/invoice`, {}, { token });
    expect(refused.body.unmet).toEqual([
      { code: "line_not_approved", line_id: line?.id, description: "Replace front pads", net: 195, authorized_net: 180 },
    ]);
    await rows("update ticket_lines set unit_price = 11000 where id = ?", line?.id);
    const open = await aLine(id, { mechanic_id: shop.mechanic.id, description: "Wash" });
    expect((await client.post(`/service-tickets/${id}/invoice`, {}, { token })).body.unmet).toMatchObject([{ line_id: open }]);
    await rows("update shop set authorization = 'none'");
    expect((await post(client, shop, id)).net).toBe(345);
    await rows("update shop set authorization = 'posting'");
  });

  it("bills up to 9,999,999.99, and not a cent more", async () => {
    const shop = await aShop();
    const most = await aBillableTicket(client, shop, [{ ...FEE, unit_price: 999_999_999, taxable: 1 }]);
    taxes.push(await aTax(1_000_000, ["fee"]));
    const invoice = await post(client, shop, most);
    expect(invoice).toMatchObject({ net: 9_999_999.99, tax: 9_999_999.99, total: 19_999_999.98 });
    const [half, rest] = [
      await credit(client, invoice.id, [{ line_id: invoice.lines[0].id, net: 3_333_333.33 }]),
      await credit(client, invoice.id),
    ];
    expect([half.body.tax, rest.body.total]).toEqual([3_333_333.33, 13_333_333.32]);
    await rows("update shop set authorization = 'none'");
    const { id: over } = await aTicket(client, shop);
    await aLine(over, { ...FEE, unit_price: 999_999_999 });
    await client.post(`/service-tickets/${over}/parts`, { inventory_id: shop.part.id, quantity: 1 }, { token: shop.mechanic.token });
    await complete(client, shop, over);
    const refused = await client.post(`/service-tickets/${over}/invoice`, {}, { token: shop.mechanic.token });
    expect(refused).toMatchObject({ status: 422, body: { code: "amount_too_large" } });
    await rows("update shop set authorization = 'posting'");
  });

  it("bills once: again it is refused, and the same key gets the same answer", async () => {
    const shop = await aShop();
    const id = await aBillableTicket(client, shop);
    const options = { token: shop.mechanic.token, headers: { "Idempotency-Key": "post-once" } };
    const [first, again] = [
      await client.post(`/service-tickets/${id}/invoice`, {}, options),
      await client.post(`/service-tickets/${id}/invoice`, {}, options),
    ];
    expect(first.headers.get("Location")).toBe(`/invoices/${first.body.id}`);
    expect(again.body).toEqual(first.body);
    const other = await client.post(`/service-tickets/${id}/invoice`, {}, { token: shop.mechanic.token });
    expect(other).toMatchObject({ status: 409, body: { code: "already_invoiced", invoice_id: first.body.id, number: first.body.number } });
  });

  it("is due when the shop's terms say, or on the day that is sent, which is not in the past", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    await rows("update shop set payment_terms_days = 14");
    expect((await anInvoice(client, shop)).due_date).toBe("2026-12-04");
    await rows("update shop set payment_terms_days = 0");
    const id = await aBillableTicket(client, shop);
    const past = await client.post(`/service-tickets/${id}/invoice`, { due_date: "2026-11-19" }, { token });
    expect(past).toMatchObject({ status: 422, body: { code: "invalid_period" } });
    const invoice = await post(client, shop, id, { due_date: "2026-11-21", text: "Thank you." });
    expect(invoice).toMatchObject({ due_date: "2026-11-21", text: "Thank you.", overdue: false });
    clock.now += 2 * 86_400_000;
    expect((await client.get(`/invoices/${invoice.id}`, { token: (await aMechanic()).token })).body.overdue).toBe(true);
    clock.now -= 2 * 86_400_000;
  });
});

describe("an invoiced ticket", () => {
  it("changes neither lines nor parts, jobs, discount, estimates or decisions, and goes no step back", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const id = await aBillableTicket(client, shop, [LABOR, pads(shop)]);
    const [{ id: line } = { id: 0 }] = await rows<{ id: number }>("select id from ticket_lines where service_ticket_id = ?", id);
    const { body: estimates } = await client.get(`/estimates?service_ticket_id=${id}`, { token });
    const { id: invoice } = await post(client, shop, id);
    const path = `/service-tickets/${id}`;
    const tried = [
      await client.post(`${path}/lines`, { kind: "labor", description: "Wash", quantity: 1, unit_price: 10 }, { token }),
      await client.patch(`${path}/lines/${line}`, { unit_price: 1 }, { token }),
      await client.patch(`${path}/lines/${line}`, { description: "Other" }, { token }),
      await client.delete(`${path}/lines/${line}`, { token }),
      await client.post(`${path}/jobs`, { title: "Rear" }, { token }),
      await client.put(`${path}/discount`, { percent: 5, reason: "Goodwill" }, { token }),
      await client.post(`${path}/parts`, { inventory_id: (await aPart()).id, quantity: 1 }, { token }),
      await client.delete(`${path}/parts/${shop.part.id}`, { token }),
      await client.post(`${path}/estimates`, {}, { token }),
      await client.post(
        `/estimates/${estimates.estimates[0].id}/authorizations`,
        { ...{ channel: "in_person", person_name: "Cara", capacity: "owner" }, decisions: [{ line_id: line, decision: "declined" }] },
        { token },
      ),
      await client.put(`${path}/status`, { status: "in_progress" }, { token }),
    ];
    expect(tried.map(({ status, body }) => [status, body.code, body.invoice_id])).toEqual(
      tried.map(() => [409, "invoice_posted", invoice]),
    );
    expect((await client.put(`${path}/status`, { status: "closed" }, { token })).status).toBe(200);
    const reopened = await client.put(`${path}/status`, { status: "open" }, { token: (await anAdmin()).token });
    expect(reopened).toMatchObject({ status: 409, body: { code: "invoice_posted" } });
  });

  it("stays with its customer, and is not removed, even when all of it was credited", async () => {
    const shop = await aShop();
    await rows("update shop set authorization = 'none'");
    await completeShop();
    const { id } = await aTicket(client, shop);
    await aLine(id, { mechanic_id: shop.mechanic.id });
    await complete(client, shop, id);
    const { id: invoice } = await post(client, shop, id);
    await rows("update shop set authorization = 'posting'");
    const admin = await anAdmin();
    expect((await credit(client, invoice)).status).toBe(201);
    expect((await client.put(`/service-tickets/${id}/status`, { status: "in_progress" }, { token: admin.token })).status).toBe(200);
    const other = await aCustomer();
    const moved = await client.patch(`/service-tickets/${id}`, { customer_id: other.id, vehicle_id: null }, { token: admin.token });
    expect(moved).toMatchObject({ status: 409, body: { code: "ticket_has_invoices" } });
    expect(await client.delete(`/service-tickets/${id}`, { token: admin.token })).toMatchObject({
      status: 409,
      body: { code: "ticket_has_invoices" },
    });
  });
});

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
    await credit(client, first.id);
    expect(await ticketOf(id, token)).toMatchObject({ invoice_id: null, unbilled_net: 180 });
    const second = await post(client, shop, id);
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

describe("invoices", () => {
  it("are shown to staff and to their customer, costs to staff only", async () => {
    const shop = await aShop();
    const invoice = await anInvoice(client, shop, [LABOR, pads(shop)]);
    const own = await client.get(`/invoices/${invoice.id}`, { token: shop.customer.token });
    expect(own.body).toMatchObject({ number: invoice.number, lines: [{ mechanic: expect.any(String) }, { net: 89.99 }] });
    expect(JSON.stringify(own.body)).not.toMatch(/unit_cost|mechanic_id/);
    expect(JSON.stringify(invoice)).toMatch(/unit_cost":40\b/);
    const other = await aCustomer();
    expect((await client.get(`/invoices/${invoice.id}`, { token: other.token })).status).toBe(404);
    expect((await client.get("/invoices", { token: other.token })).body.invoices).toEqual([]);
    const listed = await client.get("/invoices", { token: shop.customer.token });
    expect(listed.body.invoices.map(({ id }: { id: number }) => id)).toEqual([invoice.id]);
  });

  it("are found by kind, status, customer, ticket, dates and what is overdue", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const [first, second] = [await anInvoice(client, shop), await anInvoice(client, shop)];
    const note = await credit(client, first.id);
    const of = async (query: string) => {
      const { body } = await client.get(`/invoices?customer_id=${shop.customer.id}&${query}`, { token });
      return body.invoices.map(({ id }: { id: number }) => id);
    };
    expect(await of("")).toEqual([note.body.id, second.id, first.id]);
    expect(await of("kind=credit_note")).toEqual([note.body.id]);
    expect(await of("status=credited")).toEqual([first.id]);
    expect(await of("status=unpaid")).toEqual([second.id]);
    expect(await of(`service_ticket_id=${second.service_ticket_id}`)).toEqual([second.id]);
    expect(await of("from=2026-11-20&to=2026-11-20")).toHaveLength(3);
    expect(await of("from=2026-11-21")).toEqual([]);
    expect(await of("overdue=true")).toEqual([]);
    expect(await of("overdue=false")).toHaveLength(3);
    expect(await of("due_to=2026-11-20")).toEqual([second.id]);
    expect(await of("refundable=true")).toEqual([]);
    expect((await client.get("/invoices?from=2026-11-21&to=2026-11-20", { token })).status).toBe(422);
  });

  it("are taken apart into lines and taxes, which sum to them", async () => {
    const shop = await aShop();
    await taxed();
    const { token } = shop.mechanic;
    const invoice = await anInvoice(client, shop, [LABOR, pads(shop), FEE]);
    const note = await credit(client, invoice.id, [{ line_id: invoice.lines[1].id, net: 45 }]);
    const { body } = await client.get("/invoice-lines?per_page=100", { token });
    const ofThese = body.invoice_lines.filter(({ invoice_id }: { invoice_id: number }) => [invoice.id, note.body.id].includes(invoice_id));
    expect(
      ofThese.map(({ kind, net, quantity, cost, document_kind }: Record<string, unknown>) => [document_kind, kind, net, quantity, cost]),
    ).toEqual([
      ["credit_note", "part", 45, 0.5, 20],
      ["invoice", "fee", 4.5, 1, null],
      ["invoice", "part", 89.99, 1, 40],
      ["invoice", "labor", 180, 1.5, null],
    ]);
    const mine = await client.get(`/invoice-lines?mechanic_id=${shop.mechanic.id}&kind=labor&from=2026-11-20&to=2026-11-20`, { token });
    expect(mine.body.invoice_lines).toMatchObject([{ net: 180, mechanic_id: shop.mechanic.id }]);
    const known = await client.get("/invoice-lines?cost=unknown&per_page=100", { token });
    expect(known.body.invoice_lines.every(({ kind, cost }: Record<string, unknown>) => cost === null && kind !== "labor")).toBe(true);
    const taxed_ = await client.get("/invoice-taxes?from=2026-11-20&name=Sales%20tax", { token });
    expect(taxed_.body.invoice_taxes.slice(0, 2)).toMatchObject([
      { document_kind: "credit_note", number: note.body.number, base: 45, amount: 4.16 },
      { document_kind: "invoice", number: invoice.number, base: 89.99, amount: 8.32 },
    ]);
  });

  it("keep the zone and the currency of the shop as they are", async () => {
    await anInvoice(client);
    const { token } = await anAdmin();
    for (const change of [{ time_zone: "America/Chicago" }, { currency: "EUR" }])
      expect(await client.patch("/shop", change, { token })).toMatchObject({ status: 409, body: { code: "shop_has_invoices" } });
    expect((await client.patch("/shop", { time_zone: "UTC", name: "Mechanic Shop" }, { token })).status).toBe(200);
  });

  it("wait for what was approved of it after it was posted, when its ticket is billed anew", async () => {
    const shop = await aShop();
    const id = await aBillableTicket(client, shop);
    await credit(client, (await post(client, shop, id)).id);
    await aLine(id, { mechanic_id: shop.mechanic.id, description: "Wash", unit_price: 1_000 });
    expect((await client.post(`/service-tickets/${id}/invoice`, {}, { token: shop.mechanic.token })).body.unmet).toMatchObject([
      { net: 15 },
    ]);
    await approveAll(client, shop, id);
    expect((await post(client, shop, id)).net).toBe(195);
  });
});

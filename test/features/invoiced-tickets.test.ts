import { afterEach, describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, anAdmin, rows } from "../support/people.ts";
import { aBillableTicket, anInvoice, approveAll, complete, completeShop, credit, post } from "../support/posted.ts";
import { aLine, aTax } from "../support/repair-order.ts";
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

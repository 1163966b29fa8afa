import { afterEach, describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { aMechanic, auditOf, rows } from "../support/people.ts";
import { aBillableTicket, anInvoice, complete, completeShop, credit, post } from "../support/posted.ts";
import { aJob, aLine, aPartLine, aTax } from "../support/repair-order.ts";
import { aShop, aTicket, type Shop } from "../support/shop.ts";

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

  it("is not posted where it would be more than a row of the database can be trusted with", async () => {
    const shop = await aShop();
    await completeShop();
    await rows("update shop set authorization = 'none'");
    const { id } = await aTicket(client, shop);
    for (let n = 0; n < 60; n++) await aLine(id, { mechanic_id: shop.mechanic.id, job_id: await aJob(id, { note: "🔧".repeat(5_000) }) });
    await complete(client, shop, id);
    const refused = await client.post(`/service-tickets/${id}/invoice`, {}, { token: shop.mechanic.token });
    await rows("update shop set authorization = 'posting'");
    expect(refused).toMatchObject({ status: 422, body: { code: "document_too_large" } });
    expect(await ticketOf(id, shop.mechanic.token)).toMatchObject({ invoice_id: null });
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

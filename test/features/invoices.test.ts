import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { rows } from "../support/people.ts";
import { aBillableTicket, anInvoice, credit, post } from "../support/posted.ts";
import { aTax } from "../support/repair-order.ts";
import { aShop } from "../support/shop.ts";

const client = createClient();

describe("an invoice", () => {
  it("bills what was approved", async () => {
    const shop = await aShop();
    const tax = await aTax(92_500, ["part"]);
    const pads = {
      kind: "part",
      description: "Pads",
      condition: "new",
      inventory_id: shop.part.id,
      quantity: 1_000,
      unit_price: 8_999,
      unit_cost: 4_000,
    };
    const invoice = await anInvoice(client, shop, [
      {},
      pads,
      { kind: "fee", fee_kind: "other", description: "Fluid", quantity: 1_000, unit_price: 450 },
    ]);
    expect(invoice).toMatchObject({ kind: "invoice", net: 274.49, tax: 8.32, total: 282.81, balance: 282.81, status: "unpaid" });
    const note = await credit(client, invoice.id, [{ line_id: invoice.lines[1].id, net: 89.99 }]);
    expect(note.body).toMatchObject({ kind: "credit_note", net: 89.99, tax: 8.32, total: 98.31 });
    const rest = await credit(client, invoice.id);
    expect(rest.body).toMatchObject({ kind: "credit_note", net: 184.5, tax: 0, total: 184.5 });
    expect(await rows("select invoices, cars, labor, part, fee, hours, tax from daily_sales")).toEqual([
      { invoices: 0, cars: 1, labor: 0, part: 0, fee: 0, hours: 0, tax: 0 },
    ]);
    await rows("delete from taxes where id = ?", tax);
  });
});

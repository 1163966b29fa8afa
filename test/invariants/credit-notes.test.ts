import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { attempt } from "../support/attacks.ts";
import { createClient } from "../support/client.ts";
import { rows } from "../support/people.ts";
import { aBillableTicket, credit, post } from "../support/posted.ts";
import { brokenRules } from "../support/recount.ts";
import { aTax } from "../support/repair-order.ts";
import { aShop, type Shop } from "../support/shop.ts";

const client = createClient();

type Row = Readonly<Record<string, string | number | null>>;

const one = async (sql: string, ...values: unknown[]): Promise<Row> => {
  const [row] = await rows<Row>(sql, ...values);
  if (!row) throw new Error(sql);
  return row;
};

const GENERATED = ["number", "balance", "refundable", "status"];
const literal = (value: string | number | null | undefined): string =>
  typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value ?? null);
const settable = (row: Row) => Object.entries(row).filter(([name]) => !GENERATED.includes(name));

/** A statement that inserts the row, with these fields instead. */
const inserting = (table: string, row: Row, changed: Row = {}): string => {
  const all = settable({ ...row, ...changed });
  return `insert into ${table} (${all.map(([name]) => name).join(", ")}) values (${all.map(([, value]) => literal(value)).join(", ")})`;
};

const FEE = { kind: "fee", fee_kind: "other", description: "Brake fluid", quantity: 1_000, unit_price: 4_51 };
const partOf = ({ part }: Shop) => ({
  ...{ kind: "part", description: "Pads", condition: "new", inventory_id: part.id, quantity: 1_000, unit_price: 8_999, unit_cost: 4_000 },
});

let shop: Shop;
let ticket: number;
let found: Readonly<Record<string, Row>>;
let invoiceId: number;

beforeAll(async () => {
  shop = await aShop(100);
  const tax = await aTax(92_500, ["part", "labor"]);
  ticket = await aBillableTicket(client, shop, [{}, partOf(shop), FEE]);
  const { id, lines } = await post(client, shop, ticket);
  const note = await credit(client, id, [{ line_id: lines[1].id, net: 40 }]);
  invoiceId = id;
  found = {
    invoice: await one("select * from invoices where id = ?", id),
    note: await one("select * from invoices where id = ?", note.body.id),
    line: await one("select * from invoice_lines where invoice_id = ? limit 1", id),
    tax: await one("select * from invoice_taxes where invoice_id = ? limit 1", id),
  };
  await rows("delete from taxes where id = ?", tax);
});

afterEach(async () => expect(await brokenRules()).toEqual({}));

const NOTHING = { net: 0, quantity: 0, discount: 0, cost: 0 };

describe("a credit note by SQL", () => {
  it("is posted when everything in it follows from the invoice, and from nothing else", async () => {
    const id = await aBillableTicket(client, shop, [{}, partOf(shop)]);
    const tax = await aTax(92_500, ["part"]);
    const invoice = await post(client, shop, id);
    await rows("delete from taxes where id = ?", tax);
    const first = await credit(client, invoice.id, [{ line_id: invoice.lines[1].id, net: 30 }]);
    const other = await credit(client, invoiceId, [{ line_id: (found.line?.line_id as number) ?? 0, net: 1 }]);
    expect([first.status, other.status]).toEqual([201, 201]);
    // The second piece of the invoice, as the API would make it; a third one is then tried by SQL.
    const second = await credit(client, invoice.id, [{ line_id: invoice.lines[1].id, net: 20 }]);
    const { id: _id, ...row } = await one("select * from invoices where id = ?", second.body.id);
    const content = JSON.parse(String(row.content));
    const [labor, part] = content.lines;
    const [charged] = content.taxes;
    const now = { ...part, net: 1_000, credited_net: part.credited_net + 1_000 };
    const shares = (full: number, had: number) => Math.floor((2 * full * now.credited_net + 8_999) / (2 * 8_999)) - had;
    const quantity = shares(1_000, part.credited_quantity);
    const cost = shares(4_000, part.credited_cost);
    const third = {
      ...{ ...now, quantity, cost, discount: 0, credited_discount: 0 },
      ...{ credited_quantity: part.credited_quantity + quantity, credited_cost: part.credited_cost + cost },
    };
    const amount = Math.floor((2 * 832 * (charged.credited_base + 1_000) + 8_999) / (2 * 8_999)) - charged.credited_amount;
    const due = {
      ...{ ...charged, base: 1_000, amount, credited_base: charged.credited_base + 1_000 },
      credited_amount: charged.credited_amount + amount,
    };
    const idle = { ...labor, net: 0, quantity: 0, discount: 0 };
    const withContent = (lines: readonly object[], taxes: readonly object[]): Row => ({
      content: JSON.stringify({ ...content, lines, taxes }),
    });
    const right: Row = {
      ...row,
      ...withContent([idle, third], [due]),
      ...{ sequence: (row.sequence as number) + 1, lines_net: 1_000, net: 1_000, part: 1_000, tax: amount, total: 1_000 + amount },
      credited: (row.credited as number) + 1_000 + amount,
    };
    const costing = (net: number, tax: number): Row => ({
      ...{ lines_net: net, net, tax, total: net + tax, credited: (row.credited as number) + net + tax },
    });
    const left = 8_999 - part.credited_net;
    /** All that is left of the invoice, with the part as these fields say. */
    const all = (changed: Row = {}): Row => ({
      ...withContent(
        [
          { ...labor, net: 18_000, quantity: 1_500, discount: 0, credited_net: 18_000, credited_quantity: 1_500 },
          {
            ...{ ...part, net: left, quantity: 1_000 - part.credited_quantity, cost: 4_000 - part.credited_cost, discount: 0 },
            ...{ credited_net: 8_999, credited_quantity: 1_000, credited_cost: 4_000 },
            ...changed,
          },
        ],
        [{ ...charged, base: left, amount: 832 - charged.credited_amount, credited_base: 8_999, credited_amount: 832 }],
      ),
      ...{ ...costing(18_000 + left, 832 - charged.credited_amount), labor: 18_000, part: left, is_credited: 1 },
    });
    const wrong: Row[] = [
      { sequence: (right.sequence as number) + 1 },
      { credited: (right.credited as number) + 1 },
      { is_credited: 1 },
      { credits_id: invoiceId },
      { credits_id: 777_777 },
      { credits_id: second.body.id },
      { credits_id: null },
      { paid: 1 },
      { reason: null },
      { due_date: "2026-12-24" },
      { tax: amount + 1, total: 1_001 + amount, credited: (right.credited as number) + 1 },
      { labor: 1_000, part: 0 },
      { vehicle_id: null },
      withContent([idle, third], [{ ...due, amount: amount - 1 }]),
      withContent([idle, third], [{ ...due, base: 999 }]),
      withContent([idle, third], [{ ...due, credited_base: 1 }]),
      withContent([idle, third], []),
      withContent([third], [due]),
      withContent([third, idle], [due]),
      withContent([idle, { ...third, credited_net: third.credited_net - 1 }], [due]),
      withContent([idle, { ...third, quantity: 0 }], [due]),
      withContent([idle, { ...third, cost: 0 }], [due]),
      withContent([idle, { ...third, mechanic_id: 1 }], [due]),
      withContent([{ ...idle, net: -1, credited_net: labor.credited_net - 1 }, third], [due]),
      withContent([idle, { ...third, net: 8_999, credited_net: part.credited_net + 8_999 }], [due]),
      withContent([{ ...idle, id: 777 }, third], [due]),
      withContent([{ ...idle, kind: "part" }, third], [due]),
      withContent([{ ...idle, net: null, credited_net: null }, third], [due]),
      withContent([{ ...idle, cost: 0, credited_cost: 0 }, third], [due]),
      withContent([{ ...idle, quantity: -1, credited_quantity: -1 }, third], [due]),
      withContent([idle, { ...third, credited_quantity: third.credited_quantity + 1 }], [due]),
      withContent([idle, { ...third, credited_discount: 1 }], [due]),
      withContent([idle, { ...third, credited_cost: third.credited_cost + 1 }], [due]),
      withContent([idle, third, idle], [due]),
      withContent([idle, third], [due, { ...due, base: 0, amount: 0 }]),
      withContent([idle, third], [{ ...due, name: "Toll" }]),
      withContent([idle, third], [{ ...due, rate: 1 }]),
      withContent([idle, third], [{ ...due, base: 999, credited_base: due.credited_base - 1 }]),
      withContent([idle, third], [{ ...due, credited_base: due.credited_base + 1 }]),
      { ...withContent([idle, third], [{ ...due, amount: amount - 1 }]), ...costing(1_000, amount - 1) },
      {
        ...withContent([idle, third], [{ ...due, amount: amount + 1, credited_amount: due.credited_amount + 1 }]),
        ...costing(1_000, amount + 1),
      },
      { total: 1_001 + amount, credited: (right.credited as number) + 1 },
      { discount_amount: 1, lines_net: 1_001 },
      { ...withContent([idle, { ...part, ...NOTHING }], [{ ...charged, base: 0, amount: 0 }]), ...costing(0, 0), part: 0 },
      { ...all(), is_credited: 0 },
      all({ quantity: 999 - part.credited_quantity, credited_quantity: 999 }),
      all({ cost: 3_999 - part.credited_cost, credited_cost: 3_999 }),
      all({ discount: 1, credited_discount: 1 }),
    ];
    for (const changed of wrong) {
      const done = await attempt(inserting("invoices", right, changed));
      expect(["conflict", "append_only", "reference_not_found", "credit_exceeds", "CHECK"], JSON.stringify(changed)).toContain(done);
    }
    expect(await attempt(inserting("invoices", right, { credits_id: 777_777 }))).toBe("reference_not_found");
    expect(await attempt(inserting("invoices", right))).toBe("done");
    expect((await client.get(`/invoices/${invoice.id}`, { token: shop.mechanic.token })).body.credited).toBe(
      (right.credited as number) / 100,
    );
  });
});

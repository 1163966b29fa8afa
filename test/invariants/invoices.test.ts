import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { attempt, expectRefused } from "../support/attacks.ts";
import { createClient } from "../support/client.ts";
import { aCustomer, rows } from "../support/people.ts";
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

/** Of several rules SQLite names the one that it looks at first. */
const REPLACED = "append_only|already_invoiced|conflict";
const TABLES = { invoice: "invoices", note: "invoices", line: "invoice_lines", tax: "invoice_taxes" } as const;

describe.each(["invoice", "note", "line", "tax"] as const)("a posted %s", (kind) => {
  const table = TABLES[kind];
  const row = (): Row => found[kind] ?? {};

  it("is changed in no column", async () => {
    for (const [name, value] of settable(row())) {
      const other = typeof value === "number" ? value + 1 : `${value ?? ""}x`;
      await expectRefused(`update ${table} set ${name} = ${literal(other)} where id = ${row().id}`, "append_only");
    }
    for (const id of [777_777, -1, (row().id as number) - 1])
      await expectRefused(`update ${table} set id = ${id} where id = ${row().id}`, "append_only");
    await expectRefused(`update ${table} set date = date where id = ${row().id}`, "append_only");
  });

  it("is neither removed nor replaced", async () => {
    await expectRefused(`delete from ${table} where id = ${row().id}`, "append_only");
    await expectRefused(`delete from ${table}`, "append_only");
    await expectRefused(inserting(table, row()), REPLACED);
    await expectRefused(inserting(table, row()).replace("insert", "replace"), REPLACED);
    await expectRefused(`${inserting(table, row())} on conflict do update set date = 'x'`, REPLACED);
  });

  it("gets no sibling that its document does not have", async () => {
    if (kind === "invoice" || kind === "note") return;
    const { id: _id, ...fresh } = row();
    await expectRefused(inserting(table, fresh), "append_only");
    await expectRefused(inserting(table, fresh, kind === "line" ? { line_id: 777 } : { position: 7 }), "append_only");
    await expectRefused(inserting(table, fresh, { invoice_id: 777_777 }), "append_only");
  });
});

describe("an invoice by SQL", () => {
  /** The invoice of a ticket that could be posted, as SQL would insert it, and what would be wrong with it. */
  const next = async (): Promise<Row> => {
    const id = await aBillableTicket(client, shop, [{}, partOf(shop)]);
    const posted = await post(client, shop, id);
    const { id: _id, ...row } = await one("select * from invoices where id = ?", posted.id);
    await credit(client, posted.id);
    return { ...row, sequence: (row.sequence as number) + 1 };
  };

  it("is posted when everything in it follows from the ticket, and from nothing else", async () => {
    const row = await next();
    const content = JSON.parse(String(row.content));
    const [labor, part] = content.lines;
    const withLines = (...lines: object[]): Row => ({ content: JSON.stringify({ ...content, lines }) });
    const wrong: Row[] = [
      { sequence: (row.sequence as number) + 1 },
      { sequence: row.sequence === null ? 1 : (row.sequence as number) - 1 },
      { year: 2025, sequence: 1 },
      { year: 2027, sequence: 1 },
      { date: "2026-11-19", due_date: "2026-11-20" },
      { date: "2026-11-23", due_date: "2026-11-23" },
      { date: "2026-11-31", due_date: "2026-12-01" },
      { date: "2026-11-20x", due_date: "2026-11-21" },
      { at: "2026-11-25T09:30:00.000Z" },
      { due_date: "2026-11-19" },
      { due_date: "soon" },
      { supplied_on: "2026-02-30" },
      {
        net: (row.net as number) - 1,
        total: (row.total as number) - 1,
        lines_net: (row.lines_net as number) - 1,
        labor: (row.labor as number) - 1,
      },
      { tax: 1, total: (row.total as number) + 1 },
      { total: (row.total as number) + 1 },
      {
        content: JSON.stringify({ ...content, taxes: [{ id: 1, name: "Toll", rate: 1, base: 0, amount: -1 }] }),
        ...{ tax: -1, total: (row.total as number) - 1 },
      },
      { labor: (row.labor as number) - 1, part: (row.part as number) + 1 },
      { discount_amount: 1, net: (row.net as number) - 1, total: (row.total as number) - 1, labor: (row.labor as number) - 1 },
      { customer_id: (await aCustomer()).id },
      { vehicle_id: null },
      { credited: 1 },
      { paid: 1 },
      { is_credited: 1 },
      { kind: "credit_note" },
      { kind: "bill", sequence: 1, due_date: null },
      { credits_id: invoiceId },
      { reason: "None" },
      { service_ticket_id: 777_777 },
      withLines(labor),
      withLines(labor, part, part),
      withLines({ ...labor, net: labor.net + 1 }, { ...part, net: part.net - 1 }),
      withLines({ ...labor, mechanic_id: null }, part),
      withLines(labor, { ...part, unit_cost: 1 }),
      withLines(labor, { ...part, words: "[]" }),
      withLines(labor, { ...part, quantity: 2_000 }),
      withLines(labor, { ...part, discount_amount: 100 }),
      { content: "{}" },
    ];
    for (const changed of wrong) {
      const done = await attempt(inserting("invoices", row, changed));
      expect(["conflict", "append_only", "reference_not_found", "CHECK", "not_postable"], JSON.stringify(changed)).toContain(done);
    }
    for (const [name, value] of settable(row).filter(([, each]) => each !== null))
      if (!["text", "staff_user_id", "vehicle_id", "is_credited", "credited", "paid"].includes(name))
        expect(await attempt(inserting("invoices", row, { [name]: null })), `${name} was ${value}`).not.toBe("done");
    for (const id of [invoiceId, found.note?.id ?? 0, -1]) await expectRefused(inserting("invoices", row, { id }), "append_only|CHECK");
    expect(await attempt(inserting("invoices", row))).toBe("done");
    expect(await attempt(inserting("invoices", row, { sequence: (row.sequence as number) + 1 }))).toBe("already_invoiced");
  });

  it("is not posted around the customer's yes, or for what did not leave the stock", async () => {
    const row = await next();
    const of = row.service_ticket_id;
    const tried = async (...before: string[]) => attempt(...before, inserting("invoices", row));
    expect(await tried(`update ticket_lines set decision = 'open', authorized_net = null where service_ticket_id = ${of}`)).toBe(
      "not_postable",
    );
    expect(await tried(`update ticket_lines set unit_price = unit_price + 1 where service_ticket_id = ${of}`)).toBe("not_postable");
    expect(await tried(`update ticket_parts set quantity = 2000 where service_ticket_id = ${of}`)).toBe("not_postable");
    expect(await tried(`delete from ticket_parts where service_ticket_id = ${of}`)).toBe("not_postable");
    expect(await tried(`update service_tickets set status = 'in_progress' where id = ${of}`)).toBe("not_postable");
    expect(await tried("update shop set address = null")).toBe("not_postable");
    expect(await tried()).toBe("done");
  });
});

describe("a ticket by SQL", () => {
  it("is billed by what its documents say", async () => {
    await expectRefused(`update service_tickets set invoice_id = null where id = ${ticket}`, "conflict");
    await expectRefused(`update service_tickets set invoice_id = ${found.note?.id} where id = ${ticket}`, "conflict");
    const id = await aBillableTicket(client, shop);
    await expectRefused(`update service_tickets set invoice_id = ${invoiceId} where id = ${id}`, "conflict");
    await expectRefused(`update service_tickets set unbilled_net = 1 where id = ${id}`, "conflict");
    await expectRefused(`update service_tickets set unbilled_net = null where id = ${id}`, "conflict");
    await expectRefused(`update service_tickets set status = 'in_progress' where id = ${ticket}`, "invoice_posted");
  });

  it("keeps what is billed", async () => {
    const frozen = [
      "update ticket_lines set net = 1",
      `update ticket_lines set description = 'x' where service_ticket_id = ${ticket}`,
      `update ticket_lines set discount_value = 1 where service_ticket_id = ${ticket}`,
      `update ticket_lines set taxable = 0 where service_ticket_id = ${ticket}`,
      `delete from ticket_lines where service_ticket_id = ${ticket}`,
      `insert into ticket_lines (service_ticket_id, kind, description, quantity, unit_price) values (${ticket}, 'labor', 'x', 1000, 1)`,
      `update ticket_parts set quantity = quantity + 1000 where service_ticket_id = ${ticket}`,
      `delete from ticket_parts where service_ticket_id = ${ticket}`,
      `insert into ticket_jobs (service_ticket_id, title, position, created_at) values (${ticket}, 'x', 1, '2026-11-20T09:30:00.000Z')`,
      `update service_tickets set discount_value = 1, discount_reason = 'x' where id = ${ticket}`,
    ];
    for (const statement of frozen.slice(1)) await expectRefused(statement, "invoice_posted");
  });
});

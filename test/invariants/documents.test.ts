import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { expectRefused } from "../support/attacks.ts";
import { createClient } from "../support/client.ts";
import { pay, reverse } from "../support/paid.ts";
import { aCustomer, rows } from "../support/people.ts";
import { aBillableTicket, credit, post } from "../support/posted.ts";
import { brokenRules } from "../support/recount.ts";
import { aTax } from "../support/repair-order.ts";
import { aShop, type Shop } from "../support/shop.ts";

const client = createClient();

const FEE = { kind: "fee", fee_kind: "other", description: "Brake fluid", quantity: 1_000, unit_price: 4_51 };

let shop: Shop;

beforeAll(async () => {
  shop = await aShop(100);
});

afterEach(async () => expect(await brokenRules()).toEqual({}));

/** A statement that inserts what the query selects, with one of its columns read as something else. */
const selecting = (
  table: string,
  columns: Readonly<Record<string, string>>,
  from: string,
  changed: Readonly<Record<string, string>>,
): string => `insert into ${table} (${Object.keys(columns)}) select ${Object.values({ ...columns, ...changed })} from ${from}`;

describe("a row of a credit note", () => {
  const FROM = "(select id as note, kind as document, date as day, content from invoices) i, json_each(i.content";
  const LINE = {
    ...{ invoice_id: "note", line_id: "value ->> 'id'", document_kind: "document", date: "day", kind: "value ->> 'kind'" },
    ...{ description: "value ->> 'description'", mechanic_id: "value ->> 'mechanic_id'", quantity: "value ->> 'quantity'" },
    ...{ net: "value ->> 'net'", discount: "value ->> 'discount'", cost: "value ->> 'cost'" },
  };
  const TAX = {
    ...{ invoice_id: "note", position: "key", document_kind: "document", date: "day", name: "value ->> 'name'", rate: "value ->> 'rate'" },
    ...{ base: "value ->> 'base'", amount: "value ->> 'amount'" },
  };
  const OTHER_KINDS: Readonly<Record<string, string>> = { document_kind: "'invoice'", kind: "'sublet'" };

  /** A note over a part of one line, of labour that is taxed (0) or of a fee that is not (1), and nothing of the other. */
  const aNote = async (of: 0 | 1): Promise<number> => {
    const tax = await aTax(92_500, ["labor"]);
    const posted = await post(client, shop, await aBillableTicket(client, shop, [{}, FEE]));
    await rows("delete from taxes where id = ?", tax);
    return (await credit(client, posted.id, [{ line_id: posted.lines[of].id, net: 1 }])).body.id;
  };

  it.each([
    ["invoice_lines", LINE, "lines"],
    ["invoice_taxes", TAX, "taxes"],
  ])("of %s says what the note says in every column, and stands in the place of no other", async (table, columns, part) => {
    const note = await aNote(0);
    const from = `${FROM}, '$.${part}') where note = ${note} and coalesce(value ->> 'net', value ->> 'base') > 0`;
    const rules = await rows<{ name: string; sql: string }>(
      `select name, sql from sqlite_master where type = 'trigger' and tbl_name = '${table}' and name not like '%_110_%'`,
    );
    await expectRefused(selecting(table, columns, from, {}), "append_only");
    for (const { name } of rules) await rows(`drop trigger ${name}`);
    await rows(`delete from ${table} where invoice_id = ${note}`);
    for (const [name, sql] of Object.entries(columns).filter(([each]) => each !== "invoice_id"))
      await expectRefused(selecting(table, columns, from, { [name]: OTHER_KINDS[name] ?? `ifnull(${sql}, 0) || 7` }), "append_only");
    const [first] = await rows<{ id: number }>(`select min(id) as id from ${table}`);
    await expectRefused(selecting(table, { id: `${first?.id}`, ...columns }, from, {}), "append_only");
    await rows(selecting(table, columns, from, {}));
    for (const { sql } of rules) await rows(sql);
  });

  it("is not there for what the note takes nothing of", async () => {
    const note = await aNote(1);
    const nothing = (part: string, what: string) => `${FROM}, '$.${part}') where note = ${note} and value ->> '${what}' = 0`;
    for (const none of [nothing("lines", "net"), nothing("taxes", "base")]) expect(await rows(`select * from ${none}`)).toHaveLength(1);
    await expectRefused(selecting("invoice_lines", LINE, nothing("lines", "net"), {}), "append_only");
    await expectRefused(selecting("invoice_taxes", TAX, nothing("taxes", "base"), {}), "append_only");
  });
});

describe.each(["invoices", "invoice_lines", "invoice_taxes"])("a row of %s", (table) => {
  it("is no longer counted when it is removed while the rules are set aside", async () => {
    const tax = await aTax(92_500, ["labor"]);
    const { id } = await post(client, shop, await aBillableTicket(client, shop));
    await rows("delete from taxes where id = ?", tax);
    const which = `${table === "invoices" ? "id" : "invoice_id"} = ${id}`;
    const rules = await rows<{ name: string; sql: string }>(
      `select name, sql from sqlite_master where type = 'trigger' and tbl_name = '${table}' and name not like '%_520_%'`,
    );
    const columns = (await rows<{ name: string }>(`select name from pragma_table_info('${table}')`)).map(({ name }) => name);
    const counted = async () => (await rows<{ value: number }>("select value from counters where name = ?", table))[0]?.value ?? 0;
    const before = await counted();
    for (const { name } of rules) await rows(`drop trigger ${name}`);
    await rows(`create table set_aside as select ${columns} from ${table} where ${which}`);
    await rows(`delete from ${table} where ${which}`);
    const after = await counted();
    await rows(`insert into ${table} (${columns}) select ${columns} from set_aside`);
    await rows("drop table set_aside");
    await rows("update counters set value = ? where name = ?", before, table);
    for (const { sql } of rules) await rows(sql);
    expect(after).toBe(before - 1);
  });
});

const merged = (from: number, into: number): Promise<unknown> =>
  rows("insert into merged_records (entity, id, into_id, at) values ('customer', ?, ?, '2026-11-20T09:30:00.000Z')", from, into);

describe("a document", () => {
  it("goes to no customer but the one that its ticket's was merged into, with the ticket", async () => {
    const [from, into] = [await aShop(), await aCustomer()];
    const { id, service_ticket_id } = await post(client, from, await aBillableTicket(client, from));
    const moving = `update invoices set customer_id = ${into.id} where id = ${id}`;
    await expectRefused(moving, "append_only");
    await merged(from.customer.id, into.id);
    await expectRefused(moving, "append_only");
    await rows("update service_tickets set customer_id = ? where id = ?", into.id, service_ticket_id);
    expect(await rows("select customer_id from invoices where id = ?", id)).toEqual([{ customer_id: into.id }]);
    await rows("delete from merged_records where id = ?", from.customer.id);
  });

  it("takes what is owed and owed back along, one ticket after the other", async () => {
    const [from, into] = [await aShop(), await aCustomer()];
    const owing: number[] = [];
    for (const due_date of ["2026-12-01", "2026-12-02", "2026-12-03"]) {
      owing.push(await aBillableTicket(client, from));
      await post(client, from, owing.at(-1) ?? 0, { due_date });
    }
    const back = await aBillableTicket(client, from);
    const paid = await post(client, from, back);
    await pay(client, from, paid.id, 180);
    await credit(client, paid.id, [{ line_id: paid.lines[0].id, net: 60 }]);
    for (const ticket of [owing[1], back, owing[0], owing[2]]) {
      await merged(from.customer.id, into.id);
      await rows("update service_tickets set customer_id = ? where id = ?", into.id, ticket);
      await rows("delete from merged_records where id = ?", from.customer.id);
      expect(await brokenRules()).toEqual({});
    }
  });

  it("is due again on a day on which nothing else is, once what was paid is taken back", async () => {
    const ticket = await aBillableTicket(client, shop);
    const { id } = await post(client, shop, ticket, { due_date: "2027-01-15" });
    const { body } = await pay(client, shop, id, 180);
    expect(await rows("select * from daily_due where due_date = '2027-01-15'")).toEqual([]);
    await reverse(client, body.id);
    expect(await rows("select invoices, balance from daily_due where due_date = '2027-01-15'")).toEqual([{ invoices: 1, balance: 18_000 }]);
    await expectRefused("update daily_due set invoices = -1 where due_date = '2027-01-15'", "CHECK");
    await expectRefused("update daily_due set balance = -1 where due_date = '2027-01-15'", "CHECK");
    for (const column of ["invoices", "balance", "refundable"])
      await expectRefused(`update customer_balances set ${column} = -1 where customer_id = ${shop.customer.id}`, "CHECK");
  });
});

describe("numbers that were lost", () => {
  const losing = (first: number, last: number, id = "null", kind = "invoice") =>
    `insert into lost_numbers (id, kind, year, first, last, at) values (${id}, '${kind}', 2019, ${first}, ${last}, '2026-11-20T09:30:00.000Z')`;

  it("come one after the other, and are neither changed nor forgotten", async () => {
    await rows(losing(1, 3));
    const [row] = await rows<{ id: number }>("select max(id) as id from lost_numbers");
    for (const first of [0, 1, 3, 5]) await expectRefused(losing(first, 9), "append_only");
    for (const id of [row?.id, 1]) await expectRefused(losing(4, 9, `${id}`), "append_only");
    await expectRefused(losing(4, 3), "CHECK");
    await expectRefused(losing(1, 3, "null", "estimate"), "CHECK");
    for (const column of ["id", "year", "first", "last"])
      await expectRefused(`update lost_numbers set ${column} = ${column} + 1`, "append_only");
    await expectRefused("update lost_numbers set at = at", "append_only");
    await expectRefused("delete from lost_numbers", "append_only");
  });
});

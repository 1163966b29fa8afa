import { getTableName, is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { beforeAll, describe, expect, it } from "vitest";
import { MONEY_COLUMNS } from "../../src/db/records/entities.ts";
import { INVOICE_LINE } from "../../src/db/records/invoice-line.ts";
import { INVOICE_TAX } from "../../src/db/records/invoice-tax.ts";
import { createClient } from "../support/client.ts";
import { pay } from "../support/paid.ts";
import { rows } from "../support/people.ts";
import { anInvoice } from "../support/posted.ts";
import { aTax } from "../support/repair-order.ts";
import { aShop, aTicket } from "../support/shop.ts";
import { ofTheShop } from "../support/world.ts";

const client = createClient();
const modules = import.meta.glob<Record<string, unknown>>("../../src/db/schema/*.ts", { eager: true });

const NOT_TRIED: Readonly<Record<string, string>> = {
  mechanics: "no sum of the shop has a salary in it",
  daily_sales: "triggers add up what is whole",
  daily_mechanics: "triggers add up what is whole",
  daily_taxes: "triggers add up what is whole",
  daily_due: "triggers add up what is whole",
  customer_balances: "triggers add up what is whole",
  stock_movements: "its balance is a quantity",
};

/** Columns with an amount in them, by the records' own word for it, that are not reckoned from others. */
const AMOUNTS = new Set([...MONEY_COLUMNS, ...INVOICE_LINE.moneyColumns, ...INVOICE_TAX.moneyColumns]);
const COLUMNS = Object.values(modules)
  .flatMap((module) => Object.values(module))
  .filter((value) => is(value, SQLiteTable))
  .flatMap((table) => {
    const stored = getTableConfig(table).columns.filter(({ generated }) => generated === undefined);
    const names = stored.map(({ name }) => name);
    return stored.filter(({ name }) => AMOUNTS.has(name)).map(({ name }) => ({ table: getTableName(table), column: name, names }));
  });

/** What refuses a statement. */
const refusal = (sql: string): Promise<string> =>
  rows(sql).then(
    () => "nothing",
    (error) => String(error),
  );

beforeAll(async () => {
  await aTax(92_500, ["labor"]);
  const shop = await aShop();
  await pay(client, shop, (await anInvoice(client, shop)).id, 10);
  await aTicket(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 1 }] });
  await ofTheShop(shop);
  // What else would refuse the same statements is set aside, but for tables of which nothing changes.
  const rules = await rows<{ name: string }>(
    "select name from sqlite_master where type = 'trigger' and name not like '%whole\\_cents' escape '\\' and name not like '%append\\_only' escape '\\'",
  );
  for (const { name } of rules) if (!/never_change|authorized_by_customer/.test(name)) await rows(`drop trigger ${name}`);
});

describe("an amount", () => {
  it("is known of every table that has one", () => {
    const tables = new Set(COLUMNS.map(({ table }) => table));
    expect([...tables].sort()).toEqual(
      [
        ...["authorization_decisions", "authorizations", "estimates", "invoice_lines", "invoice_taxes", "invoices", "parts", "payments"],
        ...["service_package_lines", "service_tickets", "shop", "ticket_lines", "ticket_parts", ...Object.keys(NOT_TRIED)],
      ].sort(),
    );
  });

  it.each(COLUMNS.filter(({ table }) => NOT_TRIED[table] === undefined))(
    "is no fraction of a cent in column $column of $table, by raw SQL either",
    async ({ table, column, names }) => {
      const [row] = await rows<{ id: number }>(`select id from ${table} order by ${column} is null, id desc limit 1`);
      expect(row, `there is nothing in ${table}`).toBeDefined();
      const copy = (amount: string) => names.map((name) => (name === column ? amount : name === "id" ? "id + 1000" : name)).join(", ");
      const insert = (amount: string) =>
        `insert into ${table} (${names.join(", ")}) select ${copy(amount)} from ${table} where id = ${row?.id}`;
      expect(await refusal(insert("1.5"))).toMatch(/whole_cents/);
      expect(await refusal(insert(column))).not.toMatch(/whole_cents/);
      const update = (amount: string) => `update ${table} set ${column} = ${amount} where id = ${row?.id}`;
      expect(await refusal(update("1.5"))).toMatch(/whole_cents|append_only|never_change|authorized_by_customer/);
      expect(await refusal(update("12.0"))).not.toMatch(/whole_cents/);
    },
  );
});

import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { rows } from "../support/people.ts";
import { aPart, aShop, aTicket, stockOf } from "../support/shop.ts";

const client = createClient();

/** The sum of the ledger, and of the part on tickets that hold it. */
const sums = (part: { id: number }) =>
  rows<{ ledger: number; on_tickets: number }>(
    `select (select sum(quantity) from stock_movements where inventory_id = ?1) ledger,
      (select coalesce(sum(quantity), 0) from ticket_parts where inventory_id = ?1 and held = 1) on_tickets`,
    part.id,
  );

describe("stock", () => {
  it("gives the last 10 of a part to exactly 10 of 200 parallel tries, and loses none", async () => {
    const shop = await aShop(0);
    const part = await aPart(10);
    const tickets = await Promise.all(Array.from({ length: 5 }, () => aTicket(client, shop)));
    const { token } = shop.mechanic;
    const tries = Array.from({ length: 200 }, (_, i) =>
      client.post(`/service-tickets/${tickets[i % 5]?.id}/parts`, { inventory_id: part.id }, { token }),
    );
    const answers = await Promise.all(tries);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ body }) => body.code === "insufficient_stock")).toHaveLength(190);
    expect(await stockOf(part)).toBe(0);
    expect(await sums(part)).toEqual([{ ledger: 0, on_tickets: 10_000 }]);
  });

  it.each([
    ["sets the quantity of a part", "update parts set quantity = 99000 where id = ?1"],
    [
      "replaces a part",
      "insert or replace into parts (id, name, price, quantity, created_at, updated_at) values (?1, 'x', 1, 99000, '', '')",
    ],
    ["makes a part with stock", "insert into parts (name, price, quantity, created_at, updated_at) values ('x', ?1, 99000, '', '')"],
    [
      "adds a ledger row that does not add up",
      "insert into stock_movements (at, inventory_id, kind, quantity, balance) values ('', ?1, 'received', 5000, 99000)",
    ],
    [
      "takes more than there is",
      "insert into stock_movements (at, inventory_id, kind, quantity, balance) values ('', ?1, 'taken', -11000, -1000)",
    ],
    ["changes a ledger row", "update stock_movements set quantity = 99000 where inventory_id = ?1"],
    ["removes a ledger row", "delete from stock_movements where inventory_id = ?1"],
    ["changes the price of a line", "update ticket_parts set unit_price = 0 where inventory_id = ?1"],
    ["marks a line as given back", "update ticket_parts set held = 0 where inventory_id = ?1"],
    ["removes a part that is on a ticket", "delete from parts where id = ?1"],
    [
      "replaces a line",
      "insert or replace into ticket_parts (id, service_ticket_id, inventory_id, quantity, unit_price) select id, service_ticket_id, inventory_id, 1000, 1 from ticket_parts where inventory_id = ?1",
    ],
  ])("is not changed by raw SQL that %s", async (_, statement) => {
    const shop = await aShop(10);
    await aTicket(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 2 }] });
    const before = await rows("select * from parts where id = ?", shop.part.id);
    await expect(rows(statement, shop.part.id)).rejects.toThrow(/constraint|SQLITE_CONSTRAINT/i);
    expect(await rows("select * from parts where id = ?", shop.part.id)).toEqual(before);
  });

  it("moves with raw SQL on a ticket's lines too", async () => {
    const shop = await aShop(10);
    await aTicket(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 2 }] });
    await rows("update ticket_parts set quantity = 7000 where inventory_id = ?", shop.part.id);
    expect(await stockOf(shop.part)).toBe(3);
    await rows("delete from ticket_parts where inventory_id = ?", shop.part.id);
    expect(await stockOf(shop.part)).toBe(10);
  });
});

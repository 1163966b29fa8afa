import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attempt, bringTo, expectRefused } from "../support/attacks.ts";
import { aTicketRow, changing, linesOn } from "../support/lines-by-sql.ts";
import { rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aPart, aShop, type Shop } from "../support/shop.ts";

let shop: Shop;
let ticket: number;
let on: ReturnType<typeof linesOn>;

beforeEach(async () => {
  shop = await aShop(100);
  ticket = await aTicketRow(shop);
  on = linesOn(ticket, shop);
});

afterEach(async () => {
  await rows("update shop set authorization = 'posting', epa_number = null");
  expect(await brokenRules()).toEqual({});
});

/** How much the automatic line of the part stands for, or null without one. */
const beyond = async (part = shop.part.id): Promise<number | null> => {
  const [line] = await rows<{ quantity: number; decision: string }>(
    "select quantity, decision from ticket_lines where service_ticket_id = ? and inventory_id = ? and automatic = 1",
    ticket,
    part,
  );
  expect(line?.decision ?? "open").toBe("open");
  return line?.quantity ?? null;
};

describe("what left the stock beyond the lines of a ticket", () => {
  it("is a line by itself, whatever is drawn and planned afterwards", async () => {
    await on.draw(3_000);
    expect(await beyond()).toBe(3_000);
    const plan = await on.part();
    expect(await beyond()).toBe(2_000);
    for (const [planned, left] of [
      [2_000, 1_000],
      [3_000, null],
      [1_000, 2_000],
      [5_000, null],
    ] as const) {
      await rows("update ticket_lines set quantity = ? where id = ?", planned, plan);
      expect(await beyond(), `${planned} planned`).toBe(left);
    }
    await rows("delete from ticket_lines where id = ?", plan);
    expect(await beyond()).toBe(3_000);
    await on.draw(1_000);
    expect(await beyond()).toBe(1_000);
    await rows("delete from ticket_parts where service_ticket_id = ?", ticket);
    expect(await beyond()).toBe(null);
  });

  it("follows a line that plans another part instead", async () => {
    const other = (await aPart(10)).id;
    await on.draw(2_000);
    await on.draw(1_000, other);
    const plan = await on.part();
    expect([await beyond(), await beyond(other)]).toEqual([1_000, 1_000]);
    await rows("update ticket_lines set inventory_id = ? where id = ?", other, plan);
    expect([await beyond(), await beyond(other)]).toEqual([2_000, null]);
  });

  it("has the price and cost at which it left, and the name of the part", async () => {
    await on.draw(2_000);
    expect(
      await rows(
        "select kind, description, condition, unit_price, net, taxable from ticket_lines where automatic = 1 and service_ticket_id = ?",
        ticket,
      ),
    ).toMatchObject([{ kind: "part", description: shop.part.name, condition: "new", unit_price: 4_990, net: 9_980, taxable: 1 }]);
  });

  it("stays on a cancelled ticket, as its parts do, and goes with them or with the ticket", async () => {
    await on.draw(2_000);
    await bringTo(ticket, "cancelled");
    expect(await beyond()).toBe(2_000);
    await rows("delete from ticket_parts where service_ticket_id = ?", ticket);
    expect(await beyond()).toBe(null);
    await rows("update service_tickets set status = 'open' where id = ?", ticket);
    await on.draw(1_000);
    await rows("delete from service_tickets where id = ?", ticket);
    expect(await rows("select id from ticket_lines where service_ticket_id = ?", ticket)).toEqual([]);
  });

  it("is no line where no ticket can come to it", async () => {
    const part = (await aPart(1_000_000, 4_990)).id;
    await on.draw(1_000_000_000, part);
    expect(await beyond(part)).toBe(null);
    await on.draw(200_000_000, part);
    expect(await beyond(part)).toBe(200_000_000);
  });

  it("cannot be taken away, made or made other while it is drawn", async () => {
    await on.draw(2_000);
    const [line] = await rows<{ id: number }>("select id from ticket_lines where automatic = 1 and service_ticket_id = ?", ticket);
    const id = line?.id ?? 0;
    await expectRefused(`delete from ticket_lines where id = ${id}`, "part_drawn");
    for (const what of ["quantity = 1000", "description = 'x'", "condition = 'used'", "part_number = 'x'", "inventory_id = null"])
      await expectRefused(changing(id, what), "part_drawn|CHECK");
    await expectRefused(changing(id, "automatic = 0"), "conflict");
    await expectRefused(
      on.inserting("kind, condition, inventory_id, unit_price, automatic", `'part', 'new', ${(await aPart(5)).id}, 1, 1`),
      "conflict",
    );
    for (const what of ["unit_price = 100", "discount_percent = 500000", "taxable = 0", `job_id = ${await on.job()}`])
      expect(await attempt(changing(id, what)), what).toBe("done");
  });
});

describe("a shop that works only on the customer's yes", () => {
  beforeEach(() => rows("update shop set authorization = 'work'"));

  it("begins no ticket while a line is open, by whatever step", async () => {
    expect(await attempt(`update service_tickets set status = 'in_progress' where id = ${await aTicketRow(shop)}`)).toBe("done");
    await on.line();
    await expectRefused(`update service_tickets set status = 'in_progress' where id = ${ticket}`, "authorization_required");
  });

  it("lets no part leave the stock beyond what is approved, planned or not", async () => {
    const line = `insert into ticket_parts (service_ticket_id, inventory_id, quantity, unit_price) values (${ticket}, ${shop.part.id}, 1000, 1)`;
    await expectRefused(line, "authorization_required");
    await on.part();
    await expectRefused(line, "authorization_required");
    await rows("update shop set authorization = 'posting'");
    await on.draw(1_000);
    await rows("update shop set authorization = 'work'");
    await expectRefused(`update ticket_parts set quantity = 2000 where service_ticket_id = ${ticket}`, "authorization_required");
    await bringTo(ticket, "cancelled");
    await expectRefused(`update service_tickets set status = 'open' where id = ${ticket}`, "authorization_required");
    await rows("delete from ticket_parts where service_ticket_id = ?", ticket);
    expect(await attempt(`update service_tickets set status = 'open' where id = ${ticket}`)).toBe("done");
  });
});

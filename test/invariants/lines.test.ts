import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attempt, bringTo, expectRefused, KEPT } from "../support/attacks.ts";
import { insert, rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aPart, aShop, type Shop } from "../support/shop.ts";

const AT = "2026-11-20T09:30:00.000Z";

let shop: Shop;
let ticket: number;

const aTicket = () =>
  insert("service_tickets", {
    customer_id: shop.customer.id,
    vehicle_id: shop.vehicle.id,
    service_desc: "Brakes",
    service_date: "2026-11-24",
    created_at: AT,
    updated_at: AT,
  });

beforeEach(async () => {
  shop = await aShop(100);
  ticket = await aTicket();
});

afterEach(async () => {
  await rows("update shop set authorization = 'posting', epa_number = null");
  expect(await brokenRules()).toEqual({});
});

const aJob = (of = ticket) => insert("ticket_jobs", { service_ticket_id: of, title: "Brakes", position: 1, created_at: AT });

/** A line of labour, or with these fields instead. */
const aLine = (fields: Record<string, string | number | null> = {}) =>
  insert("ticket_lines", {
    service_ticket_id: ticket,
    kind: "labor",
    description: "Replace pads",
    quantity: 1_500,
    unit_price: 12_000,
    ...fields,
  });

const ofPart = (fields: Record<string, string | number | null> = {}) =>
  aLine({ kind: "part", condition: "new", inventory_id: shop.part.id, quantity: 1_000, unit_price: 4_990, ...fields });

const draw = async (quantity: number, part = shop.part.id) => {
  const isDrawn = await rows("select 1 from ticket_parts where service_ticket_id = ? and inventory_id = ?", ticket, part);
  const sql =
    isDrawn.length > 0
      ? "update ticket_parts set quantity = ?3 where service_ticket_id = ?1 and inventory_id = ?2"
      : "insert into ticket_parts (service_ticket_id, inventory_id, quantity, unit_price) values (?1, ?2, ?3, 4990)";
  await rows(sql, ticket, part, quantity);
};

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

const insertLine = (names: string, values: string): string =>
  `insert into ticket_lines (service_ticket_id, description, quantity, ${names}) values (${ticket}, 'x', 1000, ${values})`;
const change = (line: number, what: string): string => `update ticket_lines set ${what} where id = ${line}`;

describe("what left the stock beyond the lines of a ticket", () => {
  it("is a line by itself, whatever is drawn and planned afterwards", async () => {
    await draw(3_000);
    expect(await beyond()).toBe(3_000);
    const plan = await ofPart();
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
    await draw(1_000);
    expect(await beyond()).toBe(1_000);
    await rows("delete from ticket_parts where service_ticket_id = ?", ticket);
    expect(await beyond()).toBe(null);
  });

  it("follows a line that plans another part instead", async () => {
    const other = (await aPart(10)).id;
    await draw(2_000);
    await draw(1_000, other);
    const plan = await ofPart();
    expect([await beyond(), await beyond(other)]).toEqual([1_000, 1_000]);
    await rows("update ticket_lines set inventory_id = ? where id = ?", other, plan);
    expect([await beyond(), await beyond(other)]).toEqual([2_000, null]);
  });

  it("has the price and cost at which it left, and the name of the part", async () => {
    await draw(2_000);
    expect(
      await rows(
        "select kind, description, condition, unit_price, net, taxable from ticket_lines where automatic = 1 and service_ticket_id = ?",
        ticket,
      ),
    ).toMatchObject([{ kind: "part", description: shop.part.name, condition: "new", unit_price: 4_990, net: 9_980, taxable: 1 }]);
  });

  it("stays on a cancelled ticket, as its parts do, and goes with them or with the ticket", async () => {
    await draw(2_000);
    await bringTo(ticket, "cancelled");
    expect(await beyond()).toBe(2_000);
    await rows("delete from ticket_parts where service_ticket_id = ?", ticket);
    expect(await beyond()).toBe(null);
    await rows("update service_tickets set status = 'open' where id = ?", ticket);
    await draw(1_000);
    await rows("delete from service_tickets where id = ?", ticket);
    expect(await rows("select id from ticket_lines where service_ticket_id = ?", ticket)).toEqual([]);
  });

  it("is no line where no ticket can come to it", async () => {
    const part = (await aPart(1_000_000, 4_990)).id;
    await draw(1_000_000_000, part);
    expect(await beyond(part)).toBe(null);
    await draw(200_000_000, part);
    expect(await beyond(part)).toBe(200_000_000);
  });

  it("cannot be taken away, made or made other while it is drawn", async () => {
    await draw(2_000);
    const [line] = await rows<{ id: number }>("select id from ticket_lines where automatic = 1 and service_ticket_id = ?", ticket);
    const id = line?.id ?? 0;
    await expectRefused(`delete from ticket_lines where id = ${id}`, "part_drawn");
    for (const what of ["quantity = 1000", "description = 'x'", "condition = 'used'", "part_number = 'x'", "inventory_id = null"])
      await expectRefused(change(id, what), "part_drawn|CHECK");
    await expectRefused(change(id, "automatic = 0"), "conflict");
    await expectRefused(
      insertLine("kind, condition, inventory_id, unit_price, automatic", `'part', 'new', ${(await aPart(5)).id}, 1, 1`),
      "conflict",
    );
    for (const what of ["unit_price = 100", "discount_percent = 500000", "taxable = 0", `job_id = ${await aJob()}`])
      expect(await attempt(change(id, what)), what).toBe("done");
  });
});

describe("a line", () => {
  it("has amounts that follow from quantity, price and discount, and no others", async () => {
    const id = await aLine({ discount_percent: 100_000 });
    expect(await rows("select gross, discount_amount, net from ticket_lines where id = ?", id)).toEqual([
      { gross: 18_000, discount_amount: 1_800, net: 16_200 },
    ]);
    for (const column of ["gross", "discount_amount", "net", "words"])
      expect(await attempt(change(id, `${column} = 1`)), column).toMatch(/generated column/);
  });

  it("has only the fields of its kind, with values within bounds", async () => {
    await expectRefused(insertLine("kind, unit_price", "'part', 1"), "CHECK");
    await expectRefused(insertLine("kind, condition, unit_price", "'labor', 'new', 1"), "CHECK");
    await expectRefused(insertLine("kind, unit_price", "'fee', 1"), "CHECK");
    await expectRefused(insertLine("kind, unit_price", "'gift', 1"), "CHECK");
    await expectRefused(insertLine("kind, unit_price, provider", "'labor', 1, 'x'"), "CHECK");
    await expectRefused(insertLine("kind, unit_price, unit_cost", "'labor', 1, 1"), "CHECK");
    await expectRefused(insertLine("kind", "'labor'"), "NOT NULL");
    await expectRefused(insertLine("kind, unit_price, flat_amount", "'labor', 1, 1"), "CHECK");
    await expectRefused(
      insertLine("kind, condition, inventory_id, unit_price", `'part', 'customer_supplied', ${shop.part.id}, 1`),
      "CHECK",
    );
    const id = await aLine();
    for (const what of [
      "quantity = 0",
      "quantity = -1",
      "unit_price = -1",
      "unit_price = 1000000000",
      "discount_percent = 1000001",
      "discount_percent = -1",
      "discount_value = -1",
      "discount_value = 18001",
      "discount_percent = 1, discount_value = 1",
      "decision = 'maybe'",
      "kind = 'part'",
      "quantity = 1000000000, unit_price = 999999999",
    ])
      await expectRefused(change(id, what), "CHECK|conflict");
  });

  it("comes with others to at most what a ticket can", async () => {
    await aLine({ quantity: 1_000, unit_price: 999_999_000 });
    await expectRefused(insertLine("kind, unit_price", "'labor', 1000"), "amount_too_large");
    const id = await aLine({ quantity: 1_000, unit_price: 999 });
    await expectRefused(change(id, "unit_price = 1000"), "amount_too_large");
    await expectRefused(change(id, "unit_price = null, flat_amount = 1000"), "amount_too_large");
  });

  it("is one of at most 300, in at most 100 jobs", async () => {
    const many = (table: string, names: string, values: string, count: number) =>
      `insert into ${table} (service_ticket_id, ${names}) with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
        select ${ticket}, ${values} from n`;
    await rows(many("ticket_lines", "kind, description, quantity, unit_price", "'labor', 'x', 1000, 1", 300));
    await expectRefused(insertLine("kind, unit_price", "'labor', 1"), "too_many_lines");
    await rows(many("ticket_jobs", "title, position, created_at", "'x', i, 'x'", 100));
    await expectRefused(
      `insert into ticket_jobs (service_ticket_id, title, position, created_at) values (${ticket}, 'x', 1, 'x')`,
      "too_many_lines",
    );
  });

  it("is of a job of its own ticket, and names a part and a mechanic that are there", async () => {
    const elsewhere = await aJob(await aTicket());
    await expectRefused(insertLine("kind, unit_price, job_id", `'labor', 1, ${elsewhere}`), "reference_not_found");
    await expectRefused(insertLine("kind, unit_price, mechanic_id", "'labor', 1, 99999"), "reference_not_found");
    await expectRefused(insertLine("kind, condition, unit_price, inventory_id", "'part', 'new', 1, 99999"), "reference_not_found");
    const id = await aLine();
    for (const what of [`job_id = ${elsewhere}`, "mechanic_id = 99999"]) await expectRefused(change(id, what), "reference_not_found");
    const part = await ofPart();
    await expectRefused(change(part, "inventory_id = 99999"), "reference_not_found");
  });

  it("sells whole pieces of what comes in pieces", async () => {
    await expectRefused(
      insertLine("kind, condition, unit_price, inventory_id", `'part', 'new', 1, ${shop.part.id}`).replace(", 1000,", ", 1500,"),
      "whole_units_only",
    );
    await expectRefused(change(await ofPart(), "quantity = 1500"), "whole_units_only");
  });

  it("charges for hazardous waste only in a shop with an EPA number", async () => {
    await expectRefused(insertLine("kind, fee_kind, unit_price", "'fee', 'hazardous_waste', 450"), "epa_number_missing");
    const fee = await aLine({ kind: "fee", fee_kind: "other", quantity: 1_000, unit_price: 450 });
    await expectRefused(change(fee, "fee_kind = 'hazardous_waste'"), "epa_number_missing");
    await rows("update shop set epa_number = 'CAL000000001'");
    expect(await attempt(change(fee, "fee_kind = 'hazardous_waste'"))).toBe("done");
  });

  it("is approved by nobody but the customer", async () => {
    const id = await aLine();
    for (const what of ["decision = 'approved', authorized_net = 18000", "decision = 'declined'"])
      await expectRefused(change(id, what), "conflict");
    await expectRefused(change(id, "authorized_net = 18000"), "CHECK|conflict");
    await expectRefused(insertLine("kind, unit_price, decision, authorized_net", "'labor', 1, 'approved', 1"), "conflict");
  });

  it("keeps its id and its ticket, and no insert replaces it", async () => {
    const [id, other, elsewhere] = [await aLine(), await aLine(), await aTicket()];
    await expectRefused(change(id, `id = ${other}`), KEPT);
    await expectRefused(change(id, "id = 99999"), KEPT);
    await expectRefused(change(id, `service_ticket_id = ${elsewhere}`), "conflict");
    await expectRefused(insertLine("id, kind, unit_price", `${id}, 'labor', 1`), "conflict");
    const job = await aJob();
    await expectRefused(`update ticket_jobs set service_ticket_id = ${elsewhere} where id = ${job}`, "conflict");
    await expectRefused(`update ticket_jobs set id = 99999 where id = ${job}`, KEPT);
  });

  it.each(["closed", "cancelled"] as const)("does not change when its ticket is %s, nor does its job", async (status) => {
    const [id, job] = [await aLine(), await aJob()];
    await bringTo(ticket, status);
    await expectRefused(insertLine("kind, unit_price", "'labor', 1"), "ticket_closed");
    for (const what of ["quantity = 1", "description = 'x'", "discount_value = 1", "taxable = 0", `job_id = ${job}`])
      await expectRefused(change(id, what), "ticket_closed");
    await expectRefused(`delete from ticket_lines where id = ${id}`, "ticket_closed");
    await expectRefused(
      `insert into ticket_jobs (service_ticket_id, title, position, created_at) values (${ticket}, 'x', 1, 'x')`,
      "ticket_closed",
    );
    await expectRefused(`update ticket_jobs set title = 'x' where id = ${job}`, "ticket_closed");
    await expectRefused(`delete from ticket_jobs where id = ${job}`, "ticket_closed");
    for (const what of ["discount_percent = 1, discount_reason = 'x'", "discount_value = 1, discount_reason = 'x'"])
      await expectRefused(`update service_tickets set ${what} where id = ${ticket}`, "ticket_closed");
  });
});

describe("a shop that works only on the customer's yes", () => {
  beforeEach(() => rows("update shop set authorization = 'work'"));

  it("begins no ticket while a line is open, by whatever step", async () => {
    expect(await attempt(`update service_tickets set status = 'in_progress' where id = ${await aTicket()}`)).toBe("done");
    await aLine();
    await expectRefused(`update service_tickets set status = 'in_progress' where id = ${ticket}`, "authorization_required");
  });

  it("lets no part leave the stock beyond what is approved, planned or not", async () => {
    const line = `insert into ticket_parts (service_ticket_id, inventory_id, quantity, unit_price) values (${ticket}, ${shop.part.id}, 1000, 1)`;
    await expectRefused(line, "authorization_required");
    await ofPart();
    await expectRefused(line, "authorization_required");
    await rows("update shop set authorization = 'posting'");
    await draw(1_000);
    await rows("update shop set authorization = 'work'");
    await expectRefused(`update ticket_parts set quantity = 2000 where service_ticket_id = ${ticket}`, "authorization_required");
    await bringTo(ticket, "cancelled");
    await expectRefused(`update service_tickets set status = 'open' where id = ${ticket}`, "authorization_required");
    await rows("delete from ticket_parts where service_ticket_id = ?", ticket);
    expect(await attempt(`update service_tickets set status = 'open' where id = ${ticket}`)).toBe("done");
  });
});

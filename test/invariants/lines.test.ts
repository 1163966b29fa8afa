import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attempt, bringTo, expectRefused, KEPT } from "../support/attacks.ts";
import { aTicketRow, changing, linesOn } from "../support/lines-by-sql.ts";
import { rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aShop, type Shop } from "../support/shop.ts";

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

describe("a line", () => {
  it("has amounts that follow from quantity, price and discount, and no others", async () => {
    const id = await on.line({ discount_percent: 100_000 });
    expect(await rows("select gross, discount_amount, net from ticket_lines where id = ?", id)).toEqual([
      { gross: 18_000, discount_amount: 1_800, net: 16_200 },
    ]);
    for (const column of ["gross", "discount_amount", "net", "words"])
      expect(await attempt(changing(id, `${column} = 1`)), column).toMatch(/generated column/);
  });

  it("has only the fields of its kind, with values within bounds", async () => {
    await expectRefused(on.inserting("kind, unit_price", "'part', 1"), "CHECK");
    await expectRefused(on.inserting("kind, condition, unit_price", "'labor', 'new', 1"), "CHECK");
    await expectRefused(on.inserting("kind, unit_price", "'fee', 1"), "CHECK");
    await expectRefused(on.inserting("kind, unit_price", "'gift', 1"), "CHECK");
    await expectRefused(on.inserting("kind, unit_price, provider", "'labor', 1, 'x'"), "CHECK");
    await expectRefused(on.inserting("kind, unit_price, unit_cost", "'labor', 1, 1"), "CHECK");
    await expectRefused(on.inserting("kind", "'labor'"), "NOT NULL");
    await expectRefused(on.inserting("kind, unit_price, flat_amount", "'labor', 1, 1"), "CHECK");
    await expectRefused(
      on.inserting("kind, condition, inventory_id, unit_price", `'part', 'customer_supplied', ${shop.part.id}, 1`),
      "CHECK",
    );
    const id = await on.line();
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
      await expectRefused(changing(id, what), "CHECK|conflict");
  });

  it("comes with others to at most what a ticket can", async () => {
    await on.line({ quantity: 1_000, unit_price: 999_999_000 });
    await expectRefused(on.inserting("kind, unit_price", "'labor', 1000"), "amount_too_large");
    const id = await on.line({ quantity: 1_000, unit_price: 999 });
    await expectRefused(changing(id, "unit_price = 1000"), "amount_too_large");
    await expectRefused(changing(id, "unit_price = null, flat_amount = 1000"), "amount_too_large");
  });

  it("is one of at most 300, in at most 100 jobs", async () => {
    const many = (table: string, names: string, values: string, count: number) =>
      `insert into ${table} (service_ticket_id, ${names}) with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
        select ${ticket}, ${values} from n`;
    await rows(many("ticket_lines", "kind, description, quantity, unit_price", "'labor', 'x', 1000, 1", 300));
    await expectRefused(on.inserting("kind, unit_price", "'labor', 1"), "too_many_lines");
    await rows(many("ticket_jobs", "title, position, created_at", "'x', i, 'x'", 100));
    await expectRefused(
      `insert into ticket_jobs (service_ticket_id, title, position, created_at) values (${ticket}, 'x', 1, 'x')`,
      "too_many_lines",
    );
  });

  it("is of a job of its own ticket, and names a part and a mechanic that are there", async () => {
    const elsewhere = await on.job(await aTicketRow(shop));
    await expectRefused(on.inserting("kind, unit_price, job_id", `'labor', 1, ${elsewhere}`), "reference_not_found");
    await expectRefused(on.inserting("kind, unit_price, mechanic_id", "'labor', 1, 99999"), "reference_not_found");
    await expectRefused(on.inserting("kind, condition, unit_price, inventory_id", "'part', 'new', 1, 99999"), "reference_not_found");
    const id = await on.line();
    for (const what of [`job_id = ${elsewhere}`, "mechanic_id = 99999"]) await expectRefused(changing(id, what), "reference_not_found");
    const part = await on.part();
    await expectRefused(changing(part, "inventory_id = 99999"), "reference_not_found");
  });

  it("sells whole pieces of what comes in pieces", async () => {
    await expectRefused(
      on.inserting("kind, condition, unit_price, inventory_id", `'part', 'new', 1, ${shop.part.id}`).replace(", 1000,", ", 1500,"),
      "whole_units_only",
    );
    await expectRefused(changing(await on.part(), "quantity = 1500"), "whole_units_only");
  });

  it("charges for hazardous waste only in a shop with an EPA number", async () => {
    await expectRefused(on.inserting("kind, fee_kind, unit_price", "'fee', 'hazardous_waste', 450"), "epa_number_missing");
    const fee = await on.line({ kind: "fee", fee_kind: "other", quantity: 1_000, unit_price: 450 });
    await expectRefused(changing(fee, "fee_kind = 'hazardous_waste'"), "epa_number_missing");
    await rows("update shop set epa_number = 'CAL000000001'");
    expect(await attempt(changing(fee, "fee_kind = 'hazardous_waste'"))).toBe("done");
  });

  it("is approved by nobody but the customer", async () => {
    const id = await on.line();
    for (const what of ["decision = 'approved', authorized_net = 18000", "decision = 'declined'"])
      await expectRefused(changing(id, what), "conflict");
    await expectRefused(changing(id, "authorized_net = 18000"), "CHECK|conflict");
    await expectRefused(on.inserting("kind, unit_price, decision, authorized_net", "'labor', 1, 'approved', 1"), "conflict");
  });

  it("keeps its id and its ticket, and no insert replaces it", async () => {
    const [id, other, elsewhere] = [await on.line(), await on.line(), await aTicketRow(shop)];
    await expectRefused(changing(id, `id = ${other}`), KEPT);
    await expectRefused(changing(id, "id = 99999"), KEPT);
    await expectRefused(changing(id, `service_ticket_id = ${elsewhere}`), "conflict");
    await expectRefused(on.inserting("id, kind, unit_price", `${id}, 'labor', 1`), "conflict");
    const job = await on.job();
    await expectRefused(`update ticket_jobs set service_ticket_id = ${elsewhere} where id = ${job}`, "conflict");
    await expectRefused(`update ticket_jobs set id = 99999 where id = ${job}`, KEPT);
  });

  it.each(["closed", "cancelled"] as const)("does not change when its ticket is %s, nor does its job", async (status) => {
    const [id, job] = [await on.line(), await on.job()];
    await bringTo(ticket, status);
    await expectRefused(on.inserting("kind, unit_price", "'labor', 1"), "ticket_closed");
    for (const what of ["quantity = 1", "description = 'x'", "discount_value = 1", "taxable = 0", `job_id = ${job}`])
      await expectRefused(changing(id, what), "ticket_closed");
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

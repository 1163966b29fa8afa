import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { auditOf, rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aShop } from "../support/shop.ts";
import { aSale, decide, FEE, inShop, LABOR, partOf, type SoldLine } from "../support/sold.ts";

const client = createClient();

describe("a new line", () => {
  it.each([
    ["of a part without a condition", { kind: "part", description: "Pads", unit_price: 1 }, "/body/condition"],
    ["of a part from nowhere without a price", { kind: "part", description: "Pads", condition: "used" }, "/body/unit_price"],
    ["of a part from nowhere without words", { kind: "part", unit_price: 1, condition: "used" }, "/body/description"],
    [
      "from stock that the customer supplies",
      { kind: "part", inventory_id: 1, condition: "customer_supplied", unit_price: 0 },
      "/body/inventory_id",
    ],
    ["of a fee without its kind", { kind: "fee", description: "Fee", unit_price: 1 }, "/body/fee_kind"],
    ["of a sublet without a price", { kind: "sublet", description: "Machine rotors" }, "/body/unit_price"],
    ["of labour with a condition", { ...LABOR, condition: "new" }, "/body/condition"],
    ["of labour with a cost", { ...LABOR, unit_cost: 1 }, "/body/unit_cost"],
    ["of labour from stock", { ...LABOR, inventory_id: 1 }, "/body/inventory_id"],
    ["of labour with a provider", { ...LABOR, provider: "Machine shop" }, "/body/provider"],
    ["of a fee with a mechanic", { ...FEE, mechanic_id: 1 }, "/body/mechanic_id"],
    ["with a price and a flat amount", { ...LABOR, flat_amount: 5 }, "/body/flat_amount"],
    ["of quantity 0", { ...LABOR, quantity: 0 }, "/body/quantity"],
    ["of a negative quantity", { ...LABOR, quantity: -1 }, "/body/quantity"],
    ["of a quantity with four decimals", { ...LABOR, quantity: 1.0001 }, "/body/quantity"],
    ["of more than a million", { ...LABOR, quantity: 1_000_000.001 }, "/body/quantity"],
    ["with a negative price", { ...LABOR, unit_price: -0.01 }, "/body/unit_price"],
    ["with a price of three decimals", { ...LABOR, unit_price: 1.005 }, "/body/unit_price"],
    ["with a price over the cap", { ...LABOR, unit_price: 10_000_000 }, "/body/unit_price"],
    ["with a discount of nothing", { ...LABOR, discount: {} }, "/body/discount"],
    ["with a discount of 0 %", { ...LABOR, discount: { percent: 0 } }, "/body/discount/percent"],
    ["with a discount over 100 %", { ...LABOR, discount: { percent: 100.0001 } }, "/body/discount/percent"],
    ["with a discount of five decimals", { ...LABOR, discount: { percent: 1.00001 } }, "/body/discount/percent"],
    ["with a negative discount", { ...LABOR, discount: { amount: -1 } }, "/body/discount/amount"],
    ["with both discounts", { ...LABOR, discount: { amount: 1, percent: 1 } }, "/body/discount"],
    ["with a discount and a reason", { ...LABOR, discount: { amount: 1, reason: "x" } }, "/body/discount/reason"],
    ["with amounts of its own", { ...LABOR, net: 1 }, "/body/net"],
    ["that is approved", { ...LABOR, decision: "approved" }, "/body/decision"],
  ])("%s is 422 at the field", async (_what, line, pointer) => {
    const sale = await aSale(client, await aShop());
    const answer = await sale.addLine(line);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
    expect(await sale.lines()).toEqual([]);
  });

  it("is refused with what SQL says of it, and nothing is written", async () => {
    const shop = await aShop();
    const [sale, other] = [await aSale(client, shop), await aSale(client, shop)];
    const { body } = await other.addJob({ title: "Brakes" });
    const refused: [object, string][] = [
      [{ ...LABOR, discount: { amount: 180.01 } }, "discount_too_large"],
      [{ ...LABOR, quantity: 1_000_000, unit_price: 10 }, "amount_too_large"],
      [{ ...LABOR, job_id: body.jobs[0].id }, "reference_not_found"],
      [{ ...LABOR, mechanic_id: 999_999 }, "reference_not_found"],
      [{ ...partOf(shop), inventory_id: 999_999 }, "reference_not_found"],
      [partOf(shop, 0.5), "whole_units_only"],
      [{ ...FEE, fee_kind: "hazardous_waste" }, "epa_number_missing"],
    ];
    for (const [line, code] of refused) {
      expect((await sale.addLine(line)).body.code, code).toBe(code);
      const { job_id: _job, ...rest } = { job_id: 0, ...line };
      if (!("job_id" in line)) expect((await sale.addJob({ title: "X", lines: [LABOR, rest] })).body.code, code).toBe(code);
    }
    expect(await sale.pricing()).toMatchObject({ jobs: [], lines: [] });
    const waste = await inShop({ epa_number: "CAL000123456" }, () => sale.addLine({ ...FEE, fee_kind: "hazardous_waste" }));
    expect(waste.status).toBe(201);
  });

  it("fits as long as all of them come to at most 9,999,999.99", async () => {
    const sale = await aSale(client, await aShop());
    expect((await sale.addLine({ ...FEE, unit_price: 9_999_990 })).status).toBe(201);
    expect((await sale.addLine({ ...FEE, unit_price: 10 })).body.code).toBe("amount_too_large");
    expect((await sale.addLine({ ...FEE, unit_price: 9.99 })).body.total).toBe(9_999_999.99);
    const [line] = await sale.lines();
    expect((await sale.changeLine(line?.id ?? 0, { unit_price: 9_999_990.01 })).body.code).toBe("amount_too_large");
  });

  it("is one of at most 50 in a job", async () => {
    const sale = await aSale(client, await aShop());
    const lines = Array.from({ length: 30 }, () => LABOR);
    const job = (await sale.addJob({ title: "Long", lines })).body.jobs[0].id;
    for (let n = 30; n < 50; n += 1) expect((await sale.addLine({ ...LABOR, job_id: job })).status).toBe(201);
    expect((await sale.addLine({ ...LABOR, job_id: job })).body.code).toBe("too_many_lines");
    const apart = (await sale.addLine(LABOR)).body.lines[0].id;
    expect((await sale.changeLine(apart, { job_id: job })).body.code).toBe("too_many_lines");
  });

  it("is one of at most 300, in at most 100 jobs", async () => {
    const sale = await aSale(client, await aShop());
    const lines = Array.from({ length: 30 }, () => LABOR);
    for (let n = 0; n < 10; n += 1) expect((await sale.addJob({ title: `Job ${n}`, lines })).status).toBe(201);
    expect((await sale.addLine(LABOR)).body.code).toBe("too_many_lines");
    await rows(
      `insert into ticket_jobs (service_ticket_id, title, position, created_at)
        select ?, 'More', 1, 'now' from (with recursive n(i) as (select 1 union all select i + 1 from n where i < 90) select i from n)`,
      sale.id,
    );
    expect((await sale.addJob({ title: "One more" })).body.code).toBe("too_many_lines");
    expect((await sale.pricing()).lines_net).toBe(54_000);
  });
});

describe("a line", () => {
  it("changes in what is sent: a price takes the place of a flat amount, null ends a discount", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    await sale.addLine({ ...LABOR, discount: { percent: 10 } });
    const [{ id } = { id: 0 }] = await sale.lines();
    const change = async (body: object): Promise<SoldLine> => (await sale.changeLine(id, body)).body.lines[0];
    expect(await change({ flat_amount: 100, unit_price: null })).toMatchObject({
      unit_price: null,
      flat_amount: 100,
      net: 90,
      quantity: 1.5,
    });
    expect(await change({ unit_price: 80, quantity: 2 })).toMatchObject({ unit_price: 80, flat_amount: null, net: 144 });
    expect(await change({ discount: { amount: 60 } })).toMatchObject({ discount: { amount: 60 }, net: 100 });
    expect(await change({ discount: null, taxable: false, mechanic_id: shop.mechanic.id })).toMatchObject({
      discount: null,
      taxable: false,
      net: 160,
      mechanic_id: shop.mechanic.id,
    });
    expect((await auditOf("service_ticket", sale.id)).filter(({ action }) => action === "service_ticket.line_changed")).toHaveLength(4);
  });

  it("takes no field of another kind, keeps those of its own, and does not change its kind", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    await sale.addJob({ title: "All", lines: [LABOR, partOf(shop), FEE] });
    const [labor, part, fee] = (await sale.lines()).map(({ id }) => id);
    const before = await sale.lines();
    const refused: [number | undefined, object, string][] = [
      [labor, { condition: "new" }, "condition"],
      [labor, { unit_cost: 1 }, "unit_cost"],
      [part, { mechanic_id: shop.mechanic.id }, "mechanic_id"],
      [part, { condition: null }, "condition"],
      [part, { condition: "customer_supplied" }, "inventory_id"],
      [fee, { fee_kind: null }, "fee_kind"],
      [fee, { provider: "Machine shop" }, "provider"],
    ];
    for (const [line, body, field] of refused) {
      const answer = await sale.changeLine(line ?? 0, body);
      expect([answer.status, answer.body.code, answer.body.field], JSON.stringify(body)).toEqual([422, "field_not_of_kind", field]);
    }
    for (const body of [
      { kind: "fee" },
      {},
      { unit_price: null },
      { unit_price: null, flat_amount: null },
      { unit_price: 1, flat_amount: 1 },
    ])
      expect((await sale.changeLine(labor ?? 0, body)).body.code, JSON.stringify(body)).toBe("invalid");
    expect((await sale.changeLine(labor ?? 0, { discount: { amount: 180.01 } })).body.code).toBe("discount_too_large");
    expect((await sale.changeLine(part ?? 0, { quantity: 1.5 })).body.code).toBe("whole_units_only");
    expect((await sale.changeLine(part ?? 0, { inventory_id: 999_999 })).body.code).toBe("reference_not_found");
    expect((await sale.changeLine(fee ?? 0, { fee_kind: "hazardous_waste" })).body.code).toBe("epa_number_missing");
    expect(await sale.lines()).toEqual(before);
    expect((await sale.changeLine(part ?? 0, { condition: "customer_supplied", inventory_id: null, fee_kind: null })).status).toBe(200);
  });

  it("moves between the jobs of its ticket, and out of them, but not to another ticket", async () => {
    const shop = await aShop();
    const [sale, other] = [await aSale(client, shop), await aSale(client, shop)];
    const { body: foreign } = await other.addJob({ title: "Theirs" });
    await sale.addJob({ title: "One", lines: [LABOR] });
    const { body } = await sale.addJob({ title: "Two" });
    const [one, two] = body.jobs;
    const { id } = one.lines[0];
    expect((await sale.changeLine(id, { job_id: two.id })).body.jobs).toMatchObject([{ lines: [] }, { lines: [{ id }] }]);
    expect((await sale.changeLine(id, { job_id: null })).body.lines).toMatchObject([{ id, job_id: null }]);
    expect((await sale.changeLine(id, { job_id: foreign.jobs[0].id })).body).toMatchObject({ code: "reference_not_found", entity: "job" });
    expect([(await other.changeLine(id, { quantity: 2 })).status, (await other.removeLine(id)).status]).toEqual([404, 404]);
    expect((await sale.removeLine(id)).body.lines).toEqual([]);
  });

  it("stays approved when it becomes cheaper, is beyond it when dearer, and is open again in other words", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    await sale.addLine(partOf(shop, 2));
    const [{ id } = { id: 0 }] = await sale.lines();
    const change = async (body: object) => (await sale.changeLine(id, body)).body;
    await decide("approved", id);
    expect((await change({ quantity: 1 })).lines).toMatchObject([{ decision: "approved", authorized_net: 99.8, covered: true }]);
    const dearer = await change({ quantity: 3 });
    expect([dearer.lines, dearer.unmet[0]]).toMatchObject([
      [{ decision: "approved", covered: false }],
      { code: "line_not_approved", line_id: id, net: 149.7, authorized_net: 99.8 },
    ]);
    expect((await change({ condition: "rebuilt", quantity: 1 })).lines).toMatchObject([{ decision: "open", authorized_net: null }]);
  });
});

describe("an automatic line", () => {
  it("stands for parts that left the stock beyond the plan, and follows both", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 3 }] });
    const left = async () => (await sale.lines()).map(({ automatic, quantity, drawn }) => [automatic, quantity, drawn]);
    expect(await sale.lines()).toMatchObject([{ automatic: true, quantity: 3, net: 149.7, unit_cost: 27.5, decision: "open", drawn: 3 }]);
    await sale.addLine(partOf(shop));
    expect(await left()).toEqual([
      [true, 2, 2],
      [false, 1, 1],
    ]);
    const planned = (await sale.lines()).at(-1)?.id ?? 0;
    await sale.changeLine(planned, { quantity: 3 });
    expect(await left()).toEqual([[false, 3, 3]]);
    await sale.removeLine(planned);
    expect(await left()).toEqual([[true, 3, 3]]);
    await sale.removePart(shop.part);
    expect([await left(), await brokenRules()]).toEqual([[], {}]);
  });

  it("takes a price, a discount, a job and whether it is taxed, and nothing else", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 2 }] });
    const { body } = await sale.addJob({ title: "Brakes" });
    const [{ id } = { id: 0 }] = await sale.lines();
    const change = { unit_price: 40, discount: { percent: 50 }, taxable: false, job_id: body.jobs[0].id };
    expect((await sale.changeLine(id, change)).body.jobs[0].lines).toMatchObject([{ id, automatic: true, net: 40 }]);
    for (const refused of [{ quantity: 1 }, { description: "Gift" }, { condition: "used" }, { inventory_id: null }, { unit_cost: 1 }]) {
      const answer = await sale.changeLine(id, refused);
      expect([answer.status, answer.body.code], JSON.stringify(refused)).toEqual([409, "part_drawn"]);
    }
    for (const answer of [await sale.removeLine(id), await sale.removeJob(body.jobs[0].id)]) expect(answer.body.code).toBe("part_drawn");
    await sale.setPart(shop.part, 3);
    expect(await sale.lines()).toMatchObject([{ id, quantity: 3, net: 60 }]);
  });
});

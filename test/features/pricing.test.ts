import { describe, expect, it } from "vitest";
import { clock, createClient, START } from "../support/client.ts";
import { anAdmin, auditOf, insert, rows } from "../support/people.ts";
import { aPart, aShop, aTicket, aVehicle, stockOf } from "../support/shop.ts";
import { aSale, brokenBesideDecisions, decide, FEE, inShop, LABOR, partOf, type SoldLine } from "../support/sold.ts";

const client = createClient();

/** Runs `work` while this tax is there; rates in ppm. */
const taxed = async <T>(
  tax: { name: string; rate: number; kinds: string[]; from?: string; until?: string },
  work: () => Promise<T>,
): Promise<T> => {
  const { name, rate, kinds, from = "2020-01-01", until = null } = tax;
  const moments = { created_at: "2026-11-20T09:30:00.000Z", updated_at: "2026-11-20T09:30:00.000Z" };
  const id = await insert("taxes", { name, rate, applies_to: JSON.stringify(kinds), valid_from: from, valid_until: until, ...moments });
  try {
    return await work();
  } finally {
    await rows("delete from taxes where id = ?", id);
  }
};
const SALES = { name: "Sales tax", rate: 92_500, kinds: ["part"] };

/** Brakes as a counter clerk writes them: labour, pads from stock, a fee. */
const brakes = async (stock = 10) => {
  const shop = { ...(await aShop()), part: await aPart(stock, 8_999) };
  const sale = await aSale(client, shop);
  await sale.addJob({ title: "Front brakes", lines: [{ ...LABOR, mechanic_id: shop.mechanic.id }, partOf(shop), FEE] });
  const [labor = 0, pads = 0, fee = 0] = (await sale.lines()).map(({ id }) => id);
  return { shop, sale, labor, pads, fee };
};

describe("the price of a ticket", () => {
  it("has its lines, each tax on its base, and the total", async () => {
    const { sale } = await brakes();
    expect(await taxed(SALES, () => sale.pricing())).toMatchObject({
      lines_net: 274.49,
      discount_amount: 0,
      net: 274.49,
      taxes: [{ name: "Sales tax", rate: 9.25, base: 89.99, amount: 8.32 }],
      tax: 8.32,
      total: 282.81,
      subtotals: { labor: 180, part: 89.99, sublet: 0, fee: 4.5 },
      approved: { net: 0, tax: 0, total: 0 },
      discount: null,
    });
  });

  it("of a ticket without lines is nothing", async () => {
    const sale = await aSale(client, await aShop());
    const { net, tax, total, taxes, unmet } = await taxed(SALES, () => sale.pricing());
    expect({ net, tax, total, taxes }).toEqual({ net: 0, tax: 0, total: 0, taxes: [] });
    expect(unmet).toEqual([{ code: "shop_incomplete", field: "address" }, { code: "nothing_to_bill" }, { code: "status", status: "open" }]);
  });

  it("is less by the discount of the ticket, which is spread over the lines before taxes", async () => {
    const { sale } = await brakes();
    await taxed(SALES, async () => {
      const { body } = await sale.discount({ percent: 10, reason: "Third visit" });
      expect(body).toMatchObject({ discount: { percent: 10, reason: "Third visit" }, discount_amount: 27.45, net: 247.04 });
      expect(body.subtotals).toEqual({ labor: 162, part: 80.99, sublet: 0, fee: 4.05 });
      expect(body.taxes).toMatchObject([{ base: 80.99, amount: 7.49 }]);
      const most = await sale.discount({ amount: 1_000, reason: "Goodwill" });
      expect(most.body).toMatchObject({ discount: { amount: 1000 }, discount_amount: 274.49, net: 0, taxes: [], total: 0 });
      expect((await client.get(sale.path, { token: (await anAdmin()).token })).body.discount).toEqual({ amount: 1000, reason: "Goodwill" });
      expect((await sale.endDiscount()).body).toMatchObject({ discount: null, total: 282.81 });
    });
    const changes = (await auditOf("service_ticket", sale.id)).filter(({ action }) => action === "service_ticket.discount_changed");
    expect(JSON.parse(changes[0]?.after ?? "")).toEqual({ discount_percent: 10, discount_reason: "Third visit" });
  });

  it.each([
    ["without a reason", { percent: 10 }, "/body/reason"],
    ["of 0", { amount: 0, reason: "x" }, "/body/amount"],
    ["over 100 %", { percent: 101, reason: "x" }, "/body/percent"],
    ["of three decimals", { amount: 1.005, reason: "x" }, "/body/amount"],
    ["of both", { percent: 1, amount: 1, reason: "x" }, "/body"],
    ["of neither", { reason: "x" }, "/body"],
  ])("takes no discount %s", async (_what, body, pointer) => {
    const sale = await aSale(client, await aShop());
    const answer = await sale.discount(body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
    expect((await sale.pricing()).discount).toBeNull();
  });

  it("leaves out what is declined, and tells what is approved", async () => {
    const { sale, labor, pads, fee } = await brakes();
    await taxed(SALES, async () => {
      await decide("approved", pads);
      const mixed = await sale.pricing();
      expect([mixed.total, mixed.approved]).toEqual([282.81, { net: 89.99, tax: 8.32, total: 98.31 }]);
      expect(mixed.jobs[0]).toMatchObject({ authorized_net: 89.99, covered: false });
      const approved = await sale.pricing("?approved=true");
      expect(approved).toMatchObject({ net: 89.99, tax: 8.32, total: 98.31, approved: mixed.approved, unmet: mixed.unmet });
      await decide("approved", labor);
      await decide("declined", fee);
      const decided = await sale.pricing();
      expect([decided.total, decided.approved]).toEqual([278.31, { net: 269.99, tax: 8.32, total: 278.31 }]);
      expect(decided.jobs[0]).toMatchObject({ net: 269.99, authorized_net: 269.99, covered: true });
      await decide("declined", labor, pads);
      expect(await sale.pricing()).toMatchObject({ lines_net: 0, total: 0, approved: { total: 0 }, subtotals: { labor: 0 } });
    });
  });

  it("has no taxes for a customer who is exempt, until the exemption ends", async () => {
    const { shop, sale } = await brakes();
    const exempt = (until: string | null) =>
      rows(
        "update customers set tax_exempt_reason = 'Resale', tax_exempt_certificate = 'R-1', tax_exempt_until = ? where id = ?",
        until,
        shop.customer.id,
      );
    await taxed(SALES, async () => {
      for (const [until, tax] of [
        [null, 0],
        ["2026-11-20", 0],
        ["2026-11-19", 8.32],
      ] as const) {
        await exempt(until);
        expect((await sale.pricing()).tax, String(until)).toBe(tax);
      }
    });
  });

  it("has the taxes of the day that it is in the shop", async () => {
    const { sale } = await brakes();
    const taxIn = (zone: string) => inShop({ time_zone: zone }, async () => (await sale.pricing()).tax);
    await taxed({ ...SALES, until: "2026-11-19" }, async () => {
      expect([await taxIn("Pacific/Honolulu"), await taxIn("UTC"), await taxIn("Pacific/Honolulu")]).toEqual([8.32, 0, 8.32]);
      await inShop({ time_zone: "Pacific/Honolulu" }, async () => {
        const [{ id } = { id: 0 }] = await sale.lines();
        expect((await sale.changeLine(id, { quantity: 1 })).body.tax).toBe(8.32);
        clock.now = Date.parse("2026-11-20T10:00:00.000Z");
        expect((await sale.pricing()).tax).toBe(0);
        clock.now = START;
      });
    });
  });

  it("names all that an invoice still lacks", async () => {
    const { shop, sale, labor, pads } = await brakes();
    await sale.changeLine(labor, { mechanic_id: null });
    await sale.changeLine(pads, { quantity: 2 });
    await sale.addPart(shop.part);
    expect((await sale.pricing()).unmet).toMatchObject([
      ...[180, 179.98, 4.5].map((net) => ({ code: "line_not_approved", net, authorized_net: null })),
      { code: "parts_differ", inventory_id: shop.part.id, name: shop.part.name, drawn: 1, billed: 2 },
      { code: "labor_without_mechanic", line_id: labor },
      { code: "shop_incomplete", field: "address" },
      { code: "status", status: "open" },
    ]);
    const { body } = await client.get(`${sale.path}/jobs`, { token: shop.mechanic.token });
    await sale.changeJob(body.jobs[0].id, { mechanic_id: shop.mechanic.id });
    await sale.setPart(shop.part, 2);
    await sale.status("completed");
    await inShop({ authorization: "none", address: "1 Main Street" }, async () => expect((await sale.pricing()).unmet).toEqual([]));
    await decide("declined", pads);
    expect((await sale.pricing()).unmet.map(({ code }: { code: string }) => code)).not.toContain("parts_differ");
    const [automatic] = (await sale.lines()).filter((line) => line.automatic);
    await decide("declined", automatic?.id ?? 0);
    expect((await sale.pricing()).unmet).toContainEqual(expect.objectContaining({ code: "parts_differ", drawn: 2, billed: 0 }));
  });

  it("tells of each line what the rules of the database say of it", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    for (const by_line of [false, true]) await sale.addJob({ title: "Job", by_line, lines: [LABOR, partOf(shop), FEE] });
    await sale.addLine(LABOR);
    const ids = (await sale.lines()).map(({ id }) => id);
    // Each line is open, approved or declined, and cheaper or dearer than before, in another way each time.
    for (let n = 0; n < 24; n += 1) {
      for (const [index, id] of ids.entries())
        await decide((["open", "approved", "declined"] as const)[(n * (index + 3) + index) % 3] ?? "open", id);
      for (const [index, id] of ids.entries()) await sale.changeLine(id, { unit_price: 50 + ((n * 7 + index * 5) % 4) });
      const told = (await sale.lines()).filter(({ covered }) => covered).map(({ id }) => id);
      const rule = await rows<{ id: number }>("select id from line_coverage where service_ticket_id = ? and covered order by id", sale.id);
      expect(told, String(n)).toEqual(rule.map(({ id }) => id));
    }
  });
});

describe("drawing parts", () => {
  it("takes from stock what approved lines lack, at their price, and not more the next time", async () => {
    const { shop, sale, labor, pads, fee } = await brakes();
    expect((await sale.draw()).body.code).toBe("nothing_to_draw");
    await sale.changeLine(pads, { quantity: 3, unit_price: 80, unit_cost: 30 });
    await decide("approved", labor, pads, fee);
    await sale.addPart(shop.part);
    const drawn = await sale.draw();
    expect([drawn.status, drawn.body.jobs[0].lines[1]]).toMatchObject([200, { id: pads, drawn: 3 }]);
    expect([await stockOf(shop.part), (await sale.draw()).body.code]).toEqual([7, "nothing_to_draw"]);
    const other = await brakes();
    await other.sale.changeLine(other.pads, { quantity: 2, unit_price: 80, unit_cost: 30 });
    await decide("approved", other.labor, other.pads, other.fee);
    expect((await other.sale.draw()).status).toBe(200);
    const [row] = await rows("select quantity, unit_price, unit_cost from ticket_parts where service_ticket_id = ?", other.sale.id);
    expect(row).toEqual({ quantity: 2000, unit_price: 8000, unit_cost: 3000 });
    expect((await auditOf("service_ticket", other.sale.id)).at(-1)?.action).toBe("service_ticket.parts_drawn");
    expect(await brokenBesideDecisions()).toEqual({});
  });

  it("is all or nothing", async () => {
    const shop = { ...(await aShop()), part: await aPart(5) };
    const [few, retired] = [await aPart(1), await aPart(9)];
    const sale = await aSale(client, shop);
    await inShop({ authorization: "none" }, async () => {
      for (const [part, quantity] of [
        [shop.part, 2],
        [few, 2],
      ] as const)
        await sale.addLine(partOf({ part }, quantity));
      const refused = await sale.draw();
      expect([refused.status, refused.body]).toMatchObject([
        409,
        { code: "insufficient_stock", inventory_id: few.id, wanted: 2, available: 1 },
      ]);
      const [, short] = await sale.lines();
      await sale.changeLine(short?.id ?? 0, { inventory_id: retired.id });
      await rows("update parts set retired_at = '2026-11-20T09:30:00.000Z' where id = ?", retired.id);
      expect((await sale.draw()).body.code).toBe("part_retired");
      expect([await stockOf(shop.part), await stockOf(few), await stockOf(retired)]).toEqual([5, 1, 9]);
      await decide("declined", short?.id ?? 0);
      expect([(await sale.draw()).status, await stockOf(shop.part)]).toEqual([200, 3]);
    });
    expect(await brokenBesideDecisions()).toEqual({});
  });

  it("happens once when it is asked for twenty times at once", async () => {
    const { shop, sale, labor, pads, fee } = await brakes();
    await decide("approved", labor, pads, fee);
    const answers = await Promise.all(Array.from({ length: 20 }, () => sale.draw()));
    const codes = answers.map(({ status, body }) => body.code ?? status).sort();
    expect(codes).toEqual([200, ...Array.from({ length: 19 }, () => "nothing_to_draw")]);
    expect(await stockOf(shop.part)).toBe(9);
  });
});

describe("a shop where work needs the customer's yes", () => {
  const strict = <T>(work: () => Promise<T>): Promise<T> => inShop({ authorization: "work" }, work);
  const required = { code: "authorization_required" };

  it("lets no part of an uncovered line leave the stock, by whatever route", async () => {
    const { shop, sale, labor, pads, fee } = await brakes();
    const { token } = shop.mechanic;
    const { id } = shop.part;
    const add = { inventory_id: id, quantity: 1 };
    const legacy = sale.path.replace("/service-tickets", "/tickets");
    await strict(async () => {
      for (const [method, path, body] of [
        ["post", `${sale.path}/parts`, add],
        ["put", `${sale.path}/parts/${id}`, { quantity: 1 }],
        ["put", `${sale.path}/add-part/${id}`, { quantity: 1 }],
        ["put", `${sale.path}/inventory`, { add: [add] }],
        ["post", `${sale.path}/inventory`, { add: [add] }],
        ["post", `${legacy}/add_part`, { inventory_id: id }],
        ["post", `${legacy}/add-inventory`, { inventory_id: id }],
      ] as const)
        expect((await client.send(method, path, { token, body })).body, path).toMatchObject(required);
      const opened = { customer_id: shop.customer.id, service_desc: "Brakes", service_date: "2026-11-24", parts: [add] };
      expect((await client.post("/service-tickets", opened, { token })).body).toMatchObject({ ...required, what: shop.part.name });
      expect((await sale.draw()).body.code).toBe("nothing_to_draw");
      await decide("approved", labor, pads, fee);
      expect((await sale.addPart(shop.part, 2)).body).toMatchObject(required);
      expect((await sale.draw()).status).toBe(200);
      expect((await sale.setPart(shop.part, 2)).body).toMatchObject(required);
    });
    expect(await stockOf(shop.part)).toBe(9);
  });

  it("begins no work while a line is neither approved nor declined", async () => {
    const { sale, labor, pads, fee } = await brakes();
    await strict(async () => {
      for (const status of ["in_progress", "completed", "closed"]) expect((await sale.status(status)).body, status).toMatchObject(required);
      await decide("approved", labor, pads);
      expect((await sale.status("in_progress")).body).toMatchObject(required);
      await decide("declined", fee);
      expect((await sale.status("in_progress")).body.status).toBe("in_progress");
    });
  });

  it("brings a cancelled ticket back only without its parts, since cancelling ends every yes", async () => {
    const { shop, sale, labor, pads, fee } = await brakes();
    await decide("approved", labor, pads, fee);
    await strict(async () => {
      await sale.draw();
      await sale.status("cancelled");
      expect((await sale.status("open")).body).toMatchObject(required);
      expect((await sale.status("open", { without_parts: true })).body).toMatchObject({ status: "open", parts: [] });
    });
    expect((await sale.lines()).map(({ decision, drawn }) => [decision, drawn ?? null])).toEqual([
      ["open", null],
      ["open", 0],
      ["open", null],
    ]);
    expect(await stockOf(shop.part)).toBe(10);
  });
});

describe("what a ticket sells", () => {
  it("stays as it is when the ticket is closed, and can change when an admin opens it again", async () => {
    const { shop, sale, labor, pads } = await brakes();
    await decide("approved", labor, pads);
    await sale.addPart(shop.part);
    const before = await sale.pricing();
    await sale.status("closed");
    expect(await sale.pricing()).toEqual({ ...before, unmet: before.unmet.filter(({ code }: { code: string }) => code !== "status") });
    await client.put(`${sale.path}/status`, { status: "open" }, { token: (await anAdmin()).token });
    expect((await sale.changeLine(labor, { quantity: 1 })).body.jobs[0].lines[0]).toMatchObject({ decision: "approved", net: 120 });
  });

  it("is open again when the ticket was cancelled, with its parts back in stock and taken again", async () => {
    const { shop, sale, labor, pads } = await brakes();
    await decide("approved", labor);
    await decide("declined", pads);
    await sale.addPart(shop.part, 2);
    await sale.status("cancelled");
    const back = (await sale.lines()).map(({ decision, automatic, drawn }) => [decision, automatic, drawn]);
    expect([back, await stockOf(shop.part)]).toEqual([
      [
        ["open", false, null],
        ["open", false, 0],
        ["open", false, null],
      ],
      10,
    ]);
    await sale.status("open");
    expect((await sale.lines()).map(({ automatic, quantity, drawn }) => [automatic, quantity, drawn])).toEqual([
      [false, 1.5, null],
      [false, 1, 1],
      [false, 1, null],
      [true, 1, 1],
    ]);
    expect([await stockOf(shop.part), await brokenBesideDecisions()]).toEqual([8, {}]);
  });

  it("stays on a ticket whose customer and vehicle are merged into others, and goes with a ticket that is deleted", async () => {
    const { shop, sale } = await brakes();
    const { token } = shop.mechanic;
    const [other, vehicle] = [(await aShop()).customer, await aVehicle(shop.customer.id)];
    const ticket = await aTicket(client, { ...shop, vehicle });
    expect((await client.post(`/vehicles/${shop.vehicle.id}/merge`, { from_id: vehicle.id }, { token })).status).toBe(200);
    await client.delete(`/service-tickets/${ticket.id}`, { token });
    await rows("delete from users where id = ?", shop.customer.userId);
    expect((await client.post(`/customers/${other.id}/merge`, { from_id: shop.customer.id }, { token })).status).toBe(200);
    const seen = await sale.pricing("", other.token);
    expect(seen.jobs[0].lines.map(({ net }: SoldLine) => net)).toEqual([180, 89.99, 4.5]);
    expect((await client.delete(sale.path, { token })).status).toBe(200);
    expect(
      await rows(
        "select id from ticket_lines where service_ticket_id = ? union select id from ticket_jobs where service_ticket_id = ?1",
        sale.id,
      ),
    ).toEqual([]);
    expect(await brokenBesideDecisions()).toEqual({});
  });

  it("is nothing that clients of parts notice", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    await sale.addLine(partOf(shop, 2));
    expect((await sale.addPart(shop.part, 3)).body).toMatchObject({ parts: [{ quantity: 3, total: 149.7 }], parts_total: 149.7 });
    expect((await sale.setPart(shop.part, 1)).body.parts_total).toBe(49.9);
    const removed = await client.put(
      `${sale.path}/inventory`,
      { remove: [{ inventory_id: shop.part.id }] },
      { token: shop.mechanic.token },
    );
    expect([removed.body.parts, removed.body.parts_total, await stockOf(shop.part)]).toEqual([[], 0, 10]);
    expect((await sale.status("completed")).status).toBe(200);
  });
});

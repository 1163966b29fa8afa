import { describe, expect, it } from "vitest";
import { clock, createClient, START } from "../support/client.ts";
import { anAdmin, auditOf, insert, rows } from "../support/people.ts";
import { aShop } from "../support/shop.ts";
import { aSale, brakes, decide, FEE, inShop, LABOR, partOf } from "../support/sold.ts";

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

describe("the price of a ticket", () => {
  it("has its lines, each tax on its base, and the total", async () => {
    const { sale } = await brakes(client);
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
    const { sale } = await brakes(client);
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
    const { sale, labor, pads, fee } = await brakes(client);
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
    const { shop, sale } = await brakes(client);
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
    const { sale, labor } = await brakes(client);
    const taxIn = (zone: string) => inShop({ time_zone: zone }, async () => (await sale.pricing()).tax);
    await taxed({ ...SALES, until: "2026-11-19" }, async () => {
      expect([await taxIn("Pacific/Honolulu"), await taxIn("UTC"), await taxIn("Pacific/Honolulu"), await taxIn("UTC")]).toEqual([
        8.32, 0, 8.32, 0,
      ]);
      await inShop({ time_zone: "Pacific/Honolulu" }, async () => {
        expect((await sale.changeLine(labor, { quantity: 1 })).body.tax).toBe(8.32);
        clock.now = Date.parse("2026-11-20T10:00:00.000Z");
        expect((await sale.pricing()).tax).toBe(0);
        clock.now = START;
      });
    });
  });

  it("names all that an invoice still lacks", async () => {
    const { shop, sale, labor, pads } = await brakes(client);
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
      for (const [which, decision] of (["open", "approved", "declined"] as const).entries())
        await decide(decision, ...ids.filter((_, index) => (n * (index + 3) + index) % 3 === which));
      await rows("update ticket_lines set unit_price = 5000 + ((? * 7 + id * 5) % 4) * 100 where service_ticket_id = ?", n, sale.id);
      const told = (await sale.lines()).filter(({ covered }) => covered).map(({ id }) => id);
      const rule = await rows<{ id: number }>("select id from line_coverage where service_ticket_id = ? and covered order by id", sale.id);
      expect(told, String(n)).toEqual(rule.map(({ id }) => id));
    }
  });
});

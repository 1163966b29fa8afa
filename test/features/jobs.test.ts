import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aMechanic, anAdmin, auditOf, insert } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aPart, aShop } from "../support/shop.ts";
import { aSale, FEE, LABOR, partOf } from "../support/sold.ts";

const client = createClient();

describe("a job", () => {
  it("comes with its lines, priced by the stock and the shop where they do not say it", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    const lines = [
      { kind: "labor", description: "Replace front pads", quantity: 1.5, mechanic_id: shop.mechanic.id },
      partOf(shop, 2),
      FEE,
    ];
    const { status, headers, body } = await sale.addJob({ title: "Front brakes", concern: "Grinds", lines });
    expect([status, headers.get("Location")]).toEqual([201, `${sale.path}/pricing`]);
    expect(body.jobs).toMatchObject([
      { title: "Front brakes", concern: "Grinds", position: 1, by_line: false, net: 216.8, covered: false },
    ]);
    expect(body.jobs[0].lines).toMatchObject([
      { kind: "labor", unit_price: 75, gross: 112.5, mechanic_id: shop.mechanic.id },
      {
        kind: "part",
        description: shop.part.name,
        part_number: expect.stringMatching(/^P-/),
        unit_price: 49.9,
        unit_cost: 27.5,
        net: 99.8,
      },
      { kind: "fee", quantity: 1, net: 4.5, taxable: false, unit_cost: null },
    ]);
    expect([await brokenRules(), (await auditOf("service_ticket", sale.id)).at(-1)?.action]).toEqual([{}, "service_ticket.job_added"]);
  });

  it("takes what is said before what the stock says", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    const said = { description: "Pads, ceramic", part_number: "X-1", unit_price: 0, unit_cost: 1.25, discount: { percent: 12.5 } };
    const { body } = await sale.addLine({ ...partOf(shop), ...said });
    expect(body.lines).toMatchObject([{ ...said, net: 0 }]);
    const flat = await sale.addLine({ ...LABOR, unit_price: null, flat_amount: 99.99, discount: { amount: 9.99 } });
    expect(flat.body.lines[1]).toMatchObject({ unit_price: null, flat_amount: 99.99, quantity: 1.5, discount: { amount: 9.99 }, net: 90 });
  });

  it("is made from a service package in the same write", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    const at = "2026-11-20T09:30:00.000Z";
    const name = { name: "Oil change", note: "With filter", created_at: at, updated_at: at, search_terms: '{"name":"oil change"}' };
    const id = await insert("service_packages", name);
    const line = (position: number, fields: Record<string, string | number>) =>
      insert("service_package_lines", { service_package_id: id, position, quantity: 1000, ...fields });
    await line(2, { kind: "part", inventory_id: shop.part.id, condition: "new", quantity: 2000, discount_percent: 100_000 });
    await line(1, { kind: "labor", description: "Drain and fill", quantity: 500 });
    await line(3, { kind: "fee", fee_kind: "other", description: "Oil disposal", flat_amount: 300, taxable: 0 });
    const { status, body } = await sale.addJob({ service_package_id: id, by_line: true });
    expect([status, body.lines_net, body.jobs[0]]).toMatchObject([
      201,
      130.32,
      { title: "Oil change", note: "With filter", by_line: true },
    ]);
    expect(body.jobs[0].lines).toMatchObject([
      { kind: "labor", unit_price: 75, net: 37.5 },
      { kind: "part", description: shop.part.name, unit_price: 49.9, unit_cost: 27.5, discount: { percent: 10 }, net: 89.82 },
      { kind: "fee", flat_amount: 3, taxable: false },
    ]);
    const again = await sale.addJob({ service_package_id: id, title: "Oil, again", note: null });
    expect(again.body.jobs[1]).toMatchObject({ title: "Oil, again", note: null, position: 2 });
    const unknown = await sale.addJob({ service_package_id: 999_999 });
    expect([unknown.status, unknown.body]).toMatchObject([422, { code: "reference_not_found", entity: "service_package" }]);
    expect((await sale.pricing()).jobs).toHaveLength(2);
  });

  it("comes last unless it says where, and changes in what is sent", async () => {
    const sale = await aSale(client, await aShop());
    for (const title of ["First", "Second"]) await sale.addJob({ title, internal_note: "Bay 2" });
    const { body } = await sale.addJob({ title: "Before both", position: 1 });
    expect(body.jobs.map(({ title }: { title: string }) => title)).toEqual(["First", "Before both", "Second"]);
    const changed = await sale.changeJob(body.jobs[0].id, { position: 1000, correction: "Done" });
    expect(changed.body.jobs.at(-1)).toMatchObject({ title: "First", internal_note: "Bay 2", correction: "Done" });
    expect((await sale.addJob({ title: "Beyond the last" })).body.jobs.at(-1)).toMatchObject({ title: "Beyond the last", position: 1000 });
    const entry = (await auditOf("service_ticket", sale.id)).find(({ action }) => action === "service_ticket.job_changed");
    const image = (text: string | null | undefined) => JSON.parse(text ?? "{}").jobs;
    expect(image(entry?.before)).toMatchObject([{ title: "First", position: 1, correction: null }]);
    expect(image(entry?.after)).toMatchObject([{ title: "First", position: 1000, correction: "Done" }]);
  });

  it("goes with its lines, but not while a part of them has left the stock", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    const { body } = await sale.addJob({ title: "Brakes", lines: [LABOR, partOf(shop)] });
    const [{ id }] = body.jobs;
    await sale.addPart(shop.part);
    const refused = await sale.removeJob(id);
    expect([refused.status, refused.body.code]).toEqual([409, "part_drawn"]);
    await sale.removePart(shop.part);
    expect((await sale.removeJob(id)).body).toMatchObject({ jobs: [], lines: [], total: 0 });
    expect([(await sale.removeJob(id)).status, await brokenRules()]).toEqual([404, {}]);
  });

  it("is not kept by a part that has left the stock for a line before it", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    await sale.addLine(partOf(shop));
    const { body } = await sale.addJob({ title: "Brakes", lines: [partOf(shop)] });
    await sale.addPart(shop.part);
    expect((await sale.lines()).map(({ drawn }) => drawn)).toEqual([1, 0]);
    expect((await sale.removeJob(body.jobs[0].id)).status).toBe(200);
  });

  it.each([
    ["without a title", {}, "/body/title"],
    ["with an empty title", { title: " " }, "/body/title"],
    ["with an unknown field", { title: "Brakes", status: "open" }, "/body/status"],
    ["at position 0", { title: "Brakes", position: 0 }, "/body/position"],
    ["at position 1001", { title: "Brakes", position: 1001 }, "/body/position"],
    ["with lines and a package", { title: "Brakes", lines: [], service_package_id: 1 }, "/body/lines"],
    ["with a line of no kind", { title: "Brakes", lines: [{ description: "Pads" }] }, "/body/lines/0/kind"],
    ["with a line of another job", { title: "Brakes", lines: [{ ...LABOR, job_id: 1 }] }, "/body/lines/0/job_id"],
    ["with 31 lines", { title: "Brakes", lines: Array.from({ length: 31 }, () => LABOR) }, "/body/lines"],
  ])("%s is 422 at the field", async (_what, body, pointer) => {
    const sale = await aSale(client, await aShop());
    const answer = await sale.addJob(body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
    expect((await sale.pricing()).jobs).toEqual([]);
  });

  it("of another ticket is not found, and unknown mechanics are refused", async () => {
    const shop = await aShop();
    const [sale, other] = [await aSale(client, shop), await aSale(client, shop)];
    const { body } = await other.addJob({ title: "Brakes" });
    const [{ id }] = body.jobs;
    expect([(await sale.changeJob(id, { title: "X" })).status, (await sale.removeJob(id)).status]).toEqual([404, 404]);
    for (const answer of [await other.changeJob(id, { mechanic_id: 999_999 }), await sale.addJob({ title: "X", mechanic_id: 999_999 })])
      expect(answer.body).toMatchObject({ code: "reference_not_found", entity: "mechanic" });
    expect((await other.pricing()).jobs).toMatchObject([{ title: "Brakes", mechanic_id: null }]);
  });
});

describe("a write on jobs and lines", () => {
  it("compares If-Match with the ticket, raises its version, and happens once under one key", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    const { token } = shop.mechanic;
    const etag = (await client.get(sale.path, { token })).headers.get("ETag") ?? "";
    const added = await sale.addJob({ title: "Brakes", lines: [LABOR] }, { "If-Match": etag, "Idempotency-Key": `job-${sale.id}` });
    expect(added.status).toBe(201);
    expect((await sale.addLine(LABOR, { "If-Match": etag })).body.code).toBe("precondition_failed");
    const now = added.headers.get("ETag") ?? "";
    const { id } = added.body.jobs[0].lines[0];
    const again = await sale.addJob({ title: "Brakes", lines: [LABOR] }, { "If-Match": etag, "Idempotency-Key": `job-${sale.id}` });
    expect([again.body, again.headers.get("Idempotent-Replayed")]).toEqual([added.body, "true"]);
    expect((await sale.changeLine(id, { quantity: 2 }, { "If-Match": now })).status).toBe(200);
    expect((await sale.changeLine(id, { quantity: 3 }, { "If-Match": now })).status).toBe(412);
    expect(await sale.lines()).toMatchObject([{ quantity: 2 }]);
    const { body } = await client.get(sale.path, { token });
    expect(body.discount).toBeNull();
  });

  it.each(["closed", "cancelled"])("is refused on a %s ticket", async (status) => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    const { body } = await sale.addJob({ title: "Brakes", lines: [partOf(shop)] });
    const [{ id, lines }] = body.jobs;
    await sale.status(status);
    const before = await sale.pricing();
    for (const answer of [
      await sale.addJob({ title: "More" }),
      await sale.changeJob(id, { title: "More" }),
      await sale.removeJob(id),
      await sale.addLine(LABOR),
      await sale.changeLine(lines[0].id, { quantity: 2 }),
      await sale.removeLine(lines[0].id),
      await sale.discount({ percent: 5, reason: "Friend" }),
      await sale.endDiscount(),
      await sale.draw(),
    ])
      expect([answer.status, answer.body.code]).toEqual([409, "ticket_closed"]);
    expect(await sale.pricing()).toEqual(before);
  });

  it("names mechanics who are then not deleted", async () => {
    const [shop, admin] = [await aShop(), await anAdmin()];
    const sale = await aSale(client, shop);
    const [one, two] = [await aMechanic(), await aMechanic()];
    const { body } = await sale.addJob({ title: "Brakes", mechanic_id: one.id, lines: [{ ...LABOR, mechanic_id: two.id }] });
    for (const { id } of [one, two])
      expect((await client.delete(`/mechanics/${id}`, { token: admin.token })).body.code).toBe("mechanic_has_tickets");
    await sale.removeJob(body.jobs[0].id);
    for (const { id } of [one, two]) expect((await client.delete(`/mechanics/${id}`, { token: admin.token })).status).toBe(200);
  });

  it("is told to customers without what is for staff, and to no other customer", async () => {
    const [shop, stranger] = [await aShop(), await aShop()];
    const sale = await aSale(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 1 }] });
    await sale.addJob({ title: "Brakes", internal_note: "Third time", lines: [LABOR, { ...partOf(shop), unit_cost: 12.34 }] });
    for (const path of ["jobs", "pricing"]) {
      const own = await client.get(`${sale.path}/${path}`, { token: shop.customer.token });
      expect(own.status).toBe(200);
      expect(own.body.jobs).toMatchObject([{ title: "Brakes", lines: [{ net: 180 }, { net: 49.9 }] }]);
      for (const hidden of ["internal_note", "unit_cost", "drawn", "unmet"]) expect(JSON.stringify(own.body)).not.toContain(`"${hidden}"`);
      expect((await client.get(`${sale.path}/${path}`, { token: stranger.customer.token })).status).toBe(404);
    }
    const parts = await aPart();
    expect((await client.post(`${sale.path}/lines`, partOf({ part: parts }), { token: shop.customer.token })).status).toBe(403);
  });
});

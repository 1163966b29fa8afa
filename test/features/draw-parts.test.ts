import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { anAdmin, auditOf, rows } from "../support/people.ts";
import { aPart, aShop, aTicket, aVehicle, stockOf } from "../support/shop.ts";
import { aSale, brakes, brokenBesideDecisions, decide, inShop, partOf, type SoldLine } from "../support/sold.ts";

const client = createClient();

describe("drawing parts", () => {
  it("takes from stock what approved lines lack, at their price, and not more the next time", async () => {
    const { shop, sale, labor, pads, fee } = await brakes(client);
    expect((await sale.draw()).body.code).toBe("nothing_to_draw");
    await sale.changeLine(pads, { quantity: 3, unit_price: 80, unit_cost: 30 });
    await decide("approved", labor, pads, fee);
    await sale.addPart(shop.part);
    const drawn = await sale.draw();
    expect([drawn.status, drawn.body.jobs[0].lines[1]]).toMatchObject([200, { id: pads, drawn: 3 }]);
    expect([await stockOf(shop.part), (await sale.draw()).body.code]).toEqual([7, "nothing_to_draw"]);
    const other = await brakes(client);
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
    const { shop, sale, labor, pads, fee } = await brakes(client);
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
    const { shop, sale, labor, pads, fee } = await brakes(client);
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
    const { sale, labor, pads, fee } = await brakes(client);
    await strict(async () => {
      for (const status of ["in_progress", "completed", "closed"]) expect((await sale.status(status)).body, status).toMatchObject(required);
      await decide("approved", labor, pads);
      expect((await sale.status("in_progress")).body).toMatchObject(required);
      await decide("declined", fee);
      expect((await sale.status("in_progress")).body.status).toBe("in_progress");
    });
  });

  it("brings a cancelled ticket back only without its parts, since cancelling ends every yes", async () => {
    const { shop, sale, labor, pads, fee } = await brakes(client);
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
    const { shop, sale, labor, pads } = await brakes(client);
    await decide("approved", labor, pads);
    await sale.addPart(shop.part);
    const before = await sale.pricing();
    await sale.status("closed");
    expect(await sale.pricing()).toEqual({ ...before, unmet: before.unmet.filter(({ code }: { code: string }) => code !== "status") });
    await client.put(`${sale.path}/status`, { status: "open" }, { token: (await anAdmin()).token });
    expect((await sale.changeLine(labor, { quantity: 1 })).body.jobs[0].lines[0]).toMatchObject({ decision: "approved", net: 120 });
  });

  it("is open again when the ticket was cancelled, with its parts back in stock and taken again", async () => {
    const { shop, sale, labor, pads } = await brakes(client);
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
        ["open", true, 0],
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
    const { shop, sale } = await brakes(client);
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

import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, rows } from "../support/people.ts";
import { completeShop } from "../support/posted.ts";
import { bearer, rawClient } from "../support/raw.ts";
import { aJob, aLine, aPartLine, present } from "../support/repair-order.ts";
import { aPackage, aPart, aShop, aTicket, type Shop } from "../support/shop.ts";
import { aSale, decide, inShop } from "../support/sold.ts";

const client = createClient();
const raw = rawClient();

const history = (shop: Pick<Shop, "vehicle">, token: string) => client.get(`/vehicles/${shop.vehicle.id}/history`, { token });
const finish = async (path: string, token: string) => {
  for (const status of ["in_progress", "completed"]) expect((await client.put(`${path}/status`, { status }, { token })).status).toBe(200);
};

/** A finished visit with a job named like a package, a part of a category, and a line that was declined. */
const aVisit = async (shop: Shop, fields: Record<string, unknown> = {}) => {
  const sale = await aSale(client, shop, { service_desc: "Brakes grind", service_date: "2026-11-20", mileage: 84_120, ...fields });
  const [packaged] = await rows<{ name: string }>("select name from service_packages where id = ?", await aPackage(shop.part));
  const name = packaged?.name ?? "";
  await rows("update parts set category = 'Brake parts' where id = ?", shop.part.id);
  const job = await aJob(sale.id, { title: name.toUpperCase(), by_line: 1 });
  const labor = await aLine(sale.id, { job_id: job, mechanic_id: shop.mechanic.id });
  const pads = await aPartLine(sale.id, shop.part.id, { job_id: job });
  const extra = await aLine(sale.id, { job_id: job, description: "Bleed the brakes" });
  await decide("approved", labor, pads);
  await decide("declined", extra);
  expect((await sale.addPart(shop.part)).status).toBe(200);
  await finish(sale.path, shop.mechanic.token);
  return { ...sale, name };
};

describe("GET /vehicles/{id}/history", () => {
  it("tells of each visit its date, mileage, work, parts, mechanics and invoices", async () => {
    const shop = await aShop();
    await completeShop();
    const { id, path, name } = await aVisit(shop, { mechanic_ids: [shop.mechanic.id] });
    const { body: invoice } = await client.post(`${path}/invoice`, {}, { token: shop.mechanic.token });
    expect(invoice).toMatchObject({ kind: "invoice" });
    const { status, body } = await history(shop, shop.mechanic.token);
    expect(status).toBe(200);
    expect(body.tickets).toEqual({ read: 1, left_out: 0, exact: true });
    const lines = [
      { kind: "labor", description: "Replace front pads", state: "done" },
      { kind: "part", description: "Brake pads, ceramic", state: "done" },
      { kind: "labor", description: "Bleed the brakes", state: "declined" },
    ];
    expect(body.visits).toEqual([
      {
        ticket_id: id,
        vehicle_id: shop.vehicle.id,
        service_date: "2026-11-20",
        status: "completed",
        service_desc: "Brakes grind",
        mileage: 84_120,
        mileage_out: null,
        jobs: [{ title: name.toUpperCase(), category: "Brakes", lines }],
        parts: [
          {
            inventory_id: shop.part.id,
            name: shop.part.name,
            part_number: expect.any(String),
            category: "Brake parts",
            quantity: 1,
            unit: "each",
          },
        ],
        mechanics: [{ id: shop.mechanic.id, name: "Max Mechanic" }],
        invoices: [{ id: invoice.id, number: invoice.number, date: invoice.date }],
      },
    ]);
    expect(body.last_done.map(({ named_by, what }: { named_by: string; what: string }) => [named_by, what])).toEqual([
      ["part", shop.part.name],
      ["part_category", "Brake parts"],
      ["package_category", "Brakes"],
      ["job", name.toUpperCase()],
      ["part", "Brake pads, ceramic"],
    ]);
    expect(body.statements).toContainEqual({
      topic: "work",
      text: 'Work of the category "Brakes": last on 2026-11-20 at 84120, 1 time.',
      ticket_ids: [id],
    });
  });

  it("does not take a part that was not drawn, or was given back, for done, nor work that nobody agreed to", async () => {
    const shop = await aShop();
    const sale = await aSale(client, shop);
    const other = await aPart();
    const undrawn = await aPartLine(sale.id, other.id, { description: "Never drawn" });
    const returned = await aPartLine(sale.id, shop.part.id, { description: "Given back" });
    await aLine(sale.id, { description: "Nobody asked" });
    await decide("approved", undrawn, returned);
    await sale.addPart(shop.part);
    expect((await sale.removePart(shop.part)).status).toBe(200);
    await finish(sale.path, shop.mechanic.token);
    const { body } = await history(shop, shop.mechanic.token);
    expect(body.last_done).toEqual([]);
    expect(body.visits[0].jobs[0].lines.map(({ state }: { state: string }) => state)).toEqual(["approved", "approved", "undecided"]);
    await inShop({ authorization: "none" }, async () => {
      expect((await history(shop, shop.mechanic.token)).body.last_done).toMatchObject([{ named_by: "line", what: "Nobody asked" }]);
    });
  });

  it("has open work, what was declined on any of its tickets, and mileage that went back", async () => {
    const shop = await aShop();
    const first = await aVisit(shop);
    const second = await aTicket(client, shop, { service_date: "2026-11-22", mileage: 80_000, confirm_mileage: true, service_desc: "Oil" });
    const line = await aLine(second.id, { description: "Cabin filter" });
    const estimate = await present(client, { ticket: second.id });
    const no = { channel: "in_person", person_name: "Cara", capacity: "owner", decisions: [{ line_id: line, decision: "declined" }] };
    expect((await client.post(`/estimates/${estimate.id}/authorizations`, no, { token: shop.mechanic.token })).status).toBe(201);
    const { body } = await history(shop, shop.mechanic.token);
    expect(body.open_work).toEqual([{ ticket_id: second.id, service_date: "2026-11-22", status: "open", service_desc: "Oil" }]);
    expect(body.declined).toEqual([{ ticket_id: second.id, description: "Cabin filter", date: "2026-11-20" }]);
    expect(body.mileage_back).toEqual([
      {
        ticket_id: second.id,
        date: "2026-11-22",
        mileage: 80_000,
        before: { ticket_id: first.id, date: "2026-11-20", mileage: 84_120 },
      },
    ]);
  });

  it("reads the 50 newest by date, and says how many are left out", async () => {
    const shop = await aShop();
    const { id, vehicle } = { ...(await aTicket(client, shop)), vehicle: shop.vehicle.id };
    await rows(
      `insert into service_tickets (customer_id, vehicle_id, service_desc, service_date, status, version, created_at, updated_at, search_terms)
       select customer_id, vehicle_id, 'Older ' || value, date('2026-01-01', value || ' days'), 'open', 1, created_at, updated_at, '{}'
       from service_tickets, json_each((select json_group_array(key) from json_each(?))) where service_tickets.id = ?`,
      JSON.stringify(Array.from({ length: 60 }, () => 0)),
      id,
    );
    const { body } = await history(shop, shop.mechanic.token);
    expect(body.tickets).toEqual({ read: 50, left_out: 11, exact: true });
    expect(body.visits).toHaveLength(50);
    expect(body.visits[0].ticket_id).toBe(id);
    expect(body.visits.at(-1).service_desc).toBe("Older 11");
    expect(body.visits.every(({ vehicle_id }: { vehicle_id: number }) => vehicle_id === vehicle)).toBe(true);
  });

  it("stops before an older ticket where the newer ones have a thousand lines", async () => {
    const shop = await aShop();
    await aTicket(client, shop, { service_date: "2026-11-01", service_desc: "Oldest" });
    for (const day of ["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"]) {
      const { id } = await aTicket(client, shop, { service_date: day });
      await rows("update service_tickets set lines_count = 300 where id = ?", id);
    }
    const { body } = await history(shop, shop.mechanic.token);
    expect(body.tickets).toEqual({ read: 4, left_out: 1, exact: true });
  });

  it("shows a customer their own tickets on a vehicle of theirs, and nobody else's", async () => {
    const shop = await aShop();
    const before = await aVisit(shop);
    const buyer = await aCustomer();
    expect((await history(shop, buyer.token)).status).toBe(404);
    await client.patch(`/vehicles/${shop.vehicle.id}`, { customer_id: buyer.id }, { token: shop.mechanic.token });
    const after = await aTicket(client, { ...shop, customer: buyer }, { service_desc: "New owner's oil" });
    const seen = (await history(shop, buyer.token)).body;
    expect(seen.tickets).toEqual({ read: 1, left_out: 0, exact: true });
    expect(seen.visits.map(({ ticket_id }: { ticket_id: number }) => ticket_id)).toEqual([after.id]);
    expect([seen.last_done, seen.declined]).toEqual([[], []]);
    expect((await history(shop, shop.customer.token)).status).toBe(404);
    const staff = (await history(shop, shop.mechanic.token)).body;
    expect(staff.visits.map(({ ticket_id }: { ticket_id: number }) => ticket_id)).toEqual([after.id, before.id]);
  });

  it("is a PDF of what was done, the same bytes while nothing changes, and for a customer of their own visits only", async () => {
    const shop = await aShop();
    await aVisit(shop);
    const printed = async ({ token }: { readonly token: string }, headers: Record<string, string> = {}) => {
      const answer = await raw(`/vehicles/${shop.vehicle.id}/history/pdf`, { headers: { ...bearer(token), ...headers } });
      const bytes = Buffer.from(await answer.arrayBuffer()).toString("latin1");
      return { status: answer.status, etag: answer.headers.get("ETag") ?? "", bytes };
    };
    const first = await printed(shop.mechanic);
    expect([first.status, first.bytes.slice(0, 5)]).toEqual([200, "%PDF-"]);
    expect(await printed(shop.mechanic)).toEqual(first);
    expect((await printed(shop.mechanic, { "If-None-Match": first.etag })).status).toBe(304);
    const other = await aTicket(client, shop, { service_desc: "Not done yet" });
    expect((await printed(shop.mechanic)).etag).toBe(first.etag);
    await finish(`/service-tickets/${other.id}`, shop.mechanic.token);
    expect((await printed(shop.mechanic)).etag).not.toBe(first.etag);
    const buyer = await aCustomer();
    expect((await printed(buyer)).status).toBe(404);
    await client.patch(`/vehicles/${shop.vehicle.id}`, { customer_id: buyer.id }, { token: shop.mechanic.token });
    expect((await printed(buyer)).etag).not.toBe((await printed(shop.mechanic)).etag);
    expect((await printed(shop.customer)).status).toBe(404);
  });

  it("answers 404 for no vehicle, and 410 to staff for one that was merged", async () => {
    const { token } = await aMechanic();
    expect(await client.get("/vehicles/999999/history", { token })).toMatchObject({ status: 404, body: { code: "not_found" } });
    const shop = await aShop();
    const other = await aShop();
    await rows("update vehicles set customer_id = ? where id = ?", shop.customer.id, other.vehicle.id);
    await client.post(`/vehicles/${shop.vehicle.id}/merge`, { from_id: other.vehicle.id }, { token });
    expect(await history(other, token)).toMatchObject({ status: 410, body: { merged_into: shop.vehicle.id } });
  });
});

import { expect, it } from "vitest";
import { older, shippedClient, someone, tokenAt, well } from "../support/day.ts";
import { aMechanic } from "../support/people.ts";
import { quick } from "../support/quick-passwords.ts";
import { aPart, aVin, stockOf } from "../support/shop.ts";

it("a day of S2: stock goes out and comes back with parts, mechanics in bulk, tickets made, changed and removed", async () => {
  const client = shippedClient();
  const [max, mia, part] = [await quick(aMechanic({ name: "Max" })), await aMechanic({ name: "Mia" }), await aPart(3)];
  const staff = { token: await tokenAt(client, "/mechanics/login", max.email) };
  const { body: customer } = await well(client.post("/customers", someone("Ada")));

  const job = { customer_id: customer.id, VIN: aVin(), service_desc: "Oil", service_date: "2026-11-24" };
  const { body: ticket } = await well(client.post("/service-tickets", job, staff));
  await well(client.put(`/service-tickets/${ticket.id}`, { service_desc: "Oil and filter" }, staff));
  await older(client.put(`/service-tickets/${ticket.id}/mechanics`, { mechanic_ids: [max.id, mia.id] }, staff));
  const working = await well(client.get(`/service-tickets/${ticket.id}/mechanics`, staff));
  expect(working.body.mechanics.map(({ name }: { name: string }) => name)).toEqual(["Max", "Mia"]);
  expect(working.headers.has("Deprecation")).toBe(false);

  const putOn = (quantity: number) => client.put(`/service-tickets/${ticket.id}/add-part/${part.id}`, { quantity }, staff);
  const first = await well(putOn(2));
  const again = await well(putOn(2));
  expect([again.body, again.headers.get("Idempotent-Replayed")]).toEqual([first.body, "true"]);
  const more = await client.put(`/service-tickets/${ticket.id}/inventory`, { add: [{ inventory_id: part.id, quantity: 2 }] }, staff);
  expect(more.body).toMatchObject({ code: "insufficient_stock", wanted: 2, available: 1 });
  expect(await stockOf(part)).toBe(1);
  const without = await older(client.put(`/service-tickets/${ticket.id}/remove-part/${part.id}`, {}, staff));
  expect([without.body.parts, await stockOf(part)]).toEqual([[], 3]);
  expect((await client.put(`/service-tickets/${ticket.id}/remove-part/${part.id}`, {}, staff)).body.code).toBe("part_not_on_ticket");

  await well(putOn(1));
  expect((await well(client.delete(`/service-tickets/${ticket.id}`, staff))).body).toMatchObject({ id: ticket.id, deleted: true });
  expect(await stockOf(part)).toBe(3);
});

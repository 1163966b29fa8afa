import { expect, it } from "vitest";
import { older, provenTokenAt, shippedClient, someone, tokenAt, well } from "../support/day.ts";
import { aMechanic } from "../support/people.ts";
import { quick } from "../support/quick-passwords.ts";
import { aVin, stockOf } from "../support/shop.ts";

it("a day of S1: stock, parts on tickets, the edit route of mechanics, the leaderboard of completed tickets", async () => {
  const client = shippedClient();
  const [max, mia] = [await quick(aMechanic({ name: "Max" })), await aMechanic({ name: "Mia" })];
  const staff = { token: await tokenAt(client, "/mechanics/login", max.email) };
  const ada = someone("Ada");
  const { body: customer } = await older(client.post("/customers/register", ada));

  const { body: pads } = await well(client.post("/inventory/", { name: "Brake pads", price: 49.9, quantity: 8 }, staff));
  await well(client.put(`/inventory/${pads.id}`, { price: 54.9 }, staff));
  expect((await well(client.get("/inventory/?q=brake", staff))).body.inventory).toMatchObject([{ id: pads.id, price: 54.9 }]);

  const job = { customer_id: customer.id, VIN: aVin(), service_desc: "Front brakes", service_date: "2026-11-24" };
  const { body: ticket } = await older(client.post("/tickets/", job, staff));
  await older(client.put(`/tickets/${ticket.id}/edit`, { add_ids: [max.id, mia.id], remove_ids: [] }, staff));
  const edited = await older(client.put(`/service-tickets/${ticket.id}/edit`, { add_ids: [], remove_ids: [mia.id] }, staff));
  expect(edited.body.mechanics).toEqual([{ id: max.id, name: "Max" }]);
  const fitted = await older(client.put(`/tickets/${ticket.id}/add-part/${pads.id}`, { quantity: 2 }, staff));
  expect([fitted.body.parts_total, await stockOf(pads)]).toEqual([109.8, 6]);
  for (const status of ["in_progress", "completed"]) await older(client.put(`/tickets/${ticket.id}/status`, { status }, staff));

  const board = await older(client.get("/mechanics/leaderboard/most-tickets"));
  expect(board.body.mechanics[0]).toMatchObject({ id: max.id, completed_count: 1 });
  const self = { token: await provenTokenAt(client, "/login", ada.email) };
  expect((await older(client.get("/customers/mytickets", self))).body.tickets).toMatchObject([{ id: ticket.id, status: "completed" }]);
  expect((await client.get("/inventory/", self)).status).toBe(403);
  expect((await client.delete(`/inventory/${pads.id}`, staff)).body.code).toBe("part_in_use");
});

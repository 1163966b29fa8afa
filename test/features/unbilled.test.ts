import { expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();

/** What is unbilled of a ticket, in cents. */
const unbilledOf = async (ticket: number) => (await rows("select unbilled_net from service_tickets where id = ?", ticket))[0]?.unbilled_net;

it.each([
  ["is removed", "delete", undefined],
  ["plans less", "patch", { quantity: 1 }],
  ["plans more", "patch", { quantity: 5 }],
] as const)("what is unbilled of finished work has the parts that left the stock also when their line %s", async (_, method, body) => {
  const shop = await aShop(100);
  const { token } = shop.mechanic;
  await rows("update shop set authorization = 'none'");
  const { id } = await aTicket(client, shop);
  const path = `/service-tickets/${id}`;
  const line = { kind: "part", inventory_id: shop.part.id, condition: "new", quantity: 3 };
  const { body: priced } = await client.post(`${path}/lines`, line, { token });
  expect((await client.post(`${path}/draw-parts`, {}, { token })).status).toBe(200);
  for (const status of ["in_progress", "completed"]) await client.put(`${path}/status`, { status }, { token });
  const before = await unbilledOf(id);
  expect(before).toBe(Math.round(priced.net * 100));
  expect((await client.send(method, `${path}/lines/${priced.lines[0].id}`, { token, body })).status).toBe(200);
  expect(await unbilledOf(id)).toBe(body?.quantity === 5 ? Math.round((priced.net * 500) / 3) : before);
  expect((await client.post(`${path}/lines`, { ...line, quantity: 1 }, { token })).status).toBe(201);
  expect(await brokenRules()).toEqual({});
});

import { expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();

it("a ticket inside its customer and its mechanics shows its VIN, or that it has none", async () => {
  const shop = await aShop();
  const { customer, mechanic, vehicle } = shop;
  const { token } = mechanic;
  const driven = await aTicket(client, shop, { mechanic_ids: [mechanic.id] });
  const counter = { customer_id: customer.id, service_desc: "Wiper blades", service_date: "2026-11-24", mechanic_ids: [mechanic.id] };
  const { body: sold } = await client.post("/service-tickets", counter, { token });
  for (const [path, as] of [
    [`/customers/${customer.id}`, token],
    [`/customers/${customer.id}`, customer.token],
    [`/mechanics/${mechanic.id}`, token],
  ] as const) {
    const { body } = await client.get(path, { token: as });
    const vins = body.service_tickets.map(({ id, VIN }: { id: number; VIN: string | null }) => [id, VIN]);
    expect(vins, path).toEqual([
      [sold.id, null],
      [driven.id, vehicle.vin],
    ]);
  }
});

import { expect, it } from "vitest";
import { older, provenTokenAt, shippedClient, someone, tokenAt, well } from "../support/day.ts";
import { aMechanic } from "../support/people.ts";
import { quick } from "../support/quick-passwords.ts";
import { aVin } from "../support/shop.ts";

it("a day of S4: Swagger with the security, parameters and responses of each route, and what it shows works", async () => {
  const client = shippedClient();
  for (const path of ["/docs", "/api/docs/", "/swagger"]) expect((await well(client.get(path))).body).toContain("swagger-ui");
  const { body: document } = await well(client.get("/openapi.json"));
  for (const [path, item] of Object.entries<Record<string, Record<string, unknown>>>(document.paths))
    for (const [method, operation] of Object.entries(item)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true }));
      expect(operation.security, `${method} ${path}`).toEqual(expect.any(Array));
      for (const parameter of named) expect(operation.parameters, `${method} ${path}`).toContainEqual(expect.objectContaining(parameter));
      expect(Object.keys(operation.responses as object), `${method} ${path}`).toEqual(expect.arrayContaining(["422", "500"]));
    }

  const [max, ada] = [await quick(aMechanic()), someone("Ada")];
  const { body: customer } = await well(client.post("/customers/", ada));
  const staff = { token: await tokenAt(client, "/mechanics/login", max.email) };
  const self = { token: await provenTokenAt(client, "/customers/login", ada.email) };
  const job = { customer_id: customer.id, VIN: aVin(), service_desc: "Tyres", service_date: "2026-11-24", mechanic_ids: [max.id] };
  const { body: ticket } = await older(client.post("/service_tickets", job, staff));
  expect((await client.post("/service_tickets", job, self)).status).toBe(403);
  expect((await client.post("/service_tickets", { ...job, VIN: "1" }, staff)).status).toBe(422);
  expect((await client.get("/service_tickets")).status).toBe(401);
  expect((await client.get("/service_tickets/999999", staff)).status).toBe(404);
  expect((await older(client.get("/service_tickets?page=1&per_page=5", staff))).body.pagination.total_items).toBeGreaterThan(0);
  expect((await older(client.get(`/service_tickets/${ticket.id}/`, self))).body).toMatchObject({ id: ticket.id, VIN: job.VIN });
  expect((await older(client.get("/mechanics/popular"))).body.mechanics[0]).toMatchObject({ id: max.id, ticket_count: 1 });
  expect((await older(client.get("/v1/service_tickets/my-tickets", self))).body.tickets).toMatchObject([{ id: ticket.id }]);
  await older(client.delete(`/service_tickets/${ticket.id}/`, staff));
  expect((await older(client.get("/v1/service_tickets/my-tickets", self))).body.tickets).toEqual([]);
});

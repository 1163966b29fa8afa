import { expect, it } from "vitest";
import { older, provenTokenAt, shippedClient, someone, theAdmin, tokenAt, well } from "../support/day.ts";
import { rows } from "../support/people.ts";
import { aVin } from "../support/shop.ts";

it("a day of S3: three roles, vehicles with one VIN each, open and closed tickets, assignments as a resource", async () => {
  const client = shippedClient();
  const owner = await theAdmin();
  const admin = { token: await tokenAt(client, "/users/login", owner.email) };
  const { body: mechanic } = await well(client.post("/mechanics", someone("Max", { salary: 50_000 }), admin));
  const ada = someone("Ada");
  const { body: customer } = await older(client.post("/users/register", ada));
  await older(client.put(`/mechanics/admin/update/${mechanic.id}`, { salary: 55_000 }, admin));
  await older(client.put(`/customers/admin/update/${customer.id}`, { phone: "+1 555 0199" }, admin));

  const staff = { token: await tokenAt(client, "/users/login", mechanic.email, { role: "mechanic" }) };
  const self = { token: await provenTokenAt(client, "/users/login", ada.email) };
  const car = { vin: aVin(), make: "Example", model: "Wagon", year: 2019, customer_id: customer.id };
  const { body: vehicle } = await well(client.post("/vehicles", car, self));
  expect((await client.post("/vehicles", car, self)).body.code).toBe("vin_taken");

  const job = { customer_id: customer.id, vehicle_id: vehicle.id, service_desc: "Clutch", service_date: "2026-11-24" };
  expect((await client.post("/service-tickets/mechanic/create", job, self)).status).toBe(403);
  const { body: ticket } = await older(client.post("/service-tickets/mechanic/create", job, staff));
  const link = { service_ticket_id: ticket.id, mechanic_id: mechanic.id };
  const { body: assignment } = await well(client.post("/assignments", link, staff));
  expect((await older(client.get("/service-tickets/mechanic/my-tickets", staff))).body.tickets).toMatchObject([{ id: ticket.id }]);
  expect((await older(client.get("/service-tickets/customer/my-tickets", self))).body.tickets).toMatchObject([{ id: ticket.id }]);
  expect((await older(client.get("/service-tickets/my-tickets", self))).body.tickets).toMatchObject([{ id: ticket.id }]);
  expect((await client.get("/service-tickets/mechanic/my-tickets", self)).status).toBe(403);

  expect((await older(client.get("/mechanics/ranked"))).body.mechanics).toEqual([{ id: mechanic.id, name: "Max", ticket_count: 1 }]);
  for (const status of ["in_progress", "completed", "closed"])
    await well(client.put(`/service-tickets/${ticket.id}/status`, { status }, staff));
  expect((await client.delete(`/assignments/${assignment.id}`, staff)).body.code).toBe("ticket_closed");
  expect((await client.delete(`/customers/admin/delete/${customer.id}`, admin)).body.code).toBe("customer_has_tickets");
  expect((await client.delete(`/mechanics/admin/delete/${mechanic.id}`, staff)).body.code).toBe("mechanic_has_tickets");

  const { body: visitor } = await older(client.post("/customers/register", someone("Vic")));
  const { body: trainee } = await well(client.post("/mechanics", someone("Tim", { salary: 20_000 }), admin));
  await older(client.delete(`/customers/admin/delete/${visitor.id}`, admin));
  await older(client.delete(`/mechanics/admin/delete/${trainee.id}`, admin));
  expect(await rows("select id from customers where id = ?", visitor.id)).toEqual([]);
  expect(await rows("select id from mechanics where id = ?", trainee.id)).toEqual([]);
});

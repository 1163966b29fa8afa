import { expect, it } from "vitest";
import { older, provenTokenAt, shippedClient, someone, theAdmin, tokenAt, well } from "../support/day.ts";
import { auditOf, rows } from "../support/people.ts";
import { aVin } from "../support/shop.ts";

it("a day of S0: two kinds of logins, bulk assignment without double bookings, protected records, an audit trail", async () => {
  const client = shippedClient();
  const owner = await theAdmin();
  const [ada, bob] = [someone("Ada"), someone("Bob", { salary: 52_000 })];
  const { body: customer } = await well(client.post("/customers/", ada));
  const { body: mechanic } = await well(client.post("/mechanics/", bob));
  expect((await client.post("/mechanics/login", { email: bob.email, password: bob.password })).body.code).toBe("account_pending");
  const admin = { token: await tokenAt(client, "/auth/login", owner.email) };
  const [account] = await rows<{ id: number }>("select id from users where mechanic_id = ?", mechanic.id);
  await well(client.put(`/users/${account?.id}`, { status: "active" }, admin));

  const staff = { token: await provenTokenAt(client, "/mechanics/login", bob.email) };
  const self = { token: await provenTokenAt(client, "/customers/login", ada.email) };
  const times = { scheduled_start: "2026-11-24T09:00:00Z", scheduled_end: "2026-11-24T11:00:00Z" };
  const job = { customer_id: customer.id, service_date: "2026-11-24", ...times };
  const { body: first } = await older(client.post("/service_tickets/", { ...job, VIN: aVin(), service_desc: "Brakes" }, staff));
  const { body: second } = await older(client.post("/service_tickets/", { ...job, VIN: aVin(), service_desc: "Oil" }, staff));
  await older(client.put(`/service_tickets/${first.id}/assign-mechanic/${mechanic.id}`, {}, staff));
  const booked = await client.put(`/service_tickets/${second.id}/edit-mechanics`, { add_ids: [mechanic.id] }, staff);
  expect([booked.status, booked.body.code]).toEqual([409, "mechanic_double_booked"]);
  expect((await client.put(`/service_tickets/${first.id}/assign-mechanic/${mechanic.id}`, {}, staff)).body.code).toBe("already_assigned");

  const page = await well(client.get("/customers?page=1&per_page=5", staff));
  expect(page.body.customers.length).toBeGreaterThan(0);
  expect((await client.get("/customers?page=1&per_page=5", staff)).headers.get("X-Cache")).toBe("hit");
  expect((await well(client.get("/customers/top", staff))).body.customers[0]).toMatchObject({ id: customer.id, ticket_count: 2 });
  expect((await well(client.get("/mechanics/top"))).body.mechanics[0]).toMatchObject({ id: mechanic.id });
  expect((await well(client.get("/customers/my-tickets", self))).body.tickets).toHaveLength(2);
  expect((await client.delete(`/customers/${customer.id}`, self)).body.code).toBe("customer_has_tickets");
  await older(client.put(`/service_tickets/${first.id}/remove-mechanic/${mechanic.id}`, {}, staff));
  expect((await auditOf("service_ticket", first.id)).map(({ role }) => role)).toEqual(["mechanic", "mechanic", "mechanic"]);
});

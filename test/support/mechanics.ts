import { clock, testDeps } from "./client.ts";
import { aCustomer, aMechanic, aSession, insert, PASSWORD, type Person, rows, unique } from "./people.ts";
import { aVehicle } from "./shop.ts";

/** The steps that make an open ticket a completed one. */
export const DONE = ["in_progress", "completed"];

/** What a sign-up sends. */
export const newMechanic = () => ({
  name: "Grace Größe Example",
  email: `grace${unique()}@example.com`,
  phone: "+1 (555) 020-0300",
  specialty: "Brakes",
  salary: 52_000.29,
  password: PASSWORD,
});

const now = (): string => new Date(clock.now).toISOString();

/** A ticket that the mechanics are on, taken through the steps. */
export const aTicketOf = async (mechanics: readonly Person[], steps: readonly string[] = []): Promise<number> => {
  const { id: customer_id } = await aCustomer();
  const { id: vehicle_id } = await aVehicle(customer_id);
  const row = { customer_id, vehicle_id, service_desc: "Brakes", service_date: "2026-11-20", created_at: now(), updated_at: now() };
  const ticket = await insert("service_tickets", row);
  for (const { id } of mechanics) await insert("assignments", { service_ticket_id: ticket, mechanic_id: id, created_at: now() });
  for (const step of steps) await rows("update service_tickets set status = ? where id = ?", step, ticket);
  return ticket;
};

/** An admin who is also a mechanic. */
export const anAdminMechanic = async (): Promise<Person> => {
  const mechanic = await aMechanic();
  await rows("update users set role = 'admin' where id = ?", mechanic.userId);
  const session = await aSession(mechanic.userId);
  const actor = { role: "admin", mechanicId: mechanic.id, userId: mechanic.userId, session } as const;
  return { ...mechanic, token: await testDeps().tokens.sign(actor, clock.now) };
};

/** The ids of a list, in its order. */
export const idsOf = (list: readonly { id: number }[]) => list.map(({ id }) => id);

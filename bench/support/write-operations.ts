import type { Actor } from "../../src/core/actor.ts";
import { ADMIN, ANYONE, type Call, type Called, customer, mechanic } from "./caller.ts";
import type { Operation } from "./operations.ts";

/** The mechanic who writes. */
export const STAFF = mechanic(2);
/** Ten mechanics, the first two of whom are on no ticket of a load, and twenty parts. */
const MECHANICS = [199, 200, 2, 3, 4, 5, 6, 7, 8, 9];
const PARTS = Array.from({ length: 20 }, (_, index) => 5 + 25 * index);

let made = 0;
/** A number that no other row of this run has. */
export const unique = (): number => {
  made += 1;
  return made;
};

const person = () => ({ name: "Grace Van Example", email: `new${crypto.randomUUID()}@example.com`, phone: `+1 556 ${unique()}` });
const aVin = (): string => `2M8GDM9A${String(Math.floor(Math.random() * 1e9)).padStart(9, "0")}`;
export const aVehicle = () => ({ vin: aVin(), make: "Example", model: "Wagon", year: 2020 });
/** An hour in which nobody is booked by another ticket of this run. */
const aSlot = () => {
  const start = Date.UTC(2200, 0, 1) + unique() * 3_600_000;
  return { scheduled_start: new Date(start).toISOString(), scheduled_end: new Date(start + 3_600_000).toISOString() };
};
const aTicket = (mechanics: number, parts: number) => ({
  customer_id: 5,
  vehicle_id: 5,
  service_desc: "Brakes",
  service_date: "2026-11-24",
  ...aSlot(),
  mechanic_ids: MECHANICS.slice(0, mechanics),
  parts: PARTS.slice(0, parts).map((inventory_id) => ({ inventory_id, quantity: 2 })),
});

/** Makes a row first, which is not measured, and tells its id. */
export const make = async (call: Call, path: string, body: unknown, actor: Actor = ADMIN): Promise<number> =>
  (await call(actor, "POST", path, body)).body.id;

/** Opens a ticket with so many mechanics and parts and takes it through these steps, which is not measured; tells its path. */
export const makeTicket = async (call: Call, mechanics: number, parts: number, steps: readonly string[] = []): Promise<string> => {
  const path = `/service-tickets/${await make(call, "/service-tickets", aTicket(mechanics, parts))}`;
  for (const status of steps) await call(ADMIN, "PUT", `${path}/status`, { status });
  return path;
};

/**
 * An entry of the audit log has a witness, which reads a few rows beyond the change itself. A changed e-mail also ends sessions,
 * mails two texts and changes two records.
 */
export const write = (name: string, lines: number, run: (call: Call) => Promise<Called>, more = 0): Operation => ({
  name,
  run: async ({ call }) => [await run(call)],
  budget: () => 52 + 20 * lines + more,
});

const step = (name: string, lines: readonly [number, number], before: readonly string[], status: string): Operation =>
  write(`ticket ${name}, ${lines[0]} mechanics, ${lines[1]} parts`, lines[0] + lines[1], async (call) =>
    call(ADMIN, "PUT", `${await makeTicket(call, ...lines, before)}/status`, { status }),
  );

const people: readonly Operation[] = [
  write("customer registers", 0, (call) => call(ANYONE, "POST", "/customers", { ...person(), password: "correct horse battery" })),
  write("customer added by staff", 0, (call) => call(STAFF, "POST", "/customers", person())),
  write("customer renamed", 0, (call) => call(STAFF, "PATCH", "/customers/7", { name: "Grace Hopper Example" })),
  write("customer's phone", 0, (call) => call(STAFF, "PATCH", "/customers/7", { phone: `+1 557 ${unique()}` })),
  write("customer's e-mail", 1, (call) => call(customer(7), "PATCH", "/customers/7", { email: person().email })),
  write("customer, all fields", 1, (call) => call(customer(8), "PUT", "/customers/8", { ...person(), address: "2 Garage Lane" })),
  write("customer deleted, with account and vehicle", 0, async (call) => {
    const id = await make(call, "/customers", { ...person(), password: "correct horse battery" });
    await make(call, "/vehicles", { ...aVehicle(), customer_id: id });
    return call(ADMIN, "DELETE", `/customers/${id}`);
  }),
  write("mechanic signs up", 0, (call) =>
    call(ANYONE, "POST", "/mechanics", { ...person(), salary: 100, password: "correct horse battery" }),
  ),
  write("mechanic renamed", 0, (call) => call(ADMIN, "PATCH", "/mechanics/7", { name: "Grace Hopper Example" })),
  write("mechanic's e-mail", 1, (call) => call(mechanic(7), "PATCH", "/mechanics/7", { email: person().email })),
  write("mechanic, all fields", 1, (call) => call(ADMIN, "PUT", "/mechanics/7", { ...person(), salary: 200, specialty: "Tyres" })),
  write("mechanic deleted, with account", 0, async (call) => {
    const id = await make(call, "/mechanics", { ...person(), salary: 100, password: "correct horse battery" });
    return call(ADMIN, "DELETE", `/mechanics/${id}`);
  }),
  write("vehicle added", 0, (call) => call(STAFF, "POST", "/vehicles", { ...aVehicle(), customer_id: 5 })),
  write("vehicle changed", 0, (call) =>
    call(STAFF, "PATCH", "/vehicles/7", { mileage: 1_000 + unique(), confirm_mileage: true, vin: aVin() }),
  ),
  write("vehicle transferred", 0, async (call) =>
    call(STAFF, "PATCH", `/vehicles/${await make(call, "/vehicles", { ...aVehicle(), customer_id: 5 })}`, { customer_id: 7 }),
  ),
  write("vehicle deleted", 0, async (call) =>
    call(ADMIN, "DELETE", `/vehicles/${await make(call, "/vehicles", { ...aVehicle(), customer_id: 5 })}`),
  ),
];

const accounts: readonly Operation[] = [
  write("login", 0, (call) =>
    call(ANYONE, "POST", "/customers/login", { email: "customer9@example.com", password: "correct horse battery" }),
  ),
  write("password changed", 0, (call) =>
    call(customer(9), "PUT", "/auth/password", { current_password: "correct horse battery", new_password: "staple correct horse" }),
  ),
  write("admin added", 0, (call) =>
    call(ADMIN, "POST", "/users", { email: person().email, role: "admin", password: "correct horse battery" }),
  ),
  write("account of a record", 0, async (call) => {
    const customer_id = await make(call, "/customers", person());
    return call(ADMIN, "POST", "/users", { customer_id, password: "correct horse battery" });
  }),
  write("account's e-mail", 1, (call) => call(ADMIN, "PATCH", "/users/17", { email: person().email })),
  write("mechanic's account approved", 0, async (call) => {
    const { body } = await call(ANYONE, "POST", "/mechanics", { ...person(), salary: 100, password: "correct horse battery" });
    const found = await call(ADMIN, "GET", `/users?email=${encodeURIComponent(body.email)}`);
    return call(ADMIN, "PATCH", `/users/${found.body.users[0].id}`, { status: "active" });
  }),
];

const logIn = async (call: Call, id: number): Promise<Called["body"]> =>
  (await call(ANYONE, "POST", "/auth/login", { email: `customer${id}@example.com`, password: "correct horse battery" })).body;

const sessions: readonly Operation[] = [
  write("token refreshed", 0, async (call) =>
    call(ANYONE, "POST", "/auth/refresh", { refresh_token: (await logIn(call, 11)).refresh_token }),
  ),
  write("session ended", 0, async (call) => {
    await logIn(call, 12);
    const { body } = await call(customer(12), "GET", "/auth/sessions");
    return call(customer(12), "DELETE", `/auth/sessions/${body.sessions[0].id}`);
  }),
  write("logged out", 0, (call) => call(customer(13), "POST", "/auth/logout", {})),
  write("logged out everywhere", 0, (call) => call(customer(14), "POST", "/auth/logout", { everywhere: true })),
];

/** Writes that void tokens are tried out first, so their statements run twice, and the role is read before. */
const voiding: readonly Operation[] = [
  write("account disabled, with the bookings ahead", 1, (call) => call(ADMIN, "PATCH", "/users/18", { status: "disabled" })),
  write("mechanic becomes admin", 0, (call) => call(ADMIN, "PATCH", "/users/19", { role: "admin" })),
  write("account deleted", 0, (call) => call(ADMIN, "DELETE", "/users/20")),
];

const tickets: readonly Operation[] = [
  ...([0, 2] as const).flatMap((mechanics) =>
    ([0, 3] as const).map((parts) =>
      write(`ticket opened, ${mechanics} mechanics, ${parts} parts`, mechanics + parts, (call) =>
        call(STAFF, "POST", "/service-tickets", aTicket(mechanics, parts)),
      ),
    ),
  ),
  write("ticket opened, 10 mechanics, 20 parts", 30, (call) => call(STAFF, "POST", "/service-tickets", aTicket(10, 20))),
  write("ticket opened with a new VIN, 2 mechanics, 3 parts", 6, (call) => {
    const { vehicle_id: _id, ...ticket } = aTicket(2, 3);
    return call(STAFF, "POST", "/service-tickets", { ...ticket, VIN: aVin() });
  }),
  write("ticket's text, 2 mechanics, 3 parts", 5, async (call) =>
    call(STAFF, "PATCH", await makeTicket(call, 2, 3), { service_desc: "Clutch", notes: "Smells" }),
  ),
  write("ticket's schedule, 2 mechanics, 3 parts", 5, async (call) => call(STAFF, "PATCH", await makeTicket(call, 2, 3), aSlot())),
  step("cancelled", [10, 20], [], "cancelled"),
  step("completed", [10, 20], ["in_progress"], "completed"),
  step("started", [2, 3], [], "in_progress"),
  step("completed", [2, 3], ["in_progress"], "completed"),
  step("closed", [2, 3], ["in_progress", "completed"], "closed"),
  step("cancelled", [2, 3], [], "cancelled"),
  step("opened again after cancelling", [2, 3], ["cancelled"], "open"),
  step("opened again after closing", [2, 3], ["in_progress", "completed", "closed"], "open"),
  write("ticket deleted, no mechanics, no parts", 0, async (call) => call(STAFF, "DELETE", await makeTicket(call, 0, 0))),
  write("ticket deleted, 2 mechanics, 3 parts", 5, async (call) => call(STAFF, "DELETE", await makeTicket(call, 2, 3))),
];

const onTickets: readonly Operation[] = [
  write("mechanic assigned", 1, async (call) => call(STAFF, "PUT", `${await makeTicket(call, 0, 0)}/assign-mechanic/199`)),
  write("busy mechanic assigned", 1, async (call) => call(STAFF, "PUT", `${await makeTicket(call, 0, 0)}/assign-mechanic/2`)),
  write("mechanic removed", 1, async (call) => call(STAFF, "PUT", `${await makeTicket(call, 1, 0)}/remove-mechanic/199`)),
  write("mechanics set, 2 for 1", 3, async (call) =>
    call(STAFF, "PUT", `${await makeTicket(call, 1, 0)}/edit-mechanics`, { mechanic_ids: [200, 2] }),
  ),
  write("mechanics exchanged, 1 for 1", 2, async (call) =>
    call(STAFF, "PUT", `${await makeTicket(call, 1, 0)}/edit-mechanics`, { add_ids: [200], remove_ids: [199] }),
  ),
  write("assignment made", 1, async (call) => {
    const ticket = Number((await makeTicket(call, 0, 0)).replace("/service-tickets/", ""));
    return call(STAFF, "POST", "/assignments", { service_ticket_id: ticket, mechanic_id: 199 });
  }),
  write("assignment deleted", 1, async (call) => {
    const ticket = Number((await makeTicket(call, 0, 0)).replace("/service-tickets/", ""));
    return call(STAFF, "DELETE", `/assignments/${await make(call, "/assignments", { service_ticket_id: ticket, mechanic_id: 199 })}`);
  }),
  write("part put on a ticket", 1, async (call) => call(STAFF, "PUT", `${await makeTicket(call, 0, 0)}/add-part/5`, { quantity: 2 })),
  write("more of a part on a ticket", 1, async (call) => call(STAFF, "PUT", `${await makeTicket(call, 0, 1)}/add-part/5`, { quantity: 2 })),
  write("parts in bulk, 3 new", 3, async (call) =>
    call(STAFF, "PUT", `${await makeTicket(call, 0, 0)}/inventory`, {
      add: PARTS.slice(0, 3).map((inventory_id) => ({ inventory_id, quantity: 1 })),
    }),
  ),
  write("parts in bulk, 20 new", 20, async (call) =>
    call(STAFF, "PUT", `${await makeTicket(call, 0, 0)}/inventory`, { add: PARTS.map((inventory_id) => ({ inventory_id, quantity: 1 })) }),
  ),
  write("mechanics set, 10 new", 10, async (call) =>
    call(STAFF, "PUT", `${await makeTicket(call, 0, 0)}/edit-mechanics`, { mechanic_ids: MECHANICS }),
  ),
  write("ticket deleted, 10 mechanics, 20 parts", 30, async (call) => call(STAFF, "DELETE", await makeTicket(call, 10, 20))),
  write(
    "parts in bulk, 1 new, 1 more, 2 off",
    4,
    async (call) =>
      call(STAFF, "PUT", `${await makeTicket(call, 0, 3)}/inventory`, {
        add: [5, 80].map((inventory_id) => ({ inventory_id, quantity: 1 })),
        remove: [{ inventory_id: 30 }, { inventory_id: 55, quantity: 1 }],
      }),
    // Each quantity that changes looks whether the ticket is done and waits for its invoice.
    2,
  ),
  write("part taken off a ticket", 1, async (call) => call(STAFF, "DELETE", `${await makeTicket(call, 0, 1)}/parts/5`)),
];

const repeated: readonly Operation[] = [
  write("customer's phone, with If-Match", 0, async (call) => {
    const { body } = await call(STAFF, "PATCH", "/customers/9", { phone: "+1 558 1" });
    const versions = [1, 2, 3, 4].map((version) => `"${version}.0000000000000000"`).join(", ");
    return call(STAFF, "PATCH", `/customers/${body.id}`, { phone: "+1 558 2" }, { "If-Match": versions });
  }),
  write("a write that was carried out before", 0, async (call) => {
    const headers = { "Idempotency-Key": `key-${crypto.randomUUID()}` };
    await call(STAFF, "PATCH", "/customers/9", { phone: "+1 558 3" }, headers);
    return call(STAFF, "PATCH", "/customers/9", { phone: "+1 558 3" }, headers);
  }),
];

/** Every write, with the rows it needs made before. */
export const writeOperations: readonly Operation[] = [
  ...people,
  ...accounts,
  ...sessions,
  ...voiding,
  ...tickets,
  ...onTickets,
  ...repeated,
];

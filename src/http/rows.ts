import { createInsertSchema, createSelectSchema } from "drizzle-zod";
import { customers } from "../db/schema/customers.ts";
import { parts, stockMovements } from "../db/schema/inventory.ts";
import { mechanics } from "../db/schema/mechanics.ts";
import { auditLog } from "../db/schema/record.ts";
import { assignments, serviceTickets, ticketParts } from "../db/schema/service-tickets.ts";
import { sessions } from "../db/schema/sessions.ts";
import { users } from "../db/schema/users.ts";
import { vehicles } from "../db/schema/vehicles.ts";
import { CalendarDate, Email, Id, line, Moment, MomentIn, Money, MoneyIn, Phone, paragraph, Vin, wholeNumber } from "./wire.ts";

/**
 * The tables as zod schemas, derived here once. Features pick the columns that they show or take, so that a new
 * column is private until someone shows it.
 */
const moments = { created_at: Moment, updated_at: Moment };
const person = { name: line(120), email: Email, phone: Phone, address: line(300).nullish() };
const count = wholeNumber(0, 1_000_000);

export const customerRow = createSelectSchema(customers, { id: Id, ...moments });
export const customerInput = createInsertSchema(customers, person);

export const mechanicRow = createSelectSchema(mechanics, { id: Id, salary: Money, ...moments });
export const mechanicInput = createInsertSchema(mechanics, { ...person, specialty: line(120).nullish(), salary: MoneyIn });

export const userRow = createSelectSchema(users, {
  id: Id,
  customer_id: Id.nullable(),
  mechanic_id: Id.nullable(),
  last_login_at: Moment.nullable(),
  ...moments,
});
export const userInput = createInsertSchema(users, { email: Email, customer_id: Id.nullish(), mechanic_id: Id.nullish() });

export const sessionRow = createSelectSchema(sessions, { id: Id, created_at: Moment, last_used_at: Moment, expires_at: Moment });

export const vehicleRow = createSelectSchema(vehicles, { id: Id, customer_id: Id, ...moments });
export const vehicleInput = createInsertSchema(vehicles, {
  vin: Vin,
  make: line(60).nullish(),
  model: line(60).nullish(),
  year: wholeNumber(1886, 2100).nullish(),
  color: line(40).nullish(),
  license_plate: line(20).nullish(),
  mileage: wholeNumber(0, 10_000_000).nullish(),
  customer_id: Id,
});

export const ticketRow = createSelectSchema(serviceTickets, {
  id: Id,
  customer_id: Id,
  vehicle_id: Id,
  service_date: CalendarDate,
  scheduled_start: Moment.nullable(),
  scheduled_end: Moment.nullable(),
  parts_total: Money,
  completed_at: Moment.nullable(),
  closed_at: Moment.nullable(),
  ...moments,
});
export const ticketInput = createInsertSchema(serviceTickets, {
  customer_id: Id,
  vehicle_id: Id,
  service_desc: paragraph(2_000),
  service_date: CalendarDate,
  scheduled_start: MomentIn.nullish(),
  scheduled_end: MomentIn.nullish(),
  mileage: wholeNumber(0, 10_000_000).nullish(),
  notes: paragraph(5_000).nullish(),
});

export const assignmentRow = createSelectSchema(assignments, { id: Id, service_ticket_id: Id, mechanic_id: Id, created_at: Moment });
export const assignmentInput = createInsertSchema(assignments, { service_ticket_id: Id, mechanic_id: Id });

export const ticketPartRow = createSelectSchema(ticketParts, { inventory_id: Id, unit_price: Money, unit_cost: Money.nullable() });
export const ticketPartInput = createInsertSchema(ticketParts, { inventory_id: Id, quantity: wholeNumber(1, 1_000_000) });

export const partRow = createSelectSchema(parts, { id: Id, price: Money, cost: Money.nullable(), ...moments });
export const partInput = createInsertSchema(parts, {
  name: line(120),
  part_number: line(60).nullish(),
  category: line(60).nullish(),
  price: MoneyIn,
  cost: MoneyIn.nullish(),
  quantity: count,
  reorder_point: count.optional(),
});

export const movementRow = createSelectSchema(stockMovements, { id: Id, at: Moment, inventory_id: Id, service_ticket_id: Id.nullable() });
export const movementInput = createInsertSchema(stockMovements, { quantity: wholeNumber(1, 1_000_000), reason: line(300) });

export const auditRow = createSelectSchema(auditLog, { id: Id, at: Moment });

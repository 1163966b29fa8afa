import { createInsertSchema, createSelectSchema } from "drizzle-zod";
import { customers } from "../db/schema/customers.ts";
import { parts, stockMovements } from "../db/schema/inventory.ts";
import { mechanics } from "../db/schema/mechanics.ts";
import { auditLog } from "../db/schema/record.ts";
import { assignments, serviceTickets, ticketParts } from "../db/schema/service-tickets.ts";
import { sessions } from "../db/schema/sessions.ts";
import { users } from "../db/schema/users.ts";
import { vehicles } from "../db/schema/vehicles.ts";
import {
  CalendarDate,
  Count,
  Email,
  Id,
  line,
  Moment,
  MomentIn,
  Money,
  MoneyIn,
  made,
  Name,
  Phone,
  paragraph,
  Vin,
  wholeNumber,
} from "./fields.ts";

/**
 * The tables as zod schemas, derived here once. Features pick the columns that they show or take, so that a new
 * column is private until someone shows it.
 */
const moments = { created_at: Moment, updated_at: Moment };
const person = { name: line(120), email: Email, phone: Phone };
const address = line(300);
const mileage = wholeNumber(0, 10_000_000);
const quantity = wholeNumber(1, 1_000_000);
const stock = wholeNumber(0, 1_000_000);
const label = line(60);

export const customerRow = createSelectSchema(customers, {
  id: Id,
  ...person,
  address: address.nullable(),
  ticket_count: Count,
  ...moments,
});
export const customerInput = createInsertSchema(customers, { ...person, address: address.nullish() });

const specialty = line(120);
export const mechanicRow = createSelectSchema(mechanics, {
  id: Id,
  ...person,
  address: address.nullable(),
  specialty: specialty.nullable(),
  salary: Money,
  ticket_count: Count,
  completed_count: Count,
  ...moments,
});
export const mechanicInput = createInsertSchema(mechanics, {
  ...person,
  address: address.nullish(),
  specialty: specialty.nullish(),
  salary: MoneyIn,
});

const NetworkAddress = made(45, /^[\da-fA-F.:]+$/);

export const userRow = createSelectSchema(users, {
  id: Id,
  email: Email,
  customer_id: Id.nullable(),
  mechanic_id: Id.nullable(),
  last_login_at: Moment.nullable(),
  ...moments,
});
export const userInput = createInsertSchema(users, { email: Email, customer_id: Id.nullish(), mechanic_id: Id.nullish() });

export const sessionRow = createSelectSchema(sessions, {
  id: Id,
  created_at: Moment,
  last_used_at: Moment,
  expires_at: Moment,
  address: NetworkAddress.nullable(),
});

const car = { make: label, model: label, year: wholeNumber(1886, 2100), color: line(40), license_plate: line(20), mileage };
export const vehicleRow = createSelectSchema(vehicles, {
  id: Id,
  vin: Vin,
  make: car.make.nullable(),
  model: car.model.nullable(),
  year: car.year.nullable(),
  color: car.color.nullable(),
  license_plate: car.license_plate.nullable(),
  mileage: car.mileage.nullable(),
  customer_id: Id,
  ...moments,
});
export const vehicleInput = createInsertSchema(vehicles, {
  vin: Vin,
  make: car.make.nullish(),
  model: car.model.nullish(),
  year: car.year.nullish(),
  color: car.color.nullish(),
  license_plate: car.license_plate.nullish(),
  mileage: car.mileage.nullish(),
  customer_id: Id,
});

const work = { service_desc: paragraph(2_000), service_date: CalendarDate };
const notes = paragraph(5_000);
export const ticketRow = createSelectSchema(serviceTickets, {
  id: Id,
  customer_id: Id,
  vehicle_id: Id,
  ...work,
  scheduled_start: Moment.nullable(),
  scheduled_end: Moment.nullable(),
  mileage: mileage.nullable(),
  notes: notes.nullable(),
  parts_total: Money,
  completed_at: Moment.nullable(),
  closed_at: Moment.nullable(),
  ...moments,
});
export const ticketInput = createInsertSchema(serviceTickets, {
  customer_id: Id,
  vehicle_id: Id,
  ...work,
  scheduled_start: MomentIn.nullish(),
  scheduled_end: MomentIn.nullish(),
  mileage: mileage.nullish(),
  notes: notes.nullish(),
});

export const assignmentRow = createSelectSchema(assignments, { id: Id, service_ticket_id: Id, mechanic_id: Id, created_at: Moment });
export const assignmentInput = createInsertSchema(assignments, { service_ticket_id: Id, mechanic_id: Id });

export const ticketPartRow = createSelectSchema(ticketParts, {
  inventory_id: Id,
  quantity: Count,
  unit_price: Money,
  unit_cost: Money.nullable(),
});
export const ticketPartInput = createInsertSchema(ticketParts, { inventory_id: Id, quantity });

export const partRow = createSelectSchema(parts, {
  id: Id,
  name: line(120),
  part_number: label.nullable(),
  category: label.nullable(),
  price: Money,
  cost: Money.nullable(),
  quantity: Count,
  reorder_point: Count,
  ...moments,
});
export const partInput = createInsertSchema(parts, {
  name: line(120),
  part_number: label.nullish(),
  category: label.nullish(),
  price: MoneyIn,
  cost: MoneyIn.nullish(),
  quantity: stock,
  reorder_point: stock.optional(),
});

export const movementRow = createSelectSchema(stockMovements, {
  id: Id,
  at: Moment,
  inventory_id: Id,
  quantity: wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  balance: Count,
  service_ticket_id: Id.nullable(),
  reason: line(300).nullable(),
  user_id: Id.nullable(),
  role: Name.nullable(),
});
export const movementInput = createInsertSchema(stockMovements, { quantity, reason: line(300) });

export const auditRow = createSelectSchema(auditLog, {
  id: Id,
  at: Moment,
  user_id: Id.nullable(),
  role: Name,
  action: Name,
  entity: Name,
  entity_id: Id.nullable(),
  request_id: made(64, /^[\w-]+$/).nullable(),
  address: NetworkAddress.nullable(),
});

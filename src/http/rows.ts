import { createInsertSchema, createSelectSchema } from "drizzle-zod";
import {
  CalendarDate,
  Count,
  Email,
  Id,
  Identifier,
  longText,
  Money,
  MoneyInput,
  Phone,
  pattern,
  Timestamp,
  TimestampInput,
  text,
  Vin,
  wholeNumber,
} from "../db/fields.ts";
import { customers } from "../db/schema/customers.ts";
import { parts, stockMovements } from "../db/schema/inventory.ts";
import { mechanics } from "../db/schema/mechanics.ts";
import { auditLog } from "../db/schema/record.ts";
import { assignments, serviceTickets, ticketParts } from "../db/schema/service-tickets.ts";
import { sessions } from "../db/schema/sessions.ts";
import { users } from "../db/schema/users.ts";
import { vehicles } from "../db/schema/vehicles.ts";

/**
 * The tables as zod schemas, derived here once. Features pick the columns that they show or take, so that a new
 * column is private until someone shows it.
 */
const moments = { created_at: Timestamp, updated_at: Timestamp };
const person = { name: text(120), email: Email, phone: Phone };
const address = text(300);
const mileage = wholeNumber(0, 10_000_000);
const quantity = wholeNumber(1, 1_000_000);
const stock = wholeNumber(0, 1_000_000);
const label = text(60);

export const customerRow = createSelectSchema(customers, {
  id: Id,
  ...person,
  address: address.nullable(),
  ticket_count: Count,
  ...moments,
});
export const customerInput = createInsertSchema(customers, { ...person, address: address.nullish() });

const specialty = text(120);
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
  salary: MoneyInput,
});

const NetworkAddress = pattern(45, /^[\da-fA-F.:]+$/);

export const userRow = createSelectSchema(users, {
  id: Id,
  email: Email,
  customer_id: Id.nullable(),
  mechanic_id: Id.nullable(),
  last_login_at: Timestamp.nullable(),
  ...moments,
});
export const userInput = createInsertSchema(users, { email: Email, customer_id: Id.nullish(), mechanic_id: Id.nullish() });

export const sessionRow = createSelectSchema(sessions, {
  id: Id,
  created_at: Timestamp,
  last_used_at: Timestamp,
  expires_at: Timestamp,
  address: NetworkAddress.nullable(),
});

const car = { make: label, model: label, year: wholeNumber(1886, 2100), color: text(40), license_plate: text(20), mileage };
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

const work = { service_desc: longText(2_000), service_date: CalendarDate };
const notes = longText(5_000);
export const ticketRow = createSelectSchema(serviceTickets, {
  id: Id,
  customer_id: Id,
  vehicle_id: Id,
  ...work,
  scheduled_start: Timestamp.nullable(),
  scheduled_end: Timestamp.nullable(),
  mileage: mileage.nullable(),
  notes: notes.nullable(),
  parts_total: Money,
  completed_at: Timestamp.nullable(),
  closed_at: Timestamp.nullable(),
  ...moments,
});
export const ticketInput = createInsertSchema(serviceTickets, {
  customer_id: Id,
  vehicle_id: Id,
  ...work,
  scheduled_start: TimestampInput.nullish(),
  scheduled_end: TimestampInput.nullish(),
  mileage: mileage.nullish(),
  notes: notes.nullish(),
});

export const assignmentRow = createSelectSchema(assignments, { id: Id, service_ticket_id: Id, mechanic_id: Id, created_at: Timestamp });
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
  name: text(120),
  part_number: label.nullable(),
  category: label.nullable(),
  price: Money,
  cost: Money.nullable(),
  quantity: Count,
  reorder_point: Count,
  ...moments,
});
export const partInput = createInsertSchema(parts, {
  name: text(120),
  part_number: label.nullish(),
  category: label.nullish(),
  price: MoneyInput,
  cost: MoneyInput.nullish(),
  quantity: stock,
  reorder_point: stock.optional(),
});

export const movementRow = createSelectSchema(stockMovements, {
  id: Id,
  at: Timestamp,
  inventory_id: Id,
  quantity: wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  balance: Count,
  service_ticket_id: Id.nullable(),
  reason: text(300).nullable(),
  user_id: Id.nullable(),
  role: Identifier.nullable(),
});
export const movementInput = createInsertSchema(stockMovements, { quantity, reason: text(300) });

export const auditRow = createSelectSchema(auditLog, {
  id: Id,
  at: Timestamp,
  user_id: Id.nullable(),
  role: Identifier,
  action: Identifier,
  entity: Identifier,
  entity_id: Id.nullable(),
  request_id: pattern(64, /^[\w-]+$/).nullable(),
  address: NetworkAddress.nullable(),
});

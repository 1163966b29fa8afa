import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { jsonArray, jsonObject } from "./json.ts";
import { serviceTickets } from "./schema/service-tickets.ts";
import { vehicles } from "./schema/vehicles.ts";

/** How many records a record shows of each kind that belongs to it. */
export const NESTED = 20;

/** The newest 20 rows of a table, by id, each as `element`; `where` may name the row around them. */
export const newestOf = <T>(table: SQLiteTable & { readonly id: SQLiteColumn }, element: SQL<T>, where: SQL): SQL<T[]> =>
  jsonArray(element, sql`(select * from ${table} where ${where} order by ${table.id} desc limit ${sql.raw(String(NESTED))}) as ${table}`);

/** The columns of a vehicle that go on the wire. */
export const vehicleColumns = {
  id: vehicles.id,
  vin: vehicles.vin,
  make: vehicles.make,
  model: vehicles.model,
  year: vehicles.year,
  color: vehicles.color,
  license_plate: vehicles.license_plate,
  mileage: vehicles.mileage,
  customer_id: vehicles.customer_id,
  created_at: vehicles.created_at,
  updated_at: vehicles.updated_at,
};

/** The columns of a ticket that go on the wire. */
export const ticketColumns = {
  id: serviceTickets.id,
  customer_id: serviceTickets.customer_id,
  vehicle_id: serviceTickets.vehicle_id,
  service_desc: serviceTickets.service_desc,
  service_date: serviceTickets.service_date,
  status: serviceTickets.status,
  scheduled_start: serviceTickets.scheduled_start,
  scheduled_end: serviceTickets.scheduled_end,
  mileage: serviceTickets.mileage,
  notes: serviceTickets.notes,
  parts_total: serviceTickets.parts_total,
  created_at: serviceTickets.created_at,
  updated_at: serviceTickets.updated_at,
  completed_at: serviceTickets.completed_at,
  closed_at: serviceTickets.closed_at,
};

/** A vehicle inside another record. */
export const nestedVehicle = jsonObject(vehicleColumns);

/** A ticket inside another record. */
export const nestedTicket = jsonObject(ticketColumns);

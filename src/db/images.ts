import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { jsonArray, jsonObject } from "./json.ts";
import { customers } from "./schema/customers.ts";
import { parts } from "./schema/inventory.ts";
import { mechanics } from "./schema/mechanics.ts";
import { assignments, serviceTickets, ticketParts } from "./schema/service-tickets.ts";
import { sessions } from "./schema/sessions.ts";
import { users } from "./schema/users.ts";
import { vehicles } from "./schema/vehicles.ts";

/** What the audit log keeps of an entity: its name, where it lives, and a row's image without secrets. */
export interface Entity {
  readonly name: string;
  readonly table: SQLiteTable & { readonly id: SQLiteColumn };
  readonly image: SQL;
}

/** An entity whose rows have a version, which If-Match compares. */
export interface Versioned extends Entity {
  readonly table: SQLiteTable & { readonly id: SQLiteColumn; readonly version: SQLiteColumn };
}

const { id, name, email, phone, address } = customers;
export const CUSTOMER: Versioned = { name: "customer", table: customers, image: jsonObject({ id, name, email, phone, address }) };

export const MECHANIC: Versioned = {
  name: "mechanic",
  table: mechanics,
  image: jsonObject({
    id: mechanics.id,
    name: mechanics.name,
    email: mechanics.email,
    phone: mechanics.phone,
    address: mechanics.address,
    specialty: mechanics.specialty,
    salary: mechanics.salary,
    status: mechanics.status,
  }),
};

export const USER: Versioned = {
  name: "user",
  table: users,
  image: jsonObject({
    id: users.id,
    email: users.email,
    role: users.role,
    status: users.status,
    customer_id: users.customer_id,
    mechanic_id: users.mechanic_id,
    gen: users.gen,
  }),
};

export const SESSION: Entity = {
  name: "session",
  table: sessions,
  image: jsonObject({
    id: sessions.id,
    user_id: sessions.user_id,
    created_at: sessions.created_at,
    last_used_at: sessions.last_used_at,
    expires_at: sessions.expires_at,
    address: sessions.address,
    ended_at: sessions.ended_at,
    end_reason: sessions.end_reason,
  }),
};

export const VEHICLE: Versioned = {
  name: "vehicle",
  table: vehicles,
  image: jsonObject({
    id: vehicles.id,
    vin: vehicles.vin,
    make: vehicles.make,
    model: vehicles.model,
    year: vehicles.year,
    color: vehicles.color,
    license_plate: vehicles.license_plate,
    mileage: vehicles.mileage,
    customer_id: vehicles.customer_id,
  }),
};

const lines: SQLWrapper = jsonObject({
  inventory_id: ticketParts.inventory_id,
  quantity: ticketParts.quantity,
  unit_price: ticketParts.unit_price,
  unit_cost: ticketParts.unit_cost,
  held: ticketParts.held,
});

export const TICKET: Versioned = {
  name: "service_ticket",
  table: serviceTickets,
  image: jsonObject({
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
    mechanic_ids: jsonArray(assignments.mechanic_id, sql`${assignments} where ${assignments.service_ticket_id} = ${serviceTickets.id}`),
    parts: jsonArray(lines, sql`${ticketParts} where ${ticketParts.service_ticket_id} = ${serviceTickets.id}`),
  }),
};

export const ASSIGNMENT: Entity = {
  name: "assignment",
  table: assignments,
  image: jsonObject({ id: assignments.id, service_ticket_id: assignments.service_ticket_id, mechanic_id: assignments.mechanic_id }),
};

export const PART: Versioned = {
  name: "part",
  table: parts,
  image: jsonObject({
    id: parts.id,
    name: parts.name,
    part_number: parts.part_number,
    category: parts.category,
    price: parts.price,
    cost: parts.cost,
    quantity: parts.quantity,
    reorder_point: parts.reorder_point,
  }),
};

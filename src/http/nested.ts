import { fromCents } from "../core/money.ts";
import type { nestedTicket } from "../db/nested.ts";
import { ticketRow, vehicleRow } from "./rows.ts";

/** A vehicle on the wire, alone or inside its customer. */
export const Vehicle = vehicleRow
  .pick({
    id: true,
    vin: true,
    make: true,
    model: true,
    year: true,
    color: true,
    license_plate: true,
    mileage: true,
    customer_id: true,
    created_at: true,
    updated_at: true,
  })
  .openapi("Vehicle");

/** The fields of a ticket on the wire. */
export const ticketFields = ticketRow.pick({
  id: true,
  customer_id: true,
  vehicle_id: true,
  service_desc: true,
  service_date: true,
  status: true,
  scheduled_start: true,
  scheduled_end: true,
  mileage: true,
  notes: true,
  parts_total: true,
  created_at: true,
  updated_at: true,
  completed_at: true,
  closed_at: true,
});

/** A ticket inside another record: its own fields only. */
export const NestedTicket = ticketFields.openapi("NestedTicket");

/** A nested ticket with its money as it goes on the wire. */
export const presentNestedTicket = <T extends (typeof nestedTicket)["_"]["type"]>({ parts_total, ...ticket }: T) => ({
  ...ticket,
  parts_total: fromCents(parts_total),
});

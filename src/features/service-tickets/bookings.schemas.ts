import { Timestamp, TimestampInput, Vin } from "../../db/fields.ts";
import { listOf, listQuery } from "../../http/page.ts";
import { assignmentRow, customerRow, mechanicRow, ticketRow } from "../../http/rows.ts";

/** A ticket as it stands in a mechanic's schedule. */
export const Booking = assignmentRow
  .pick({ service_ticket_id: true })
  .extend({ scheduled_start: Timestamp, scheduled_end: Timestamp })
  .extend(ticketRow.pick({ status: true, service_desc: true }).shape)
  .extend({ VIN: Vin, customer: customerRow.pick({ id: true, name: true }) })
  .openapi("Booking");

export const ScheduleQuery = listQuery(["scheduled_start"], {
  from: TimestampInput.optional().openapi({ description: "Bookings that end after it.", example: "2026-11-24T00:00:00Z" }),
  to: TimestampInput.optional().openapi({ description: "Bookings that start before it.", example: "2026-11-25T00:00:00Z" }),
});
export const Schedule = listOf("bookings", Booking).openapi("Schedule");

export const AvailableQuery = listQuery(["id"], {
  start: TimestampInput.openapi({ description: "When the work would start.", example: "2026-11-24T09:00:00Z" }),
  end: TimestampInput.openapi({ description: "When it would end.", example: "2026-11-24T11:00:00Z" }),
});
export const AvailableMechanic = mechanicRow.pick({ id: true, name: true, specialty: true, phone: true }).openapi("AvailableMechanic");
export const AvailableMechanics = listOf("mechanics", AvailableMechanic).openapi("AvailableMechanics");

export const bookingExample = {
  service_ticket_id: 31,
  scheduled_start: "2026-11-24T09:00:00.000Z",
  scheduled_end: "2026-11-24T11:00:00.000Z",
  status: "open",
  service_desc: "Front brakes grind: replace pads, check discs",
  VIN: "1M8GDM9AXKP042788",
  customer: { id: 12, name: "Ada Example" },
};
export const availableExample = { id: 3, name: "Max Mechanic", specialty: "Brakes", phone: "+1 555 0200" };

import { Timestamp, TimestampInput, Vin } from "../../db/fields.ts";
import { ASSIGNMENT } from "../../db/records/assignment.ts";
import { CUSTOMER } from "../../db/records/customer.ts";
import { MECHANIC } from "../../db/records/mechanic.ts";
import { TICKET } from "../../db/records/ticket.ts";
import { listOf, listQuery } from "../../http/page.ts";

/** A ticket in a mechanic's schedule. */
export const Booking = ASSIGNMENT.answer
  .pick({ service_ticket_id: true })
  .extend({ scheduled_start: Timestamp, scheduled_end: Timestamp })
  .extend(TICKET.answer.pick({ status: true, service_desc: true }).shape)
  .extend({ VIN: Vin.nullable(), customer: CUSTOMER.answer.pick({ id: true, name: true }) })
  .openapi("Booking");

export const ScheduleQuery = listQuery(["scheduled_start"], {
  from: TimestampInput.optional().openapi({ description: "Only bookings that end after this time.", example: "2026-11-24T00:00:00Z" }),
  to: TimestampInput.optional().openapi({ description: "Only bookings that start before this time.", example: "2026-11-25T00:00:00Z" }),
});
export const Schedule = listOf("bookings", Booking).openapi("Schedule");

export const AvailableQuery = listQuery(["id"], {
  start: TimestampInput.openapi({ description: "Start of the work.", example: "2026-11-24T09:00:00Z" }),
  end: TimestampInput.openapi({ description: "End of the work.", example: "2026-11-24T11:00:00Z" }),
});
export const AvailableMechanic = MECHANIC.answer.pick({ id: true, name: true, specialty: true, phone: true }).openapi("AvailableMechanic");
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

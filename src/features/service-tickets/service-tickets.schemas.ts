import { z } from "@hono/zod-openapi";
import { CalendarDate, Count, Id, Identifier, Money, quantity, text, VehicleNumber, Vin } from "../../db/fields.ts";
import { CUSTOMER } from "../../db/records/customer.ts";
import { MECHANIC } from "../../db/records/mechanic.ts";
import { PART } from "../../db/records/part.ts";
import { TICKET, TicketDiscount } from "../../db/records/ticket.ts";
import { TICKET_PART } from "../../db/records/ticket-part.ts";
import { ConfirmMileage, VEHICLE } from "../../db/records/vehicle.ts";
import { TICKET_STATUSES } from "../../db/schema/service-tickets.ts";
import { atLeastOneOf, byId, PathId, queryBoolean } from "../../http/fields.ts";
import { inOrder, listOf, listQuery, MAX_IN_RECORD, sortsOf } from "../../http/page.ts";

const NameOf = CUSTOMER.answer.pick({ id: true, name: true });
export const MechanicName = MECHANIC.answer.pick({ id: true, name: true });

export const Ticket = TICKET.answer
  .extend({
    discount: TicketDiscount.nullable(),
    VIN: Vin.nullable(),
    customer: NameOf,
    mechanics: z.array(MechanicName).max(MAX_IN_RECORD),
  })
  .openapi("ServiceTicket");

export const TicketPart = TICKET_PART.answer
  .extend({ name: PART.answer.shape.name, part_number: PART.answer.shape.part_number, total: Money })
  .extend({ returned: z.boolean().openapi({ description: "`true` when the ticket was cancelled and the parts are back in stock." }) })
  .openapi("TicketPart");

export const TicketDetail = Ticket.extend({ parts: z.array(TicketPart).max(MAX_IN_RECORD) }).openapi("ServiceTicketDetail");

const Difference = z.object({ field: Identifier, recorded: z.union([text(200), Count]), sent: z.union([text(200), Count]) });
export const OpenedTicket = TicketDetail.extend({
  vehicle_differences: z.array(Difference).max(10).openapi({
    description: "What the request says of the vehicle that is recorded otherwise. The record was not changed.",
  }),
}).openapi("OpenedServiceTicket");

const uniqueBy =
  <T>(key: (item: T) => number) =>
  (items: readonly T[]): boolean =>
    new Set(items.map(key)).size === items.length;

const MechanicIds = z
  .array(Id)
  .max(100)
  .refine(
    uniqueBy((id: number) => id),
    { message: "List each mechanic once." },
  );
const Line = TICKET_PART.staffInput.strict();
const Lines = z
  .array(Line)
  .max(200)
  .refine(
    uniqueBy((part: { inventory_id: number }) => part.inventory_id),
    { message: "List each part once." },
  );

const isIdentified = ({ serial_number, license_plate, description }: Readonly<Record<string, unknown>>): boolean =>
  [serial_number, license_plate, description].some((value) => typeof value === "string");

const editable = TICKET.staffInput.omit({ customer_id: true }).extend({ confirm_mileage: ConfirmMileage });

export const NewTicket = editable
  .extend({
    customer_id: Id,
    VIN: VehicleNumber.optional(),
    vehicle_id: Id.optional(),
    vehicle: VEHICLE.input
      .omit({ vin: true, customer_id: true })
      .strict()
      .optional()
      .openapi({
        description:
          "Details of the vehicle. They create one that is not known yet, and fill what is not known of one with this VIN. Without a VIN " +
          "they need a serial number, a licence plate or a description.",
      }),
    mechanic_ids: MechanicIds.optional(),
    parts: Lines.optional(),
  })
  .strict()
  .refine((body) => body.VIN === undefined || body.vehicle_id === undefined, { path: ["VIN"], message: "Send either VIN or vehicle_id." })
  .refine((body) => body.vehicle === undefined || body.vehicle_id === undefined, {
    path: ["vehicle"],
    message: "Not allowed together with vehicle_id.",
  })
  .refine(({ VIN, vehicle }) => VIN !== undefined || vehicle === undefined || isIdentified(vehicle), {
    path: ["vehicle"],
    message: "Send a VIN, a serial number, a licence plate or a description.",
  })
  .openapi("NewServiceTicket", { description: "Without VIN, vehicle_id and vehicle it is a ticket without a vehicle." });
export type NewTicket = z.output<typeof NewTicket>;

export const TicketChange = atLeastOneOf(
  editable
    .extend({
      customer_id: Id.openapi({ description: "Another customer, while the ticket is neither closed nor cancelled." }),
      vehicle_id: Id.nullable().openapi({ description: "Another vehicle of the customer, or none." }),
    })
    .strict(),
).openapi("ServiceTicketChange");
export type TicketChange = z.output<typeof TicketChange>;

/** The statuses that may book mechanics again, or take parts out of stock again. */
const BOOKING: readonly string[] = ["open", "in_progress"];

export const StatusChange = TICKET.staffInput
  .pick({ scheduled_start: true, scheduled_end: true })
  .extend({
    status: z.enum(TICKET_STATUSES),
    without_mechanics: z.boolean().optional().openapi({ description: "The ticket goes on without its mechanics." }),
    without_parts: z.boolean().optional().openapi({ description: "The ticket goes on without the parts that went back to stock." }),
  })
  .strict()
  .refine(({ status, ...more }) => BOOKING.includes(status) || Object.keys(more).length === 0, {
    path: ["status"],
    message: "A schedule, without_mechanics and without_parts go with 'open' and 'in_progress' only.",
  })
  .openapi("StatusChange", {
    description: "With `open` or `in_progress`, when the time or a mechanic is gone meanwhile: another schedule, or without them.",
  });
export type StatusChange = z.output<typeof StatusChange>;

export const MechanicsEdit = z
  .strictObject({ mechanic_ids: MechanicIds.optional(), add_ids: MechanicIds.optional(), remove_ids: MechanicIds.optional() })
  .refine((body) => (body.mechanic_ids === undefined) !== (body.add_ids === undefined && body.remove_ids === undefined), {
    message: "Send mechanic_ids for the complete set, or add_ids and remove_ids.",
  })
  .refine((body) => !body.add_ids?.some((id) => body.remove_ids?.includes(id)), {
    path: ["remove_ids"],
    message: "A mechanic is in both lists.",
  })
  .openapi("MechanicsEdit");
export type MechanicsEdit = z.output<typeof MechanicsEdit>;

export const PartQuantity = z.strictObject({ quantity: quantity(0.001).input.prefault(1) }).openapi("PartQuantity");

export const SetQuantity = z.strictObject({ quantity: Line.shape.quantity }).openapi("SetQuantity");

export const AddedPart = Line.extend({ quantity: PartQuantity.shape.quantity }).openapi("AddedPart");

const Removal = Line.extend({ quantity: Line.shape.quantity.optional() }).openapi({
  description: "Without `quantity` the whole line is removed.",
});
export const PartsEdit = z
  .strictObject({
    add: Lines.default([]),
    remove: z
      .array(Removal)
      .max(200)
      .refine(
        uniqueBy((part: { inventory_id: number }) => part.inventory_id),
        { message: "List each part once." },
      )
      .default([]),
  })
  .refine((body) => body.add.length + body.remove.length > 0, { message: "Send at least one part." })
  .refine((body) => !body.add.some((line) => body.remove.some((removal) => removal.inventory_id === line.inventory_id)), {
    path: ["remove"],
    message: "A part is in both lists.",
  })
  .openapi("PartsEdit");
export type PartsEdit = z.output<typeof PartsEdit>;

export const byMechanic = byId.extend({ mechanic_id: PathId });
export const byPart = byId.extend({ inventory_id: PathId });

const queryId = PathId.optional();

const ANY_STATUS = `(${TICKET_STATUSES.join("|")})`;
/** One status or several, as a list without repetitions. */
const Statuses = z
  .string()
  .max(100)
  .transform((text) => [...new Set(text.split(","))])
  .pipe(z.array(z.enum(TICKET_STATUSES)))
  .optional()
  .openapi({
    type: "string",
    maxLength: 100,
    pattern: `^${ANY_STATUS}(,${ANY_STATUS})*$`,
    description: "One status, or several with commas between them: tickets in any of these.",
    example: "open,in_progress",
  });

export const TicketQuery = inOrder(
  listQuery(sortsOf(TICKET), {
    q: text(100).optional().openapi({
      description: "Each word must begin a word of the ticket's description, its customer's name or its vehicle's plate, in any order.",
      example: "brakes ada",
    }),
    status: Statuses,
    customer_id: queryId,
    mechanic_id: queryId,
    vehicle_id: queryId,
    unbilled: queryBoolean
      .optional()
      .openapi({ description: "`true`: completed or closed, with something to invoice that no invoice bills." }),
    from: CalendarDate.optional().openapi({
      description: "Earliest service date. With dates, tickets are sorted by them unless `sort` says otherwise.",
    }),
    to: CalendarDate.optional().openapi({ description: "Latest service date." }),
  }),
);
export type TicketQuery = z.output<typeof TicketQuery>;

export const MyTicketQuery = listQuery(["id", "service_date"], { status: Statuses });

export const TicketList = listOf("service_tickets", Ticket).openapi("ServiceTicketList");
export const MyTicketList = listOf("tickets", Ticket).openapi("MyTicketList");
export const TicketMechanics = listOf("mechanics", MechanicName).openapi("TicketMechanics");
export const TicketParts = listOf("parts", TicketPart).openapi("TicketParts");

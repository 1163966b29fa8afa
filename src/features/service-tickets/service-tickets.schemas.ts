import { z } from "@hono/zod-openapi";
import { CalendarDate, Id, Money, Vin, wholeNumber } from "../../db/fields.ts";
import { CUSTOMER } from "../../db/records/customer.ts";
import { MECHANIC } from "../../db/records/mechanic.ts";
import { PART } from "../../db/records/part.ts";
import { TICKET } from "../../db/records/ticket.ts";
import { TICKET_PART } from "../../db/records/ticket-part.ts";
import { VEHICLE } from "../../db/records/vehicle.ts";
import { TICKET_STATUSES } from "../../db/schema/service-tickets.ts";
import { atLeastOneOf, byId, PathId } from "../../http/fields.ts";
import { listOf, listQuery, MAX_IN_RECORD, sortsOf } from "../../http/page.ts";

const NameOf = CUSTOMER.answer.pick({ id: true, name: true });
export const MechanicName = MECHANIC.answer.pick({ id: true, name: true });

export const Ticket = TICKET.answer
  .extend({ VIN: Vin, customer: NameOf, mechanics: z.array(MechanicName).max(MAX_IN_RECORD) })
  .openapi("ServiceTicket");

export const TicketPart = TICKET_PART.answer
  .extend({ name: PART.answer.shape.name, part_number: PART.answer.shape.part_number, total: Money })
  .extend({ returned: z.boolean().openapi({ description: "`true` when the ticket was cancelled and the parts are back in stock." }) })
  .openapi("TicketPart");

export const TicketDetail = Ticket.extend({ parts: z.array(TicketPart).max(MAX_IN_RECORD) }).openapi("ServiceTicketDetail");

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

const editable = TICKET.staffInput.omit({ customer_id: true });

export const NewTicket = editable
  .extend({
    customer_id: Id,
    VIN: Vin.optional(),
    vehicle_id: Id.optional(),
    vehicle: VEHICLE.input
      .pick({ make: true, model: true, year: true, color: true, license_plate: true, mileage: true })
      .strict()
      .optional()
      .openapi({ description: "Details of the vehicle, used when the VIN is not known yet." }),
    mechanic_ids: MechanicIds.optional(),
    parts: Lines.optional(),
  })
  .strict()
  .refine((body) => (body.VIN === undefined) !== (body.vehicle_id === undefined), {
    path: ["VIN"],
    message: "Send either VIN or vehicle_id.",
  })
  .refine((body) => body.vehicle === undefined || body.VIN !== undefined, { path: ["vehicle"], message: "Only allowed together with VIN." })
  .openapi("NewServiceTicket");
export type NewTicket = z.output<typeof NewTicket>;

export const TicketChange = atLeastOneOf(editable.strict()).openapi("ServiceTicketChange");
export type TicketChange = z.output<typeof TicketChange>;

export const StatusChange = z.strictObject({ status: z.enum(TICKET_STATUSES) }).openapi("StatusChange");

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

export const PartQuantity = z.strictObject({ quantity: wholeNumber(1, 1_000_000).default(1) }).openapi("PartQuantity");

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
export const TicketQuery = listQuery(sortsOf(TICKET), {
  status: z.enum(TICKET_STATUSES).optional(),
  customer_id: queryId,
  mechanic_id: queryId,
  vehicle_id: queryId,
  from: CalendarDate.optional().openapi({ description: "Earliest service date." }),
  to: CalendarDate.optional().openapi({ description: "Latest service date." }),
});
export type TicketQuery = z.output<typeof TicketQuery>;

export const MyTicketQuery = listQuery(["id", "service_date"], { status: z.enum(TICKET_STATUSES).optional() });

export const TicketList = listOf("service_tickets", Ticket).openapi("ServiceTicketList");
export const MyTicketList = listOf("tickets", Ticket).openapi("MyTicketList");
export const TicketMechanics = listOf("mechanics", MechanicName).openapi("TicketMechanics");
export const TicketParts = listOf("parts", TicketPart).openapi("TicketParts");

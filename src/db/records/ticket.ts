import { eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { type Actor, isStaff, seesOf } from "../../core/actor.ts";
import { wordsOf } from "../../core/search-words.ts";
import { CalendarDate, Id, longText, MONEY, Money, oneOf, TIMESTAMP, Timestamp, text, Vin } from "../fields.ts";
import { type JsonOf, jsonArray, jsonObject, type RowOf } from "../json.ts";
import { assignments, serviceTickets, TICKET_STATUSES, ticketParts } from "../schema/service-tickets.ts";
import { ticketJobs, ticketLines } from "../schema/ticket-lines.ts";
import { vehicles } from "../schema/vehicles.ts";
import { Discount, presentDiscount } from "./discount.ts";
import { entityOf } from "./entity.ts";
import { present, recordOf } from "./record.ts";
import { TICKET_JOB } from "./ticket-job.ts";
import { TICKET_LINE } from "./ticket-line.ts";
import { TICKET_PART } from "./ticket-part.ts";
import { Mileage } from "./vehicle.ts";

const ticket = recordOf(serviceTickets, {
  id: { use: "shown", audited: true, type: Id, example: 31 },
  customer_id: { use: "shown", audited: true, input: true, type: Id, example: 12 },
  vehicle_id: { use: "shown", audited: true, type: Id, example: 7 },
  service_desc: {
    use: "shown",
    audited: true,
    input: true,
    searched: wordsOf,
    type: longText(2_000),
    example: "Front brakes grind: replace pads, check discs",
  },
  service_date: { use: "shown", audited: true, input: true, type: CalendarDate, example: "2026-11-24" },
  status: { use: "shown", audited: true, type: oneOf(TICKET_STATUSES), example: "open" },
  scheduled_start: { use: "shown", audited: true, input: true, type: TIMESTAMP, example: "2026-11-24T09:00:00.000Z" },
  scheduled_end: { use: "shown", audited: true, input: true, type: TIMESTAMP, example: "2026-11-24T11:00:00.000Z" },
  mileage: { use: "shown", audited: true, input: true, type: Mileage, example: 84_120 },
  mileage_out: {
    use: "shown",
    audited: true,
    input: true,
    type: Mileage.openapi({ description: "What the vehicle had when it left." }),
    example: null,
  },
  promised_at: { use: "shown", audited: true, input: true, type: TIMESTAMP, example: "2026-11-24T16:00:00.000Z" },
  po_number: {
    use: "shown",
    audited: true,
    input: true,
    type: text(60).openapi({ description: "The customer's own number of the order; documents bear it." }),
    example: null,
  },
  notes: {
    use: "shown",
    audited: true,
    input: true,
    type: longText(5_000).openapi({ description: "The customer reads them." }),
    example: null,
  },
  internal_notes: { use: "staff", audited: true, input: true, type: longText(5_000), example: null },
  parts_total: { use: "shown", money: true, type: MONEY, example: 99.8 },
  created_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  updated_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  completed_at: { use: "shown", type: Timestamp, example: null },
  closed_at: { use: "shown", type: Timestamp, example: null },
  closed_words: { use: "hidden" },
  lines_gross: { use: "hidden", money: true },
  lines_count: { use: "hidden" },
  discount_percent: { use: "hidden", audited: true, percent: true },
  discount_value: { use: "hidden", audited: true, money: true },
  discount_reason: { use: "hidden", audited: true },
  invoice_id: {
    use: "shown",
    audited: true,
    type: Id.openapi({ description: "The invoice that bills it. A credit note over all of it makes the ticket free again." }),
    example: null,
  },
  unbilled_net: {
    use: "staff",
    money: true,
    type: Money.openapi({ description: "What its lines come to while it is completed or closed and no invoice bills it." }),
    example: null,
  },
  search_terms: { use: "hidden" },
  version: { use: "hidden" },
});

const listed = {
  counter: "service_tickets",
  newestFirst: true,
  sorts: { id: serviceTickets.id, service_date: serviceTickets.service_date, created_at: serviceTickets.created_at },
} as const;

const alsoAudited = {
  mechanic_ids: jsonArray(assignments.mechanic_id, sql`${assignments} where ${assignments.service_ticket_id} = ${serviceTickets.id}`),
  parts: jsonArray(jsonObject(TICKET_PART.audited), sql`${ticketParts} where ${ticketParts.service_ticket_id} = ${serviceTickets.id}`),
};

export const TICKET = entityOf("service_ticket", ticket, listed, alsoAudited);

/**
 * The same record where a write changes what the ticket sells, or removes it: the image has its jobs and lines. The parts of other
 * writes tell what their automatic lines are.
 */
export const SOLD_TICKET = entityOf("service_ticket", ticket, listed, {
  ...alsoAudited,
  jobs: jsonArray(jsonObject(TICKET_JOB.audited), sql`${ticketJobs} where ${ticketJobs.service_ticket_id} = ${serviceTickets.id}`),
  lines: jsonArray(jsonObject(TICKET_LINE.audited), sql`${ticketLines} where ${ticketLines.service_ticket_id} = ${serviceTickets.id}`),
});

/** What is taken off the whole ticket, with its reason. */
export const TicketDiscount = Discount.extend({ reason: text(200) });

/** The columns of a ticket's discount. */
export const TICKET_DISCOUNT = {
  discount_percent: serviceTickets.discount_percent,
  discount_value: serviceTickets.discount_value,
  discount_reason: serviceTickets.discount_reason,
};

/** The discount of a ticket as answers have it, or null. */
export const presentTicketDiscount = (row: RowOf<typeof TICKET_DISCOUNT>) => {
  const discount = presentDiscount(row);
  return discount && { ...discount, reason: row.discount_reason ?? "" };
};

/** The tickets that an actor may see: customers see their own, staff sees all. */
export const ticketsVisibleTo = (actor: Actor): SQL | undefined =>
  isStaff(actor) ? undefined : eq(serviceTickets.customer_id, seesOf(actor));

/** The VIN of a ticket's vehicle, or null: as the closed ticket wrote it down, else as it is now. */
export const ticketVin = sql<string | null>`iif(${serviceTickets.closed_words} is null,
  (select ${vehicles.vin} from ${vehicles} where ${vehicles.id} = ${serviceTickets.vehicle_id}), ${serviceTickets.closed_words} ->> 'VIN')`;

/** A name as the closed ticket wrote it down, else as it is now; `path` is where in its words (SQLite JSON path). */
export const nameThen = (path: SQL, now: SQLiteColumn): SQL<string> =>
  sql<string>`coalesce(${serviceTickets.closed_words} ->> ${path}, ${now})`;

/** A ticket inside another record: without its mechanics and parts. */
export const NestedTicket = TICKET.listedAnswer.extend({ VIN: Vin.nullable() }).openapi("NestedTicket");

/** The same as a row. */
export const nestedTicket = jsonObject({ ...TICKET.listedColumns, VIN: ticketVin });

/** A ticket inside another record, as the actor may see it. */
export const presentNested = (row: JsonOf<typeof nestedTicket>, actor: Actor) => ({ ...present(TICKET, row, actor), VIN: row.VIN });

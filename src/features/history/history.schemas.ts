import { z } from "@hono/zod-openapi";
import { LINE_STATES, SUBJECTS, TOPICS } from "../../core/service-log.ts";
import { CalendarDate, Count, Id, longText, oneOf, Quantity, text } from "../../db/fields.ts";
import { PART } from "../../db/records/part.ts";
import { Mileage } from "../../db/records/vehicle.ts";
import { TICKET_STATUSES } from "../../db/schema/service-tickets.ts";
import { MAX_VISITS } from "../../db/service-log.ts";
import { MAX_IN_RECORD } from "../../http/page.ts";

const TicketIds = z.array(Id).max(MAX_VISITS).openapi({ description: "The tickets that it rests on, the newest first." });
const listOf = <T extends z.ZodType>(item: T) => z.array(item).max(MAX_IN_RECORD);
const Status = oneOf(TICKET_STATUSES);

const Line = z
  .object({
    kind: oneOf(["labor", "part", "sublet"]),
    description: text(300),
    state: oneOf(LINE_STATES).openapi({
      description:
        "`done` on a ticket that is completed or closed, if the customer agreed to it and its part was taken from the stock; `undecided` if nobody said yes or no.",
    }),
  })
  .openapi("HistoryLine");

const Job = z
  .object({
    title: text(200).nullable().openapi({ description: "Null: lines that are in no job." }),
    category: text(60).nullable().openapi({ description: "That of the service package with this name." }),
    lines: listOf(Line),
  })
  .openapi("HistoryJob");

const { name, part_number, category, unit } = PART.listedAnswer.shape;
const Part = z.object({ inventory_id: Id, name, part_number, category, quantity: Quantity, unit }).openapi("HistoryPart");

const Visit = z
  .object({
    ticket_id: Id,
    vehicle_id: Id.nullable(),
    service_date: CalendarDate,
    status: Status,
    service_desc: longText(2_000),
    mileage: Mileage.nullable(),
    mileage_out: Mileage.nullable(),
    jobs: listOf(Job),
    parts: listOf(Part).openapi({ description: "What left the stock for it and did not come back." }),
    mechanics: listOf(z.object({ id: Id, name: text(120) })),
    invoices: listOf(z.object({ id: Id, number: text(20), date: CalendarDate })),
  })
  .openapi("Visit");

const Reading = z.object({ ticket_id: Id, date: CalendarDate, mileage: Mileage });

export const VehicleHistory = z
  .object({
    vehicle_id: Id,
    tickets: z.object({
      read: Count,
      left_out: Count.openapi({ description: "Older tickets that were not read." }),
      exact: z.boolean().openapi({ description: "If false, more than so many were left out." }),
    }),
    visits: z.array(Visit).max(MAX_VISITS).openapi({ description: "Its tickets, the newest first." }),
    last_done: listOf(
      z
        .object({
          what: text(200),
          named_by: oneOf(SUBJECTS).openapi({
            description:
              "What names it: the category of a part or of a service package, a job, a part, a line without a job, or what the ticket says.",
          }),
          ticket_id: Id,
          date: CalendarDate,
          mileage: Mileage.nullable(),
          ticket_ids: TicketIds,
        })
        .openapi("LastDone"),
    ).openapi({ description: "What was done last when, and on which tickets at all: of tickets that are completed or closed." }),
    open_work: z
      .array(z.object({ ticket_id: Id, service_date: CalendarDate, status: Status, service_desc: longText(2_000) }))
      .max(MAX_VISITS)
      .openapi({ description: "Tickets that are open or in progress." }),
    declined: listOf(z.object({ ticket_id: Id, description: text(300), date: CalendarDate })).openapi({
      description: "Work that was declined, until it is approved on any ticket of the vehicle.",
    }),
    mileage_back: z
      .array(Reading.extend({ before: Reading }))
      .max(MAX_VISITS)
      .openapi({ description: "Readings that are lower than the one before them." }),
    statements: listOf(z.object({ topic: oneOf(TOPICS), text: text(1_000), ticket_ids: TicketIds }).openapi("Statement")).openapi({
      description: "The same in sentences, each with the tickets that it rests on.",
    }),
  })
  .openapi("VehicleHistory");

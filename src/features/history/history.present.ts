import type { z } from "@hono/zod-openapi";
import type { ServiceLog } from "../../core/service-log.ts";
import type { VehicleHistory } from "./history.schemas.ts";

/** A list of ours as answers have it. */
const copied = <T extends { readonly ticket_ids: readonly number[] }>(rows: readonly T[]) =>
  rows.map((row) => ({ ...row, ticket_ids: [...row.ticket_ids] }));

/** The service of a vehicle on the wire. */
export const presentLog = (vehicle_id: number, log: ServiceLog): z.input<typeof VehicleHistory> => ({
  vehicle_id,
  tickets: log.tickets,
  visits: log.visits.map((visit) => ({
    ...visit,
    jobs: visit.jobs.map((job) => ({ ...job, lines: [...job.lines] })),
    parts: [...visit.parts],
    mechanics: [...visit.mechanics],
    invoices: [...visit.invoices],
  })),
  last_done: copied(log.last_done),
  open_work: log.open_work.map(({ ticket_id, service_date, status, service_desc }) => ({ ticket_id, service_date, status, service_desc })),
  declined: log.declined.map(({ service_ticket_id, description, date }) => ({ ticket_id: service_ticket_id, description, date })),
  mileage_back: [...log.mileage_back],
  statements: copied(log.statements),
});

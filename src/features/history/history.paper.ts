import { eq, sql } from "drizzle-orm";
import { localDate } from "../../core/local-date.ts";
import type { LoggedPart, Visit } from "../../core/service-log.ts";
import { type JsonOf, jsonObject, jsonOne } from "../../db/json.ts";
import { PRINTING, SHOP_HEAD, VEHICLE_SHOWN } from "../../db/records/estimate-content.ts";
import { findRow } from "../../db/records/read.ts";
import { shop } from "../../db/schema/shop.ts";
import { vehicles } from "../../db/schema/vehicles.ts";
import type { ReadContext } from "../../http/app-env.ts";
import { renderServiceLog } from "../../paper/render.ts";
import type { ServiceLog as PrintedLog } from "../../paper/service-log.ts";
import { vehicleLog } from "./history.queries.ts";

const ofShop = jsonObject({ head: jsonObject(SHOP_HEAD), print: PRINTING, time_zone: shop.time_zone });
const head = jsonObject({ vehicle: jsonObject(VEHICLE_SHOWN), shop: jsonOne(ofShop, sql`${shop}`) });
type Head = JsonOf<typeof head>;

const partOf = ({ name, part_number, quantity, unit }: LoggedPart): string =>
  `${quantity} ${unit} ${name}${part_number === null ? "" : ` (${part_number})`}`;

/** What was done on a visit. What the ticket says stands for the work where no line tells it. */
const workOf = ({ jobs, service_desc }: Visit): string[] => {
  const done = jobs.flatMap(({ title, lines }) => {
    const work = lines.filter(({ state, kind }) => state === "done" && kind !== "part").map(({ description }) => description);
    const isDone = lines.some(({ state }) => state === "done");
    return isDone && title !== null ? [title, ...work] : work;
  });
  return done.length > 0 ? [...new Set(done)] : [service_desc];
};

const isDone = ({ status }: Visit): boolean => status === "completed" || status === "closed";

/**
 * The visits of a vehicle that are done, as a document: the same bytes all day (in the shop's time zone) while nothing changes.
 * Throws `not_found` and, to staff, `merged`.
 */
export const printedHistory = async (
  { db, actor, now, services }: ReadContext,
  { params }: { readonly params: { readonly id: number } },
) => {
  const { visits } = await vehicleLog(db, actor, params.id);
  const { vehicle, shop: ofPrint }: Head = await findRow(db, vehicles, head, eq(vehicles.id, params.id));
  const date = localDate(now, ofPrint.time_zone);
  const log: PrintedLog = {
    shop: ofPrint.head,
    print: ofPrint.print,
    vehicle,
    at: `${date}T00:00:00.000Z`,
    date,
    visits: visits.filter(isDone).map((visit) => ({
      ticket_id: visit.ticket_id,
      date: visit.service_date,
      mileage: visit.mileage_out ?? visit.mileage,
      work: workOf(visit),
      parts: visit.parts.map(partOf),
      mechanics: visit.mechanics.map(({ name }) => name),
    })),
  };
  return renderServiceLog(log, services.fonts);
};

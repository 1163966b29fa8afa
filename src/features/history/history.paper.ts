import { eq, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import { localDate } from "../../core/local-date.ts";
import { fold } from "../../core/search-words.ts";
import { doneOn, isFinished } from "../../core/service-history.ts";
import type { LoggedPart, Visit } from "../../core/service-log.ts";
import { type JsonOf, jsonObject, jsonOne, parseRow } from "../../db/json.ts";
import { PRINTING, SHOP_HEAD, VEHICLE_SHOWN } from "../../db/records/estimate-content.ts";
import { shop } from "../../db/schema/shop.ts";
import { vehicles } from "../../db/schema/vehicles.ts";
import { readServiceLog } from "../../db/service-log.ts";
import type { ReadContext } from "../../http/app-env.ts";
import { renderServiceLog } from "../../paper/render.ts";

const head = jsonObject({
  vehicle: jsonObject(VEHICLE_SHOWN),
  shop: jsonOne(jsonObject(SHOP_HEAD), sql`${shop}`),
  print: jsonOne(PRINTING, sql`${shop}`),
  time_zone: sql<string>`(select ${shop.time_zone} from ${shop})`,
});

const partOf = ({ name, part_number, quantity, unit }: LoggedPart): string =>
  `${quantity} ${unit} ${name}${part_number === null ? "" : ` (${part_number})`}`;

/** A finished visit as it is printed: its parts are those from the stock, and others that a line names. */
const printed = (visit: Visit) => {
  const done = doneOn(visit);
  const ofStock = new Set(visit.parts.map(({ name }) => fold(name)));
  const others = done.filter(([what, named_by]) => named_by === "part" && !ofStock.has(fold(what)));
  const work = done.filter(([, named_by]) => named_by === "job" || named_by === "line" || named_by === "description");
  return {
    ticket_id: visit.ticket_id,
    date: visit.service_date,
    mileage: visit.mileage_out ?? visit.mileage,
    work: work.map(([what]) => what),
    parts: [...visit.parts.map(partOf), ...others.map(([what]) => what)],
    mechanics: visit.mechanics.map(({ name }) => name),
  };
};

/**
 * The visits of a vehicle that are finished, as a document: the same bytes all day (in the shop's time zone) while nothing changes.
 * Throws `not_found` and, to staff, `merged`.
 */
export const printedHistory = async (
  { db, actor, now, services }: ReadContext,
  { params: { id } }: { readonly params: { readonly id: number } },
) => {
  const [{ visits }, found] = await Promise.all([
    readServiceLog(db, actor, { vehicle_id: id }),
    db.get<{ json: string } | undefined>(sql`select ${head} as json from ${vehicles} where ${eq(vehicles.id, id)}`),
  ]);
  if (!found) throw new Failure("not_found");
  const { time_zone, ...shown } = parseRow<JsonOf<typeof head>>(found.json);
  const date = localDate(now, time_zone);
  const log = { ...shown, at: `${date}T00:00:00.000Z`, date, visits: visits.filter(isFinished).map(printed) };
  return renderServiceLog(log, services.fonts);
};

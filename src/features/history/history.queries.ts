import type { Actor } from "../../core/actor.ts";
import { serviceLogOf } from "../../core/service-history.ts";
import type { ServiceLog } from "../../core/service-log.ts";
import type { Db } from "../../db/client.ts";
import { readServiceLog } from "../../db/service-log.ts";

/** The service of a vehicle, of its tickets that the actor may see. Throws `not_found` and, to staff, `merged`. */
export const vehicleLog = async (db: Db, actor: Actor, vehicle_id: number): Promise<ServiceLog> => {
  const { tickets, visits, declined } = await readServiceLog(db, actor, { vehicle_id });
  return serviceLogOf(tickets, visits, declined);
};

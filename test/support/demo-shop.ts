import { env } from "cloudflare:workers";
import { demoData } from "../../scripts/demo-data.ts";
import { toScript } from "../../scripts/support/sql-script.ts";
import { testDeps } from "./client.ts";
import { passwordHash } from "./people.ts";

/** The demo shop as a script of SQL. */
export const demoScript = async (options: { readonly seed?: number; readonly today?: string } = {}): Promise<string> =>
  toScript(await demoData({ today: "2026-11-20", passwordHash: await passwordHash(), sealer: testDeps().sealer, ...options }));

/** Fills the empty database with the demo shop. */
export const fillWithDemo = async (): Promise<void> => {
  await env.DB.exec(await demoScript());
};

const FINISHED = "t.vehicle_id is not null and t.status in ('completed', 'closed')";
const APPROVED = "exists (select 1 from ticket_lines l where l.job_id = j.id and l.decision = 'approved' and l.kind <> 'fee')";

/** Queries for what was done on which `vehicle`, by what it is named by. */
export const DONE: Readonly<Record<string, string>> = {
  part: `select distinct t.vehicle_id as vehicle, p.name as what from service_tickets t join ticket_parts h on h.service_ticket_id = t.id and h.held = 1
    join parts p on p.id = h.inventory_id where ${FINISHED}`,
  part_category: `select distinct t.vehicle_id as vehicle, p.category as what from service_tickets t
    join ticket_parts h on h.service_ticket_id = t.id and h.held = 1 join parts p on p.id = h.inventory_id where ${FINISHED} and p.category is not null`,
  job: `select distinct t.vehicle_id as vehicle, j.title as what from service_tickets t join ticket_jobs j on j.service_ticket_id = t.id
    where ${FINISHED} and ${APPROVED}`,
  package_category: `select distinct t.vehicle_id as vehicle, k.category as what from service_tickets t join ticket_jobs j on j.service_ticket_id = t.id
    join service_packages k on k.name = j.title where ${FINISHED} and ${APPROVED}`,
};

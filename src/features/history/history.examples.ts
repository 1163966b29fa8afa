import { serviceLogOf } from "../../core/service-history.ts";
import type { Visit } from "../../core/service-log.ts";
import { presentLog } from "./history.present.ts";

const brakes: Visit = {
  ticket_id: 31,
  vehicle_id: 7,
  service_date: "2026-11-24",
  status: "closed",
  service_desc: "Front brakes grind: replace pads, check discs",
  mileage: 84_120,
  mileage_out: 84_123,
  jobs: [
    { title: "Front brakes", category: "Brakes", lines: [{ kind: "labor", description: "Replace front pads", state: "done" }] },
    { title: null, category: null, lines: [{ kind: "part", description: "Cabin filter", state: "declined" }] },
  ],
  parts: [{ inventory_id: 12, name: "Brake pad, front", part_number: "BP-2041", category: "Brakes", quantity: 2, unit: "each" }],
  mechanics: [{ id: 4, name: "Max Mechanic" }],
  invoices: [{ id: 88, number: "2026-000088", date: "2026-11-24" }],
};

const oil: Visit = {
  ...brakes,
  ticket_id: 58,
  service_date: "2026-12-03",
  status: "open",
  service_desc: "Oil change",
  mileage: null,
  mileage_out: null,
  jobs: [],
  parts: [],
  mechanics: [],
  invoices: [],
};

const declined = [{ service_ticket_id: 31, description: "Cabin filter", date: "2026-11-24" }];

export const historyExample = presentLog(7, serviceLogOf({ read: 2, left_out: 0, exact: true }, [oil, brakes], declined));

import { number, type Step } from "./steps.ts";

const job = { customer_id: number("customerId"), service_desc: "Front brakes grind", service_date: "2026-11-24" };
const mechanic = { mechanic_id: "mechanicId" };
const part = { inventory_id: "partId" };

const inJob = { job_id: "jobId" };
const ofLine = { line_id: "lineId" };

/** What the ticket sells: a job with a line, a line by itself, a discount. Nothing is approved, so that nothing can be drawn or billed. */
const sold: readonly Step[] = [
  {
    operation: "POST /service-tickets/{id}/jobs",
    as: "mechanic",
    body: { title: "Front brakes", lines: [{ kind: "labor", description: "Replace front pads", quantity: 1.5, unit_price: 120 }] },
    keep: { jobId: "jobs[0].id" },
  },
  { operation: "GET /service-tickets/{id}/jobs", as: "customer" },
  { operation: "PUT /service-tickets/{id}/jobs/{job_id}", as: "mechanic", path: inJob, body: { mechanic_id: number("mechanicId") } },
  { operation: "PATCH /service-tickets/{id}/jobs/{job_id}", as: "mechanic", path: inJob, body: { mechanic_id: null } },
  {
    operation: "POST /service-tickets/{id}/lines",
    as: "mechanic",
    body: { kind: "fee", fee_kind: "other", description: "Brake cleaner", unit_price: 4.5 },
    keep: { lineId: "lines.at(-1).id" },
  },
  { operation: "PUT /service-tickets/{id}/lines/{line_id}", as: "mechanic", path: ofLine, body: { job_id: number("jobId") } },
  { operation: "PATCH /service-tickets/{id}/lines/{line_id}", as: "mechanic", path: ofLine, body: { discount: { percent: 10 } } },
  { operation: "PUT /service-tickets/{id}/discount", as: "mechanic", body: { amount: 5, reason: "Third visit this year" } },
  { operation: "GET /service-tickets/{id}/pricing", as: "customer" },
  { operation: "DELETE /service-tickets/{id}/discount", as: "mechanic" },
  { operation: "POST /service-tickets/{id}/draw-parts", as: "mechanic", refusedWith: 409 },
  { operation: "POST /service-tickets/{id}/invoice", as: "mechanic", body: {}, refusedWith: 409 },
  { operation: "DELETE /service-tickets/{id}/lines/{line_id}", as: "mechanic", path: ofLine },
  { operation: "DELETE /service-tickets/{id}/jobs/{job_id}", as: "mechanic", path: inJob },
];

/** What can be done with a ticket, from opening to removing it. */
export const ticket: readonly Step[] = [
  {
    operation: "POST /service-tickets",
    as: "mechanic",
    body: { ...job, vehicle_id: number("vehicleId"), mileage: 84_120 },
    keep: { ticketId: "id" },
  },
  { operation: "GET /service-tickets", as: "mechanic", query: { status: "open", per_page: "5" } },
  { operation: "GET /service-tickets/{id}", as: "customer" },
  { operation: "PUT /service-tickets/{id}", as: "mechanic", body: { service_desc: "Front brakes grind: replace pads" } },
  { operation: "PATCH /service-tickets/{id}", as: "mechanic", body: { notes: "The customer waits" } },
  { operation: "PUT /service-tickets/{id}/assign-mechanic/{mechanic_id}", as: "mechanic", path: mechanic },
  { operation: "GET /service-tickets/{id}/mechanics", as: "mechanic" },
  { operation: "PUT /service-tickets/{id}/remove-mechanic/{mechanic_id}", as: "mechanic", path: mechanic },
  { operation: "PUT /service-tickets/{id}/edit-mechanics", as: "mechanic", body: { mechanic_ids: [number("mechanicId")] } },
  { operation: "DELETE /service-tickets/{id}/mechanics/{mechanic_id}", as: "mechanic", path: mechanic },
  { operation: "PUT /service-tickets/{id}/add-part/{inventory_id}", as: "mechanic", path: part, body: { quantity: 2 } },
  { operation: "POST /service-tickets/{id}/parts", as: "mechanic", body: { inventory_id: number("partId"), quantity: 1 } },
  { operation: "PUT /service-tickets/{id}/parts/{inventory_id}", as: "mechanic", path: part, body: { quantity: 2 } },
  { operation: "GET /service-tickets/{id}/parts", as: "mechanic" },
  { operation: "DELETE /service-tickets/{id}/parts/{inventory_id}", as: "mechanic", path: part },
  {
    operation: "POST /service-tickets/{id}/inventory",
    as: "mechanic",
    body: { add: [{ inventory_id: number("partId"), quantity: 2 }], remove: [] },
  },
  {
    operation: "PUT /service-tickets/{id}/inventory",
    as: "mechanic",
    body: { add: [], remove: [{ inventory_id: number("partId"), quantity: 1 }] },
  },
  ...sold,
  { operation: "PUT /service-tickets/{id}/status", as: "mechanic", body: { status: "in_progress" } },
  { operation: "DELETE /service-tickets/{id}", as: "mechanic" },
];

/** Who works on a ticket that was opened at its legacy path; what else earlier systems called by other names. */
export const links: readonly Step[] = [
  {
    operation: "POST /service-tickets/mechanic/create",
    as: "mechanic",
    body: { ...job, VIN: "{{vin}}" },
    keep: { ticketId: "id" },
  },
  {
    operation: "POST /assignments",
    as: "mechanic",
    body: { service_ticket_id: number("ticketId"), mechanic_id: number("mechanicId") },
    keep: { assignmentId: "id" },
  },
  { operation: "GET /assignments", as: "mechanic" },
  { operation: "GET /assignments/{id}", as: "mechanic" },
  { operation: "GET /customers/my-tickets", as: "customer" },
  { operation: "GET /service-tickets/my-tickets", as: "customer" },
  { operation: "GET /service-tickets/customer/my-tickets", as: "customer" },
  { operation: "GET /customers/mytickets", as: "customer" },
  { operation: "GET /mytickets", as: "customer" },
  { operation: "GET /mechanics/my-tickets", as: "mechanic" },
  { operation: "GET /service-tickets/mechanic/my-tickets", as: "mechanic" },
  { operation: "DELETE /assignments/{id}", as: "mechanic" },
];

const id = { id: "ticketId" };
/** The same by other names. */
export const legacyTickets: readonly Step[] = [
  { operation: "PUT /service-tickets/{id}/edit", as: "mechanic", path: id, body: { add_ids: [number("mechanicId")], remove_ids: [] } },
  { operation: "PUT /service-tickets/{id}/mechanics", as: "mechanic", path: id, body: { mechanic_ids: [] } },
  { operation: "PUT /service-tickets/{id}/add-part/{inventory_id}", as: "mechanic", path: { ...id, ...part } },
  { operation: "POST /service-tickets/{id}/add-inventory", as: "mechanic", path: id, body: { inventory_id: number("partId") } },
  { operation: "POST /service-tickets/{id}/add_part", as: "mechanic", path: id, body: { inventory_id: number("partId") } },
  { operation: "PUT /service-tickets/{id}/remove-part/{inventory_id}", as: "mechanic", path: { ...id, ...part } },
  { operation: "PUT /service-tickets/{id}/update", as: "mechanic", path: id, body: { service_desc: "Front brakes" } },
  { operation: "GET /service-tickets/mechanic/{mechanic_id}/count", as: "mechanic", path: mechanic },
  { operation: "GET /service-tickets/customer/{customer_id}/count", as: "mechanic", path: { customer_id: "customerId" } },
  { operation: "DELETE /service-tickets/{id}", as: "mechanic", path: id },
];

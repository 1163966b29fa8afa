import { ADMIN, type Call, customer } from "./caller.ts";
import type { Bench, Operation } from "./operations.ts";
import { type Body, one, record } from "./record-operations.ts";
import { LABOR, PADS, settings } from "./settings-operations.ts";
import { aVehicle, make, makeTicket, STAFF, write } from "./write-operations.ts";

const FEE = { kind: "fee", fee_kind: "environmental", description: "Brake fluid", unit_price: 4.5, taxable: false };

/** A ticket that sells labour and a part in one job, which is made first and not measured. */
interface Sale {
  readonly path: string;
  readonly job: number;
  readonly lines: readonly number[];
}

const aSale = async (call: Call): Promise<Sale> => {
  const path = await makeTicket(call, 0, 0);
  const { body } = await call(STAFF, "POST", `${path}/jobs`, { title: "Front brakes", lines: [LABOR, PADS] });
  const [{ id, lines }] = body.jobs;
  return { path, job: id, lines: lines.map((line: { id: number }) => line.id) };
};

const present = async (call: Call, path: string): Promise<number> => make(call, `${path}/estimates`, {}, STAFF);

const yes = (job: number, decision = "approved") => ({
  channel: "in_person",
  person_name: "Grace Example",
  capacity: "owner",
  decisions: [{ job_id: job, decision }],
});

/** The same, of which the customer has said yes to everything, or no. */
const aDecidedSale = async (call: Call, decision = "approved"): Promise<Sale> => {
  const sale = await aSale(call);
  await call(STAFF, "POST", `/estimates/${await present(call, sale.path)}/authorizations`, yes(sale.job, decision));
  return sale;
};

/** The same, with a fee that is open. */
const aMixedSale = async (call: Call): Promise<Sale> => {
  const sale = await aDecidedSale(call);
  await call(STAFF, "POST", `${sale.path}/lines`, FEE);
  return sale;
};

/** A write on what a ticket sells, which `from` makes first. */
const onSale = (name: string, lines: number, from: (call: Call) => Promise<Sale>, run: (call: Call, sale: Sale) => ReturnType<Call>) =>
  write(name, lines, async (call) => run(call, await from(call)));

const [FIRST, SECOND] = [0, 1];
const lineOf = ({ path, lines }: Sale, index: number): string => `${path}/lines/${lines[index]}`;

const selling: readonly Operation[] = [
  onSale("job of 2 lines added beside 2 lines", 4, aSale, async (call, { path }) =>
    call(STAFF, "POST", `${path}/jobs`, { title: "Rear", lines: [LABOR, FEE] }),
  ),
  write("first job added, 2 lines", 2, async (call) =>
    call(STAFF, "POST", `${await makeTicket(call, 0, 0)}/jobs`, { title: "Front", lines: [LABOR, PADS] }),
  ),
  write("job added from a package of 2 lines", 2, async (call) =>
    call(STAFF, "POST", `${await makeTicket(call, 0, 0)}/jobs`, { service_package_id: 5 }),
  ),
  write("first job added, 20 lines", 20, async (call) =>
    call(STAFF, "POST", `${await makeTicket(call, 0, 0)}/jobs`, { title: "All", lines: Array.from({ length: 20 }, () => LABOR) }),
  ),
  onSale("job changed, 2 lines", 2, aSale, (call, { path, job }) => call(STAFF, "PATCH", `${path}/jobs/${job}`, { title: "Rear brakes" })),
  onSale("job removed, 2 lines", 2, aSale, (call, { path, job }) => call(STAFF, "DELETE", `${path}/jobs/${job}`)),
  onSale("line added beside 2", 3, aSale, (call, { path }) => call(STAFF, "POST", `${path}/lines`, FEE)),
  onSale("line added beside 2 that are approved", 3, aDecidedSale, (call, { path }) => call(STAFF, "POST", `${path}/lines`, FEE)),
  onSale("line's price, of 2", 2, aSale, (call, sale) => call(STAFF, "PATCH", lineOf(sale, FIRST), { unit_price: 130 })),
  onSale("line's part and quantity, of 2", 2, aSale, (call, sale) =>
    call(STAFF, "PATCH", lineOf(sale, SECOND), { inventory_id: 30, quantity: 3 }),
  ),
  onSale("approved line's words, of 3", 3, aMixedSale, (call, sale) => call(STAFF, "PATCH", lineOf(sale, FIRST), { description: "Pads" })),
  onSale("line removed, of 2", 2, aSale, (call, sale) => call(STAFF, "DELETE", lineOf(sale, SECOND))),
  onSale("ticket's discount, 2 lines", 2, aSale, (call, { path }) =>
    call(STAFF, "PUT", `${path}/discount`, { percent: 10, reason: "Goodwill" }),
  ),
  onSale("ticket's discount, 2 approved lines and an open one", 3, aMixedSale, (call, { path }) =>
    call(STAFF, "PUT", `${path}/discount`, { percent: 10, reason: "Goodwill" }),
  ),
  onSale("ticket's discount ended, 2 lines", 2, aSale, (call, { path }) => call(STAFF, "DELETE", `${path}/discount`)),
  onSale("parts drawn, 1 of 2 lines", 3, aDecidedSale, (call, { path }) => call(STAFF, "POST", `${path}/draw-parts`)),
  onSale("part put on a ticket beside 2 lines", 3, aSale, (call, { path }) =>
    call(STAFF, "POST", `${path}/parts`, { inventory_id: 30, quantity: 1 }),
  ),
  onSale("ticket started, 2 approved lines", 2, aDecidedSale, (call, { path }) =>
    call(STAFF, "PUT", `${path}/status`, { status: "in_progress" }),
  ),
  onSale("ticket cancelled, 2 approved lines", 2, aDecidedSale, (call, { path }) =>
    call(STAFF, "PUT", `${path}/status`, { status: "cancelled" }),
  ),
  onSale("ticket deleted, a job of 2 lines", 3, aSale, (call, { path }) => call(STAFF, "DELETE", path)),
];

const LONG = 300;
/** How many lines a job has at most. */
const IN_JOB = 50;

/** A ticket with many approved lines in full jobs, each of another part: more than requests make at once, so they are made by SQL. */
const aLongSale = async ({ call, d1 }: Bench): Promise<string> => {
  const { path, job } = await aSale(call);
  const jobs = `with recursive n(i) as (select 2 union all select i + 1 from n where i < ${LONG / IN_JOB})
    insert into ticket_jobs (service_ticket_id, title, position, created_at)
    select service_ticket_id, title, i, created_at from n, ticket_jobs where id = ${job}`;
  const lines = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${LONG - 2})
    insert into ticket_lines (service_ticket_id, job_id, kind, description, inventory_id, condition, quantity, unit_price)
    select j.service_ticket_id, j.id, 'part', 'Part', 100 + i, 'new', 1000, 100 from n
      join ticket_jobs j on j.service_ticket_id = (select service_ticket_id from ticket_jobs where id = ${job}) and j.position = 1 + (i + 1) / ${IN_JOB}`;
  await d1.batch([d1.prepare(jobs), d1.prepare(lines)]);
  const estimate = await present(call, path);
  const { body } = await call(STAFF, "GET", `${path}/jobs`);
  const decisions = body.jobs.map(({ id }: { id: number }) => ({ job_id: id, decision: "approved" }));
  await call(STAFF, "POST", `/estimates/${estimate}/authorizations`, { ...yes(job), decisions });
  return path;
};

/** A write in a shop that works on the customer's yes only, which it does not afterwards. */
const inWork = async (call: Call, run: () => ReturnType<Call>): ReturnType<Call> => {
  await call(ADMIN, "PATCH", "/shop", { authorization: "work" });
  const done = await run();
  await call(ADMIN, "PATCH", "/shop", { authorization: "posting" });
  return done;
};

const onLongSale = (name: string, each: number, run: (call: Call, path: string) => ReturnType<Call>): Operation => ({
  name: `${name}, ${LONG} approved lines`,
  run: async (bench) => {
    const path = await aLongSale(bench);
    return [await run(bench.call, path)];
  },
  budget: () => 52 + each * LONG,
});

const long: readonly Operation[] = [
  onLongSale("ticket started on a yes", 5, (call, path) =>
    inWork(call, () => call(STAFF, "PUT", `${path}/status`, { status: "in_progress" })),
  ),
  onLongSale("parts drawn", 60, (call, path) => call(STAFF, "POST", `${path}/draw-parts`)),
  onLongSale("parts drawn on a yes", 95, (call, path) => inWork(call, () => call(STAFF, "POST", `${path}/draw-parts`))),
];

/** A write of a document, with its own budget. */
const document = (name: string, most: number, run: (call: Call) => ReturnType<Call>): Operation => ({
  ...write(name, 0, run),
  budget: () => most,
});

const deciding: readonly Operation[] = [
  document("estimate of 2 lines", 120, async (call) => call(STAFF, "POST", `${(await aSale(call)).path}/estimates`, {})),
  document("second estimate, of 3 lines", 140, async (call) => call(STAFF, "POST", `${(await aMixedSale(call)).path}/estimates`, {})),
  document("2 lines approved, recorded by staff", 160, async (call) => {
    const { path, job } = await aSale(call);
    return call(STAFF, "POST", `/estimates/${await present(call, path)}/authorizations`, yes(job));
  }),
  document("2 lines approved by the customer", 160, async (call) => {
    const { path, job } = await aSale(call);
    return call(customer(5), "POST", `/estimates/${await present(call, path)}/authorizations`, {
      decisions: [{ job_id: job, decision: "approved" }],
    });
  }),
];

/** A read of what is made first. */
const read = (
  name: string,
  pathOf: (call: Call) => Promise<string>,
  budget: (body: Body) => number,
  as = STAFF as Parameters<Call>[0],
): Operation => ({
  name,
  run: async ({ call }) => {
    const path = await pathOf(call);
    return [await call(as, "GET", path)];
  },
  budget,
});

const reads: readonly Operation[] = [
  one("/shop", "/shop", record),
  one("/taxes/2", "/taxes/2", record),
  one("/service-packages/5", "/service-packages/5", record),
  read(
    "price of a ticket, 2 lines",
    async (call) => `${(await aSale(call)).path}/pricing`,
    () => 30,
  ),
  read(
    "price of a ticket, 2 lines (customer)",
    async (call) => `${(await aSale(call)).path}/pricing`,
    () => 30,
    customer(5),
  ),
  read(
    "price of a ticket, 2 approved lines",
    async (call) => `${(await aDecidedSale(call)).path}/pricing`,
    () => 30,
  ),
  read(
    "price of a ticket, 2 approved lines and an open one",
    async (call) => `${(await aMixedSale(call)).path}/pricing`,
    () => 50,
  ),
  read(
    "what is approved of a ticket, 2 of 3 lines",
    async (call) => `${(await aMixedSale(call)).path}/pricing?approved=true`,
    () => 36,
  ),
  read(
    "jobs of a ticket, 2 lines",
    async (call) => `${(await aSale(call)).path}/jobs`,
    () => 30,
  ),
  one("/estimates/5", "/estimates/5", record),
  one("/taxes, all", "/taxes", () => 20),
  read(
    "what was declined for a vehicle, 2 lines",
    async (call) => {
      const { path, job } = await aSale(call);
      const vehicle = await make(call, "/vehicles", { ...aVehicle(), customer_id: 5 });
      await call(STAFF, "PATCH", path, { vehicle_id: vehicle });
      await call(STAFF, "POST", `/estimates/${await present(call, path)}/authorizations`, yes(job, "declined"));
      return `/vehicles/${vehicle}/declined`;
    },
    () => 60,
  ),
  read(
    "authorisations of a ticket",
    async (call) => `${(await aDecidedSale(call)).path}/authorizations`,
    () => 30,
  ),
];

/** What tickets sell, cost and were approved to; the shop, its taxes and packages. */
export const moneyOperations: readonly Operation[] = [...selling, ...long, ...deciding, ...settings, ...reads];

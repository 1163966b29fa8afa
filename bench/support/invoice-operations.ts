import { ADMIN, type Call, type Called, customer } from "./caller.ts";
import type { Bench, Operation } from "./operations.ts";
import { type Body, one } from "./record-operations.ts";
import { LABOR, PADS } from "./settings-operations.ts";
import { make, makeTicket, STAFF, write } from "./write-operations.ts";

const WORKED = { ...LABOR, mechanic_id: 2 };
const FEE = { kind: "fee", fee_kind: "environmental", description: "Brake fluid", unit_price: 4.5, taxable: false };
const SUBLET = { kind: "sublet", description: "Windscreen", quantity: 1, unit_price: 100 };

/** A shop whose invoices wait for nobody's yes, while something is done. */
const inShop = async <T>(call: Call, run: () => Promise<T>): Promise<T> => {
  await call(ADMIN, "PATCH", "/shop", { authorization: "none", address: "12 Main Street" });
  const done = await run();
  await call(ADMIN, "PATCH", "/shop", { authorization: "posting" });
  return done;
};

const complete = async (call: Call, ticket: string): Promise<void> => {
  for (const status of ["in_progress", "completed"]) await call(STAFF, "PUT", `${ticket}/status`, { status });
};

/** A completed ticket of six lines, one of which is a part that was drawn; it is made first and not measured. */
const aTicket = async (call: Call): Promise<string> => {
  const ticket = await makeTicket(call, 0, 0);
  await call(STAFF, "POST", `${ticket}/jobs`, { title: "Front brakes", lines: [WORKED, WORKED, PADS, SUBLET, FEE, FEE] });
  await call(STAFF, "POST", `${ticket}/draw-parts`);
  await complete(call, ticket);
  return ticket;
};

const LONG = 300;

/** The same with 300 lines of labour, most of which are made by SQL, in one job with its mechanic. */
const aLongTicket = async ({ call, d1 }: Bench): Promise<string> => {
  const ticket = await makeTicket(call, 0, 0);
  const { body } = await call(STAFF, "POST", `${ticket}/jobs`, { title: "All", lines: [WORKED] });
  const lines = `with recursive n(i) as (select 2 union all select i + 1 from n where i <= ${LONG})
    insert into ticket_lines (service_ticket_id, kind, description, mechanic_id, quantity, unit_price)
    select j.service_ticket_id, 'labor', 'Labour', 2, 1000, 100 from n, ticket_jobs j where j.id = ${body.jobs[0].id} and i <= ${LONG}`;
  await d1.prepare(lines).run();
  await complete(call, ticket);
  return ticket;
};

const post = (call: Call, ticket: string): Promise<Called> => call(STAFF, "POST", `${ticket}/invoice`, {});
const credit = (call: Call, invoice: Body, lines?: readonly Body[]): Promise<Called> =>
  call(ADMIN, "POST", `/invoices/${invoice.id}/credit-notes`, { reason: "Faulty", ...(lines && { lines }) });
/** A ticket with labour, three parts, a sublet and a fee that the customer approved, and one tax; parts were drawn. */
const anApprovedTicket = async (call: Call): Promise<string> => {
  const ticket = await makeTicket(call, 1, 0);
  const parts = [5, 30, 55].map((inventory_id) => ({ ...PADS, inventory_id }));
  const { body } = await call(STAFF, "POST", `${ticket}/jobs`, { title: "Brakes", mechanic_id: 2, lines: [LABOR, ...parts, SUBLET, FEE] });
  const estimate = await make(call, `${ticket}/estimates`, {}, STAFF);
  const said = { channel: "in_person", person_name: "Grace Example", capacity: "owner" };
  await call(STAFF, "POST", `/estimates/${estimate}/authorizations`, {
    ...said,
    decisions: [{ job_id: body.jobs[0].id, decision: "approved" }],
  });
  await call(STAFF, "POST", `${ticket}/draw-parts`);
  await complete(call, ticket);
  return ticket;
};

const posted = async (call: Call): Promise<Body> => (await post(call, await aTicket(call))).body;
const firstLine = (invoice: Body, net: number): Body[] => [{ line_id: invoice.jobs[0].lines[0].id, net }];

/** A write of a document, with its own budget. */
const document = (name: string, most: number, run: (call: Call) => Promise<Called>): Operation => ({
  ...write(name, 0, (call) => inShop(call, () => run(call))),
  budget: () => most,
});

const writes: readonly Operation[] = [
  document("invoice of 6 lines", 300, async (call) => post(call, await aTicket(call))),
  {
    name: "invoice of 6 lines that were approved, 3 of them parts",
    run: async ({ call }) => {
      await call(ADMIN, "PATCH", "/shop", { address: "12 Main Street" });
      return [await post(call, await anApprovedTicket(call))];
    },
    budget: () => 300,
  },
  {
    name: `invoice of ${LONG} lines`,
    run: async (bench) => [await inShop(bench.call, async () => post(bench.call, await aLongTicket(bench)))],
    budget: () => 300 + 27 * LONG,
  },
  document("credit of a line of 6", 240, async (call) => {
    const invoice = await posted(call);
    return credit(call, invoice, firstLine(invoice, 1));
  }),
  document("credit of all of 6 lines", 280, async (call) => credit(call, await posted(call))),
  document("30th credit note of an invoice", 250, async (call) => {
    const invoice = await posted(call);
    for (let time = 1; time < 30; time++) await credit(call, invoice, firstLine(invoice, 0.01));
    return credit(call, invoice, firstLine(invoice, 0.01));
  }),
  document("notes of a ticket that is invoiced", 60, async (call) => {
    const ticket = await aTicket(call);
    await post(call, ticket);
    return call(STAFF, "PATCH", ticket, { notes: "Paid by card" });
  }),
];

const ofInvoice = (name: string, as = STAFF as Parameters<Call>[0]): Operation => ({
  name,
  run: async ({ call }) => {
    const { id } = await inShop(call, () => posted(call));
    return [await call(as, "GET", `/invoices/${id}`)];
  },
  budget: () => 60,
});

const reads: readonly Operation[] = [
  ofInvoice("one invoice of 6 lines"),
  ofInvoice("one invoice of 6 lines (customer)", customer(5)),
  one("/invoices/5", "/invoices/5", () => 60),
];

/** Invoices and credit notes. */
export const invoiceOperations: readonly Operation[] = [...writes, ...reads];

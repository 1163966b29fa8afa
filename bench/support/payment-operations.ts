import { ADMIN, type Call, customer } from "./caller.ts";
import type { Bench, Operation } from "./operations.ts";
import type { Body } from "./record-operations.ts";
import { make, makeTicket, STAFF, unique, write } from "./write-operations.ts";

const SUBLET = { kind: "sublet", description: "Windscreen", quantity: 1, unit_price: 1_000 };

/** A shop whose invoices wait for nobody's yes, while something is done. */
const inShop = async <T>(call: Call, run: () => Promise<T>): Promise<T> => {
  await call(ADMIN, "PATCH", "/shop", { authorization: "none", address: "12 Main Street" });
  const done = await run();
  await call(ADMIN, "PATCH", "/shop", { authorization: "posting" });
  return done;
};

/** The path of an invoice over 1,000.00, which is made first and not measured. */
export const anInvoice = (call: Call): Promise<string> =>
  inShop(call, async () => {
    const ticket = await makeTicket(call, 0, 0);
    await call(STAFF, "POST", `${ticket}/lines`, SUBLET);
    await call(STAFF, "PUT", `${ticket}/status`, { status: "completed" });
    return `/invoices/${await make(call, `${ticket}/invoice`, {}, STAFF)}`;
  });

const key = () => ({ "Idempotency-Key": crypto.randomUUID() });
const pay = (call: Call, invoice: string, amount: number, more: object = {}) =>
  call(STAFF, "POST", `${invoice}/payments`, { amount, method: "cash", ...more }, key());
const slip = () => ({ method: "card", reference: `SLIP-${unique()}-${crypto.randomUUID()}` });

/** An invoice that was paid so many times, cent by cent. */
const paid = async (call: Call, times: number, more: object = {}): Promise<string> => {
  const invoice = await anInvoice(call);
  for (let time = 0; time < times; time++) await pay(call, invoice, 0.01, more);
  return invoice;
};

const recording = (name: string, most: number, run: (call: Call) => ReturnType<Call>): Operation => ({
  ...write(name, 0, run),
  budget: () => most,
});

const writes: readonly Operation[] = [
  recording("first payment of an invoice, with a slip", 46, async (call) => pay(call, await anInvoice(call), 1_000, slip())),
  recording("21st payment of an invoice, in cash", 46, async (call) => pay(call, await paid(call, 20), 10)),
  recording("refund of all that is owed back", 46, async (call) => {
    const invoice = await anInvoice(call);
    await pay(call, invoice, 1_000);
    await call(ADMIN, "POST", `${invoice}/credit-notes`, { reason: "Faulty" });
    return call(ADMIN, "POST", `${invoice}/refunds`, slip(), key());
  }),
  recording("reversal of a payment", 46, async (call) => {
    const { body } = await pay(call, await anInvoice(call), 1_000, slip());
    return call(ADMIN, "POST", `/payments/${body.id}/reversal`, {}, key());
  }),
];

interface Read {
  readonly name: string;
  readonly pathOf: (call: Call) => Promise<string>;
  readonly budget: (body: Body) => number;
  readonly headers?: Record<string, string>;
  readonly as?: Parameters<Call>[0];
  readonly counts?: number;
  readonly varies?: boolean;
}

/** A read of a path that is made first. */
export const read = ({ name, pathOf, budget, headers = {}, as = STAFF, counts, varies = false }: Read): Operation => ({
  name,
  run: async ({ call }: Bench) => {
    const path = await pathOf(call);
    return [await call(as, "GET", path, undefined, headers)];
  },
  budget,
  varies,
  ...(counts === undefined ? {} : { counts }),
});

/** A day of its own for each operation: in 180 days before that of a load. */
const day = (back: number): string => new Date(Date.parse("2026-11-20") - back * 86_400_000).toISOString().slice(0, 10);

/** The till is a row for each day, and an index and two rows each for the payments shown. */
const ofTill = (body: Body): number => 20 + 3 * body.payments.length;
const CANDIDATES = 1_001;

const reads: readonly Operation[] = [
  read({
    name: "the till of a day, 10 of 15 payments",
    pathOf: async (call) => {
      await paid(call, 15, { received_on: day(30) });
      return `/payments?from=${day(30)}&to=${day(30)}`;
    },
    budget: ofTill,
  }),
  read({
    name: "the till of a day by cash, 10 of 15 payments, by id",
    pathOf: async (call) => {
      await paid(call, 15, { received_on: day(31) });
      return `/payments?from=${day(31)}&to=${day(31)}&method=cash`;
    },
    budget: ofTill,
  }),
  read({
    name: "the till of a year, 10 payments shown",
    pathOf: async (call) => {
      await paid(call, 12, { received_on: day(32) });
      return `/payments?from=${day(364)}&to=${day(0)}&per_page=10`;
    },
    budget: (body) => ofTill(body) + 366,
    varies: true,
  }),
  read({
    name: "the till of a day of a load, 10 payments shown",
    pathOf: async () => "/payments?from=2026-06-01&to=2026-06-01",
    budget: ofTill,
  }),
  read({ name: "/payments, the newest", pathOf: async (call) => paid(call, 12).then(() => "/payments"), budget: ofTill }),
  read({
    name: "what was paid on an invoice, 3 payments",
    pathOf: async (call) => `${await paid(call, 3)}/payments`,
    budget: ofTill,
    counts: CANDIDATES + 2,
  }),
  read({
    name: "what was paid on an invoice, 3 payments (customer)",
    pathOf: async (call) => `${await paid(call, 3)}/payments`,
    budget: ofTill,
    as: customer(5),
    counts: CANDIDATES + 2,
  }),
  read({
    name: "/payments of an invoice, by kind",
    pathOf: async (call) => `/payments?kind=payment&invoice_id=${(await paid(call, 3)).split("/").at(-1)}`,
    budget: ofTill,
    counts: 2 * CANDIDATES + 2,
  }),
  read({
    name: "one payment",
    pathOf: async (call) => `/payments/${(await pay(call, await anInvoice(call), 1, slip())).body.id}`,
    budget: () => 8,
  }),
  read({
    name: "the receipt of a payment, 22 on its invoice",
    // Who has it already: all is read, and nothing printed.
    headers: { "If-None-Match": "*" },
    pathOf: async (call) => `/payments/${(await pay(call, await paid(call, 21), 1, slip())).body.id}/pdf`,
    budget: () => 8,
  }),
];

/** What is paid on invoices, given back and reversed, and the till. */
export const paymentOperations: readonly Operation[] = [...writes, ...reads];

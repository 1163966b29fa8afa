import type { Call } from "./caller.ts";
import type { Operation } from "./operations.ts";
import { anInvoice, read } from "./payment-operations.ts";
import { STAFF, unique, write } from "./write-operations.ts";

/** An address that nothing was mailed to before. */
const anAddress = (): string => `mail${unique()}-${crypto.randomUUID()}@example.com`;

const mail = (call: Call, invoice: string) => call(STAFF, "POST", `${invoice}/send`, { to: anAddress() });

/** An invoice that was mailed so many times. */
const mailed = async (call: Call, times: number): Promise<string> => {
  const invoice = await anInvoice(call);
  for (let time = 0; time < times; time++) await mail(call, invoice);
  return invoice;
};

/** A page of mails, which are looked at one by one where there are several filters. */
const ofPage = (body: { readonly mails: readonly unknown[] }): number => 10 + 3 * body.mails.length;
const CANDIDATES = 1_001;

/** Mail to customers, and what became of it. */
export const mailOperations: readonly Operation[] = [
  { ...write("an invoice that is mailed", 0, async (call) => mail(call, await anInvoice(call))), budget: () => 30 },
  read({
    name: "/mails, the newest",
    pathOf: async (call) => mailed(call, 12).then(() => "/mails"),
    budget: ofPage,
    counts: CANDIDATES + 2,
  }),
  read({
    name: "/mails of an invoice",
    pathOf: async (call) => `/mails?invoice_id=${(await mailed(call, 3)).split("/").at(-1)}`,
    budget: ofPage,
    counts: 2 * CANDIDATES + 2,
  }),
  read({
    name: "one mail",
    pathOf: async (call) => `/mails/${(await mail(call, await anInvoice(call))).body.id}`,
    budget: () => 8,
  }),
];

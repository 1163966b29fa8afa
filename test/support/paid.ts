import type { Answer, Client } from "./client.ts";
import { anAdmin, rows } from "./people.ts";
import { anInvoice, credit } from "./posted.ts";
import { aShop, type Shop } from "./shop.ts";

/** Money that changes hands, recorded over the API. */

/** Records what was paid on an invoice, in cash unless said. */
export const pay = (client: Client, { mechanic }: Pick<Shop, "mechanic">, invoice: number, amount: number, more: object = {}) =>
  client.post(`/invoices/${invoice}/payments`, { amount, method: "cash", ...more }, { token: mechanic.token });

/** Records what was given back, in cash unless said; without an amount all that is owed back. */
export const refund = async (client: Client, invoice: number, more: object = {}): Promise<Answer> =>
  client.post(`/invoices/${invoice}/refunds`, { method: "cash", ...more }, { token: (await anAdmin()).token });

/** Reverses a payment or a refund. */
export const reverse = async (client: Client, payment: number, more: object = {}): Promise<Answer> =>
  client.post(`/payments/${payment}/reversal`, more, { token: (await anAdmin()).token });

/** An invoice over so many cents, of a shop of its own. */
export const anInvoiceOver = async (client: Client, total: number, shop?: Shop) => {
  const here = shop ?? (await aShop());
  const invoice = await anInvoice(client, here, [{ quantity: 1_000, unit_price: total }]);
  return { shop: here, id: invoice.id as number, total: total / 100, number: invoice.number as string };
};

/** One that was paid and then credited as a whole, so that all of it is owed back. */
export const owedBack = async (client: Client, total: number) => {
  const invoice = await anInvoiceOver(client, total);
  await pay(client, invoice.shop, invoice.id, invoice.total);
  await credit(client, invoice.id);
  return invoice;
};

/** Many payments of a cent on one invoice. */
export const manyPayments = async (client: Client, n: number) => {
  const invoice = await anInvoiceOver(client, n);
  await rows(
    `insert into payments (invoice_id, kind, amount, method, received_on, created_at, effect, paid_after)
      with recursive c(i) as (select 1 union all select i + 1 from c where i < ?2)
      select ?1, 'payment', 1, 'cash', '2026-11-20', '2026-11-20T09:30:00.000Z', 1, i from c`,
    invoice.id,
    n,
  );
  return invoice;
};

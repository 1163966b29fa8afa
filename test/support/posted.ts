import type { Answer, Client } from "./client.ts";
import { anAdmin, rows } from "./people.ts";
import { aLine } from "./repair-order.ts";
import { aShop, aTicket, type Shop } from "./shop.ts";

/** Tickets that are ready to be invoiced, and their invoices, made over the API but for their lines. */

const NEEDED =
  "update shop set name = coalesce(nullif(name, ''), 'Mechanic Shop'), address = coalesce(address, '12 Main Street, Springfield')";

/** The shop says of itself what invoices need. */
export const completeShop = (): Promise<unknown> => rows(NEEDED);

const must = (answer: Answer, ...statuses: readonly number[]): Answer => {
  if (!statuses.includes(answer.status)) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
};

type Fields = Readonly<Record<string, string | number | null>>;

/** Approves all that a ticket costs, as the customer says in person. */
export const approveAll = async (client: Client, { mechanic }: Pick<Shop, "mechanic">, ticket: number): Promise<void> => {
  const { token } = mechanic;
  const { body } = must(await client.post(`/service-tickets/${ticket}/estimates`, {}, { token }), 201);
  const lines: readonly { id: number }[] = body.jobs.flatMap((job: { lines: { id: number }[] }) => job.lines).concat(body.lines);
  const decisions = lines.map(({ id }) => ({ line_id: id, decision: "approved" }));
  const said = { channel: "in_person", person_name: "Cara Customer", capacity: "owner", decisions };
  must(await client.post(`/estimates/${body.id}/authorizations`, said, { token }), 201);
};

/** Takes a ticket to `completed`. */
export const complete = async (client: Client, { mechanic }: Pick<Shop, "mechanic">, ticket: number): Promise<void> => {
  const { token } = mechanic;
  for (const status of ["in_progress", "completed"])
    must(await client.put(`/service-tickets/${ticket}/status`, { status }, { token }), 200);
};

/** A completed ticket whose lines are approved and whose parts have left the stock; by default labour for 180.00. */
export const aBillableTicket = async (
  client: Client,
  shop: Shop,
  lines: readonly Fields[] = [{}],
  fields: Record<string, unknown> = {},
) => {
  await completeShop();
  const { id } = await aTicket(client, shop, fields);
  for (const line of lines) await aLine(id, { ...((line.kind ?? "labor") === "labor" ? { mechanic_id: shop.mechanic.id } : {}), ...line });
  await approveAll(client, shop, id);
  if (lines.some(({ inventory_id }) => inventory_id))
    must(await client.post(`/service-tickets/${id}/draw-parts`, {}, { token: shop.mechanic.token }), 200);
  await complete(client, shop, id);
  return id;
};

/** Posts the invoice of a ticket; the answer's body. */
export const post = async (client: Client, shop: Shop, ticket: number, body: object = {}): Promise<Answer["body"]> =>
  must(await client.post(`/service-tickets/${ticket}/invoice`, body, { token: shop.mechanic.token }), 201).body;

/** The invoice of a ticket of its own. */
export const anInvoice = async (client: Client, shop?: Shop, lines: readonly Fields[] = [{}]): Promise<Answer["body"]> => {
  const here = shop ?? (await aShop());
  return post(client, here, await aBillableTicket(client, here, lines));
};

/** Credits an invoice, or the nets of these lines, as an admin. */
export const credit = async (client: Client, invoice: number, lines?: readonly { line_id: number; net: number }[], token?: string) =>
  client.post(
    `/invoices/${invoice}/credit-notes`,
    { reason: "Faulty", ...(lines && { lines }) },
    { token: token ?? (await anAdmin()).token },
  );

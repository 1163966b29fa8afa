import { type Answer, type Client, clock } from "./client.ts";
import { aMechanic, insert, rows } from "./people.ts";
import { aShop, aTicket, type Shop } from "./shop.ts";

/** Jobs and lines of tickets, as rows that the API would make. Amounts are cents, quantities thousandths. */

const now = (): string => new Date(clock.now).toISOString();

type Fields = Readonly<Record<string, string | number | null>>;

/** A job of a ticket, decided as a whole unless `by_line` is 1. */
export const aJob = (ticket: number, fields: Fields = {}): Promise<number> =>
  insert("ticket_jobs", { service_ticket_id: ticket, title: "Front brakes", position: 1, created_at: now(), ...fields });

/** A line of 1.5 hours of labour for 180.00, or with these fields instead. */
export const aLine = (ticket: number, fields: Fields = {}): Promise<number> =>
  insert("ticket_lines", {
    service_ticket_id: ticket,
    kind: "labor",
    description: "Replace front pads",
    quantity: 1_500,
    unit_price: 12_000,
    ...fields,
  });

/** A line of one piece of a part in stock for 89.99, or with these fields instead. */
export const aPartLine = (ticket: number, part: number, fields: Fields = {}): Promise<number> =>
  aLine(ticket, {
    kind: "part",
    description: "Brake pads, ceramic",
    condition: "new",
    inventory_id: part,
    quantity: 1_000,
    unit_price: 8_999,
    ...fields,
  });

/** A tax in millionths on these kinds of lines, for ever; tests that make one remove it. */
export const aTax = (rate: number, kinds: readonly string[]): Promise<number> =>
  insert("taxes", {
    name: "Sales tax",
    rate,
    applies_to: JSON.stringify(kinds),
    valid_from: "2000-01-01",
    created_at: now(),
    updated_at: now(),
  });

/** Brakes on a ticket: a job that is decided as a whole with labour for 180.00, pads for 89.99 and a fee of 4.50 without tax. */
export interface Brakes {
  readonly shop: Shop;
  readonly ticket: number;
  readonly job: number;
  readonly labor: number;
  readonly pads: number;
  readonly fee: number;
}

export const brakes = async (client: Client, shop?: Shop): Promise<Brakes> => {
  const here = shop ?? (await aShop());
  const { id: ticket } = await aTicket(client, here);
  const job = await aJob(ticket);
  return {
    shop: here,
    ticket,
    job,
    labor: await aLine(ticket, { job_id: job }),
    pads: await aPartLine(ticket, here.part.id, { job_id: job }),
    fee: await aLine(ticket, {
      job_id: job,
      kind: "fee",
      fee_kind: "environmental",
      description: "Brake fluid disposal",
      quantity: 1_000,
      unit_price: 450,
      taxable: 0,
    }),
  };
};

/** Presents an estimate over the API, as a mechanic who logs in now. Throws when it was refused. */
export const present = async (client: Client, { ticket }: Pick<Brakes, "ticket">): Promise<Answer["body"]> => {
  const answer = await client.post(`/service-tickets/${ticket}/estimates`, {}, { token: (await aMechanic()).token });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
};

/** What staff says of a decision that they were told in person. */
export const inPerson = (decisions: readonly unknown[], more: Record<string, unknown> = {}) => ({
  channel: "in_person",
  person_name: "Cara Customer",
  capacity: "owner",
  decisions,
  ...more,
});

/** What the customer's own account says yes to. */
export const yesTo = (...lines: readonly number[]) => ({ decisions: lines.map((line_id) => ({ line_id, decision: "approved" })) });

/** How a line stands: its decision, and the net that was approved. */
export const stateOf = async (line: number) =>
  (
    await rows<{ decision: string; authorized_net: number | null }>("select decision, authorized_net from ticket_lines where id = ?", line)
  )[0];

/** An estimate of a ticket, and a line that it shows. */
export interface Shown {
  readonly estimate_id: number;
  readonly line_id: number;
}

/** An estimate of a ticket of its own for the shop's customer. */
export const anEstimate = async (client: Client, shop: Shop, message = "Pads are at 1 mm.", line: Fields = {}): Promise<Shown> => {
  const { id: ticket } = await aTicket(client, shop);
  const line_id = await aLine(ticket, line);
  const { body } = await client.post(`/service-tickets/${ticket}/estimates`, { message }, { token: shop.mechanic.token });
  return { estimate_id: body.id, line_id };
};

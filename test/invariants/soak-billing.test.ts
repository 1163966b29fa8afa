import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { type Answer, createClient } from "../support/client.ts";
import { anAdmin, rows } from "../support/people.ts";
import { completeShop } from "../support/posted.ts";
import { createRandom, type Random } from "../support/random.ts";
import { brokenRules } from "../support/recount.ts";
import { aShop, aTax, type Shop } from "../support/shop.ts";

const CLIENTS = 30;
const OPERATIONS = env.DRAWS.soak.operations;
const SEED = 20_261_127;

const client = createClient();

/** What is there to be worked on: tickets, and documents and payments that somebody made. */
interface World {
  readonly shops: readonly Shop[];
  readonly tickets: { readonly id: number; readonly shop: Shop }[];
  readonly invoices: { readonly id: number; readonly lines: readonly { readonly id: number; readonly net: number }[] }[];
  readonly payments: number[];
}

type Send = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** Opens a ticket that sells a job, and takes it as far as it goes: shown, agreed to, drawn, done. */
const aLife = async (random: Random, { shops, tickets }: World, send: Send): Promise<void> => {
  const shop = random.pick(shops);
  const fields = { customer_id: shop.customer.id, vehicle_id: shop.vehicle.id, service_desc: "Soak", service_date: "2026-11-24" };
  const { body: ticket } = await send("post", "/service-tickets", { ...fields, mechanic_ids: [shop.mechanic.id] });
  const discount = random.below(3) === 0 ? { discount: { percent: 1 + random.below(100) } } : {};
  const lines = [
    { kind: "labor", description: "Soak", quantity: 0.5 + random.below(3), unit_price: random.below(120), ...discount },
    { kind: "part", inventory_id: shop.part.id, condition: "new", quantity: 1 },
    { kind: "sublet", description: "Soak", provider: "Others", quantity: 1, unit_price: 1 + random.below(90), unit_cost: 10 },
  ];
  const path = `/service-tickets/${ticket.id}`;
  const { body: sold } = await send("post", `${path}/jobs`, { title: "Soak", mechanic_id: shop.mechanic.id, lines });
  if (random.below(4) === 0) await send("put", `${path}/discount`, { percent: 1 + random.below(60), reason: "Soak" });
  const { body: shown } = await send("post", `${path}/estimates`, {});
  const said = { channel: "in_person", person_name: "Cara", capacity: "owner" };
  await send("post", `/estimates/${shown.id}/authorizations`, { ...said, decisions: [{ job_id: sold.jobs[0].id, decision: "approved" }] });
  await send("post", `${path}/draw-parts`);
  for (const status of ["in_progress", "completed"]) await send("put", `${path}/status`, { status });
  tickets.push({ id: ticket.id, shop });
};

/** A piece of some lines of an invoice, also more than is left of them. */
const aPiece = (random: Random, lines: World["invoices"][number]["lines"]) =>
  lines
    .filter(() => random.below(2) === 0)
    .map(({ id, net }) => ({ line_id: id, net: Math.max(0.01, Math.round(random.below(120) * net) / 100) }));

const METHODS = ["cash", "card", "check", "bank_transfer", "other"] as const;

/** What is done next with what is done: billed, paid, credited, given back, reversed, closed, brought back, or changed. */
const anOperation = (random: Random, world: World, send: Send): Promise<Answer> => {
  const { id } = random.pick(world.tickets);
  const path = `/service-tickets/${id}`;
  const invoice = world.invoices.length > 0 ? random.pick(world.invoices) : { id: 999_999, lines: [] };
  const payment = world.payments.length > 0 ? random.pick(world.payments) : 999_999;
  const slip = random.below(2) === 0 ? { reference: `S-${random.below(40)}` } : {};
  const method = random.pick(METHODS);
  const piece = aPiece(random, invoice.lines);
  const credit = { reason: "Soak", ...(piece.length > 0 && random.below(4) > 0 ? { lines: piece } : {}) };
  const operations: (() => Promise<Answer>)[] = [
    () => send("post", `${path}/invoice`, {}),
    () => send("post", `${path}/invoice`, {}),
    () => send("post", `${path}/invoice`, {}),
    () => send("post", `/invoices/${invoice.id}/payments`, { amount: 1 + random.below(200), method, ...slip }),
    () => send("post", `/invoices/${invoice.id}/payments`, { amount: 1 + random.below(30), method, ...slip }),
    () => send("post", `/invoices/${invoice.id}/credit-notes`, credit),
    () => send("post", `/invoices/${invoice.id}/refunds`, random.below(2) === 0 ? { method } : { method, amount: 1 + random.below(20) }),
    () => send("post", `/payments/${payment}/reversal`, {}),
    () => send("put", `${path}/status`, { status: random.pick(["in_progress", "completed", "closed", "open"]) }),
    () => send("post", `${path}/lines`, { kind: "fee", fee_kind: "other", description: "Soak", unit_price: random.below(9) }),
  ];
  return random.pick(operations)();
};

const remember = ({ invoices, payments }: World, { status, body }: Answer): void => {
  if (status !== 201) return;
  const all = [...(body.lines ?? []), ...(body.jobs ?? []).flatMap((job: { lines: object[] }) => job.lines)];
  if (body.kind === "invoice") invoices.push({ id: body.id, lines: all });
  if (body.invoice_id && body.method) payments.push(body.id);
};

describe(`${CLIENTS} clients and ${OPERATIONS} random operations on what was done`, () => {
  it("leave every document, balance, stock and figure as a recount tells them", async () => {
    await completeShop();
    const tax = await aTax({ valid_from: "2026-01-01", applies_to: '["part","sublet"]' });
    const world: World = { shops: await Promise.all(Array.from({ length: 6 }, () => aShop(200))), tickets: [], invoices: [], payments: [] };
    const { token } = await anAdmin();
    const seen = new Map<string, number>();
    const oneClient = async (index: number): Promise<void> => {
      const random = createRandom(SEED + index);
      const send: Send = (method, path, body) => client.send(method, path, { token, ...(body === undefined ? {} : { body }) });
      for (let i = 0; i < OPERATIONS / CLIENTS; i++) {
        if (world.tickets.length < 8 || random.below(12) === 0) await aLife(random, world, send);
        const answer = await anOperation(random, world, send);
        expect([200, 201, 404, 409], JSON.stringify(answer.body)).toContain(answer.status);
        const code = answer.status < 300 ? `${answer.status}` : answer.body.code;
        seen.set(code, (seen.get(code) ?? 0) + 1);
        remember(world, answer);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, index) => oneClient(index)));
    await rows("delete from taxes where id = ?", tax);

    for (const code of ["201", "already_invoiced", "invoice_posted", "overpaid"]) expect(seen.get(code), code).toBeGreaterThan(0);
    const numbers = "select max(sequence) - count(*) as gaps, min(sequence) as first from invoices group by kind, year";
    for (const series of await rows(numbers)) expect(series).toEqual({ gaps: 0, first: 1 });
    const wrong = `select id from invoices where kind = 'invoice' and (credited <> (select coalesce(sum(total), 0) from invoices n where n.credits_id = invoices.id)
      or paid <> (select coalesce(sum(effect), 0) from payments p where p.invoice_id = invoices.id) or balance - refundable <> total - credited - paid)`;
    expect(await rows(wrong)).toEqual([]);
    const billed = `select l.invoice_id from invoice_lines l join invoices i on i.id = l.invoice_id and i.kind = 'invoice' and not i.is_credited
      join json_each(i.content, '$.lines') c on c.value ->> 'id' = l.line_id and c.value ->> 'inventory_id' is not null
      join service_tickets t on t.invoice_id = i.id group by l.invoice_id, c.value ->> 'inventory_id' having sum(l.quantity) <>
        (select sum(quantity) from ticket_parts p where p.service_ticket_id = t.id and p.inventory_id = c.value ->> 'inventory_id')`;
    expect(await rows(billed)).toEqual([]);
    expect(await brokenRules()).toEqual({});
  }, 240_000);
});

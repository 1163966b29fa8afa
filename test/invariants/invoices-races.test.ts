import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { clock, createClient, START } from "../support/client.ts";
import { aMechanic, anAdmin, rows } from "../support/people.ts";
import { aBillableTicket, complete, completeShop, credit, post } from "../support/posted.ts";
import { createRandom } from "../support/random.ts";
import { brokenRules } from "../support/recount.ts";
import { aLine, aTax } from "../support/repair-order.ts";
import { aShop, aTicket, type Shop } from "../support/shop.ts";

const client = createClient();

interface Document {
  readonly year: number;
  readonly sequence: number;
  readonly date: string;
}

/** Numbers of each year are 1 to n, and the days rise with them. */
const expectNumbered = async (kind: string): Promise<number> => {
  const found = await rows<Document>("select year, sequence, date from invoices where kind = ? order by year, sequence", kind);
  const years = Map.groupBy(found, ({ year }) => year);
  for (const [year, documents] of years) {
    expect(documents.map(({ sequence }) => sequence)).toEqual(documents.map((_, index) => index + 1));
    expect(documents.every(({ date }) => date.startsWith(`${year}-`))).toBe(true);
  }
  const dates = found.map(({ date }) => date);
  expect(dates).toEqual([...dates].sort());
  return found.length;
};

/** A ticket without a customer's yes, in a shop that asks for none. */
const aQuickTicket = async (shop: Shop, nets: readonly number[]): Promise<number> => {
  const { id } = await aTicket(client, shop);
  for (const net of nets) await aLine(id, { kind: "fee", fee_kind: "other", description: "Fee", quantity: 1_000, unit_price: net });
  for (const status of ["in_progress", "completed"]) await rows("update service_tickets set status = ? where id = ?", status, id);
  return id;
};

let shop: Shop;
beforeAll(async () => {
  shop = await aShop(1_000);
  await completeShop();
});
afterEach(async () => {
  await rows("update shop set authorization = 'posting'");
  expect(await brokenRules()).toEqual({});
});

describe("posting at the same time", () => {
  it("posts each of 40 tickets once of 80 tries, with numbers without a gap, beside 40 that are refused", async () => {
    await rows("update shop set authorization = 'none'");
    const tickets = [];
    for (let n = 0; n < 40; n++) tickets.push(await aQuickTicket(shop, [1_000 + n]));
    const { id: open } = await aTicket(client, shop);
    const { token } = shop.mechanic;
    const tries = [...tickets, ...tickets, ...tickets.map(() => open)].map((id) =>
      client.post(`/service-tickets/${id}/invoice`, {}, { token }),
    );
    const answers = await Promise.all(tries);
    const codes = Object.groupBy(answers, ({ status, body }) => (status === 201 ? "posted" : body.code));
    expect(codes.posted).toHaveLength(40);
    expect(codes.already_invoiced).toHaveLength(40);
    expect(codes.not_postable).toHaveLength(40);
    expect(await expectNumbered("invoice")).toBeGreaterThanOrEqual(40);
  }, 60_000);

  it("credits an invoice once of 20 tries at all of it", async () => {
    const id = await aBillableTicket(client, shop);
    const { id: invoice } = await post(client, shop, id);
    const { token } = await anAdmin();
    const answers = await Promise.all(Array.from({ length: 20 }, () => credit(client, invoice, undefined, token)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === "credit_exceeds")).toHaveLength(19);
    await expectNumbered("credit_note");
  });

  it("bills a ticket or changes it, never something else than it bills", async () => {
    const { token } = shop.mechanic;
    const seen = { posted: 0, refused: 0 };
    for (let race = 0; race < 20; race++) {
      const id = await aBillableTicket(client, shop);
      const adding = { kind: "labor", description: "Wash", quantity: 1, unit_price: 10 };
      const [posted, added] = await Promise.all([
        client.post(`/service-tickets/${id}/invoice`, {}, { token }),
        client.post(`/service-tickets/${id}/lines`, adding, { token }),
      ]);
      expect([posted.status, added.status].sort()).toEqual([201, 409]);
      expect([posted.body.code, added.body.code]).toContain(posted.status === 201 ? "invoice_posted" : "not_postable");
      seen[posted.status === 201 ? "posted" : "refused"]++;
    }
    expect(seen.posted + seen.refused).toBe(20);
  }, 60_000);
});

describe("40 invoices that are credited in random pieces", () => {
  it("come to just what they came to, each line, tax and figure", async () => {
    await rows("update shop set authorization = 'none'");
    const taxes = [await aTax(92_500, ["fee"]), await aTax(99_750, ["fee", "labor"]), await aTax(1, ["fee"])];
    const random = createRandom(20_261_127);
    const { token } = await anAdmin();
    let pieces = 0;
    for (let n = 0; n < 40; n++) {
      const nets = Array.from({ length: 1 + random.below(6) }, () => random.below(20_000));
      const id = await aQuickTicket(shop, nets);
      if (random.below(3) === 0)
        await rows(
          "update service_tickets set discount_percent = ?, discount_reason = 'Goodwill' where id = ?",
          random.below(1_000_000),
          id,
        );
      const invoice = await post(client, shop, id);
      const left = new Map<number, number>(
        invoice.lines.map(({ id: line, net }: { id: number; net: number }) => [line, Math.round(net * 100)]),
      );
      let total = 0;
      while ([...left.values()].some((cents) => cents > 0)) {
        const open = [...left].filter(([, cents]) => cents > 0);
        const chosen = open.filter(() => random.below(2) === 0);
        const lines = (chosen.length > 0 ? chosen : open.slice(0, 1)).map(([line_id, cents]) => ({
          line_id,
          cents: Math.min(cents, 1 + random.below(1_000)),
        }));
        const isRest = random.below(60) === 0;
        const { status, body } = await credit(
          client,
          invoice.id,
          isRest ? undefined : lines.map(({ line_id, cents }) => ({ line_id, net: cents / 100 })),
          token,
        );
        expect(status, JSON.stringify(body)).toBe(201);
        for (const [line, cents] of isRest ? open : lines.map(({ line_id, cents }) => [line_id, cents] as const))
          left.set(line, (left.get(line) ?? 0) - cents);
        total += Math.round(body.total * 100);
        pieces++;
      }
      if (invoice.net === 0) total += Math.round((await credit(client, invoice.id, undefined, token)).body.total * 100);
      expect(total, invoice.number).toBe(Math.round(invoice.total * 100));
    }
    expect(pieces).toBeGreaterThan(1_000);
    const differing = `select i.number from invoices i where i.kind = 'invoice' and i.is_credited and (
      (select sum(total) from invoices n where n.credits_id = i.id) <> i.total
      or exists (select 1 from invoice_taxes t where t.invoice_id = i.id and (t.base, t.amount) is not
        (select sum(o.base), sum(o.amount) from invoice_taxes o join invoices n on n.id = o.invoice_id where n.credits_id = i.id and o.name = t.name and o.rate = t.rate))
      or exists (select 1 from invoice_lines l where l.invoice_id = i.id and (l.net, l.quantity, l.discount) is not
        (select sum(o.net), sum(o.quantity), sum(o.discount) from invoice_lines o join invoices n on n.id = o.invoice_id
          where n.credits_id = i.id and o.line_id = l.line_id) and (l.net > 0 or l.quantity > 0)))`;
    expect(await rows(differing)).toEqual([]);
    for (const id of taxes) await rows("delete from taxes where id = ?", id);
    await expectNumbered("credit_note");
  }, 300_000);
});

describe("days and numbers", () => {
  /** Posts an invoice at a time (ISO 8601), in a shop in a zone that has no invoices yet. */
  const postedAt = async (at: string) => {
    clock.now = Date.parse(at);
    const mechanic = await aMechanic();
    const here = { ...shop, mechanic };
    const { id } = await aTicket(client, here);
    await aLine(id, { kind: "fee", fee_kind: "other", description: "Fee", quantity: 1_000, unit_price: 1_000 });
    await complete(client, here, id);
    return post(client, here, id);
  };

  it.each([
    ["America/Los_Angeles", "2027-01-01T07:59:59.999Z", "2026-12-31", "2027-01-01T08:00:00.000Z", "2027-01-01"],
    ["America/New_York", "2027-03-14T04:59:59.999Z", "2027-03-13", "2027-03-15T03:59:59.999Z", "2027-03-14"],
    ["Europe/Berlin", "2027-10-30T21:59:59.999Z", "2027-10-30", "2027-10-31T22:59:59.999Z", "2027-10-31"],
    ["Pacific/Apia", "2027-12-31T10:59:59.999Z", "2027-12-31", "2027-12-31T11:00:00.000Z", "2028-01-01"],
  ])("are those of the shop in %s", async (zone, before, dayBefore, after, dayAfter) => {
    await rows("drop trigger if exists shop_210_keep_zone_and_currency");
    await rows("update shop set time_zone = ?, authorization = 'none'", zone);
    const [early, late] = [await postedAt(before), await postedAt(after)];
    expect([early.date, early.supplied_on, late.date, late.supplied_on]).toEqual([dayBefore, dayBefore, dayAfter, dayAfter]);
    const year = dayAfter.slice(0, 4);
    expect(late.number.startsWith(`${year}-`)).toBe(true);
    await expectNumbered("invoice");
    clock.now = START;
  });
});

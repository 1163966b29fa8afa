import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { rows } from "../support/people.ts";
import { complete, completeShop } from "../support/posted.ts";
import { aJob, aLine, aPartLine, brakes, inPerson, present } from "../support/repair-order.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();

type Unmet = Readonly<Record<string, unknown>>;
const sorted = (all: readonly Unmet[]) => all.map((each) => JSON.stringify(Object.entries(each).sort())).sort();

/** What an invoice of the ticket still lacks by its rule, which is what the pricing tells. */
const unmetOf = async (ticket: number, token: string): Promise<Unmet[]> => {
  const told: Unmet[] = (await client.get(`/service-tickets/${ticket}/pricing`, { token })).body.unmet;
  const kept = await rows<{ unmet: string }>("select unmet from unmet_for_invoice where service_ticket_id = ?", ticket);
  expect(sorted(kept.map(({ unmet }) => JSON.parse(unmet)))).toEqual(sorted(told));
  return told;
};

const decide = async (ticket: number, token: string, decisions: readonly unknown[]): Promise<void> => {
  const { id } = await present(client, { ticket });
  const answer = await client.post(`/estimates/${id}/authorizations`, inPerson(decisions), { token });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
};

const priced = (line: number, cents: number) => rows("update ticket_lines set unit_price = ? where id = ?", cents, line);

describe("what an invoice lacks", () => {
  it("is a yes to each line, or to a job decided as a whole that became no dearer", async () => {
    const shop = await aShop(100);
    await completeShop();
    const { token } = shop.mechanic;
    const { ticket, job, labor, pads } = await brakes(client, shop);
    const apart = await aJob(ticket, { title: "Wipers", by_line: 1, position: 2, mechanic_id: shop.mechanic.id });
    const [left, right] = [await aLine(ticket, { job_id: apart, description: "Left" }), await aLine(ticket, { job_id: apart })];
    const wash = await aLine(ticket, { description: "Wash" });
    const uncovered = async () =>
      (await unmetOf(ticket, token)).filter(({ code }) => code === "line_not_approved").map(({ line_id }) => line_id);
    expect(await uncovered()).toHaveLength(6);
    const line = (line_id: number, decision = "approved") => ({ line_id, decision });
    await decide(ticket, token, [{ job_id: job, decision: "approved" }, line(left), line(right), line(wash, "declined")]);
    expect(await uncovered()).toEqual([]);
    await Promise.all([priced(labor, 12_600), priced(pads, 8_000), priced(right, 11_000)]);
    expect(await uncovered()).toEqual([]);
    await priced(left, 13_000);
    expect(await uncovered()).toEqual([left]);
    await priced(pads, 8_200);
    expect(await uncovered()).toEqual([labor, left]);
    await Promise.all([priced(pads, 8_000), priced(left, 12_000)]);
    const added = await aLine(ticket, { job_id: job, description: "Bleed" });
    expect(await uncovered()).toEqual([labor, added]);
    const mechanics = (await unmetOf(ticket, token)).filter(({ code }) => code === "labor_without_mechanic");
    expect(mechanics.map(({ line_id }) => line_id)).toEqual([labor, added]);
  });

  it("is each part as it left the stock, once, but for what was declined", async () => {
    const shop = await aShop(100);
    const { token } = shop.mechanic;
    const { id: ticket } = await aTicket(client, shop);
    const [pads] = [await aPartLine(ticket, shop.part.id), await aPartLine(ticket, shop.part.id)];
    const parts = async () =>
      (await unmetOf(ticket, token)).filter(({ code }) => code === "parts_differ").map(({ drawn, billed }) => [drawn, billed]);
    expect(await parts()).toEqual([[0, 2]]);
    await decide(ticket, token, [{ line_id: pads, decision: "declined" }]);
    expect(await parts()).toEqual([[0, 1]]);
    await rows("update shop set authorization = 'none'");
    await client.post(`/service-tickets/${ticket}/parts`, { inventory_id: shop.part.id, quantity: 1 }, { token });
    await rows("update shop set authorization = 'posting'");
    expect(await parts()).toEqual([]);
    // Nothing that was decided of a cancelled ticket stands.
    await client.put(`/service-tickets/${ticket}/status`, { status: "cancelled" }, { token });
    expect(await parts()).toEqual([[0, 2]]);
  });

  it("is a line that was not declined, the shop's name, and an end of the work", async () => {
    const shop = await aShop();
    await completeShop();
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop);
    const codes = async () => (await unmetOf(id, token)).map(({ code, field }) => field ?? code);
    await decide(id, token, [{ line_id: await aLine(id), decision: "declined" }]);
    expect(await codes()).toEqual(["nothing_to_bill", "status"]);
    await rows("update shop set name = ''");
    expect(await codes()).toEqual(["name", "nothing_to_bill", "status"]);
    await completeShop();
    await complete(client, shop, id);
    expect(await codes()).toEqual(["nothing_to_bill"]);
    expect(await rows("select unbilled_net from service_tickets where id = ?", id)).toEqual([{ unbilled_net: 0 }]);
    await client.put(`/service-tickets/${id}/status`, { status: "closed" }, { token });
    expect(await codes()).toEqual(["nothing_to_bill"]);
  });
});

import { describe, expect, it } from "vitest";
import { expectRefused } from "../support/attacks.ts";
import { createClient } from "../support/client.ts";
import { aCustomer, rows } from "../support/people.ts";
import { aLine, brakes, present, stateOf, yesTo } from "../support/repair-order.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();
const AT = "2026-11-20T09:30:00.000Z";

/** Begins between 0 and 36 ms later, while the yes is on its way. */
const later = (n: number) => new Promise((resolve) => setTimeout(resolve, n * 4));

describe("a customer's yes and a change of the same line at the same time", () => {
  it("leaves the line open in 200 races, unless the newer estimate was approved", async () => {
    const shop = await aShop();
    const seen = { yesFirst: 0, refused: 0 };
    for (let race = 0; race < 200; race++) {
      const { id: ticket } = await aTicket(client, shop);
      const line = await aLine(ticket);
      const { id } = await present(client, { ticket });
      const edit = () => rows("update ticket_lines set description = 'Replace front and rear pads', unit_price = 20000 where id = ?", line);
      const yes = () => client.post(`/estimates/${id}/authorizations`, yesTo(line), { token: shop.customer.token });
      const [answer] = await Promise.all([yes(), later(race % 10).then(edit)]);
      expect([201, 409]).toContain(answer.status);
      if (answer.status === 201) seen.yesFirst++;
      else seen.refused++;
      expect(await stateOf(line), `race ${race}`).toEqual({ decision: "open", authorized_net: null });
      if (race % 20 !== 0) continue;
      const newer = await present(client, { ticket });
      expect((await client.post(`/estimates/${newer.id}/authorizations`, yesTo(line), { token: shop.customer.token })).status).toBe(201);
      expect(await stateOf(line)).toEqual({ decision: "approved", authorized_net: 30_000 });
    }
    expect(seen.yesFirst, "the yes came first").toBeGreaterThan(0);
    expect(seen.refused, "the change came first").toBeGreaterThan(0);
  }, 120_000);
});

describe("an estimate", () => {
  it("goes to no customer but the one that its ticket's was merged into, with the ticket", async () => {
    const [shown, into] = [await brakes(client), await aCustomer()];
    const { id } = await present(client, shown);
    const moving = `update estimates set customer_id = ${into.id} where id = ${id}`;
    const ticketTo = (customer: number) => `update service_tickets set customer_id = ${customer} where id = ${shown.ticket}`;
    await expectRefused(moving, "append_only");
    await expectRefused(ticketTo(into.id), "ticket_has_estimates");
    await rows("insert into merged_records (entity, id, into_id, at) values ('customer', ?, ?, ?)", shown.shop.customer.id, into.id, AT);
    await expectRefused(moving, "append_only");
    await expectRefused(ticketTo((await aCustomer()).id), "ticket_has_estimates");
    await rows(ticketTo(into.id));
    expect(await rows("select customer_id from estimates where id = ?", id)).toEqual([{ customer_id: into.id }]);
    await expectRefused(`update estimates set total = 1, customer_id = ${into.id} where id = ${id}`, "append_only");
    await rows("delete from merged_records where id = ?", shown.shop.customer.id);
  });
});

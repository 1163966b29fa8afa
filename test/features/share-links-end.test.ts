import { describe, expect, it } from "vitest";
import { clock, createClient, START } from "../support/client.ts";
import { decidingBy, expectRefusal, jobOf, lineOf } from "../support/deciding.ts";
import { anAdmin, rows } from "../support/people.ts";
import { brakes, present, stateOf } from "../support/repair-order.ts";
import { aLink, decideBy, linkRow, open, says, withToken } from "../support/share-links.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();
const { twoLines } = decidingBy(client);

describe("a link ends", () => {
  it("when its time is over, to the millisecond, alike for looking and deciding", async () => {
    const { id, one, ticket, shop } = await twoLines();
    const link = await aLink(client, ticket, shop.mechanic, { may: "decide", expires_in_hours: 1 });
    clock.now = START + 3_599_999;
    expect((await open(client, link.token)).status).toBe(200);
    clock.now = START + 3_600_000;
    await expectRefusal(() => open(client, link.token), 401, "link_ended");
    await expectRefusal(() => decideBy(client, link.token, says(id, [lineOf(one)])), 401, "link_ended");
    expect(await linkRow(link.link_id)).toMatchObject({ uses: 1 });
  });

  it("when staff revokes it: at once, once, with an entry of the audit log, and not the other link of the customer", async () => {
    const { ticket, shop, staff } = await twoLines();
    const [one, two] = [await aLink(client, ticket, shop.mechanic), await aLink(client, ticket, shop.mechanic)];
    const revoke = () => client.delete(`/service-tickets/${ticket}/share-links/${one.link_id}`, { token: staff });
    const { status, body } = await revoke();
    expect([status, body.revoked_at]).toEqual([200, "2026-11-20T09:30:00.000Z"]);
    clock.now += 60_000;
    expect((await revoke()).body.revoked_at).toBe("2026-11-20T09:30:00.000Z");
    await expectRefusal(() => open(client, one.token), 401, "link_ended");
    expect((await open(client, two.token)).status).toBe(200);
    const { token } = await anAdmin();
    const { body: log } = await client.get(`/audit-log?entity=share_link&entity_id=${one.link_id}`, { token });
    expect(log.audit_log.map(({ action }: { action: string }) => action)).toEqual(["share_link.revoked", "share_link.created"]);
  });

  it("is not ended by way of another ticket", async () => {
    const [here, other] = [await twoLines(), await twoLines()];
    const { link_id, token } = await aLink(client, here.ticket, here.shop.mechanic);
    await expectRefusal(
      () => client.delete(`/service-tickets/${other.ticket}/share-links/${link_id}`, { token: other.staff }),
      404,
      "not_found",
    );
    expect((await open(client, token)).status).toBe(200);
  });

  it("with the ticket's customer: when they are erased, and when the ticket gets another one", async () => {
    const [shop, other] = [await aShop(), await aShop()];
    const { id: moved } = await aTicket(client, shop);
    const link = await aLink(client, moved, shop.mechanic);
    const change = { customer_id: other.customer.id, vehicle_id: other.vehicle.id };
    expect((await client.patch(`/service-tickets/${moved}`, change, { token: shop.mechanic.token })).status).toBe(200);
    await expectRefusal(() => open(client, link.token), 401, "link_ended");

    const { id } = await aTicket(client, shop);
    const sent = await aLink(client, id, shop.mechanic, { may: "view", sent_to: "+1 555 0100" });
    await client.put(`/service-tickets/${id}/status`, { status: "cancelled" }, { token: shop.mechanic.token });
    const erased = await client.post(`/customers/${shop.customer.id}/erase`, {}, { token: (await anAdmin()).token });
    expect(erased.status).toBe(200);
    await expectRefusal(() => open(client, sent.token), 401, "link_ended");
    expect(await linkRow(sent.link_id)).toMatchObject({ sent_to: null, revoked_at: "2026-11-20T09:30:00.000Z" });
  });

  it("stays when a change names the same customer, and goes with its ticket", async () => {
    const shop = await aShop();
    const { id } = await aTicket(client, shop);
    const link = await aLink(client, id, shop.mechanic);
    await client.patch(`/service-tickets/${id}`, { customer_id: shop.customer.id }, { token: shop.mechanic.token });
    expect((await open(client, link.token)).status).toBe(200);
    await client.delete(`/service-tickets/${id}`, { token: shop.mechanic.token });
    await expectRefusal(() => open(client, link.token), 401, "link_ended");
    expect(await linkRow(link.link_id)).toBeUndefined();
  });
});

describe("two links of one customer", () => {
  it("show each its own ticket, and decide on no other", async () => {
    const shop = await aShop();
    const [one, two] = [await brakes(client, shop), await brakes(client, shop)];
    const [first, second] = [await present(client, one), await present(client, two)];
    const [a, b] = [await aLink(client, one.ticket, shop.mechanic), await aLink(client, two.ticket, shop.mechanic)];
    expect((await open(client, a.token)).body.estimate.id).toBe(first.id);
    expect((await open(client, b.token)).body.estimate.id).toBe(second.id);
    await expectRefusal(() => decideBy(client, a.token, says(second.id, [jobOf(two)])), 404, "not_found");
    await expectRefusal(() => decideBy(client, a.token, says(first.id, [jobOf(two)])), 422, "reference_not_found");
  });

  it("is said in the person's own export", async () => {
    const { ticket, shop } = await twoLines();
    const { link_id } = await aLink(client, ticket, shop.mechanic, { may: "view", sent_to: "+1 555 0100" });
    const { body } = await client.get(`/customers/${shop.customer.id}/export`, { token: (await anAdmin()).token });
    expect(body.share_links).toMatchObject([{ id: link_id, sent_to: "+1 555 0100", may: "view" }]);
    expect(JSON.stringify(body.share_links)).not.toContain("hash");
  });
});

describe("the rules of links in SQL", () => {
  it("let nothing of a link change but its end, once, and its uses while it goes on", async () => {
    const { ticket, shop } = await twoLines();
    const other = await twoLines();
    const { link_id: id } = await aLink(client, ticket, shop.mechanic, { may: "view", sent_to: "x" });
    const change = (set: string) => rows(`update share_links set ${set} where id = ?`, id);
    const refused = [
      "may = 'decide'",
      `service_ticket_id = ${other.ticket}`,
      "hash = substr(hash, 2) || substr(hash, 1, 1)",
      "expires_at = '2027-01-01T00:00:00.000Z'",
      "created_at = '2026-01-01T00:00:00.000Z'",
      "created_by = 999",
      "nonce = 'n'",
      "sent_to = 'y'",
      "sent_to = null",
      "uses = 5, last_used_at = created_at",
      "uses = uses + 1, last_used_at = expires_at",
      "uses = uses + 1",
      "id = 999999",
    ];
    await rows("update share_links set uses = uses + 1, last_used_at = created_at where id = ?", id);
    for (const set of refused.filter((each) => !each.startsWith("uses = uses + 1")))
      await expect(change(set), set).rejects.toThrow("append_only");
    await expect(change("uses = uses + 1, last_used_at = expires_at")).rejects.toThrow("append_only");
    await expect(change("uses = uses + 1, last_used_at = '2026-01-01T00:00:00.000Z'")).rejects.toThrow("append_only");
    await change("revoked_at = '2026-11-20T10:00:00.000Z'");
    for (const set of ["revoked_at = null", "revoked_at = '2026-11-20T11:00:00.000Z'", "uses = uses + 1, last_used_at = created_at"])
      await expect(change(set), set).rejects.toThrow("append_only");
    await expect(rows("delete from share_links where id = ?", id)).rejects.toThrow("append_only");
    await expect(
      rows(
        "insert or replace into share_links select id, service_ticket_id, 'decide', null, hash, 1, created_at, expires_at, null, null, 0, null from share_links where id = ?",
        id,
      ),
    ).rejects.toThrow("append_only");
  });

  it("let no decision come by a link that has ended, may only view, or is of another ticket", async () => {
    const { id, one, ticket, shop } = await twoLines();
    const other = await twoLines();
    const links = {
      viewing: await aLink(client, ticket, shop.mechanic, { may: "view" }),
      others: await aLink(client, other.ticket, shop.mechanic),
      revoked: await aLink(client, ticket, shop.mechanic),
      expired: await aLink(client, ticket, shop.mechanic, { may: "decide", expires_in_hours: 1 }),
    };
    await client.delete(`/service-tickets/${ticket}/share-links/${links.revoked.link_id}`, { token: shop.mechanic.token });
    const byLink = (link: number | null, at: string, channel = "link") =>
      rows(
        `insert into authorizations (service_ticket_id, estimate_id, at, date, channel, person_name, capacity, share_link_id, additional_net,
          authorized_net_before, authorized_net_after, total_after, decisions)
        select ${ticket}, ${id}, '${at}', '2026-11-20', ?2, 'x', 'owner', ?1, 0, 0, 0, 0, json_array(json_object('line_id', id, 'job_id', job_id,
          'decision', 'declined', 'net', net, 'words', words, 'description', description)) from ticket_lines where id = ${one}`,
        link,
        channel,
      );
    for (const [name, { link_id }] of Object.entries(links))
      await expect(byLink(link_id, "2026-11-20T10:30:00.000Z"), name).rejects.toThrow("link_ended");
    await expect(byLink(null, "2026-11-20T09:30:00.000Z")).rejects.toThrow("authorizations_by_one");
    const good = await aLink(client, ticket, shop.mechanic);
    await expect(byLink(good.link_id, "2026-11-20T09:30:00.000Z", "portal")).rejects.toThrow("authorizations_by_one");
    await byLink(good.link_id, "2026-11-20T09:30:00.000Z");
    expect(await stateOf(one)).toMatchObject({ decision: "declined" });
  });
});

describe("a token of a link", () => {
  it("is none where no links are taken, and an account's token is none where they are", async () => {
    const { ticket, shop, staff } = await twoLines();
    const { token } = await aLink(client, ticket, shop.mechanic);
    await expectRefusal(() => client.get(`/service-tickets/${ticket}`, withToken(token)), 401, "unauthenticated");
    await expectRefusal(() => client.get(`/service-tickets/${ticket}`, { token }), 401, "unauthenticated");
    await expectRefusal(() => client.get("/shared", { token: staff }), 401, "link_ended");
    await expectRefusal(() => client.get("/shared"), 401, "link_ended");
    await expectRefusal(() => client.get(`/shared?token=${token}`), 401, "link_ended");
  });
});

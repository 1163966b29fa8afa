import { afterEach, describe, expect, it } from "vitest";
import { clock, createClient, START } from "../support/client.ts";
import { decidingBy, expectRefusal, jobOf, lineOf } from "../support/deciding.ts";
import { aMechanic, anAdmin, rows } from "../support/people.ts";
import { anInvoice } from "../support/posted.ts";
import { brakes, present, stateOf } from "../support/repair-order.ts";
import { aLink, decideBy, later, linkRow, open, withToken } from "../support/share-links.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();
const { twoLines } = decidingBy(client);

afterEach(() => {
  clock.now = START;
});

/** What a person sends who types their name. */
const says = (estimate_id: number, decisions: readonly unknown[], more: Record<string, unknown> = {}) => ({
  estimate_id,
  person_name: "Cara Customer",
  decisions,
  ...more,
});

describe("POST /service-tickets/{id}/share-links", () => {
  it("tells the token and the page once, and is good for 72 hours", async () => {
    const { ticket, shop, staff } = await twoLines();
    const { status, body } = await client.post(
      `/service-tickets/${ticket}/share-links`,
      { may: "view", sent_to: "+1 555 0100" },
      { token: staff },
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({
      service_ticket_id: ticket,
      may: "view",
      sent_to: "+1 555 0100",
      created_by: shop.mechanic.userId,
      uses: 0,
    });
    expect(body.token).toMatch(/^[\w-]{43}$/);
    expect(body.url).toBe(`https://shop.test/s#${body.token}`);
    expect(body.expires_at).toBe("2026-11-23T09:30:00.000Z");
    const { body: listed } = await client.get(`/service-tickets/${ticket}/share-links`, { token: staff });
    expect(listed.share_links).toMatchObject([{ id: body.id, revoked_at: null, last_used_at: null }]);
    expect(JSON.stringify(listed)).not.toContain(body.token);
  });

  it("is refused for what is no link, for a ticket that is not there, and for a customer who was erased", async () => {
    const { shop, staff } = await twoLines();
    const { id: ticket } = await aTicket(client, shop);
    const path = `/service-tickets/${ticket}/share-links`;
    for (const wrong of [
      {},
      { may: "pay" },
      { may: "view", expires_in_hours: 721 },
      { may: "view", expires_in_hours: 0 },
      { may: "view", token: "x" },
    ])
      await expectRefusal(() => client.post(path, wrong, { token: staff }), 422, "invalid");
    await expectRefusal(() => client.post("/service-tickets/999999/share-links", { may: "view" }, { token: staff }), 404, "not_found");
    await expectRefusal(() => client.get("/service-tickets/999999/share-links", { token: staff }), 404, "not_found");
    await rows("update customers set erased_at = 'x' where id = ?", shop.customer.id);
    await expectRefusal(() => client.post(path, { may: "view" }, { token: staff }), 409, "customer_erased");
  });

  it("makes another link each time, whatever the Idempotency-Key, and keeps no answer with a token", async () => {
    const { ticket, staff } = await twoLines();
    const send = () =>
      client.post(`/service-tickets/${ticket}/share-links`, { may: "view" }, { token: staff, headers: { "Idempotency-Key": "one" } });
    const [one, two] = [await send(), await send()];
    expect(one.body.token).not.toBe(two.body.token);
    expect((await open(client, one.body.token)).status).toBe(200);
    expect((await open(client, two.body.token)).status).toBe(200);
  });
});

describe("GET /shared", () => {
  it("shows the estimate with how each line stands, the invoices, what was decided, and the head of the shop", async () => {
    const order = await brakes(client);
    const { id } = await present(client, order);
    const link = await aLink(client, order.ticket, await aMechanic());
    const { status, body, headers } = await open(client, link.token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ may: "decide", expires_at: "2026-11-23T09:30:00.000Z", invoices: [], authorizations: [] });
    expect(body.estimate).toMatchObject({ id, status: "current", net: 274.49, jobs: [{ id: order.job, by_line: false }] });
    expect(body.estimate.jobs[0].lines.map(({ decision }: { decision: string }) => decision)).toEqual(["open", "open", "open"]);
    expect(headers.get("Cache-Control")).toBe("private, no-store");
    expect(headers.get("X-Robots-Tag")).toBe("noindex");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    await decideBy(client, link.token, says(id, [jobOf(order)], { replaced_parts: "show" }));
    const { body: after } = await open(client, link.token);
    expect(after.estimate.jobs[0].lines.map(({ decision }: { decision: string }) => decision)).toEqual([
      "approved",
      "approved",
      "approved",
    ]);
    expect(after.authorizations).toMatchObject([
      { channel: "link", person_name: "Cara Customer", replaced_parts: "show", additional_net: 274.49 },
    ]);
  });

  it("shows an invoice with its lines and what is owed, without an estimate too", async () => {
    const shop = await aShop();
    const invoice = await anInvoice(client, shop);
    const { token } = await aLink(client, invoice.service_ticket_id, shop.mechanic, { may: "view" });
    const { body } = await open(client, token);
    expect(body.invoices).toMatchObject([
      { id: invoice.id, number: invoice.number, balance: invoice.balance, status: "unpaid", overdue: false },
    ]);
    const billed = [...body.invoices[0].lines, ...body.invoices[0].jobs.flatMap(({ lines }: { lines: unknown[] }) => lines)];
    expect(billed).toHaveLength([...invoice.lines, ...invoice.jobs.flatMap(({ lines }: { lines: unknown[] }) => lines)].length);
  });

  it("is empty for a ticket of which nothing was shown yet", async () => {
    const shop = await aShop();
    const { id } = await aTicket(client, shop);
    const { token } = await aLink(client, id, shop.mechanic);
    expect((await open(client, token)).body).toMatchObject({ estimate: null, invoices: [], authorizations: [] });
  });

  it("leaves out the older decisions and invoices that would make the answer too long", async () => {
    const shop = await aShop();
    const { id: ticket } = await aTicket(client, shop);
    await rows(
      `insert into ticket_lines (service_ticket_id, kind, description, quantity, unit_price)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 300) select ?, 'labor', printf('Line %0290d', i), 1000, 100 from n`,
      ticket,
    );
    const { id, lines } = await present(client, { ticket });
    const { token } = await aLink(client, ticket, shop.mechanic);
    const all = lines.map((line: { id: number }) => lineOf(line.id));
    for (let n = 0; n < 3; n++) expect((await decideBy(client, token, says(id, all))).status).toBe(201);
    const { body } = await open(client, token);
    expect(body.authorizations.map(({ decisions }: { decisions: unknown[] | null }) => decisions?.length ?? null)).toEqual([
      300,
      null,
      null,
    ]);
    expect(body.estimate.lines).toHaveLength(300);
  });

  it("counts its uses, and nothing is decided by opening it ten times", async () => {
    const { one, ticket, shop } = await twoLines();
    const link = await aLink(client, ticket, shop.mechanic);
    for (let n = 0; n < 10; n++) await open(client, link.token);
    expect(await linkRow(link.link_id)).toMatchObject({ uses: 10, last_used_at: "2026-11-20T09:30:00.000Z", revoked_at: null });
    expect(await stateOf(one)).toMatchObject({ decision: "open" });
  });
});

describe("POST /shared/authorizations", () => {
  it("is by link, in the name that was typed, with the address it came from", async () => {
    const { id, one, two, ticket, shop } = await twoLines();
    const link = await aLink(client, ticket, shop.mechanic);
    const { status, body } = await decideBy(
      client,
      link.token,
      says(id, [lineOf(one), lineOf(two, "declined")], { note: "Call me first." }),
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({
      channel: "link",
      person_name: "Cara Customer",
      capacity: "owner",
      contact: null,
      by: { share_link_id: link.link_id },
      additional_net: 180,
    });
    expect(body.by).not.toHaveProperty("user_id");
    expect(await stateOf(one)).toMatchObject({ decision: "approved" });
    expect(await stateOf(two)).toMatchObject({ decision: "declined" });
    const { body: seen } = await client.get(`/service-tickets/${ticket}/authorizations`, { token: shop.mechanic.token });
    expect(seen.authorizations[0]).toMatchObject({ by: { share_link_id: link.link_id }, address: "203.0.113.7" });
  });

  it("wants a name and a decision, and takes no channel, capacity or contact", async () => {
    const { id, one, ticket, shop } = await twoLines();
    const { token } = await aLink(client, ticket, shop.mechanic);
    const good = says(id, [lineOf(one)]);
    for (const wrong of [
      { ...good, person_name: undefined },
      { ...good, person_name: " " },
      { ...good, decisions: [] },
      { ...good, estimate_id: undefined },
      { ...good, channel: "link" },
      { ...good, capacity: "owner" },
      { ...good, contact: "x" },
      {},
    ])
      await expectRefusal(() => decideBy(client, token, wrong), 422, "invalid");
  });

  it("is not for links that may only view", async () => {
    const { id, one, ticket, shop } = await twoLines();
    const { token } = await aLink(client, ticket, shop.mechanic, { may: "view" });
    await expectRefusal(() => decideBy(client, token, says(id, [lineOf(one)])), 403, "forbidden");
    await expectRefusal(() => decideBy(client, token, {}), 403, "forbidden");
  });

  it("is refused as the customer's own decision would be: another's estimate, an older one, an expired one, a changed line", async () => {
    const here = await twoLines();
    const other = await twoLines();
    const { token } = await aLink(client, here.ticket, here.shop.mechanic, { may: "decide", expires_in_hours: 720 });
    await expectRefusal(() => decideBy(client, token, says(other.id, [lineOf(other.one)])), 404, "not_found");
    await expectRefusal(() => decideBy(client, token, says(here.id, [lineOf(other.one)])), 422, "reference_not_found");
    await rows("update ticket_lines set description = 'Something else' where id = ?", here.two);
    await expectRefusal(() => decideBy(client, token, says(here.id, [lineOf(here.two)])), 409, "line_changed");
    const { id: newer } = await present(client, here);
    await expectRefusal(() => decideBy(client, token, says(here.id, [lineOf(here.one)])), 409, "estimate_superseded", {
      estimate_id: newer,
    });
    await rows("update shop set estimate_valid_days = 1");
    const { id: short } = await present(client, here);
    await rows("update shop set estimate_valid_days = 30");
    later(60);
    await expectRefusal(() => decideBy(client, token, says(short, [lineOf(here.one)])), 409, "estimate_expired");
  });

  it("gives the same answer to the same key, and decides once", async () => {
    const { id, one, ticket, shop } = await twoLines();
    const { token } = await aLink(client, ticket, shop.mechanic);
    const send = (key: string) =>
      client.post("/shared/authorizations", says(id, [lineOf(one)]), { headers: { "Share-Token": token, "Idempotency-Key": key } });
    const [first, second] = [await send("k1"), await send("k1")];
    expect([second.status, second.headers.get("Idempotent-Replayed")]).toEqual([201, "true"]);
    expect(second.body).toEqual(first.body);
    expect(await rows("select id from authorizations where service_ticket_id = ?", ticket)).toHaveLength(1);
  });

  it("is not told by staff: 'link' is no channel of theirs", async () => {
    const { id, one, staff } = await twoLines();
    const body = { channel: "link", person_name: "Cara", capacity: "owner", decisions: [lineOf(one)] };
    await expectRefusal(() => client.post(`/estimates/${id}/authorizations`, body, { token: staff }), 422, "invalid");
  });
});

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
      "hash = replace(hash, substr(hash, 1, 1), 'f') || ''",
      "expires_at = '2027-01-01T00:00:00.000Z'",
      "created_at = '2026-01-01T00:00:00.000Z'",
      "created_by = 999",
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
        "insert or replace into share_links select id, service_ticket_id, 'decide', null, hash, 1, created_at, expires_at, null, null, 0 from share_links where id = ?",
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

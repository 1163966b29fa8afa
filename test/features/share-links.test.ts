import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { decidingBy, expectRefusal, jobOf, lineOf } from "../support/deciding.ts";
import { aMechanic, rows } from "../support/people.ts";
import { anInvoice } from "../support/posted.ts";
import { brakes, present, stateOf } from "../support/repair-order.ts";
import { aLink, decideBy, later, linkRow, open, says } from "../support/share-links.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();
const { twoLines } = decidingBy(client);

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

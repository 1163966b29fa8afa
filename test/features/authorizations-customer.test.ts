import { describe, expect, it } from "vitest";
import { clock, createClient, testDeps } from "../support/client.ts";
import { decidingBy, expectRefusal, jobOf, lineOf, written } from "../support/deciding.ts";
import { aCustomer, aMechanic, aSession, rows } from "../support/people.ts";
import { aLine, brakes, inPerson, present, stateOf, yesTo } from "../support/repair-order.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();

const { decide, twoLines } = decidingBy(client);

describe("POST /estimates/{id}/authorizations with what cannot be", () => {
  it("names each field that is missing or wrong", async () => {
    const { id, one, staff } = await twoLines();
    const wrong: readonly (readonly [unknown, readonly string[]])[] = [
      [{ decisions: [lineOf(one)] }, ["/body/channel", "/body/person_name", "/body/capacity"]],
      [inPerson([lineOf(one)], { channel: "portal" }), ["/body/channel"]],
      [inPerson([lineOf(one)], { channel: "fax" }), ["/body/channel"]],
      ...["phone", "text", "email"].map((channel) => [inPerson([lineOf(one)], { channel }), ["/body/contact"]] as const),
      [inPerson([lineOf(one)], { channel: "phone", contact: null }), ["/body/contact"]],
      [inPerson([lineOf(one)], { channel: "phone", contact: " " }), ["/body/contact"]],
      [inPerson([lineOf(one)], { capacity: "friend", replaced_parts: "burn" }), ["/body/capacity", "/body/replaced_parts"]],
      [inPerson([]), ["/body/decisions"]],
      [inPerson([lineOf(one), lineOf(one, "declined")]), ["/body/decisions/1"]],
      [inPerson([{ decision: "approved" }]), ["/body/decisions/0"]],
      [inPerson([{ ...lineOf(one), job_id: 1 }]), ["/body/decisions/0"]],
      [inPerson([lineOf(one, "open")]), ["/body/decisions/0/decision"]],
      [inPerson([lineOf(0)]), ["/body/decisions/0/line_id"]],
      [inPerson([lineOf(one)], { total_after: 1 }), ["/body/total_after"]],
      [inPerson(Array.from({ length: 301 }, (_, index) => lineOf(index + 1))), ["/body/decisions"]],
    ];
    const before = await written();
    for (const [body, pointers] of wrong) {
      const answer = await decide(id, body, staff);
      expect(answer, JSON.stringify(body)).toMatchObject({ status: 422, body: { code: "invalid" } });
      expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
    }
    expect(await written()).toEqual(before);
  });

  it("is 422 for a line or a job of another estimate, and 404 for no estimate", async () => {
    const { id, one, staff } = await twoLines();
    const other = await twoLines();
    const order = await brakes(client);
    await present(client, order);
    await expectRefusal(() => decide(id, inPerson([lineOf(one), lineOf(other.one)]), staff), 422, "reference_not_found");
    await expectRefusal(() => decide(id, inPerson([jobOf(order)]), staff), 422, "reference_not_found");
    await expectRefusal(() => decide(id, inPerson([lineOf(999_999)]), staff), 422, "reference_not_found");
    await expectRefusal(() => decide(999_999, inPerson([lineOf(one)]), staff), 404, "not_found");
  });

  it("decides on 300 lines at once", async () => {
    const shop = await aShop();
    const { id: ticket } = await aTicket(client, shop);
    await rows(
      `insert into ticket_lines (service_ticket_id, kind, description, quantity, unit_price)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 300) select ?, 'labor', printf('Line %0290d', i), 1000, 100 from n`,
      ticket,
    );
    const { id, lines } = await present(client, { ticket });
    const all = lines.map((line: { id: number }) => lineOf(line.id));
    expect((await decide(id, inPerson(all), shop.mechanic.token)).body).toMatchObject({ additional_net: 300 });
    expect(await rows("select id from ticket_lines where service_ticket_id = ? and decision = 'approved'", ticket)).toHaveLength(300);
  });
});

describe("POST /estimates/{id}/authorizations by the customer's own account", () => {
  it("is by portal, in their own name, with the address it came from, which only staff sees", async () => {
    const { id, one, two, ticket, shop, customer, staff } = await twoLines();
    const { status, body } = await decide(id, { decisions: [lineOf(one), lineOf(two, "declined")], replaced_parts: "show" }, customer);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      channel: "portal",
      person_name: "Cara Customer",
      capacity: "owner",
      contact: null,
      by: { user_id: shop.customer.userId },
      replaced_parts: "show",
      additional_net: 180,
    });
    expect(body).not.toHaveProperty("address");
    const typed = await decide(id, { ...yesTo(two), channel: "portal", person_name: "C. Customer", capacity: "owner" }, customer);
    expect(typed.body).toMatchObject({ person_name: "C. Customer", authorized_net_after: 360 });
    const listed = await client.get(`/service-tickets/${ticket}/authorizations`, { token: staff });
    expect(listed.body.authorizations).toMatchObject([
      { id: typed.body.id, address: "203.0.113.7" },
      { id: body.id, address: "203.0.113.7" },
    ]);
    const own = await client.get(`/service-tickets/${ticket}/authorizations`, { token: customer });
    expect(own.body.authorizations).toHaveLength(2);
    expect(JSON.stringify(own.body)).not.toContain("203.0.113.7");
  });

  it("says nothing that only staff may say", async () => {
    const { id, one, customer } = await twoLines();
    for (const [more, pointer] of [
      [{ channel: "phone" }, "/body/channel"],
      [{ capacity: "designee" }, "/body/capacity"],
      [{ contact: "+1 555 0100" }, "/body/contact"],
    ] as const) {
      const answer = await decide(id, { ...yesTo(one), ...more }, customer);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
    expect(await stateOf(one)).toMatchObject({ decision: "open" });
  });

  it("is 404 on somebody else's estimate, also when it names their own lines", async () => {
    const { id, one } = await twoLines();
    const other = await twoLines();
    await expectRefusal(() => decide(id, yesTo(one), other.customer), 404, "not_found");
    await expectRefusal(() => decide(other.id, yesTo(one), other.customer), 422, "reference_not_found");
    await expectRefusal(async () => decide(id, yesTo(one), (await aCustomer()).token), 404, "not_found");
    await expectRefusal(() => client.get(`/service-tickets/${999_999}/authorizations`, { token: other.customer }), 404, "not_found");
  });

  it("needs a proven e-mail", async () => {
    const { id, one, shop } = await twoLines();
    const { id: customerId, userId } = shop.customer;
    const session = await aSession(userId);
    const limited = await testDeps().tokens.sign({ role: "customer", customerId, userId, session, limited: "email" }, clock.now);
    expect(await decide(id, yesTo(one), limited)).toMatchObject({ status: 403, body: { code: "email_unverified" } });
    expect((await client.get(`/estimates/${id}`, { token: limited })).status).toBe(403);
    expect((await client.post(`/estimates/${id}/authorizations`, yesTo(one))).status).toBe(401);
  });
});

describe("GET /service-tickets/{id}/authorizations", () => {
  it("lists the newest first, page by page, to staff and the ticket's customer", async () => {
    const { id, one, two, ticket, customer, staff } = await twoLines();
    const empty = await client.get(`/service-tickets/${ticket}/authorizations`, { token: customer });
    expect(empty).toMatchObject({ status: 200, body: { authorizations: [], pagination: { total_items: 0 } } });
    const made: number[] = [];
    for (const line of [one, two, one]) made.unshift((await decide(id, yesTo(line), customer)).body.id);
    const page = await client.get(`/service-tickets/${ticket}/authorizations?per_page=2`, { token: staff });
    expect(page.body.authorizations.map((each: { id: number }) => each.id)).toEqual(made.slice(0, 2));
    const next = await client.get(`/service-tickets/${ticket}/authorizations?per_page=2&cursor=${page.body.pagination.next_cursor}`, {
      token: staff,
    });
    expect(next.body.authorizations.map((each: { id: number }) => each.id)).toEqual(made.slice(2));
    for (const path of [`/service-tickets/${ticket}/authorizations`, "/service-tickets/999999/authorizations"])
      expect((await client.get(path, { token: (await aCustomer()).token })).status).toBe(404);
  });
});

describe("GET /vehicles/{id}/declined", () => {
  const declinedOf = async (vehicle: number, token: string) =>
    (await client.get(`/vehicles/${vehicle}/declined`, { token })).body.declined as { line_id: number }[];

  it("remembers what was declined until the same work is approved on any ticket of the vehicle", async () => {
    const { id, one, two, ticket, shop, staff } = await twoLines();
    const { body } = await decide(id, inPerson([lineOf(one, "declined"), lineOf(two, "declined")]), staff);
    expect(await declinedOf(shop.vehicle.id, staff)).toEqual([
      {
        line_id: two,
        service_ticket_id: ticket,
        estimate_id: id,
        description: "Bleed the brakes",
        net: 180,
        at: body.at,
        person_name: "Cara Customer",
      },
      expect.objectContaining({ line_id: one }),
    ]);
    const later = await aTicket(client, shop);
    const again = await aLine(later.id, { unit_price: 13_000 });
    const newer = await present(client, { ticket: later.id });
    expect(await declinedOf(shop.vehicle.id, staff)).toHaveLength(2);
    await decide(newer.id, inPerson([lineOf(again)]), staff);
    expect((await declinedOf(shop.vehicle.id, staff)).map(({ line_id }) => line_id)).toEqual([two]);
    await decide(id, inPerson([lineOf(two)]), staff);
    expect(await declinedOf(shop.vehicle.id, staff)).toEqual([]);
  });

  it("remembers it of a cancelled ticket, and not of a line that says something else now", async () => {
    const { id, one, two, ticket, shop, staff } = await twoLines();
    await decide(id, inPerson([lineOf(one, "declined"), lineOf(two, "declined")]), staff);
    await rows("update ticket_lines set description = 'Something else' where id = ?", two);
    await client.put(`/service-tickets/${ticket}/status`, { status: "cancelled" }, { token: staff });
    expect((await declinedOf(shop.vehicle.id, staff)).map(({ line_id }) => line_id)).toEqual([one]);
  });

  it("remembers it of a line that was removed since", async () => {
    const { id, one, two, shop, staff } = await twoLines();
    await decide(id, inPerson([lineOf(one, "declined"), lineOf(two, "declined")]), staff);
    await rows("delete from ticket_lines where id = ?", two);
    expect((await declinedOf(shop.vehicle.id, staff)).map(({ line_id }) => line_id)).toEqual([two, one]);
  });

  it("shows customers what was declined on their own tickets, of their own vehicle", async () => {
    const { id, one, shop, customer, staff } = await twoLines();
    await decide(id, { decisions: [lineOf(one, "declined")] }, customer);
    expect(await declinedOf(shop.vehicle.id, customer)).toHaveLength(1);
    const buyer = await aCustomer();
    expect((await client.get(`/vehicles/${shop.vehicle.id}/declined`, { token: buyer.token })).status).toBe(404);
    await rows("update vehicles set customer_id = ? where id = ?", buyer.id, shop.vehicle.id);
    expect(await declinedOf(shop.vehicle.id, buyer.token)).toEqual([]);
    expect((await client.get(`/vehicles/${shop.vehicle.id}/declined`, { token: customer })).status).toBe(404);
    expect(await declinedOf(shop.vehicle.id, staff)).toHaveLength(1);
    expect((await client.get("/vehicles/999999/declined", { token: (await aMechanic()).token })).status).toBe(404);
  });
});

import { describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { decidingBy, expectRefusal, jobOf, lineOf } from "../support/deciding.ts";
import { aMechanic, auditOf, rows } from "../support/people.ts";
import { aJob, aLine, aPartLine, aTax, brakes, inPerson, present, stateOf } from "../support/repair-order.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();

const { decide, twoLines } = decidingBy(client);

describe("POST /estimates/{id}/authorizations by staff", () => {
  it("records a call, in one audited write, and the lines are approved", async () => {
    await aTax(92_500, ["part"]);
    const order = await brakes(client);
    const { id } = await present(client, order);
    const call = {
      channel: "phone",
      person_name: "Ada Delgado",
      capacity: "designee",
      contact: "+1 555 0100",
      replaced_parts: "return",
      note: "Wants the car by five.",
      decisions: [jobOf(order)],
    };
    const { status, body, headers } = await decide(id, call, order.shop.mechanic.token);
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(`/service-tickets/${order.ticket}/authorizations`);
    const { decisions: _asked, ...said } = call;
    expect(body).toEqual({
      ...said,
      id: body.id,
      service_ticket_id: order.ticket,
      estimate_id: id,
      at: new Date(clock.now).toISOString(),
      date: "2026-11-20",
      address: null,
      by: { user_id: order.shop.mechanic.userId },
      additional_net: 274.49,
      authorized_net_before: 0,
      authorized_net_after: 274.49,
      total_after: 282.81,
      decisions: [
        { line_id: order.labor, description: "Replace front pads", net: 180, decision: "approved" },
        { line_id: order.pads, description: "Brake pads, ceramic", net: 89.99, decision: "approved" },
        { line_id: order.fee, description: "Brake fluid disposal", net: 4.5, decision: "approved" },
      ],
    });
    expect(await stateOf(order.pads)).toEqual({ decision: "approved", authorized_net: 8_999 });
    const [entry, ...others] = await auditOf("authorization", body.id);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ action: "authorization.created", user_id: order.shop.mechanic.userId });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ person_name: "Ada Delgado", decisions: [{ line_id: order.labor }, {}, {}] });
    expect((await auditOf("service_ticket", order.ticket)).map(({ action }) => action)).toContain("service_ticket.authorized");
  });

  it("raises the version of the ticket, which If-Match names", async () => {
    const { id, one, two, ticket, staff } = await twoLines();
    const read = await client.get(`/estimates/${id}`, { token: staff });
    const headers = { "If-Match": read.headers.get("ETag") ?? "" };
    const first = await decide(id, inPerson([lineOf(one)]), staff, headers);
    expect(first.status).toBe(201);
    await expectRefusal(() => decide(id, inPerson([lineOf(two)]), staff, headers), 412, "precondition_failed");
    expect((await decide(id, inPerson([lineOf(two)]), staff, { "If-Match": first.headers.get("ETag") ?? "" })).status).toBe(201);
    const [row] = await rows<{ updated_at: string }>("select updated_at from service_tickets where id = ?", ticket);
    expect(row?.updated_at).toBe(new Date(clock.now).toISOString());
  });

  it("happens once under an Idempotency-Key", async () => {
    const { id, one, staff } = await twoLines();
    const headers = { "Idempotency-Key": `yes-${id}` };
    const first = await decide(id, inPerson([lineOf(one)]), staff, headers);
    const again = await decide(id, inPerson([lineOf(one)]), staff, headers);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await rows("select id from authorizations where estimate_id = ?", id)).toHaveLength(1);
  });

  it("says how much more it is, and what it comes to, with the ticket's discount", async () => {
    const { id, ticket, one, two, staff } = await twoLines();
    await rows("update service_tickets set discount_percent = 100000, discount_reason = 'Regular' where id = ?", ticket);
    expect((await decide(id, inPerson([lineOf(one)]), staff)).body).toMatchObject({
      additional_net: 180,
      authorized_net_after: 180,
      total_after: 162,
    });
    expect((await decide(id, inPerson([lineOf(two)]), staff)).body).toMatchObject({
      additional_net: 180,
      authorized_net_before: 180,
      authorized_net_after: 360,
      total_after: 324,
    });
    expect((await decide(id, inPerson([lineOf(one, "declined")]), staff)).body).toMatchObject({
      additional_net: 0,
      authorized_net_before: 360,
      authorized_net_after: 180,
      total_after: 162,
    });
    expect(await stateOf(one)).toEqual({ decision: "declined", authorized_net: null });
  });

  it("keeps a yes for unchanged lines when a newer estimate is presented, and takes no other on the older one", async () => {
    const { id, ticket, one, two, staff } = await twoLines();
    await decide(id, inPerson([lineOf(one)]), staff);
    const newer = await present(client, { ticket });
    expect(newer.decisions).toMatchObject({ approved: { lines: 1, net: 180 }, open: { lines: 1, net: 180 } });
    await expectRefusal(() => decide(id, inPerson([lineOf(two)]), staff), 409, "estimate_superseded", { estimate_id: newer.id });
    expect((await decide(newer.id, inPerson([lineOf(two)]), staff)).body).toMatchObject({ authorized_net_after: 360 });
  });

  it("covers a line that became cheaper, but not one that became dearer", async () => {
    const { id, ticket, one, two, staff } = await twoLines();
    await decide(id, inPerson([lineOf(one), lineOf(two)]), staff);
    await rows("update ticket_lines set unit_price = 10000 where id = ?", one);
    await rows("update ticket_lines set unit_price = 12001 where id = ?", two);
    expect(await rows("select id, covered from line_coverage where service_ticket_id = ? order by id", ticket)).toEqual([
      { id: one, covered: 1 },
      { id: two, covered: 0 },
    ]);
    expect((await present(client, { ticket })).decisions).toMatchObject({
      approved: { lines: 1, net: 150 },
      open: { lines: 1, net: 180.02 },
    });
  });

  it("counts the lines of a job that is decided together by their sum", async () => {
    const order = await brakes(client);
    const { id } = await present(client, order);
    await decide(id, inPerson([jobOf(order)]), order.shop.mechanic.token);
    await rows("update ticket_lines set unit_price = 8000 where id = ?", order.pads);
    await rows("update ticket_lines set unit_price = 1400 where id = ?", order.fee);
    expect((await present(client, order)).decisions).toMatchObject({ approved: { lines: 3 }, open: { lines: 0 } });
    await rows("update ticket_lines set unit_price = 1450 where id = ?", order.fee);
    expect((await present(client, order)).decisions).toMatchObject({ approved: { lines: 0 }, open: { lines: 3 } });
  });

  it("does not reach a line whose words have changed, or that is gone", async () => {
    const { id, one, two, staff } = await twoLines();
    await rows("update ticket_lines set description = 'Something else' where id = ?", one);
    await rows("delete from ticket_lines where id = ?", two);
    await expectRefusal(() => decide(id, inPerson([lineOf(one)]), staff), 409, "line_changed", {
      line_id: one,
      description: "Replace front pads",
    });
    await expectRefusal(() => decide(id, inPerson([lineOf(two, "declined")]), staff), 409, "line_changed", { line_id: two });
  });

  it("is void when the words change, and the ticket is cancelled", async () => {
    const { id, ticket, one, two, staff } = await twoLines();
    await decide(id, inPerson([lineOf(one), lineOf(two)]), staff);
    await rows("update ticket_lines set description = 'Something else' where id = ?", one);
    expect(await stateOf(one)).toEqual({ decision: "open", authorized_net: null });
    await client.put(`/service-tickets/${ticket}/status`, { status: "cancelled" }, { token: staff });
    expect(await stateOf(two)).toEqual({ decision: "open", authorized_net: null });
    await expectRefusal(() => decide(id, inPerson([lineOf(two)]), staff), 409, "ticket_closed");
    await client.put(`/service-tickets/${ticket}/status`, { status: "open" }, { token: staff });
    expect((await decide(id, inPerson([lineOf(two)]), staff)).status).toBe(201);
  });

  it("is refused after the last day, in the shop's time zone", async () => {
    const { id, one } = await twoLines();
    clock.now = Date.parse("2026-12-20T23:59:59.999Z");
    const { token } = await aMechanic();
    expect((await decide(id, inPerson([lineOf(one)]), token)).status).toBe(201);
    clock.now += 1;
    await expectRefusal(() => decide(id, inPerson([lineOf(one)]), token), 409, "estimate_expired", { valid_until: "2026-12-20" });
  });

  it("takes a job that is decided together as a whole, and others line by line", async () => {
    const order = await brakes(client);
    const free = await aJob(order.ticket, { title: "Wipers", by_line: 1, position: 2 });
    const [left, right] = [await aLine(order.ticket, { job_id: free, description: "Left" }), await aLine(order.ticket, { job_id: free })];
    const { id } = await present(client, order);
    const { token } = order.shop.mechanic;
    const whole = { job_id: order.job, job_title: "Front brakes" };
    await expectRefusal(() => decide(id, inPerson([lineOf(order.labor)]), token), 422, "decide_whole_job", whole);
    const apart = [lineOf(order.labor), lineOf(order.pads), lineOf(order.fee, "declined")];
    await expectRefusal(() => decide(id, inPerson(apart), token), 422, "decide_whole_job", whole);
    await expectRefusal(() => decide(id, inPerson([jobOf(order), lineOf(order.fee)]), token), 422, "decide_whole_job", whole);
    await expectRefusal(() => decide(id, inPerson([{ job_id: free, decision: "approved" }, lineOf(left)]), token), 422, "decide_whole_job");
    expect((await decide(id, inPerson([lineOf(left), lineOf(right, "declined")]), token)).status).toBe(201);
    const lines = [lineOf(order.labor), lineOf(order.pads), lineOf(order.fee)];
    expect((await decide(id, inPerson(lines), token)).status).toBe(201);
    expect((await decide(id, inPerson([{ job_id: free, decision: "declined" }]), token)).body.decisions).toHaveLength(2);
  });

  it("does not decline a line whose part has left the stock", async () => {
    const shop = await aShop();
    const { id: ticket } = await aTicket(client, shop);
    const [one, two] = [await aPartLine(ticket, shop.part.id), await aPartLine(ticket, shop.part.id, { description: "Second set" })];
    const { id } = await present(client, { ticket });
    const { token } = shop.mechanic;
    await client.post(`/service-tickets/${ticket}/parts`, { inventory_id: shop.part.id, quantity: 1 }, { token });
    await expectRefusal(() => decide(id, inPerson([lineOf(one, "declined"), lineOf(two, "declined")]), token), 409, "part_drawn");
    expect((await decide(id, inPerson([lineOf(two, "declined")]), token)).status).toBe(201);
    await expectRefusal(() => decide(id, inPerson([lineOf(one, "declined")]), token), 409, "part_drawn");
    await client.delete(`/service-tickets/${ticket}/parts/${shop.part.id}`, { token });
    expect((await decide(id, inPerson([lineOf(one, "declined")]), token)).status).toBe(201);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attempt, bringTo, expectRefused, STATUSES, type Status } from "../support/attacks.ts";
import { aCustomer, insert, rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aPart, aShop, type Shop, stockOf } from "../support/shop.ts";

const AT = "2026-11-20T09:30:00.000Z";
const LEGAL: Readonly<Record<Status, readonly string[]>> = {
  open: ["in_progress", "cancelled"],
  in_progress: ["completed", "cancelled", "open"],
  completed: ["closed", "in_progress"],
  closed: ["open"],
  cancelled: ["open"],
};
const ENDED = ["closed", "cancelled"] as const;

let shop: Shop;
/** Another part, on no ticket. */
let spare: number;

beforeEach(async () => {
  shop = await aShop();
  spare = (await aPart()).id;
});

afterEach(async () => {
  expect(await brokenRules()).toEqual({});
});

/** A ticket with a schedule, a mechanic and a line, taken to a status. */
const aTicketAt = async (status: Status): Promise<number> => {
  const id = await insert("service_tickets", {
    customer_id: shop.customer.id,
    vehicle_id: shop.vehicle.id,
    service_desc: "Brakes",
    service_date: "2026-11-24",
    scheduled_start: "2026-11-24T09:00:00.000Z",
    scheduled_end: "2026-11-24T11:00:00.000Z",
    created_at: AT,
    updated_at: AT,
  });
  await insert("assignments", { service_ticket_id: id, mechanic_id: shop.mechanic.id, created_at: AT });
  await insert("ticket_parts", { service_ticket_id: id, inventory_id: shop.part.id, quantity: 2_000, unit_price: 4_990 });
  await bringTo(id, status);
  return id;
};

const newTicket = (names: string, values: string): string =>
  `insert into service_tickets (customer_id, vehicle_id, service_desc, service_date, created_at, updated_at, ${names})
    values (${shop.customer.id}, ${shop.vehicle.id}, 'x', '2026-11-24', '${AT}', '${AT}', ${values})`;

describe("a ticket's status", () => {
  it.each(STATUSES)("goes from %s along the legal steps only", async (from) => {
    for (const to of LEGAL[from]) {
      const ticket = await aTicketAt(from);
      expect(await attempt(`update service_tickets set status = '${to}' where id = ${ticket}`), to).toBe("done");
      expect(await rows("select status from service_tickets where id = ?", ticket)).toEqual([{ status: to }]);
      await rows("update service_tickets set status = 'cancelled' where id = ? and status in ('open', 'in_progress')", ticket);
      await rows("delete from assignments where service_ticket_id = ? and starts_at is not null", ticket);
    }
    const ticket = await aTicketAt(from);
    for (const to of [...STATUSES, "done", ""].filter((status) => !LEGAL[from].includes(status)))
      await expectRefused(`update service_tickets set status = '${to}' where id = ${ticket}`, "illegal_status");
    await expectRefused(`update service_tickets set status = null where id = ${ticket}`, "illegal_status");
  });

  it("begins with open", async () => {
    for (const status of STATUSES.filter((status) => status !== "open"))
      await expectRefused(newTicket("status", `'${status}'`), "illegal_status");
    await expectRefused(newTicket("completed_at", `'${AT}'`), "conflict");
    await expectRefused(newTicket("closed_at", `'${AT}'`), "conflict");
    await expectRefused(newTicket("parts_total", "1"), "conflict");
  });

  it("tells by itself when the work was completed and closed, and nothing else does", async () => {
    const ticket = await aTicketAt("open");
    const set = (what: string) => `update service_tickets set ${what} where id = ${ticket}`;
    const dates = async () => (await rows("select completed_at, closed_at from service_tickets where id = ?", ticket))[0];
    await expectRefused(set(`completed_at = '${AT}'`), "conflict");
    await expectRefused(set(`closed_at = '${AT}'`), "conflict");
    await rows(set("status = 'in_progress', completed_at = 'soon'"));
    expect(await dates()).toEqual({ completed_at: null, closed_at: null });
    await expectRefused(set(`status = 'completed', completed_at = '2020-01-01T00:00:00.000Z'`), "conflict");
    await rows(set("status = 'completed'"));
    const completed = await dates();
    expect(completed).toEqual({ completed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/), closed_at: null });
    for (const what of [
      "completed_at = null",
      `completed_at = '${AT}'`,
      `closed_at = '${AT}'`,
      `status = 'closed', completed_at = '${AT}'`,
    ])
      await expectRefused(set(what), "conflict");
    await rows(set("status = 'closed'"));
    expect(await dates()).toEqual({ ...completed, closed_at: expect.stringMatching(/Z$/) });
    for (const what of ["completed_at = null", `completed_at = '${AT}'`, "closed_at = null", `closed_at = '${AT}'`])
      await expectRefused(set(what), "conflict");
    await rows(set("status = 'open'"));
    expect(await dates()).toEqual({ completed_at: null, closed_at: null });
  });
});

describe("a ticket that has ended", () => {
  it.each(ENDED)("does not change when it is %s", async (status) => {
    const [ticket, { id: other }] = [await aTicketAt(status), await aCustomer()];
    const changes = [
      "service_desc = 'x'",
      "service_date = '2026-11-25'",
      "mileage = 1",
      "notes = 'x'",
      "internal_notes = 'x'",
      "vehicle_id = null",
      `customer_id = ${other}`,
      "created_at = 'x'",
      "parts_total = 1",
      "scheduled_start = null, scheduled_end = null",
      "scheduled_start = '2026-11-24T08:00:00.000Z'",
      "status = 'open', notes = 'x'",
    ];
    for (const change of changes) await expectRefused(`update service_tickets set ${change} where id = ${ticket}`, "ticket_closed");
  });

  it.each(ENDED)("takes no parts, changes none and keeps its mechanics when it is %s", async (status) => {
    const ticket = await aTicketAt(status);
    const ofTicket = `where service_ticket_id = ${ticket}`;
    const line = (part: number) =>
      `insert into ticket_parts (service_ticket_id, inventory_id, quantity, unit_price) values (${ticket}, ${part}, 1000, 1)`;
    await expectRefused(line(spare), "ticket_closed");
    await expectRefused(
      `${line(shop.part.id)} on conflict (service_ticket_id, inventory_id) do update set quantity = 9000`,
      "ticket_closed|conflict",
    );
    await expectRefused(`update ticket_parts set quantity = 1000 ${ofTicket}`, "ticket_closed");
    await expectRefused(`update ticket_parts set held = ${status === "closed" ? 0 : 1} ${ofTicket}`, "conflict");
    if (status === "cancelled") await expectRefused(`update ticket_parts set held = null ${ofTicket}`, "conflict|NOT NULL");
    await expectRefused(`delete from assignments ${ofTicket}`, "ticket_closed");
  });

  it("keeps its parts when it is closed, while a cancelled one goes on without some of them at the right total", async () => {
    const [closed, cancelled] = [await aTicketAt("closed"), await aTicketAt("cancelled")];
    await expectRefused(`delete from ticket_parts where service_ticket_id = ${closed}`, "ticket_closed");
    await rows("delete from ticket_parts where service_ticket_id = ?", cancelled);
    expect(await rows("select parts_total from service_tickets where id = ?", cancelled)).toEqual([{ parts_total: 0 }]);
    expect(await stockOf(shop.part)).toBe(8);
  });

  it("is not deleted when it was closed, nor is a completed one, while a cancelled one goes with all it has", async () => {
    const ticket = await aTicketAt("completed");
    await expectRefused(`delete from service_tickets where id = ${ticket}`, "ticket_completed");
    await rows("update service_tickets set status = 'closed' where id = ?", ticket);
    await expectRefused(`delete from service_tickets where id = ${ticket}`, "ticket_closed");
    const cancelled = await aTicketAt("cancelled");
    await expectRefused(`delete from service_tickets where id in (${ticket}, ${cancelled})`, "ticket_closed");
    await rows("delete from service_tickets where id = ?", cancelled);
    for (const table of ["assignments", "ticket_parts"])
      expect(await rows(`select * from ${table} where service_ticket_id = ?`, cancelled)).toEqual([]);
  });
});

describe("a ticket's schedule", () => {
  const [nine, ten] = ["'2026-11-24T09:00:00.000Z'", "'2026-11-24T10:00:00.000Z'"];
  it.each([
    ["a start alone", nine, "null"],
    ["an end alone", "null", ten],
    ["an end before the start", ten, nine],
    ["an end at the start", nine, nine],
    ["days", "'2026-11-24'", "'2026-11-25'"],
    ["minutes", "'2026-11-24T09:00Z'", "'2026-11-24T10:00Z'"],
    ["seconds", "'2026-11-24T09:00:00Z'", "'2026-11-24T10:00:00Z'"],
    ["moments without a zone", "'2026-11-24T09:00:00.0000'", "'2026-11-24T10:00:00.0000'"],
    ["moments of another zone", "'2026-11-24T09:00:00+0100'", "'2026-11-24T10:00:00+0100'"],
    ["moments of another zone, to the minute", "'2026-11-24T09:00+01:00    '", "'2026-11-24T10:00+01:00    '"],
    ["moments with a blank", "'2026-11-24 09:00:00.000Z'", "'2026-11-24 10:00:00.000Z'"],
    ["moments in small letters", "'2026-11-24t09:00:00.000z'", "'2026-11-24t10:00:00.000z'"],
    ["bytes", `cast(${nine} as blob)`, `cast(${ten} as blob)`],
    ["numbers", "1764061200", "1764064800"],
    ["a day that is not", "'2026-02-30T09:00:00.000Z'", "'2026-02-30T10:00:00.000Z'"],
    ["an hour that is the next day's", "'2026-11-24T23:00:00.000Z'", "'2026-11-24T24:00:00.000Z'"],
    ["other text of that length", "'aaaaaaaaaaaaaaaaaaaaaaaa'", "'bbbbbbbbbbbbbbbbbbbbbbbb'"],
  ])("is not %s", async (_, start, end) => {
    const ticket = await aTicketAt("open");
    await expectRefused(`update service_tickets set scheduled_start = ${start}, scheduled_end = ${end} where id = ${ticket}`, "CHECK");
    await expectRefused(newTicket("scheduled_start, scheduled_end", `${start}, ${end}`), "CHECK");
  });
});

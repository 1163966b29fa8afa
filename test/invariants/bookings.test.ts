import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attempt, bringTo, everything, expectRefused, inEveryWay, KEPT } from "../support/attacks.ts";
import { aMechanic, insert, rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aShop, type Shop } from "../support/shop.ts";

const AT = "2026-11-20T09:30:00.000Z";
const moment = (time: string): string => `2026-11-24T${time}:00.000Z`;

const ticket = ({ customer, vehicle }: Shop, start?: string, end?: string): Promise<number> =>
  insert("service_tickets", {
    customer_id: customer.id,
    vehicle_id: vehicle.id,
    service_desc: "Brakes",
    service_date: "2026-11-24",
    scheduled_start: start === undefined ? null : moment(start),
    scheduled_end: end === undefined ? null : moment(end),
    created_at: AT,
    updated_at: AT,
  });

const assign = (service_ticket_id: number, mechanic_id: number): Promise<number> =>
  insert("assignments", { service_ticket_id, mechanic_id, created_at: AT });

const scheduled = (id: number, start: string, end: string): string =>
  `update service_tickets set scheduled_start = '${moment(start)}', scheduled_end = '${moment(end)}' where id = ${id}`;

const assigning = (ticketId: number, mechanicId: number): string =>
  `insert into assignments (service_ticket_id, mechanic_id, created_at) values (${ticketId}, ${mechanicId}, '${AT}')`;

const assigningAtItsTime = (tickets: readonly number[], mechanicId: number): string =>
  `insert into assignments (service_ticket_id, mechanic_id, starts_at, ends_at, created_at)
    select id, ${mechanicId}, scheduled_start, scheduled_end, '${AT}' from service_tickets where id in (${tickets.join(", ")})`;

/** A mechanic who is booked from 9 to 11 and from 11 to 13, and all that could come in the way. */
const aWorld = async () => {
  const shop = await aShop();
  const a = shop.mechanic.id;
  const [b, free, off] = [(await aMechanic()).id, (await aMechanic()).id, (await aMechanic()).id];
  const [closed, cancelled] = [await ticket(shop, "09:30", "10:30"), await ticket(shop, "09:30", "10:30")];
  const ofClosed = await assign(closed, a);
  await bringTo(closed, "closed");
  const ofCancelled = await assign(cancelled, a);
  const lapsed = await assign(cancelled, (await aMechanic()).id);
  await bringTo(cancelled, "cancelled");
  await rows("update mechanics set status = 'disabled' where id = ?", off);
  const [first, third, rival] = [
    await ticket(shop, "09:00", "11:00"),
    await ticket(shop, "11:00", "13:00"),
    await ticket(shop, "10:00", "12:00"),
  ];
  const [evening, loose] = [await ticket(shop, "20:00", "21:00"), await ticket(shop)];
  return {
    a,
    b,
    free,
    off,
    tickets: { closed, cancelled, first, third, rival, evening, loose },
    booking: await assign(first, a),
    next: await assign(third, a),
    ofRival: await assign(rival, b),
    ofLoose: await assign(loose, a),
    ofClosed,
    ofCancelled,
    lapsed,
  };
};
type World = Awaited<ReturnType<typeof aWorld>>;
let world: World;

beforeEach(async () => {
  world = await aWorld();
});

afterEach(async () => {
  expect(await brokenRules()).toEqual({});
});

/** What is tried by one statement, in every way of SQLite to resolve a conflict, and the code of the refusal. */
const ATTACKS: readonly (readonly [string, string, (w: World) => string])[] = [
  ["puts a mechanic on a ticket of the same time", "mechanic_double_booked", (w) => assigning(w.tickets.rival, w.a)],
  [
    "puts a mechanic on several tickets, one of them of the same time",
    "mechanic_double_booked",
    (w) => `insert into assignments (service_ticket_id, mechanic_id, created_at)
      select id, ${w.a}, '${AT}' from service_tickets where id in (${w.tickets.evening}, ${w.tickets.rival}) order by id desc`,
  ],
  [
    "puts several mechanics on a ticket, one of them booked",
    "mechanic_double_booked",
    (w) => `insert into assignments (service_ticket_id, mechanic_id, created_at)
      select ${w.tickets.evening}, ${w.b}, '${AT}' union all select ${w.tickets.rival}, ${w.a}, '${AT}'`,
  ],
  ["puts a mechanic on a ticket twice", "already_assigned", (w) => assigning(w.tickets.first, w.a)],
  ["passes over a mechanic who is on it", "already_assigned", (w) => `${assigning(w.tickets.first, w.a)} on conflict do nothing`],
  [
    "changes a link where it is there",
    "already_assigned",
    (w) => `${assigning(w.tickets.first, w.a)} on conflict (service_ticket_id, mechanic_id) do update set mechanic_id = ${w.b}`,
  ],
  [
    "writes a link over another",
    "already_assigned",
    (w) =>
      `insert into assignments (id, service_ticket_id, mechanic_id, created_at) values (${w.booking}, ${w.tickets.evening}, ${w.b}, '')`,
  ],
  [
    "brings its own times",
    "conflict",
    (w) => `insert into assignments (service_ticket_id, mechanic_id, starts_at, ends_at, created_at)
      values (${w.tickets.rival}, ${w.a}, '${moment("14:00")}', '${moment("15:00")}', '')`,
  ],
  ["brings the times of a ticket that meets another", "mechanic_double_booked", (w) => assigningAtItsTime([w.tickets.rival], w.a)],
  [
    "puts a mechanic on two tickets of one time",
    "mechanic_double_booked",
    (w) => `${assigning(w.tickets.first, w.free)}, (${w.tickets.rival}, ${w.free}, '')`,
  ],
  [
    "brings the times of two tickets that meet",
    "mechanic_double_booked",
    (w) => assigningAtItsTime([w.tickets.first, w.tickets.rival], w.free),
  ],
  ["brings a start alone", "conflict", (w) => assigningAtItsTime([w.tickets.evening], w.free).replace("scheduled_end", "null")],
  ["brings an end alone", "conflict", (w) => assigningAtItsTime([w.tickets.evening], w.free).replace("scheduled_start", "null")],
  [
    "brings its times as bytes",
    "conflict",
    (w) => assigningAtItsTime([w.tickets.evening], w.free).replace("scheduled_start", "cast(scheduled_start as blob)"),
  ],
  ["brings the times of a cancelled ticket", "ticket_closed", (w) => assigningAtItsTime([w.tickets.cancelled], w.free)],
  ["brings a disabled mechanic with the times", "mechanic_not_active", (w) => assigningAtItsTime([w.tickets.evening], w.off)],
  ["gives a booking to another mechanic", "conflict", (w) => `update assignments set mechanic_id = ${w.a} where id = ${w.ofRival}`],
  [
    "gives a booking to another ticket",
    "conflict",
    (w) => `update assignments set service_ticket_id = ${w.tickets.rival} where id = ${w.booking}`,
  ],
  ["gives a booking another id", KEPT, (w) => `update assignments set id = ${w.next} where id = ${w.booking}`],
  ["gives a booking another rowid", KEPT, (w) => `update assignments set rowid = ${w.next} where id = ${w.booking}`],
  ["starts a booking later", "conflict", (w) => `update assignments set starts_at = '${moment("10:00")}' where id = ${w.booking}`],
  ["ends a booking sooner", "conflict", (w) => `update assignments set ends_at = '${moment("09:30")}' where id = ${w.booking}`],
  ["forgets the times of a booking", "conflict", (w) => `update assignments set starts_at = null, ends_at = null where id = ${w.booking}`],
  [
    "books on an unscheduled ticket",
    "conflict",
    (w) => `update assignments set starts_at = '${moment("15:00")}', ends_at = '${moment("16:00")}' where id = ${w.ofLoose}`,
  ],
  [
    "books on a cancelled ticket",
    "conflict",
    (w) => `update assignments set starts_at = t.scheduled_start, ends_at = t.scheduled_end from service_tickets t
      where t.id = service_ticket_id and assignments.id = ${w.lapsed}`,
  ],
  ["moves a ticket into the next booking", "mechanic_double_booked", (w) => scheduled(w.tickets.first, "09:00", "11:01")],
  ["moves a ticket into the booking before", "mechanic_double_booked", (w) => scheduled(w.tickets.third, "10:59", "13:00")],
  ["schedules a ticket into a booking of its mechanic", "mechanic_double_booked", (w) => scheduled(w.tickets.loose, "08:00", "18:00")],
  [
    "moves all tickets to one time",
    "mechanic_double_booked",
    (w) => scheduled(0, "15:00", "16:00").replace("where id = 0", `where id in (${w.tickets.first}, ${w.tickets.third})`),
  ],
  [
    "brings a cancelled ticket back into a booking",
    "mechanic_double_booked",
    (w) => `update service_tickets set status = 'open' where id = ${w.tickets.cancelled}`,
  ],
  [
    "brings a closed ticket back into a booking",
    "mechanic_double_booked",
    (w) => `update service_tickets set status = 'open' where id = ${w.tickets.closed}`,
  ],
  ["puts a disabled mechanic on a ticket", "mechanic_not_active", (w) => assigning(w.tickets.evening, w.off)],
  ["puts a mechanic on a closed ticket", "ticket_closed", (w) => assigning(w.tickets.closed, w.b)],
  ["puts a mechanic on a cancelled ticket", "ticket_closed", (w) => assigning(w.tickets.cancelled, w.b)],
  ["takes a mechanic off a closed ticket", "ticket_closed", (w) => `delete from assignments where id = ${w.ofClosed}`],
  ["takes a mechanic off a cancelled ticket", "ticket_closed", (w) => `delete from assignments where id = ${w.ofCancelled}`],
  ["puts an unknown mechanic on a ticket", "reference_not_found", (w) => assigning(w.tickets.evening, 999_999)],
  ["puts a mechanic on an unknown ticket", "reference_not_found", (w) => assigning(999_999, w.a)],
  ["removes a mechanic who is booked", "mechanic_has_tickets", (w) => `delete from mechanics where id = ${w.a}`],
];

describe("bookings", () => {
  it.each(ATTACKS)("refuse raw SQL that %s: %s", async (_, codes, attack) => {
    await expectRefused(attack(world), codes);
  });

  it("refuse batches that make foreign keys wait", async () => {
    const { a, off, tickets } = world;
    const later = `insert into service_tickets (id, customer_id, vehicle_id, service_desc, service_date, scheduled_start, scheduled_end, created_at, updated_at)
      select 900001, customer_id, vehicle_id, service_desc, service_date, scheduled_start, scheduled_end, '', '' from service_tickets where id = ${tickets.rival}`;
    const again = `insert into mechanics (id, name, email, phone, salary, status, created_at, updated_at) values (${a}, 'x', 'x', '1', 1, 'active', '', '')`;
    const hired = again.replace(`(${a},`, "(900001,").replace("'active'", "'disabled'");
    const before = await everything();
    const wait = "pragma defer_foreign_keys = on";
    for (const assignment of inEveryWay(assigning(900_001, a))) expect(await attempt(wait, assignment, later)).toBe("reference_not_found");
    for (const assignment of inEveryWay(assigning(tickets.evening, 900_001)))
      expect(await attempt(wait, assignment, hired)).toBe("reference_not_found");
    expect(await attempt(wait, `delete from users where mechanic_id = ${a}`, `delete from mechanics where id = ${a}`, again)).toBe(
      "mechanic_has_tickets",
    );
    expect(await attempt(wait, assigning(tickets.evening, off))).toBe("mechanic_not_active");
    expect(await everything()).toEqual(before);
  });

  it("name the mechanic, the other ticket and its times, however they are refused", async () => {
    const { a, tickets } = world;
    for (const statement of inEveryWay(assigning(tickets.rival, a)))
      await expect(rows(statement)).rejects.toThrow(
        `app:mechanic_double_booked:${JSON.stringify({
          mechanic_id: a,
          mechanic_name: "Max Mechanic",
          service_ticket_id: tickets.third,
          scheduled_start: moment("11:00"),
          scheduled_end: moment("13:00"),
        })}`,
      );
  });

  it("follow raw SQL that breaks no rule", async () => {
    const { a, b, tickets, booking } = world;
    const times = () => rows("select starts_at, ends_at from assignments where id = ?", booking);
    await rows(scheduled(tickets.first, "07:00", "09:00"));
    expect(await times()).toEqual([{ starts_at: moment("07:00"), ends_at: moment("09:00") }]);
    await rows("update service_tickets set scheduled_start = null, scheduled_end = null where id = ?", tickets.first);
    expect(await times()).toEqual([{ starts_at: null, ends_at: null }]);
    await rows(`delete from assignments where id = ${world.ofRival}`);
    await rows(`${assigning(tickets.evening, b)}, (${tickets.rival}, ${b}, '${AT}')`);
    await rows("delete from service_tickets where id = ?", tickets.third);
    await rows("update service_tickets set status = 'open' where id = ?", tickets.cancelled);
    expect(await rows("select service_ticket_id id from assignments where mechanic_id = ? and starts_at is not null", a)).toEqual([
      { id: tickets.cancelled },
    ]);
  });

  it("change the version of their ticket when a mechanic comes and when one goes", async () => {
    const { b, tickets } = world;
    const version = async () =>
      (await rows<{ version: number }>("select version from service_tickets where id = ?", tickets.evening))[0]?.version ?? 0;
    const before = await version();
    await assign(tickets.evening, b);
    const between = await version();
    await rows("delete from assignments where service_ticket_id = ?", tickets.evening);
    expect([between > before, (await version()) > between]).toEqual([true, true]);
  });
});

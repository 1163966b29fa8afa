import { dateOf, HOUR, iso, MINUTE, workingDays } from "./calendar.ts";
import { type Car, mileageAt } from "./clientele.ts";
import { JOBS, type Job } from "./jobs.ts";
import { MECHANICS, NOTES } from "./people.ts";
import { at, type Random } from "./random.ts";
import { partId } from "./stock.ts";
import { type Story, storyOf } from "./stories.ts";

/** How far tickets have come, oldest first: of those that are through, every eleventh was cancelled. */
const THROUGH = 122;
const COMPLETED = 8;
const IN_PROGRESS = 8;
const BOOKED = 10;
const UNSCHEDULED = 2;
const TICKETS = THROUGH + COMPLETED + IN_PROGRESS + BOOKED + UNSCHEDULED;

type Status = "in_progress" | "completed" | "closed" | "cancelled";

export interface Work {
  readonly id: number;
  readonly created: number;
  /** Who writes the ticket: a mechanic's id. */
  readonly by: number;
  readonly input: {
    readonly customer_id: number;
    readonly vehicle_id: number;
    readonly service_desc: string;
    readonly service_date: string;
    readonly scheduled_start: string | null;
    readonly scheduled_end: string | null;
    readonly promised_at: string | null;
    readonly mileage: number;
    readonly notes: string | null;
    readonly mechanic_ids: readonly number[];
    readonly parts: readonly { readonly inventory_id: number; readonly quantity: number }[];
  };
  readonly steps: readonly { readonly at: number; readonly status: Status }[];
  readonly job: Job;
  /** How its jobs were agreed to; its parts then leave the stock when work starts. Without one they do when the ticket is written. */
  readonly story: Story | null;
}

interface Booking {
  readonly start: number;
  readonly end: number;
  readonly mechanics: readonly number[];
}

/** Books mechanics so that nobody has two jobs at a time; the first of the list get more of the work. */
const createDiary = (random: Random) => {
  const taken = new Map<number, { start: number; end: number }[]>(MECHANICS.map((_, index) => [index + 1, []]));
  const free = (start: number, end: number): number[] =>
    [...taken].flatMap(([id, bookings]) => (bookings.every((other) => end <= other.start || other.end <= start) ? [id] : []));
  const choose = (ids: readonly number[], count: number): number[] => {
    if (count === 0) return [];
    const [one, other] = [random.int(0, ids.length - 1), random.int(0, ids.length - 1)];
    const chosen = at(ids, random.chance(0.4) ? Math.min(one, other) : one);
    return [
      chosen,
      ...choose(
        ids.filter((id) => id !== chosen),
        count - 1,
      ),
    ];
  };
  return (day: number, hours: number, count: number): Booking => {
    const starts = random.shuffled(Array.from({ length: 10 - hours }, (_, index) => day + (8 + index) * HOUR));
    for (const start of starts) {
      const end = start + hours * HOUR;
      const ids = free(start, end);
      if (ids.length < count) continue;
      const mechanics = choose(ids, count);
      for (const id of mechanics) taken.get(id)?.push({ start, end });
      return { start, end, mechanics };
    }
    throw new Error(`nobody is free on ${dateOf(day)}`);
  };
};

const statusOf = (index: number): Status | "open" => {
  if (index < THROUGH) return index % 11 === 7 ? "cancelled" : "closed";
  if (index < THROUGH + COMPLETED) return "completed";
  return index < THROUGH + COMPLETED + IN_PROGRESS ? "in_progress" : "open";
};

/** The steps that lead to a status, each at its time. */
const stepsTo = (random: Random, status: Status | "open", created: number, { start, end }: Booking): Work["steps"] => {
  if (status === "open") return [];
  if (status === "cancelled") return [{ at: created + random.int(30, 180) * MINUTE, status }];
  const all = [
    { at: start + random.int(0, 10) * MINUTE, status: "in_progress" },
    { at: end - random.int(0, 15) * MINUTE, status: "completed" },
    { at: end + random.int(20, 120) * MINUTE, status: "closed" },
  ] as const;
  return all.slice(0, all.findIndex((step) => step.status === status) + 1);
};

/** Tickets of the last six months and the next two weeks; everything about them was written before today. */
export const makeWork = (random: Random, midnight: number, cars: readonly Car[]): Work[] => {
  const past = workingDays(midnight, -182, 0);
  const earlier = workingDays(midnight, -190, 0);
  const coming = workingDays(midnight, 0, 14);
  const book = createDiary(random);
  const dayOf = (index: number): number => {
    if (index < THROUGH) return at(past, Math.floor((index * (past.length - 4)) / THROUGH));
    if (index < THROUGH + COMPLETED) return at(past, index % 2 === 0 ? -3 : -2);
    if (index < THROUGH + COMPLETED + IN_PROGRESS) return at(past, -1);
    return at(coming, (index - TICKETS + BOOKED + UNSCHEDULED) % coming.length);
  };
  const createdFor = (day: number): number => {
    const before = earlier.filter((other) => other < day).slice(-4);
    return random.pick(before) + 8 * HOUR + random.int(0, 8 * 60) * MINUTE + random.int(0, 59_999);
  };
  /** One car in twelve is the first customer's, so that the demo login has something to look at. */
  const carFor = (index: number, created: number): Car =>
    random.pick(cars.filter(({ since, owner }) => since < created && (index % 12 !== 5 || owner === 1)));

  return Array.from({ length: TICKETS }, (_, index) => {
    const day = dayOf(index);
    const job = random.pick(JOBS);
    const isScheduled = index < TICKETS - UNSCHEDULED;
    const booking = isScheduled ? book(day, job.hours, job.mechanics) : { start: day, end: day, mechanics: [] };
    const created = createdFor(day);
    const car = carFor(index, created);
    return {
      created,
      by: random.int(1, MECHANICS.length),
      input: {
        customer_id: car.owner,
        vehicle_id: car.id,
        service_desc: job.what,
        service_date: dateOf(day),
        scheduled_start: isScheduled ? iso(booking.start) : null,
        scheduled_end: isScheduled ? iso(booking.end) : null,
        // A few are promised too early.
        promised_at: isScheduled ? iso(booking.end + (index % 10 === 3 ? -30 : 30) * MINUTE) : null,
        mileage: mileageAt(car, created),
        notes: random.chance(0.25) ? random.pick(NOTES) : null,
        mechanic_ids: booking.mechanics,
        parts: isScheduled ? job.parts.map(([name, quantity]) => ({ inventory_id: partId(name), quantity })) : [],
      },
      steps: stepsTo(random, statusOf(index), created, booking),
      job,
      story: storyOf(TICKETS - 1 - index, statusOf(index) === "cancelled"),
    };
  })
    .sort((a, b) => a.created - b.created)
    .map((work, index) => ({ id: index + 1, ...work }));
};

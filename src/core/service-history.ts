import { fold } from "./search-words.ts";
import type { DeclinedWork, LastDone, LineState, MileageBack, ServiceLog, Statement, Subject, TicketsRead, Visit } from "./service-log.ts";

/** The most that is listed of each kind, and how many tickets a statement names. */
const MOST = 200;
/** How much of a text of people a statement repeats, in characters. */
const QUOTED = 160;

/** Is the work of the ticket over? */
export const isFinished = ({ status }: Pick<Visit, "status">): boolean => status === "completed" || status === "closed";

/**
 * How a line stands: done where the ticket is finished, the customer agreed to it, and its part, if it has one in stock, was taken.
 * @param isAgreed the shop asks nobody, or the ticket is billed
 * @param isMissing its part is not with the ticket
 */
export const lineState = (
  ticket: Pick<Visit, "status">,
  decision: "open" | "approved" | "declined",
  { isAgreed, isMissing }: { readonly isAgreed: boolean; readonly isMissing: boolean },
): LineState => {
  if (decision === "declined") return "declined";
  const isApproved = decision === "approved" || isAgreed;
  if (!isApproved) return "undecided";
  return isFinished(ticket) && !isMissing ? "done" : "approved";
};

/** Is the work of the ticket still to be done? */
export const isOpen = ({ status }: Visit): boolean => status === "open" || status === "in_progress";

/** The text in one line, cut where it is long. Characters that are cut in two would be no text. */
export const shortened = (text: string, most = QUOTED): string => {
  const line = text.replace(/\s+/g, " ").trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join("")}…`;
};

/** A thing that was done on a visit, by what it is named. */
export type DoneWork = readonly [what: string, named_by: Subject];

/** What was done on a finished visit, each thing once: its parts with their categories, its jobs, lines without one, or its description. */
export const doneOn = (visit: Visit): readonly DoneWork[] => {
  if (!isFinished(visit)) return [];
  const jobs = visit.jobs
    .map((job) => ({ ...job, lines: job.lines.filter(({ state }) => state === "done") }))
    .filter(({ lines }) => lines.length > 0);
  const found: DoneWork[] = [
    ...visit.parts.flatMap(({ name, category }): DoneWork[] => [
      [name, "part"],
      ...(category === null ? [] : [[category, "part_category"] as const]),
    ]),
    ...jobs.flatMap(({ title, category, lines }): DoneWork[] => [
      ...(category === null ? [] : [[category, "package_category"] as const]),
      ...(title === null ? [] : [[title, "job"] as const]),
      ...lines.flatMap(({ kind, description }): DoneWork[] =>
        kind === "part" ? [[description, "part"]] : title === null ? [[description, "line"]] : [],
      ),
    ]),
  ];
  const all: readonly DoneWork[] = found.length > 0 || visit.jobs.length > 0 ? found : [[visit.service_desc, "description"]];
  return [...new Map(all.map((done) => [keyOf(done), done])).values()];
};

/** The same thing in other capitals or with accents is the same thing. */
const keyOf = ([what, named_by]: DoneWork): string => `${named_by} ${fold(what)}`;

/** What was done last when, the newest first. `visits` are the newest first. */
export const lastDoneOf = (visits: readonly Visit[]): readonly LastDone[] => {
  const found = new Map<string, LastDone>();
  for (const visit of visits) {
    for (const done of doneOn(visit)) {
      const before = found.get(keyOf(done));
      const first = {
        what: shortened(done[0]),
        named_by: done[1],
        ticket_id: visit.ticket_id,
        date: visit.service_date,
        mileage: visit.mileage,
      };
      found.set(keyOf(done), { ...(before ?? first), ticket_ids: [...(before?.ticket_ids ?? []), visit.ticket_id] });
    }
  }
  return [...found.values()].slice(0, MOST);
};

interface Reading {
  readonly ticket_id: number;
  readonly date: string;
  readonly mileage: number;
}

/** What odometers showed when the vehicle came, the oldest first; cancelled tickets are left out. */
const readingsOf = (visits: readonly Visit[]): readonly Reading[] =>
  visits
    .toReversed()
    .flatMap(({ ticket_id, service_date: date, mileage, status }) =>
      mileage === null || status === "cancelled" ? [] : [{ ticket_id, date, mileage }],
    );

/** The readings that are lower than the one before them, the newest first. */
export const mileageBackOf = (visits: readonly Visit[]): readonly MileageBack[] =>
  readingsOf(visits)
    .flatMap((reading, index, all) => {
      const before = all[index - 1];
      return before && reading.mileage < before.mileage ? [{ ...reading, before }] : [];
    })
    .reverse();

const idsOf = (visits: readonly Visit[]): number[] => visits.map(({ ticket_id }) => ticket_id);

const times = (count: number, isAll: boolean): string => `${isAll ? "" : "at least "}${count} ${count === 1 ? "time" : "times"}`;

const at = (mileage: number | null): string => (mileage === null ? "" : ` at ${mileage}`);

/** How a statement names what was done. */
const NAMED: Readonly<Record<Subject, (what: string) => string>> = {
  part_category: (what) => `Parts of the category "${what}": last`,
  package_category: (what) => `Work of the category "${what}": last`,
  job: (what) => `Job "${what}": last`,
  part: (what) => `Part "${what}": last`,
  line: (what) => `Work "${what}": last`,
  description: (what) => `Ticket "${what}": last`,
};

const statementOfLast = ({ what, named_by, date, mileage, ticket_ids }: LastDone, isAll: boolean): Statement => ({
  topic: named_by === "part" ? "part" : "work",
  text: `${NAMED[named_by](what)} on ${date}${at(mileage)}, ${times(ticket_ids.length, isAll)}.`,
  ticket_ids,
});

const visitStatements = (visits: readonly Visit[], { left_out }: TicketsRead): Statement[] => {
  const finished = visits.filter(isFinished);
  const [newest, oldest] = [finished[0], finished.at(-1)];
  if (!newest || !oldest) return [];
  const many = finished.length === 1 ? "1 finished visit" : `${finished.length} finished visits`;
  const span = finished.length === 1 ? `on ${newest.service_date}` : `from ${oldest.service_date} to ${newest.service_date}`;
  const older = left_out > 0 ? ", and older tickets that were not read" : "";
  return [{ topic: "visits", text: `${many} ${span}${older}.`, ticket_ids: idsOf(finished) }];
};

const mileageStatements = (visits: readonly Visit[]): Statement[] => {
  const readings = readingsOf(visits);
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last) return [];
  if (first === last) return [{ topic: "mileage", text: `Mileage ${last.mileage} on ${last.date}.`, ticket_ids: [last.ticket_id] }];
  return [
    {
      topic: "mileage",
      text: `Mileage ${first.mileage} on ${first.date} and ${last.mileage} on ${last.date}.`,
      ticket_ids: [last.ticket_id, first.ticket_id],
    },
  ];
};

const STATUS_NAMES = {
  open: "open",
  in_progress: "in progress",
  completed: "completed",
  closed: "closed",
  cancelled: "cancelled",
} as const;

/**
 * The service of one vehicle, by rules alone. Every statement names the tickets that it rests on.
 * @param visits its tickets that were read, the newest first
 * @param declined what was declined for it, the newest first
 */
export const serviceLogOf = (tickets: TicketsRead, visits: readonly Visit[], declined: readonly DeclinedWork[]): ServiceLog => {
  const [last_done, open_work, mileage_back] = [lastDoneOf(visits), visits.filter(isOpen), mileageBackOf(visits)];
  const shown = declined.slice(0, MOST);
  return {
    tickets,
    visits,
    last_done,
    open_work,
    declined: shown,
    mileage_back,
    statements: [
      ...visitStatements(visits, tickets),
      ...mileageStatements(visits),
      ...mileage_back.map(
        ({ ticket_id, date, mileage, before }): Statement => ({
          topic: "mileage_back",
          text: `Mileage went back from ${before.mileage} on ${before.date} to ${mileage} on ${date}.`,
          ticket_ids: [ticket_id, before.ticket_id],
        }),
      ),
      ...open_work.map(
        ({ ticket_id, service_date, service_desc, status }): Statement => ({
          topic: "open",
          text: `Not finished, ${STATUS_NAMES[status]}: "${shortened(service_desc)}", planned for ${service_date}.`,
          ticket_ids: [ticket_id],
        }),
      ),
      ...shown.map(
        ({ service_ticket_id, description, date }): Statement => ({
          topic: "declined",
          text: `Declined on ${date}: "${shortened(description)}".`,
          ticket_ids: [service_ticket_id],
        }),
      ),
      ...last_done.map((done) => statementOfLast(done, tickets.left_out === 0)),
    ],
  };
};

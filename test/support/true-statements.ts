import { rows } from "./people.ts";

/** A checker of statements about a vehicle: it knows their wording, and asks the database itself, with SQL of its own. */

/** A statement as an answer has it. */
export interface Said {
  readonly topic: string;
  readonly text: string;
  readonly ticket_ids: readonly number[];
}

interface Ticket {
  readonly id: number;
  readonly vehicle_id: number | null;
  readonly service_date: string;
  readonly status: string;
  readonly mileage: number | null;
  readonly service_desc: string;
}

const FINISHED = ["completed", "closed"];
const shown = (text: string): string => text.replace(/\s+/g, " ").trim();

const ticketsOf = (ids: readonly number[]): Promise<Ticket[]> =>
  rows<Ticket>(
    `select id, vehicle_id, service_date, status, mileage, service_desc from service_tickets where id in (select value from json_each(?))
     order by service_date desc, id desc`,
    JSON.stringify(ids),
  );

/** On which finished tickets of a vehicle something was done, the newest first, by what it is named by. */
const DONE: Readonly<Record<string, string>> = {
  "Parts of the category": `exists (select 1 from ticket_parts h join parts p on p.id = h.inventory_id
    where h.service_ticket_id = t.id and h.held = 1 and lower(p.category) = lower(?2))`,
  "Work of the category": `exists (select 1 from ticket_jobs j join service_packages k on k.name = j.title join ticket_lines l on l.job_id = j.id
    where j.service_ticket_id = t.id and lower(k.category) = lower(?2) and l.decision = 'approved')`,
  Job: `exists (select 1 from ticket_jobs j join ticket_lines l on l.job_id = j.id
    where j.service_ticket_id = t.id and lower(j.title) = lower(?2) and l.decision = 'approved')`,
  Part: `(exists (select 1 from ticket_parts h join parts p on p.id = h.inventory_id
    where h.service_ticket_id = t.id and h.held = 1 and lower(p.name) = lower(?2))
    or exists (select 1 from ticket_lines l where l.service_ticket_id = t.id and l.kind = 'part' and l.decision = 'approved' and l.automatic = 0
      and lower(l.description) = lower(?2) and (l.inventory_id is null or exists (select 1 from ticket_parts h
        where h.service_ticket_id = t.id and h.inventory_id = l.inventory_id and h.held = 1))))`,
  Work: `exists (select 1 from ticket_lines l where l.service_ticket_id = t.id and l.job_id is null and l.decision = 'approved'
    and lower(l.description) = lower(?2))`,
  Ticket:
    "lower(trim(replace(t.service_desc, char(10), ' '))) = lower(?2) and not exists (select 1 from ticket_jobs where service_ticket_id = t.id)",
};

const LAST = /^(Parts of the category|Work of the category|Job|Part|Work|Ticket) "(.*)": last on (\S+?)(?: at (\d+))?, (\d+) times?\.$/s;

const checkLast = async (vehicle: number, { text, ticket_ids }: Said): Promise<string | null> => {
  const [, named = "", what, date, mileage, times] = LAST.exec(text) ?? [];
  const condition = DONE[named];
  if (condition === undefined) return "not understood";
  const done = await rows<Ticket>(
    `select * from service_tickets t where t.vehicle_id = ?1 and t.status in ('completed', 'closed') and ${condition}
     order by t.service_date desc, t.id desc`,
    vehicle,
    what,
  );
  if (JSON.stringify(done.map(({ id }) => id)) !== JSON.stringify(ticket_ids)) return `done on ${done.map(({ id }) => id)}`;
  const [newest] = done;
  if (newest?.service_date !== date || String(newest?.mileage ?? "") !== (mileage ?? "")) return "another date or mileage";
  return Number(times) === done.length ? null : "another number of times";
};

const checkVisits = (tickets: readonly Ticket[], text: string): string | null => {
  const [newest, oldest] = [tickets[0], tickets.at(-1)];
  if (tickets.some(({ status }) => !FINISHED.includes(status))) return "not finished";
  const said =
    tickets.length === 1
      ? `1 finished visit on ${newest?.service_date}.`
      : `${tickets.length} finished visits from ${oldest?.service_date} to ${newest?.service_date}.`;
  return text === said ? null : `else: ${said}`;
};

const checkMileage = (tickets: readonly Ticket[], text: string): string | null => {
  const [newest, oldest] = [tickets[0], tickets.at(-1)];
  const last = `${newest?.mileage} on ${newest?.service_date}.`;
  const said = tickets.length === 1 ? `Mileage ${last}` : `Mileage ${oldest?.mileage} on ${oldest?.service_date} and ${last}`;
  return text === said ? null : `else: ${said}`;
};

const checkOpen = ([ticket]: readonly Ticket[], text: string): string | null => {
  const status = ticket?.status.replace("_", " ") ?? "";
  if (!["open", "in progress"].includes(status)) return "not open";
  const said = `Not finished, ${status}: "${shown(ticket?.service_desc ?? "")}", planned for ${ticket?.service_date}.`;
  return text === said ? null : `else: ${said}`;
};

const checkDeclined = async ([ticket]: readonly Ticket[], text: string): Promise<string | null> => {
  const [, date, what] = /^Declined on (\S+): "(.*)"\.$/s.exec(text) ?? [];
  const found = await rows(
    `select 1 from authorization_decisions d join authorizations a on a.id = d.authorization_id
     where d.service_ticket_id = ?1 and d.decision = 'declined' and a.date = ?2 and d.description = ?3 and not exists (
       select 1 from authorization_decisions later join service_tickets t on t.id = later.service_ticket_id
       where t.vehicle_id = ?4 and later.words = d.words and later.decision = 'approved' and later.id > d.id)`,
    ticket?.id,
    date,
    what,
    ticket?.vehicle_id,
  );
  return found.length > 0 ? null : "nobody declined that";
};

const checkMileageBack = async ([after, before]: readonly Ticket[], text: string): Promise<string | null> => {
  const said = `Mileage went back from ${before?.mileage} on ${before?.service_date} to ${after?.mileage} on ${after?.service_date}.`;
  if (text !== said) return `else: ${said}`;
  return (after?.mileage ?? 0) < (before?.mileage ?? 0) ? null : "it did not go back";
};

/** Why a statement is not true of the tickets that it names, or null. */
export const untrue = async (vehicle: number, said: Said): Promise<string | null> => {
  const tickets = await ticketsOf(said.ticket_ids);
  if (tickets.length !== said.ticket_ids.length || tickets.length === 0) return "tickets that are not there";
  if (tickets.some(({ vehicle_id }) => vehicle_id !== vehicle)) return "tickets of another vehicle";
  if (said.topic === "visits") return checkVisits(tickets, said.text);
  if (said.topic === "mileage") return checkMileage(tickets, said.text);
  if (said.topic === "mileage_back") return checkMileageBack(tickets, said.text);
  if (said.topic === "open") return checkOpen(tickets, said.text);
  if (said.topic === "declined") return checkDeclined(tickets, said.text);
  return checkLast(vehicle, said);
};

import type { Unit } from "./quantity.ts";

/** What the shop knows of the service of a vehicle: what answers, documents and the assistant are made of. */

export const LINE_STATES = ["done", "approved", "undecided", "declined"] as const;
export type LineState = (typeof LINE_STATES)[number];

/** A line of labour, of a part or of another shop's work, and how it stands. */
export interface LoggedLine {
  readonly kind: "labor" | "part" | "sublet";
  readonly description: string;
  readonly state: LineState;
}

/** Lines that belong together; without a title those that are in no job. `category` is that of the service package of this name. */
export interface LoggedJob {
  readonly title: string | null;
  readonly category: string | null;
  readonly lines: readonly LoggedLine[];
}

/** A part that left the stock for a ticket and did not come back. */
export interface LoggedPart {
  readonly inventory_id: number;
  readonly name: string;
  readonly part_number: string | null;
  readonly category: string | null;
  readonly quantity: number;
  readonly unit: Unit;
}

/** A ticket of the vehicle; dates are days (YYYY-MM-DD). */
export interface Visit {
  readonly ticket_id: number;
  readonly vehicle_id: number | null;
  readonly service_date: string;
  readonly status: "open" | "in_progress" | "completed" | "closed" | "cancelled";
  readonly service_desc: string;
  readonly mileage: number | null;
  readonly mileage_out: number | null;
  readonly jobs: readonly LoggedJob[];
  readonly parts: readonly LoggedPart[];
  readonly mechanics: readonly { readonly id: number; readonly name: string }[];
  readonly invoices: readonly { readonly id: number; readonly number: string; readonly date: string }[];
}

/** Work that the customer declined on a day, and has not agreed to since. */
export interface DeclinedWork {
  readonly service_ticket_id: number;
  readonly description: string;
  readonly date: string;
}

/** How many tickets were read, the newest ones, and how many older ones were not; `exact` is false where those are more. */
export interface TicketsRead {
  readonly read: number;
  readonly left_out: number;
  readonly exact: boolean;
}

export const SUBJECTS = ["part_category", "package_category", "job", "part", "line", "description"] as const;
/** What a kind of work is named by. */
export type Subject = (typeof SUBJECTS)[number];

/** When something was done last, and on which of the tickets that were read it was done at all, the newest first. */
export interface LastDone {
  readonly what: string;
  readonly named_by: Subject;
  readonly ticket_id: number;
  readonly date: string;
  readonly mileage: number | null;
  readonly ticket_ids: readonly number[];
}

/** A reading that is lower than the one before it. */
export interface MileageBack {
  readonly ticket_id: number;
  readonly date: string;
  readonly mileage: number;
  readonly before: { readonly ticket_id: number; readonly date: string; readonly mileage: number };
}

export const TOPICS = ["visits", "mileage", "mileage_back", "open", "declined", "work", "part"] as const;
export type Topic = (typeof TOPICS)[number];

/** A sentence, and the tickets that it rests on. */
export interface Statement {
  readonly topic: Topic;
  readonly text: string;
  readonly ticket_ids: readonly number[];
}

/** The service of one vehicle. */
export interface ServiceLog {
  readonly tickets: TicketsRead;
  /** The newest first. */
  readonly visits: readonly Visit[];
  readonly last_done: readonly LastDone[];
  readonly open_work: readonly Visit[];
  readonly declined: readonly DeclinedWork[];
  readonly mileage_back: readonly MileageBack[];
  readonly statements: readonly Statement[];
}

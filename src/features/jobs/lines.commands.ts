import { type SQL, sql } from "drizzle-orm";
import { discountColumns } from "../../db/records/discount.ts";
import { kindsWith } from "../../db/records/line-fields.ts";
import { ticketLines } from "../../db/schema/ticket-lines.ts";
import { type Precondition, requires } from "../../db/write/commit.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { changeSold, isLineOf, requiresLine } from "./change-sold.ts";
import type { LineChange, NewLine } from "./lines.schemas.ts";
import { insertLines } from "./new-lines.ts";
import type { PricingRow } from "./pricing.queries.ts";

/** The most lines of a job. Each part that leaves the stock reads all lines of its job, to know whether the customer's yes covers it. */
const MOST_IN_JOB = 50;

/** The job takes one more line, other than those that are in it, or the write fails with `too_many_lines`. */
const requiresRoom = (job: number | null | undefined, line = 0): Precondition[] =>
  typeof job === "number"
    ? [
        requires(
          "too_many_lines",
          sql`(select count(*) from ${ticketLines} where ${ticketLines.job_id} = ${job} and ${ticketLines.id} <> ${line}) < ${MOST_IN_JOB}`,
        ),
      ]
    : [];

/**
 * Adds a line to a ticket. Throws `not_found`, `ticket_closed`, `reference_not_found`, `whole_units_only`, `epa_number_missing`,
 * `too_many_lines`, `amount_too_large`, `discount_too_large`.
 */
export const addLine = (context: WriteContext, ticket: number, line: NewLine): Promise<PricingRow> =>
  changeSold(context, ticket, { verb: "line_added", preconditions: requiresRoom(line.job_id), changes: insertLines(ticket, [line]) });

/** Fields that a kind of line always has. */
const OBLIGATORY = ["condition", "fee_kind"];

const misfit = (when: SQL, field: string, has: "always" | "never", kind: SQL = sql`${ticketLines.kind}`): SQL =>
  sql`when ${when} then json_object('kind', ${kind}, 'has', ${has}, 'field', ${field})`;

/** What of a change does not go with the kind of the line that it meets. */
const misfitsOf = (change: LineChange): SQL[] => {
  const { condition = null, inventory_id } = change;
  const stays = (column: SQL, sent: unknown): SQL => (sent === undefined ? column : sql`${sent}`);
  const kinds = Object.entries<unknown>(change).flatMap(([field, value]) => {
    const having = kindsWith(field);
    if (having === undefined) return [];
    const isOfKind = sql`${ticketLines.kind} in (select value from json_each(${JSON.stringify(having)}))`;
    if (value !== null) return [misfit(sql`not ${isOfKind}`, field, "never")];
    return OBLIGATORY.includes(field) ? [misfit(isOfKind, field, "always")] : [];
  });
  const isSupplied = sql`${condition ?? ticketLines.condition} = 'customer_supplied' and ${stays(sql`${ticketLines.inventory_id}`, inventory_id)} is not null`;
  return [...kinds, misfit(isSupplied, "inventory_id", "never", sql`'part and condition customer_supplied'`)];
};

/** The fields of the change go with the kind of the line, or the write fails with `field_not_of_kind`. */
const requiresFields = (line: number, change: LineChange): Precondition => {
  const found = sql`(select case ${sql.join(misfitsOf(change), sql` `)} end from ${ticketLines} where ${ticketLines.id} = ${line})`;
  return requires("field_not_of_kind", sql`${found} is null`, found);
};

/** What stays of a line that stands for parts which left the stock. */
const FIXED = ["description", "inventory_id", "part_number", "condition", "quantity", "unit_cost"] as const;

/** An automatic line keeps what it stands for, or the write fails with `part_drawn`. */
const requiresAsDrawn = (line: number, change: LineChange): Precondition[] => {
  const sent = FIXED.filter((field) => change[field] !== undefined);
  const isSame = sent.map((field) => sql`${ticketLines[field]} is ${change[field]}`);
  const isKept = sql`${ticketLines.automatic} = 0 or (${sql.join(isSame, sql` and `)})`;
  return sent.length === 0
    ? []
    : [requires("part_drawn", sql`exists (select 1 from ${ticketLines} where ${ticketLines.id} = ${line} and (${isKept}))`)];
};

/** The columns that a change sets: a price takes the place of a flat amount, and the other way round. */
const columnsOf = ({ unit_price, flat_amount, discount, ...fields }: LineChange) => ({
  ...fields,
  ...(typeof unit_price === "number" && { unit_price, flat_amount: null }),
  ...(typeof flat_amount === "number" && { flat_amount, unit_price: null }),
  ...(discount !== undefined && discountColumns(discount)),
});

/**
 * Updates the given fields of a line. Throws `not_found`, `ticket_closed`, `reference_not_found`, `field_not_of_kind`,
 * `whole_units_only`, `epa_number_missing`, `amount_too_large`, `discount_too_large`, `too_many_lines` in another job, and
 * `part_drawn` for what cannot change of an automatic line.
 */
export const changeLine = (context: WriteContext, ticket: number, line: number, change: LineChange): Promise<PricingRow> =>
  changeSold(context, ticket, {
    verb: "line_changed",
    target: requiresLine(ticket, line),
    preconditions: [requiresFields(line, change), ...requiresAsDrawn(line, change), ...requiresRoom(change.job_id, line)],
    changes: [context.db.update(ticketLines).set(columnsOf(change)).where(isLineOf(ticket, line))],
  });

/**
 * Removes a line. What has left the stock for it becomes an automatic line. Throws `not_found`, `ticket_closed`, and `part_drawn`
 * for an automatic line.
 */
export const removeLine = (context: WriteContext, ticket: number, line: number): Promise<PricingRow> =>
  changeSold(context, ticket, {
    verb: "line_removed",
    target: requiresLine(ticket, line),
    changes: [context.db.delete(ticketLines).where(isLineOf(ticket, line))],
  });

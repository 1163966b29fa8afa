import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Thousandths } from "../../../core/quantity.ts";
import type { Db, Statement } from "../../../db/client.ts";
import { eachOf } from "../../../db/json.ts";
import { TICKET } from "../../../db/records/ticket.ts";
import { idempotencyKeys } from "../../../db/schema/idempotency.ts";
import { parts } from "../../../db/schema/inventory.ts";
import { serviceTickets, ticketParts } from "../../../db/schema/service-tickets.ts";
import { commit, type Precondition, requires } from "../../../db/write/commit.ts";
import { insertFrom } from "../../../db/write/insert-from.ts";
import { requiresChangeable } from "../../../db/write/requires-changeable.ts";
import type { WriteContext } from "../../../http/app-env.ts";
import { type TicketDetailRow, ticketById } from "../service-tickets.queries.ts";
import type { PartsEdit } from "../service-tickets.schemas.ts";

interface Line {
  readonly inventory_id: number;
  readonly quantity: Thousandths;
}

const lineOf = (ticket: number | SQL, part: number | SQL): SQL =>
  sql`${and(eq(ticketParts.service_ticket_id, sql`${ticket}`), eq(ticketParts.inventory_id, sql`${part}`))}`;

const wantedPart = sql`value ->> 'inventory_id'`;
const wantedQuantity = sql`value ->> 'quantity'`;

/** The quantity that `lines` name for the part in the current row of `ticket_parts`; a key of an object, which costs no rows. */
const quantityIn = (lines: Readonly<PartsEdit["remove"]>): SQL =>
  sql`${JSON.stringify(Object.fromEntries(lines.map((line) => [line.inventory_id, line.quantity])))} ->> ('$."' || ${ticketParts.inventory_id} || '"')`;

/** Inserts lines of a ticket with the current price and cost. Triggers take the stock, and refuse unknown parts. */
const addLines = (ticket: number | SQL<number>, lines: readonly Line[], where: SQL = sql`true`): Statement =>
  insertFrom(
    ticketParts,
    {
      service_ticket_id: sql`${ticket}`,
      inventory_id: wantedPart,
      quantity: wantedQuantity,
      unit_price: sql`coalesce(${parts.price}, 0)`,
      unit_cost: sql`${parts.cost}`,
    },
    sql`from ${eachOf(lines)} left join ${parts} on ${parts.id} = ${wantedPart} where ${where}`,
  );

/** Statements that add parts to a new ticket. */
export const putOnNew = (ticket: SQL<number>, lines: readonly Line[]): Statement[] => (lines.length === 0 ? [] : [addLines(ticket, lines)]);

/** Statements that add parts to a ticket: they increase an existing line, or insert a new one. */
const putOn = (db: Db, ticket: number, lines: readonly Line[]): Statement[] =>
  lines.length === 0
    ? []
    : [
        db
          .update(ticketParts)
          .set({ quantity: sql`${ticketParts.quantity} + ${quantityIn(lines)}` })
          .where(
            sql`${ticketParts.service_ticket_id} = ${ticket} and ${ticketParts.inventory_id} in (select ${wantedPart} from ${eachOf(lines)})`,
          ),
        addLines(ticket, lines, sql`not exists (select 1 from ${ticketParts} where ${lineOf(ticket, wantedPart)})`),
      ];

/** Statements that remove parts from a ticket; without a quantity, the whole line. Triggers give the stock back. */
const takeOff = (db: Db, ticket: number, removals: PartsEdit["remove"]): Statement[] => {
  const named = (some: PartsEdit["remove"]): SQL =>
    sql`${ticketParts.service_ticket_id} = ${ticket} and ${ticketParts.inventory_id} in (select value from ${eachOf(some.map((each) => each.inventory_id))})`;
  const wanted = quantityIn(removals);
  const partial = removals.filter(({ quantity }) => quantity !== undefined);
  const whole = db
    .delete(ticketParts)
    .where(sql`${named(removals)} and coalesce(${wanted}, ${ticketParts.quantity}) = ${ticketParts.quantity}`);
  const less = db
    .update(ticketParts)
    .set({ quantity: sql`${ticketParts.quantity} - ${wanted}` })
    .where(named(partial));
  return [...(removals.length > 0 ? [whole] : []), ...(partial.length > 0 ? [less] : [])];
};

/** At most the quantity on the ticket may be removed. `too_many_removed` names the part, and both quantities. */
const requiresOnTicket = (ticket: number, removals: PartsEdit["remove"]): Precondition[] => {
  if (removals.length === 0) return [];
  const onTicket = sql`coalesce((select ${ticketParts.quantity} from ${ticketParts} where ${lineOf(ticket, wantedPart)}), 0)`;
  const excess = sql`from ${eachOf(removals)} where coalesce(${wantedQuantity}, 1) > ${onTicket} limit 1`;
  const details = sql`(select json_object('inventory_id', ${wantedPart}, 'wanted', coalesce(${wantedQuantity}, 1000) / 1000.0, 'available', ${onTicket} / 1000.0) ${excess})`;
  return [requires("too_many_removed", sql`not exists (select 1 ${excess})`, details)];
};

/** Carries out one write on a ticket's parts; the answer is the whole ticket. */
const change = (
  { db, writer, now }: WriteContext,
  id: number,
  preconditions: Precondition[],
  changes: Statement[],
  undone: SQL = sql`false`,
): Promise<TicketDetailRow> => {
  const matchesId = eq(serviceTickets.id, id);
  return commit(db, writer, {
    target: { entity: TICKET, id },
    preconditions: [requiresChangeable(id), ...preconditions],
    changes: [...changes, db.update(serviceTickets).set({ updated_at: now }).where(matchesId)],
    audit: [{ entity: TICKET, verb: "parts_changed", where: matchesId }],
    answer: ticketById(id),
    undone,
  });
};

/** Does the ticket have less of one of these parts than the answer in `idempotency_keys` says? Then what it added was taken off. */
const isTakenOff = (ticket: number, lines: readonly Line[]): SQL => {
  const onTicket = sql`coalesce((select ${ticketParts.quantity} from ${ticketParts} where ${lineOf(ticket, sql`json_each.value ->> 'inventory_id'`)}), 0)`;
  return sql`exists (select 1 from json_each(${idempotencyKeys.answer}, '$.parts')
    where json_each.value ->> 'inventory_id' in (select ${wantedPart} from ${eachOf(lines)}) and ${onTicket} < json_each.value ->> 'quantity')`;
};

/** What must be true of the part in the path. */
const requiresPart = (id: number): Precondition => requires("not_found", sql`exists (select 1 from ${parts} where ${parts.id} = ${id})`);

/**
 * Adds a part to a ticket and takes it from stock.
 * Throws `not_found`, `insufficient_stock`, `part_retired`, `whole_units_only`, `too_many_added`, `ticket_closed`.
 */
export const addPart = (context: WriteContext, id: number, line: Line): Promise<TicketDetailRow> => {
  return change(context, id, [requiresPart(line.inventory_id)], putOn(context.db, id, [line]), isTakenOff(id, [line]));
};

/**
 * Sets the quantity of a part on a ticket; stock follows.
 * Throws `not_found`, `insufficient_stock`, `part_retired`, `whole_units_only`, `too_many_added`, `ticket_closed`.
 */
export const setPart = (context: WriteContext, id: number, line: Line): Promise<TicketDetailRow> => {
  const { db } = context;
  return change(
    context,
    id,
    [requiresPart(line.inventory_id)],
    [
      db.update(ticketParts).set({ quantity: line.quantity }).where(lineOf(id, line.inventory_id)),
      addLines(id, [line], sql`not exists (select 1 from ${ticketParts} where ${lineOf(id, wantedPart)})`),
    ],
  );
};

/** Removes a part from a ticket and gives it back to stock. Throws `not_found`, `part_not_on_ticket`, `ticket_closed`. */
export const removePart = (context: WriteContext, id: number, partId: number): Promise<TicketDetailRow> => {
  const isOn = sql`exists (select 1 from ${ticketParts} where ${lineOf(id, partId)})`;
  return change(context, id, [requires("part_not_on_ticket", isOn)], [context.db.delete(ticketParts).where(lineOf(id, partId))]);
};

/**
 * Adds and removes parts of a ticket, and changes the stock, in one atomic write.
 * Throws `not_found`, `reference_not_found`, `too_many_added`, `too_many_removed`, `insufficient_stock`, `part_retired`,
 * `whole_units_only`, `ticket_closed`.
 */
export const editParts = (context: WriteContext, id: number, { add, remove }: PartsEdit): Promise<TicketDetailRow> => {
  const { db } = context;
  return change(context, id, requiresOnTicket(id, remove), [...takeOff(db, id, remove), ...putOn(db, id, add)], isTakenOff(id, add));
};

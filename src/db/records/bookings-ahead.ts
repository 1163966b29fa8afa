import { z } from "@hono/zod-openapi";
import { type SQL, sql } from "drizzle-orm";
import { Id } from "../fields.ts";
import { jsonArray, jsonObject } from "../json.ts";
import { assignments } from "../schema/service-tickets.ts";
import { TICKET } from "./ticket.ts";

const MOST = 10;

const Booking = TICKET.answer
  .pick({ scheduled_start: true, scheduled_end: true })
  .extend({ service_ticket_id: Id })
  .openapi("BookingAhead");

/** What an answer names when a mechanic is no longer active, so that somebody else can be found. */
export const BookingsAhead = z
  .array(Booking)
  .max(MOST)
  .optional()
  .openapi({
    description: `When a mechanic is no longer active: the next ${MOST} bookings that they still have; GET /mechanics/{id}/schedule has all.`,
  });

interface BookingAhead {
  readonly service_ticket_id: number;
  readonly scheduled_start: string | null;
  readonly scheduled_end: string | null;
}

/** A record that was changed, with the bookings that its mechanic still has, if that was asked for. */
export type WithBookings<T> = T & { readonly bookings_ahead?: readonly BookingAhead[] };

const { mechanic_id, service_ticket_id, starts_at, ends_at } = assignments;

/**
 * The record with the next bookings of a mechanic that are not over yet, the nearest first; without a mechanic as it is.
 * @param mechanic the mechanic's id, or null
 * @param now ISO 8601
 */
export const withBookings = <T>(record: SQL<T>, mechanic: SQL, now: string): SQL<WithBookings<T>> => {
  // Bookings of a mechanic do not overlap, so of those that have begun only the latest can last beyond now.
  const latest = sql`coalesce((select b.starts_at from ${assignments} b where b.mechanic_id = ${mechanic} and b.starts_at <= ${now}
    order by b.starts_at desc limit 1), '')`;
  const next = sql`(select * from ${assignments} where ${mechanic_id} = ${mechanic} and ${starts_at} >= ${latest} and ${ends_at} > ${now}
    order by ${starts_at} limit ${sql.raw(String(MOST))}) as ${assignments}`;
  const ahead = jsonArray(jsonObject({ service_ticket_id, scheduled_start: starts_at, scheduled_end: ends_at }), next);
  return sql<WithBookings<T>>`case when ${mechanic} is null then ${record} else json_insert(${record}, '$.bookings_ahead', ${ahead}) end`;
};

/** The bookings of such a row, as an answer shows them. */
export const presentBookings = ({ bookings_ahead }: WithBookings<unknown>) =>
  bookings_ahead ? { bookings_ahead: [...bookings_ahead] } : {};

import { sql } from "drizzle-orm";
import { type Cents, fromCents } from "../../core/money.ts";
import { CalendarDate, Id, longText, MONEY, NetworkAddress, oneOf, Timestamp, text } from "../fields.ts";
import { jsonArray } from "../json.ts";
import { authorizations, CAPACITIES, CHANNELS, estimates, REPLACED_PARTS } from "../schema/estimates.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

/** What a customer decided on an estimate. Its image is all of it. */
export const AUTHORIZATION = entityOf(
  "authorization",
  recordOf(authorizations, {
    id: { use: "shown", audited: true, type: Id, example: 9001 },
    service_ticket_id: { use: "shown", audited: true, type: Id, example: 31 },
    estimate_id: { use: "shown", audited: true, type: Id, example: 455 },
    at: { use: "shown", audited: true, type: Timestamp, example: "2026-11-26T17:04:11.120Z" },
    date: {
      use: "shown",
      audited: true,
      type: CalendarDate.openapi({ description: "The day in the shop's time zone." }),
      example: "2026-11-26",
    },
    channel: {
      use: "shown",
      audited: true,
      input: true,
      type: oneOf(CHANNELS).openapi({
        description: "How the customer said it; `portal` is their own account, `link` a link that the shop sent.",
      }),
      example: "phone",
    },
    person_name: { use: "shown", audited: true, input: true, type: text(120), example: "Ada Delgado" },
    capacity: {
      use: "shown",
      audited: true,
      input: true,
      type: oneOf(CAPACITIES).openapi({ description: "Whether the owner said it, or somebody whom the owner named." }),
      example: "owner",
    },
    contact: {
      use: "shown",
      audited: true,
      input: true,
      type: text(200).openapi({ description: "The number that was called or the address that was written to." }),
      example: "+1 555 0100",
    },
    staff_user_id: { use: "hidden", audited: true },
    customer_user_id: { use: "hidden", audited: true },
    share_link_id: { use: "hidden", audited: true },
    address: { use: "staff", audited: true, type: NetworkAddress, example: null },
    replaced_parts: {
      use: "shown",
      audited: true,
      input: true,
      type: oneOf(REPLACED_PARTS).openapi({ description: "Whether the customer wants the replaced parts back, or to see them." }),
      example: "return",
    },
    note: { use: "shown", audited: true, input: true, type: longText(1_000), example: null },
    additional_net: { use: "shown", audited: true, money: true, type: MONEY, example: 274.49 },
    authorized_net_before: { use: "shown", audited: true, money: true, type: MONEY, example: 0 },
    authorized_net_after: { use: "shown", audited: true, money: true, type: MONEY, example: 274.49 },
    total_after: { use: "shown", audited: true, money: true, type: MONEY, example: 282.81 },
    decisions: { use: "hidden" },
  }),
  { counter: null, newestFirst: true, sorts: { id: authorizations.id } },
  {
    decisions: jsonArray(
      sql`json_object('line_id', value ->> 'line_id', 'decision', value ->> 'decision', 'net', value ->> 'net', 'description', value ->> 'description')`,
      sql`json_each(${authorizations.decisions})`,
    ),
  },
  sql`(select ${estimates.customer_id} from ${estimates} where ${estimates.id} = ${authorizations.estimate_id})`,
);

/** A decision of an authorisation as it is stored; `net` in cents. */
export interface Decided {
  readonly line_id: number;
  readonly description: string;
  readonly net: Cents;
  readonly decision: "approved" | "declined";
}

/** The decisions of an authorisation. */
export const decided = sql<readonly Decided[]>`json(${authorizations.decisions})`;

/** A decision on the wire. */
export const presentDecided = ({ line_id, description, net, decision }: Decided) => ({
  line_id,
  description,
  net: fromCents(net),
  decision,
});

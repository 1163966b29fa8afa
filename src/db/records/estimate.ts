import { CalendarDate, Id, longText, MONEY, Money, pattern, Timestamp } from "../fields.ts";
import { estimates } from "../schema/estimates.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

/** An estimate. Its image has numbers and sums, but not what was shown, which no statement changes. */
export const ESTIMATE = entityOf(
  "estimate",
  recordOf(estimates, {
    id: { use: "shown", audited: true, type: Id, example: 455 },
    service_ticket_id: { use: "shown", audited: true, type: Id, example: 31 },
    customer_id: { use: "hidden", audited: true },
    year: { use: "hidden" },
    sequence: { use: "hidden" },
    number: { use: "shown", audited: true, type: pattern(30, /^E\d{4}-\d{6,}$/), example: "E2026-000455" },
    at: { use: "shown", type: Timestamp, example: "2026-11-26T17:01:55.120Z" },
    date: {
      use: "shown",
      audited: true,
      type: CalendarDate.openapi({ description: "The day in the shop's time zone." }),
      example: "2026-11-26",
    },
    valid_until: {
      use: "shown",
      audited: true,
      type: CalendarDate.openapi({ description: "The last day, in the shop's time zone, on which it can be decided on." }),
      example: "2026-12-26",
    },
    message: { use: "shown", type: longText(2_000), example: "Pads are at 1 mm." },
    lines_net: { use: "shown", audited: true, money: true, type: MONEY, example: 274.49 },
    discount_amount: { use: "shown", audited: true, money: true, type: MONEY, example: 0 },
    net: { use: "shown", audited: true, money: true, type: MONEY, example: 274.49 },
    tax: { use: "shown", audited: true, money: true, type: MONEY, example: 8.32 },
    total: { use: "shown", audited: true, money: true, type: MONEY, example: 282.81 },
    authorized_net: {
      use: "shown",
      money: true,
      type: Money.openapi({ description: "What of the ticket the customer had approved as of the last decision on it." }),
      example: 274.49,
    },
    content: { use: "hidden" },
  }),
  { counter: "estimates", newestFirst: true, sorts: { id: estimates.id, date: estimates.date } },
  {},
  // As SQL and not as a column: an image of a new row is read in a query over the table.
  estimates.customer_id.getSQL(),
);

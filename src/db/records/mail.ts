import { z } from "@hono/zod-openapi";
import { MAIL_FAILURES } from "../../core/mail-ports.ts";
import { Count, Email, Id, longText, oneOf, Timestamp } from "../fields.ts";
import { MAIL_STATES, mails, SHOP_MAIL_KINDS } from "../schema/mails.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

const Failure = z.enum(MAIL_FAILURES).openapi({
  description:
    "Why the last attempt failed, or nothing was sent: `rejected` by the provider for good, `recipient_suppressed` since mail to the address " +
    "came back before, `not_wanted` by the customer, `outdated` since it was not so any more, and others.",
});

/** A mail of the shop to a customer. Mail to accounts is in the same table and never shown. */
export const MAIL = entityOf(
  "mail",
  recordOf(mails, {
    id: { use: "shown", audited: true, type: Id, example: 71 },
    kind: { use: "shown", audited: true, type: oneOf(SHOP_MAIL_KINDS), example: "estimate" },
    recipient: { use: "shown", audited: true, type: Email, example: "ada@example.com" },
    params: { use: "hidden" },
    token_id: { use: "hidden" },
    user_id: { use: "hidden" },
    customer_id: { use: "shown", audited: true, type: Id, example: 12 },
    service_ticket_id: { use: "shown", audited: true, type: Id, example: 31 },
    estimate_id: { use: "shown", audited: true, type: Id, example: 455 },
    invoice_id: { use: "shown", audited: true, type: Id, example: null },
    payment_id: { use: "shown", audited: true, type: Id, example: null },
    share_link_id: {
      use: "shown",
      audited: true,
      type: Id.openapi({ description: "The link in the mail, by which the customer decides; staff can end it." }),
      example: 21,
    },
    starts_at: {
      use: "shown",
      type: Timestamp.openapi({ description: "When the appointment begins that the customer is reminded of." }),
      example: null,
    },
    message: { use: "shown", type: longText(2_000), example: "Pads are at 1 mm." },
    state: {
      use: "shown",
      type: oneOf(MAIL_STATES).openapi({
        description:
          "`queued` until it has left; `sent`; `failed` when it is tried no more; `suppressed` when nothing was sent, since the address or what it " +
          "says is not good; `bounced` when it came back.",
      }),
      example: "queued",
    },
    attempts: { use: "shown", type: Count, example: 0 },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-26T17:02:10.004Z" },
    next_attempt_at: { use: "shown", type: Timestamp, example: "2026-11-26T17:02:10.004Z" },
    sent_at: { use: "shown", type: Timestamp, example: null },
    bounced_at: { use: "shown", type: Timestamp, example: null },
    failure: { use: "shown", type: Failure, example: null },
  }),
  { counter: null, newestFirst: true, sorts: { id: mails.id } },
  {},
  // As SQL and not as a column: an image of a new row is read in a query over the table.
  mails.customer_id.getSQL(),
);

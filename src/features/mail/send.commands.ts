import { type SQL, sql } from "drizzle-orm";
import { loggedIn } from "../../core/actor.ts";
import type { Statement } from "../../db/client.ts";
import { MAIL } from "../../db/records/mail.ts";
import { rowById } from "../../db/records/read.ts";
import { SHARE_LINK } from "../../db/records/share-link.ts";
import { customers } from "../../db/schema/customers.ts";
import { estimates } from "../../db/schema/estimates.ts";
import { invoices } from "../../db/schema/invoices.ts";
import { mailSuppressions, mails } from "../../db/schema/mails.ts";
import { onShopDay, requiresShopDay } from "../../db/shop-day.ts";
import { commit, created, newest, type Precondition, requires } from "../../db/write/commit.ts";
import { hasUnprovenEmail, isSuppressed } from "../../db/write/customer-mail.ts";
import { queueMail } from "../../db/write/outbox.ts";
import { newShareLink } from "../../db/write/share-link.ts";
import type { WriteContext } from "../../http/app-env.ts";
import type { MailRow } from "./mails.queries.ts";
import type { NewMail } from "./mails.schemas.ts";

/** How long a document is not mailed to the same address again, in milliseconds. */
const ONCE_WITHIN_MS = 600_000;
/** How long the link of a mailed estimate is good, in hours. */
const LINK_HOURS = 168;

/** A document that is mailed: its table, and the column of mails that names it. */
interface Sendable {
  readonly kind: "estimate" | "invoice";
  readonly table: typeof estimates | typeof invoices;
  readonly id: number;
}

/** The document with its customer. */
const fromOf = ({ table, id }: Sendable): SQL =>
  sql`${table} join ${customers} on ${customers.id} = ${table.customer_id} where ${table.id} = ${id}`;

const recipientOf = ({ to }: NewMail): SQL => (to ? sql`${to}` : sql`${customers.email}`);

/** Mails of the document to that address which wait, or are not older than `ONCE_WITHIN_MS` and have not failed; their alias is m. */
const sentJustNow = (document: Sendable, body: NewMail, now: string): SQL => {
  const since = new Date(Date.parse(now) - ONCE_WITHIN_MS).toISOString();
  const column = sql.raw(`m.${document.kind}_id`);
  return sql`${mails} m where m.service_ticket_id = (select ${document.table.service_ticket_id} from ${document.table} where ${document.table.id} = ${document.id})
    and m.kind = ${document.kind} and ${column} = ${document.id} and m.recipient = (select ${recipientOf(body)} from ${fromOf(document)})
    and (m.state = 'queued' or (m.state = 'sent' and m.created_at > ${since}))`;
};

/** The customer may be written to, and the address takes mail. */
const requiresMailable = (document: Sendable, body: NewMail, now: string): Precondition[] => {
  const is = (condition: SQL): SQL => sql`exists (select 1 from ${fromOf(document)} and ${condition})`;
  const reason = sql`(select json_object('reason', (select ${mailSuppressions.reason} from ${mailSuppressions}
    where ${mailSuppressions.email} = ${recipientOf(body)})) from ${fromOf(document)})`;
  const just = sentJustNow(document, body, now);
  return [
    requires("customer_erased", is(sql`${customers.erased_at} is null`)),
    requires("mail_not_wanted", is(sql`${customers.mail_documents}`)),
    ...(body.to
      ? []
      : [
          requires("mail_address_missing", is(sql`${customers.email} is not null`)),
          requires("mail_address_unproven", is(sql`not ${hasUnprovenEmail}`)),
        ]),
    ...(body.confirm_address ? [] : [requires("mail_suppressed", is(sql`not ${isSuppressed(recipientOf(body))}`), reason)]),
    requires("mail_sent_already", sql`not exists (select 1 from ${just})`, sql`(select json_object('mail_id', max(m.id)) from ${just})`),
  ];
};

/** The link with which the reader of a mailed estimate decides on it. */
const linkFor = (document: Sendable, body: NewMail, { actor, now, services }: WriteContext): Statement =>
  newShareLink(
    {
      service_ticket_id: sql`${document.table.service_ticket_id}`,
      may: "decide",
      sent_to: recipientOf(body),
      ...services.emailTokens.create(),
      created_by: loggedIn(actor).userId,
    },
    now,
    LINK_HOURS,
    sql`from ${fromOf(document)}`,
  );

/** Writes the mail, and lets go of the suppression that staff have confirmed to be over. */
const changesFor = (document: Sendable, body: NewMail, context: WriteContext): Statement[] => {
  const { db, now, origin } = context;
  const isEstimate = document.kind === "estimate";
  const about = isEstimate ? { params: JSON.stringify({ origin }), share_link_id: newest(SHARE_LINK) } : {};
  return [
    ...(body.confirm_address
      ? [db.delete(mailSuppressions).where(sql`${mailSuppressions.email} = (select ${recipientOf(body)} from ${fromOf(document)})`)]
      : []),
    ...(isEstimate ? [linkFor(document, body, context)] : []),
    queueMail(
      {
        kind: document.kind,
        recipient: recipientOf(body),
        customer_id: sql`${customers.id}`,
        service_ticket_id: sql`${document.table.service_ticket_id}`,
        [`${document.kind}_id`]: document.id,
        ...about,
        message: body.message ?? null,
      },
      now,
      sql`from ${fromOf(document)}`,
    ),
  ];
};

const send = (context: WriteContext, document: Sendable, body: NewMail, preconditions: readonly Precondition[] = []): Promise<MailRow> =>
  commit(context.db, context.writer, {
    preconditions: [
      requires("not_found", sql`exists (select 1 from ${document.table} where ${document.table.id} = ${document.id})`),
      ...preconditions,
      ...requiresMailable(document, body, context.now),
    ],
    changes: changesFor(document, body, context),
    audit: [...(document.kind === "estimate" ? [created(SHARE_LINK)] : []), created(MAIL)],
    answer: rowById(mails, MAIL.json, newest(MAIL)),
  });

/**
 * Mails the current estimate of a ticket, which the job of the next minute sends, with a link by which its reader decides. Throws `not_found`, `estimate_superseded`,
 * `estimate_expired`, and what keeps the customer from being written to: `customer_erased`, `mail_not_wanted`, `mail_address_missing`,
 * `mail_address_unproven`, `mail_suppressed`, `mail_sent_already`.
 */
export const sendEstimate = (context: WriteContext, id: number, body: NewMail): Promise<MailRow> =>
  onShopDay(context.db, context.now, (day) => {
    const newer = sql`from estimates newer where newer.service_ticket_id = (select ${estimates.service_ticket_id} from ${estimates}
      where ${estimates.id} = ${id}) and newer.id > ${id}`;
    const validUntil = sql`(select ${estimates.valid_until} from ${estimates} where ${estimates.id} = ${id})`;
    return send(context, { kind: "estimate", table: estimates, id }, body, [
      requiresShopDay(day),
      requires(
        "estimate_superseded",
        sql`not exists (select 1 ${newer})`,
        sql`(select json_object('estimate_id', max(newer.id)) ${newer})`,
      ),
      requires("estimate_expired", sql`${validUntil} >= ${day.date}`, sql`json_object('valid_until', ${validUntil})`),
    ]);
  });

/** Mails an invoice or a credit note. Throws `not_found` and the same as `sendEstimate` about the customer. */
export const sendInvoice = (context: WriteContext, id: number, body: NewMail): Promise<MailRow> =>
  send(context, { kind: "invoice", table: invoices, id }, body);

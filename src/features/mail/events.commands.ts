import { type SQL, sql } from "drizzle-orm";
import { type Db, type Statement, sendBatch } from "../../db/client.ts";
import { mailSuppressions, mails } from "../../db/schema/mails.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import type { MailEvent } from "./events.schemas.ts";

/**
 * Notes what a provider tells of a mail. One that has bounced already changes nothing more, so an event that comes again does not
 * close an address that staff have confirmed since. `now` is ISO 8601.
 */
export const noteEvent = async (db: Db, { id, created_at, isBounced, reason }: MailEvent, now: string): Promise<void> => {
  // Queued: the answer of the provider was lost, and so the mail would be tried again.
  const isIt: SQL = sql`${mails.id} = ${id} and ${mails.created_at} = ${created_at} and (${mails.state} = 'sent' or ${mails.state} = 'queued')`;
  const statements: Statement[] = [
    ...(reason === null
      ? []
      : [
          insertFrom(
            mailSuppressions,
            { email: sql`${mails.recipient}`, reason, at: now },
            sql`from ${mails} where ${isIt} on conflict do nothing`,
          ),
        ]),
    ...(isBounced
      ? [
          db
            .update(mails)
            .set({ state: "bounced", sent_at: sql`coalesce(${mails.sent_at}, ${now})`, bounced_at: now, next_attempt_at: null })
            .where(isIt),
        ]
      : []),
  ];
  await sendBatch(db, statements, { repeatable: true });
};

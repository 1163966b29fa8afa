import { sql } from "drizzle-orm";
import type { Attachment, EmailTokens } from "../../core/mail-ports.ts";
import type { FontStore } from "../../core/paper-ports.ts";
import type { Db } from "../../db/client.ts";
import { mails } from "../../db/schema/mails.ts";
import type { MailSettings } from "../../http/app-env.ts";
import { type Claimed, CONTENT, type Content, readContent, type Settled, type Stored } from "./mail.commands.ts";
import { attachmentsOf, DOCUMENT, hasDocument } from "./mail.document.ts";
import { type Rendered, renderMail } from "./mail.render.ts";
import { readParams } from "./mail.schemas.ts";

type Row = Content & Pick<Settled, "state" | "sent_at" | "next_attempt_at" | "failure"> & { readonly has_document: 0 | 1 };

/** Where the mailbox is. */
export const MAILBOX_PATH = "/dev/mailbox";

/** A mail of the outbox as a person would get it. */
export interface Mail extends Pick<Row, "id" | "kind" | "recipient" | "created_at" | "attempts">, Rendered {
  readonly state: Row["state"];
  readonly sent_at: string | null;
  readonly next_attempt_at: string | null;
  readonly failure: string | null;
  readonly token: string | null;
  /** Where the document is that goes with it, or null. */
  readonly document: string | null;
}

/** Stands for a token that was removed, or that no secret which is known made. */
const NO_TOKEN = "(the token is gone)";

/** The newest mails, `limit` at most, with their tokens made again. */
export const listMail = async (db: Db, tokens: EmailTokens, settings: MailSettings, limit: number): Promise<Mail[]> => {
  const rows = await db.all<Stored<Row>>(
    sql`select ${CONTENT}, state, sent_at, next_attempt_at, failure, ${hasDocument} as has_document from ${mails} order by id desc limit ${limit}`,
  );
  return rows.map((stored) => {
    const { token, params, about, has_document, ...row } = readContent(stored);
    const text = token && tokens.tokenOf(token);
    const shown = { text: text ?? NO_TOKEN, expires_at: token?.expires_at ?? row.created_at };
    const document = has_document ? `${MAILBOX_PATH}/${row.id}.pdf` : null;
    return {
      ...row,
      token: text,
      document,
      ...renderMail({ kind: row.kind, about, params: readParams(params) ?? {}, token: shown }, settings),
    };
  });
};

/** The file that goes with a mail, or undefined. */
export const findAttachment = async (db: Db, fonts: FontStore, id: number): Promise<Attachment | undefined> => {
  const [found] = await db.all<Pick<Claimed, "kind" | "document">>(
    sql`select kind, ${DOCUMENT} as document from ${mails} where id = ${id}`,
  );
  return found && (await attachmentsOf(found, fonts))[0];
};

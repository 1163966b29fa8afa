import { sql } from "drizzle-orm";
import type { Attachment, EmailTokens } from "../../core/mail-ports.ts";
import type { FontStore } from "../../core/paper-ports.ts";
import type { Db } from "../../db/client.ts";
import { mails } from "../../db/schema/mails.ts";
import type { MailSettings } from "../../http/app-env.ts";
import { type Claimed, CONTENT, type Content, readContent, type Settled, type Stored } from "./mail.commands.ts";
import { attachmentAt, DOCUMENT, documentsOf } from "./mail.document.ts";
import { type Rendered, renderMail } from "./mail.render.ts";
import { readParams } from "./mail.schemas.ts";

type Row = Content & Pick<Settled, "state" | "sent_at" | "next_attempt_at" | "failure">;

/** A document that goes with a mail. */
interface Enclosed {
  readonly title: string;
  /** Where it is, as a PDF. */
  readonly path: string;
}

/** Where the mailbox is. */
export const MAILBOX_PATH = "/dev/mailbox";

/** A mail of the outbox as a person would get it. */
export interface Mail extends Pick<Row, "id" | "kind" | "recipient" | "created_at" | "attempts">, Rendered {
  readonly state: Row["state"];
  readonly sent_at: string | null;
  readonly next_attempt_at: string | null;
  readonly failure: string | null;
  readonly token: string | null;
  readonly documents: readonly Enclosed[];
}

/** Stands for a token that was removed, or that no secret which is known made. */
const NO_TOKEN = "(the token is gone)";

/** The newest mails, `limit` at most, with their tokens made again. */
export const listMail = async (db: Db, tokens: EmailTokens, settings: MailSettings, limit: number): Promise<Mail[]> => {
  const rows = await db.all<Stored<Row>>(
    sql`select ${CONTENT}, state, sent_at, next_attempt_at, failure from ${mails} order by id desc limit ${limit}`,
  );
  return rows.map((stored) => {
    const { token, params, about, ...row } = readContent(stored);
    const text = token && tokens.tokenOf(token);
    const shown = { text: text ?? NO_TOKEN, expires_at: token?.expires_at ?? row.created_at };
    const documents = documentsOf(row.kind).map((title, index) => ({ title, path: `${MAILBOX_PATH}/${row.id}/${index + 1}.pdf` }));
    return {
      ...row,
      token: text,
      documents,
      ...renderMail({ kind: row.kind, about, params: readParams(params) ?? {}, token: shown }, settings),
    };
  });
};

/** A file that goes with a mail, by its place from 1 on, or undefined. */
export const findAttachment = async (db: Db, fonts: FontStore, id: number, place: number): Promise<Attachment | undefined> => {
  const [found] = await db.all<Pick<Claimed, "kind" | "document">>(
    sql`select kind, ${DOCUMENT} as document from ${mails} where id = ${id}`,
  );
  return found && attachmentAt(found, place, fonts);
};

import { sql } from "drizzle-orm";
import type { EmailTokens } from "../../core/mail-ports.ts";
import type { Db } from "../../db/client.ts";
import { mails } from "../../db/schema/mails.ts";
import type { MailSettings } from "../../http/app-env.ts";
import { type Claimed, CONTENT, type Settled, type Stored, withToken } from "./mail.commands.ts";
import { type Rendered, renderMail } from "./mail.render.ts";
import { readParams } from "./mail.schemas.ts";

type Row = Claimed & Pick<Settled, "state" | "sent_at" | "next_attempt_at" | "failure">;

/** A mail of the outbox as a person would get it. */
export interface Mail extends Pick<Row, "id" | "kind" | "recipient" | "created_at" | "attempts">, Rendered {
  readonly state: Row["state"];
  readonly sent_at: string | null;
  readonly next_attempt_at: string | null;
  readonly failure: string | null;
  readonly token: string | null;
}

/** Stands for a token that was removed, or that no secret which is known made. */
const NO_TOKEN = "(the token is gone)";

/** The newest mails, `limit` at most, with their tokens made again. */
export const listMail = async (db: Db, tokens: EmailTokens, settings: MailSettings, limit: number): Promise<Mail[]> => {
  const rows = await db.all<Stored<Row>>(
    sql`select ${CONTENT}, state, sent_at, next_attempt_at, failure from ${mails} order by id desc limit ${limit}`,
  );
  return rows.map((stored) => {
    const { token, params, ...row } = withToken(stored);
    const text = token && tokens.tokenOf(token);
    const shown = { text: text ?? NO_TOKEN, expires_at: token?.expires_at ?? row.created_at };
    return { ...row, token: text, ...renderMail({ kind: row.kind, params: readParams(params) ?? {}, token: shown }, settings) };
  });
};

import { sql } from "drizzle-orm";
import { sendBatch } from "../../src/db/client.ts";
import type { NoticeKind, TokenKind } from "../../src/db/schema/mails.ts";
import { users } from "../../src/db/schema/users.ts";
import { mailToAccounts, mailToken } from "../../src/db/write/outbox.ts";
import { createApiSender } from "../../src/edge/mail/api-sender.ts";
import type { Deps } from "../../src/http/app-env.ts";
import { clock } from "./client.ts";
import { rows } from "./people.ts";

export const FROM = { name: "Mechanic Shop", email: "mail@shop.example" };

/** A provider's API as a mail that came over it. */
export interface Received {
  readonly url: string;
  readonly headers: Headers;
  readonly body: {
    readonly to: readonly string[];
    readonly subject: string;
    readonly text: string;
    readonly html: string;
    readonly reply_to?: string;
    readonly attachments?: readonly { readonly filename: string; readonly content_type: string; readonly content: string }[];
  };
}

/** A stand-in for a provider, which answers with `status` and keeps what it took. `apiSender` speaks to it. */
export const aProvider = (timeoutMs?: number) => {
  const provider = {
    status: 200,
    received: [] as Received[],
    answer: async (request: Request): Promise<Response> => {
      provider.received.push({ url: request.url, headers: request.headers, body: JSON.parse(await request.text()) });
      return Response.json({ message: "what a provider writes" }, { status: provider.status });
    },
  };
  const at = { url: "https://provider.example/emails", key: "a key for tests" };
  return { provider, sender: createApiSender(at, FROM, (request) => provider.answer(request), timeoutMs) };
};

const now = (): string => new Date(clock.now).toISOString();

const newest = async (): Promise<number> => (await rows<{ id: number }>("select max(id) as id from mails"))[0]?.id ?? 0;

/** Queues a notice to an account, as a write does. Tells the id of the mail. */
export const aNotice = async (deps: Deps, userId: number, kind: NoticeKind = "password_changed", params = {}): Promise<number> => {
  const notice = mailToAccounts(kind, sql`${users.id} = ${userId}`, now(), params);
  await sendBatch(deps.primary(), [notice], { repeatable: false });
  return newest();
};

/** Queues a mail with a token for an account, which expires after `ms` milliseconds. */
export const aTokenMail = async (deps: Deps, userId: number, kind: NoticeKind & TokenKind = "password_reset", ms = 3_600_000) => {
  const token = { ...deps.emailTokens.create(), kind, expires_at: new Date(clock.now + ms).toISOString() };
  const holder = { user_id: sql`${users.id}`, email: sql`${users.email}` };
  const from = sql`from ${users} where ${users.id} = ${userId}`;
  await sendBatch(deps.primary(), mailToken(kind, token, holder, now(), from), { repeatable: false });
  return { id: await newest(), hash: token.hash, text: deps.emailTokens.tokenOf(token) ?? "" };
};

/** What the outbox knows of a mail. */
export const mailOf = async (id: number) => {
  const [mail] = await rows<{
    state: string;
    attempts: number;
    next_attempt_at: string | null;
    sent_at: string | null;
    failure: string | null;
  }>("select state, attempts, next_attempt_at, sent_at, failure from mails where id = ?", id);
  if (!mail) throw new Error(`no mail ${id}`);
  return mail;
};

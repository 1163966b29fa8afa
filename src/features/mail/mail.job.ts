import { isEmail } from "../../core/email.ts";
import type { MailFailure, MailOutcome, MailSender, OutgoingMail } from "../../core/mail-ports.ts";
import type { Deps } from "../../http/app-env.ts";
import { type Claimed, claimDue, giveUpWaiting, type Settled, settle } from "./mail.commands.ts";
import { renderMail } from "./mail.render.ts";
import { readParams } from "./mail.schemas.ts";
import { TEMPLATES } from "./mail.templates.ts";

/** How many mails are claimed together; they are sent one after the other, since providers limit how many come at once. */
const CLAIMED_AT_ONCE = 10;
const BATCHES = 2;
/** Longer than a batch takes when every attempt runs into its timeout, in milliseconds. */
const LEASE_MS = 300_000;
/** The wait after the first attempt; it doubles with each, up to the longest. In milliseconds. */
const BACKOFF_MS = 60_000;
const LONGEST_BACKOFF_MS = 6 * 3_600_000;
/** How long a mail is tried, in milliseconds. */
const TRIED_MS = 24 * 3_600_000;

type Parts = Pick<Deps, "primary" | "emailTokens" | "mail" | "clock" | "log">;

const iso = (ms: number): string => new Date(ms).toISOString();

/** The mail as it leaves, or why there is nothing to be sent. */
const prepare = (claimed: Claimed, { emailTokens, mail, clock }: Parts): OutgoingMail | MailFailure => {
  const { kind, recipient, token, created_at, id } = claimed;
  const params = readParams(claimed.params);
  if (!params) return "params_unreadable";
  if (!isEmail(recipient)) return "recipient_invalid";
  const { use } = TEMPLATES[kind];
  if (use && (!token || token.used_at !== null || token.expires_at <= iso(clock()))) return "token_over";
  const text = use && token ? emailTokens.tokenOf(token) : null;
  if (use && text === null) return "token_unreadable";
  const about = { kind, params, token: token && text !== null ? { text, expires_at: token.expires_at } : null };
  // With its time, since ids come back when an older database is restored.
  return { key: `mail-${id}-${Date.parse(created_at)}`, to: recipient, ...renderMail(about, mail) };
};

/** Never rejects: a mail that breaks would otherwise keep those that were claimed with it from leaving. */
const attempt = async (claimed: Claimed, sender: MailSender, parts: Parts): Promise<MailOutcome> => {
  try {
    const prepared = prepare(claimed, parts);
    return typeof prepared === "string" ? { kind: "suppressed", failure: prepared } : await sender.send(prepared);
  } catch {
    return { kind: "failed", failure: "internal_error" };
  }
};

/** What an outcome makes of a mail: finished, or due again later, the last time when it is `TRIED_MS` old. */
const settledBy = (outcome: MailOutcome, { id, attempts, created_at }: Claimed, nowMs: number): Settled => {
  const of = { id, attempts, next_attempt_at: null, sent_at: null };
  if (outcome.kind === "sent") return { ...of, state: "sent", sent_at: iso(nowMs), failure: null };
  const { failure } = outcome;
  if (outcome.kind === "suppressed") return { ...of, state: "suppressed", failure };
  const end = Date.parse(created_at) + TRIED_MS;
  if (nowMs >= end) return { ...of, state: "failed", failure };
  const next = nowMs + Math.min(BACKOFF_MS * 2 ** (attempts - 1), LONGEST_BACKOFF_MS);
  return { ...of, state: "queued", next_attempt_at: iso(Math.min(next, end)), failure };
};

/** Tries one batch. Answers whether there may be more to send, and sending works. */
const sendBatch = async (sender: MailSender, parts: Parts): Promise<boolean> => {
  const { primary, clock, log } = parts;
  const now = clock();
  const claimed = await claimDue(primary(), iso(now), iso(now + LEASE_MS), CLAIMED_AT_ONCE);
  const settled: Settled[] = [];
  for (const mail of claimed) settled.push(settledBy(await attempt(mail, sender, parts), mail, clock()));
  if (settled.length > 0) await settle(primary(), settled);
  const unsent = settled.filter(({ state }) => state !== "sent");
  for (const { id, state, attempts, failure } of unsent) log({ mail: id, state, attempts, failure });
  return claimed.length === CLAIMED_AT_ONCE && unsent.every(({ state }) => state === "suppressed");
};

/**
 * Sends the mail that is due, the oldest first and a part of it in each run. Without a sender it waits, and is given up
 * after a day.
 */
export const sendMail = async (parts: Parts): Promise<void> => {
  const { primary, clock, mail } = parts;
  if (!mail.sender) return giveUpWaiting(primary(), iso(clock() - TRIED_MS));
  for (let batch = 0; batch < BATCHES; batch++) if (!(await sendBatch(mail.sender, parts))) return;
};

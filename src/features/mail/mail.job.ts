import { isEmail } from "../../core/email.ts";
import type { MailFailure, MailOutcome, MailSender, OutgoingMail } from "../../core/mail-ports.ts";
import type { Deps } from "../../http/app-env.ts";
import { type Claimed, type ClaimLimits, claimDue, giveUpWaiting, type Settled, settle } from "./mail.commands.ts";
import { attachmentsOf, documentsOf } from "./mail.document.ts";
import { needsToken, renderMail, type Token } from "./mail.render.ts";
import { readParams } from "./mail.schemas.ts";

/** How much is claimed together; mails are sent one after the other, since providers limit how many come at once. */
const CLAIMED_AT_ONCE: ClaimLimits = { plain: 10, documents: 2 };
const BATCHES = 2;
/** Longer than a batch takes when every attempt runs into its timeout, in milliseconds. */
const LEASE_MS = 300_000;
/** The wait after the first attempt; it doubles with each, up to the longest. In milliseconds. */
const BACKOFF_MS = 60_000;
const LONGEST_BACKOFF_MS = 6 * 3_600_000;
/** How long a mail is tried, in milliseconds. */
const TRIED_MS = 24 * 3_600_000;

type Parts = Pick<Deps, "primary" | "emailTokens" | "fonts" | "mail" | "clock" | "log">;

const iso = (ms: number): string => new Date(ms).toISOString();

/** The token of a mail as it leaves, null for a mail without one, or why there is nothing to be sent. */
const tokenOf = ({ kind, token }: Claimed, { emailTokens, clock }: Parts): Token | null | MailFailure => {
  if (!needsToken(kind)) return null;
  if (!token || token.used_at !== null || token.expires_at <= iso(clock())) return "token_over";
  const text = emailTokens.tokenOf(token);
  return text === null ? "token_unreadable" : { text, expires_at: token.expires_at };
};

/** The mail as it leaves, or why there is nothing to be sent. */
const prepare = async (claimed: Claimed, parts: Parts): Promise<OutgoingMail | MailFailure> => {
  const { kind, recipient, created_at, id, about, obstacle } = claimed;
  if (obstacle !== null) return obstacle;
  const params = readParams(claimed.params);
  if (!params) return "params_unreadable";
  if (!isEmail(recipient)) return "recipient_invalid";
  const token = tokenOf(claimed, parts);
  if (typeof token === "string") return token;
  const replyTo = about?.shop.email ?? null;
  return {
    // With its time, since ids come back when an older database is restored.
    key: `mail-${id}-${Date.parse(created_at)}`,
    to: recipient,
    ...renderMail({ kind, params, token, about }, parts.mail),
    ...(replyTo === null ? {} : { replyTo }),
    attachments: await attachmentsOf(claimed, parts.fonts),
  };
};

/** Never rejects: a mail that breaks would otherwise keep those that were claimed with it from leaving. */
const attempt = async (claimed: Claimed, sender: MailSender, parts: Parts): Promise<MailOutcome> => {
  try {
    const prepared = await prepare(claimed, parts);
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
  if (outcome.kind === "refused") return { ...of, state: "failed", failure };
  const end = Date.parse(created_at) + TRIED_MS;
  if (nowMs >= end) return { ...of, state: "failed", failure };
  const next = nowMs + Math.min(BACKOFF_MS * 2 ** (attempts - 1), LONGEST_BACKOFF_MS);
  return { ...of, state: "queued", next_attempt_at: iso(Math.min(next, end)), failure };
};

/** Tries mails one after the other, and notes together what became of them. Answers whether none has to be tried again. */
const sendAll = async (claimed: readonly Claimed[], sender: MailSender, parts: Parts): Promise<boolean> => {
  if (claimed.length === 0) return true;
  const { primary, clock, log } = parts;
  const outcomes: MailOutcome[] = [];
  const settled: Settled[] = [];
  for (const mail of claimed) {
    const outcome = await attempt(mail, sender, parts);
    outcomes.push(outcome);
    settled.push(settledBy(outcome, mail, clock()));
  }
  await settle(primary(), settled);
  for (const { id, state, attempts, failure } of settled) if (state !== "sent") log({ mail: id, state, attempts, failure });
  return outcomes.every(({ kind }) => kind !== "failed");
};

/**
 * Tries one batch: those with documents last, and each noted by itself, since to print takes most of the time that a run has.
 * Answers whether there may be more to send, and sending works.
 */
const sendBatch = async (sender: MailSender, parts: Parts): Promise<boolean> => {
  const now = parts.clock();
  const claimed = await claimDue(parts.primary(), iso(now), iso(now + LEASE_MS), CLAIMED_AT_ONCE);
  const documents = claimed.filter(({ document }) => document !== null);
  const plain = claimed.filter(({ document }) => document === null);
  let works = await sendAll(plain, sender, parts);
  for (const mail of documents) works = (await sendAll([mail], sender, parts)) && works;
  const printed = documents.flatMap(({ kind }) => documentsOf(kind)).length;
  return works && (plain.length === CLAIMED_AT_ONCE.plain || printed >= CLAIMED_AT_ONCE.documents);
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

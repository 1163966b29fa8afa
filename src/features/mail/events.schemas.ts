import { z } from "@hono/zod-openapi";
import { MAIL_TAG } from "../../core/mail-ports.ts";
import type { SuppressionReason } from "../../db/schema/mails.ts";

/** What a provider says of a mail, in the format of Resend's webhooks; it has more than is read. */
const Event = z.object({
  type: z.string(),
  data: z.object({
    tags: z.union([z.record(z.string(), z.string()), z.array(z.object({ name: z.string(), value: z.string() }))]),
    bounce: z.object({ type: z.string() }).optional(),
  }),
});

/** The key of a mail, as the job makes it. */
const KEY = /^mail-([1-9]\d{0,14})-(\d{13})$/;

/** What became of a mail after it was sent. */
export interface MailEvent {
  readonly id: number;
  /** ISO 8601. */
  readonly created_at: string;
  /** Did it come back? */
  readonly isBounced: boolean;
  /** Why nothing more is sent to the address; null for a mailbox that was full, and the like. */
  readonly reason: SuppressionReason | null;
}

const MEANING: Readonly<Record<string, Pick<MailEvent, "isBounced" | "reason">>> = {
  "email.bounced": { isBounced: true, reason: "bounced" },
  "email.suppressed": { isBounced: true, reason: "bounced" },
  "email.complained": { isBounced: false, reason: "complained" },
};

/** The event in a body, or null for one that says nothing of our mail, or nothing that matters. */
export const readEvent = (body: Uint8Array): MailEvent | null => {
  try {
    const { type, data } = Event.parse(JSON.parse(new TextDecoder().decode(body)));
    const { tags, bounce } = data;
    const key = Array.isArray(tags) ? tags.find(({ name }) => name === MAIL_TAG)?.value : tags[MAIL_TAG];
    const [, id, ms] = KEY.exec(key ?? "") ?? [];
    const meaning = Object.hasOwn(MEANING, type) ? MEANING[type] : undefined;
    if (!(id && ms && meaning)) return null;
    const isPassing = bounce?.type === "Transient";
    return { id: Number(id), created_at: new Date(Number(ms)).toISOString(), ...meaning, ...(isPassing ? { reason: null } : {}) };
  } catch {
    return null;
  }
};

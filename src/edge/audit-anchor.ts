import { DurableObject } from "cloudflare:workers";
import { Failure } from "../core/errors.ts";
import type { Anchor, GivenNumber, NumberAnchor, Seal } from "../core/ports.ts";
import { answerWithin, NO_ANSWER } from "../core/timeout.ts";
import { PROTOCOL, requireKnown, UNNAMED } from "./protocol.ts";

const HEAD = "head";
const SERIES = "series:";

const isSame = (a: Seal | null, b: Seal | null): boolean => a?.id === b?.id && a?.seal === b?.seal;

/**
 * Remembers how far the audit log is sealed: it moves forward only, and only for a caller who knows its head. Another one remembers the
 * numbers of documents.
 */
export class AuditAnchor extends DurableObject<Env> {
  /** The last seal, or null before the first. */
  head(version = UNNAMED): Seal | null {
    requireKnown(version);
    return this.ctx.storage.kv.get<Seal>(HEAD) ?? null;
  }

  /** Moves on if the head is `from`. Returns whether it moved. */
  advance(from: Seal | null, to: Seal, version = UNNAMED): boolean {
    requireKnown(version);
    const head = this.head();
    if (!isSame(head, from) || to.id <= (head?.id ?? 0)) return false;
    this.ctx.storage.kv.put(HEAD, to);
    return true;
  }

  /** The last number of each series of documents that was given. */
  given(version = UNNAMED): GivenNumber[] {
    requireKnown(version);
    return [...this.ctx.storage.kv.list<GivenNumber>({ prefix: SERIES })].map(([, number]) => number);
  }

  /** Remembers these numbers where they are higher than what is known of their series. */
  raise(numbers: readonly GivenNumber[], version = UNNAMED): void {
    requireKnown(version);
    for (const number of numbers) {
      const key = `${SERIES}${number.kind}:${number.year}`;
      if (number.last > (this.ctx.storage.kv.get<GivenNumber>(key)?.last ?? 0)) this.ctx.storage.kv.put(key, number);
    }
  }
}

/** Numbers go on over epochs, and so does what is remembered of them. */
const NUMBERS = "document-numbers";

/** Calls the anchor of the numbers of documents. */
export const createNumberAnchor = (anchors: DurableObjectNamespace<AuditAnchor>): NumberAnchor => ({
  given: () => answerOf(anchors.getByName(NUMBERS).given(PROTOCOL)),
  raise: async (numbers) => {
    await answerOf(anchors.getByName(NUMBERS).raise(numbers, PROTOCOL));
  },
});

/** How long the anchor may take to answer, in milliseconds. */
const TIMEOUT_MS = 2_000;

/** The answer of a call. Throws `unavailable` when the call fails or takes too long. */
const answerOf = async <T>(call: Promise<T>): Promise<T> => {
  const answer = await answerWithin(call, TIMEOUT_MS);
  if (answer === NO_ANSWER) throw new Failure("unavailable");
  return answer;
};

/** Calls the anchor of this database. A rebuilt database has another epoch, and so another anchor. */
export const createAnchor = (anchors: DurableObjectNamespace<AuditAnchor>, epoch: string): Anchor => {
  const anchor = () => anchors.getByName(`audit-log:${epoch}`);
  return {
    head: () => answerOf(anchor().head(PROTOCOL)),
    advance: async (from, to) => {
      await answerOf(anchor().advance(from, to, PROTOCOL));
    },
  };
};

import { DurableObject } from "cloudflare:workers";
import { Failure } from "../core/errors.ts";
import type { Anchor, Seal } from "../core/ports.ts";
import { answerWithin, NO_ANSWER } from "../core/timeout.ts";
import { PROTOCOL, requireKnown, UNNAMED } from "./protocol.ts";

const HEAD = "head";

const isSame = (a: Seal | null, b: Seal | null): boolean => a?.id === b?.id && a?.seal === b?.seal;

/** Remembers how far the audit log is sealed. It moves forward only, and only for a caller who knows its head. */
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
}

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

import { DurableObject } from "cloudflare:workers";
import { Failure } from "../core/errors.ts";
import type { Anchor, Seal } from "../core/ports.ts";
import { inTime, SILENCE } from "../core/timeout.ts";

const HEAD = "head";

const isSame = (a: Seal | null, b: Seal | null): boolean => a?.id === b?.id && a?.seal === b?.seal;

/** How far the audit log was sealed. Moves forward only, and only for who knows where it stands. */
export class AuditAnchor extends DurableObject<Env> {
  head(): Seal | null {
    return this.ctx.storage.kv.get<Seal>(HEAD) ?? null;
  }

  /** Answers whether it moved. */
  advance(from: Seal | null, to: Seal): boolean {
    const head = this.head();
    if (!isSame(head, from) || to.id <= (head?.id ?? 0)) return false;
    this.ctx.storage.kv.put(HEAD, to);
    return true;
  }
}

/** How long the anchor may take to answer, in milliseconds. */
const PATIENCE_MS = 2_000;

/** The answer of a call. Throws `unavailable` when it fails or takes too long. */
const answerOf = async <T>(call: Promise<T>): Promise<T> => {
  const answer = await inTime(call, PATIENCE_MS);
  if (answer === SILENCE) throw new Failure("unavailable");
  return answer;
};

/** Calls the anchor of this database; one that was rebuilt, which its epoch tells, has another. */
export const createAnchor = (anchors: DurableObjectNamespace<AuditAnchor>, epoch: string): Anchor => {
  const anchor = () => anchors.getByName(`audit-log:${epoch}`);
  return {
    head: () => answerOf(anchor().head()),
    advance: async (from, to) => {
      await answerOf(anchor().advance(from, to));
    },
  };
};

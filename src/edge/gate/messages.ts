import type { Session } from "../../core/actor.ts";
import type { Rule } from "../../core/limits.ts";
import type { Verdict } from "./sliding-log.ts";

/** What a gate is told of a request; `now` is in milliseconds since 1970. */
export interface EnterMessage {
  readonly rules: readonly Rule[];
  readonly now: number;
  readonly write?: string;
  readonly session?: Session;
  readonly tags?: readonly string[];
}

/** What a gate answers. `stamps` are the bookmarks, with their epoch, of the tags in the message, or of all writes. */
export interface EnterAnswer extends Verdict {
  /** Are requests under way whose hits may be taken back? */
  readonly isOpen: boolean;
  readonly hasPendingWrite: boolean;
  readonly revoked: boolean;
  readonly stamps: readonly string[];
}

/** Whether an attempt to log in may go on, and whether its address has opened the account before. */
export interface AttemptAnswer extends Verdict {
  readonly isKnown: boolean;
}

/** What a gate is told when a write has ended. `stamp` is null when nothing was changed. */
export interface CompleteWriteMessage {
  readonly write: string;
  readonly stamp: string | null;
  readonly tags: readonly string[];
  readonly now: number;
}

import { Failure } from "../core/errors.ts";
import { NO_ANSWER, withTimeout } from "../core/timeout.ts";

/** How D1 is waited for: sleep between attempts, and how long all attempts of a call may take, in milliseconds. */
export interface RetryPolicy {
  readonly sleep: (ms: number) => Promise<void>;
  readonly timeoutMs: number;
}

/** Less than clients wait, usually 30 seconds. */
export const DATABASE_TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;
/** The longest sleep before the second attempt, in milliseconds; it doubles with each. */
const BACKOFF_MS = 100;

/** Before these a message of D1 has no colon, so that no value which a trigger quotes passes for one. */
const saying = (...texts: readonly string[]): RegExp => new RegExp(`^(?:D1_ERROR: )?[^:{\\n]*(?:${texts.join("|")})`);

/** Errors that D1 says to retry (Cloudflare: Debug D1, list of D1_ERRORs). */
const TRANSIENT = saying(
  "Network connection lost",
  "storage caused object to be reset",
  "reset because its code was updated",
  "due to transient issue on remote node",
  "because client disconnected",
);

/** Errors of a database that cannot answer now; the same list asks for less load instead of a retry. */
const EXHAUSTED = saying(
  "D1 DB is overloaded",
  "exceeded timeout which caused object to be reset",
  "exceeded its memory limit and was reset",
  "exceeded its CPU time limit and was reset",
);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * The answer of a call to D1. A `repeatable` call, which is a read or fails once it was carried out, is made again after errors
 * that D1 says to retry, with exponential backoff and full jitter. Throws `unavailable` when D1 cannot answer or takes too
 * long, and its other errors as they are.
 */
export const withRetry = async <T>(
  call: () => Promise<T>,
  { repeatable }: { readonly repeatable: boolean },
  { sleep, timeoutMs }: RetryPolicy,
): Promise<T> => {
  let isLate = false;
  const attempt = async (n: number): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      const message = messageOf(error);
      if (!TRANSIENT.test(message) && !EXHAUSTED.test(message)) throw error;
      if (isLate || n === ATTEMPTS || !TRANSIENT.test(message) || !repeatable) throw new Failure("unavailable");
    }
    await sleep(Math.random() * BACKOFF_MS * 2 ** (n - 1));
    return attempt(n + 1);
  };
  const answer = await withTimeout(attempt(1), timeoutMs);
  if (answer !== NO_ANSWER) return answer;
  isLate = true;
  throw new Failure("unavailable");
};

import { Failure } from "../core/errors.ts";
import type { Rule } from "../core/limits.ts";
import type { AttemptOutcome } from "../core/ports.ts";
import type { WriteContext } from "./app-env.ts";

/** The limit of failed attempts for one account. */
const failedAttempts = ({ services }: WriteContext): Rule => ({
  bucket: "login_account",
  policy: "login_account",
  windows: services.limits.login_account,
  durable: true,
});

/** Attempts that were counted. */
export interface Attempts {
  /** Ends them, after the answer. */
  readonly settle: (outcomeOf: (name: string) => AttemptOutcome) => void;
  /** Has this network opened the account of that name within 30 days? */
  readonly isKnown: (name: string) => boolean;
}

/**
 * Counts an attempt under each of the names before any hashing. Throws `rate_limited`, and `unavailable` if a gate of
 * theirs is unreachable; then none of them counts it.
 */
export const countAttempts = async (context: WriteContext, names: readonly string[]): Promise<Attempts> => {
  const { services, network, now, defer } = context;
  const rule = failedAttempts(context);
  const nowMs = Date.parse(now);
  const verdicts = await Promise.all(
    names.map(async (name) => ({ name, verdict: await services.logins.countAttempt(name, network, rule, nowMs) })),
  );
  const settle: Attempts["settle"] = (outcomeOf) => {
    for (const { name, verdict } of verdicts)
      if (verdict.kind === "admitted") defer(services.logins.settleAttempt(name, network, rule, nowMs, verdict.isKnown, outcomeOf(name)));
  };
  const isKnown = (wanted: string) =>
    verdicts.some(({ name, verdict }) => name === wanted && verdict.kind === "admitted" && verdict.isKnown);
  const refused = verdicts.map(({ verdict }) => verdict).find(({ kind }) => kind !== "admitted");
  if (!refused || refused.kind === "admitted") return { settle, isKnown };
  settle(() => "undone");
  throw refused.kind === "denied"
    ? new Failure("rate_limited", { policy: refused.window, retry_after: Math.ceil(refused.retryMs / 1_000) })
    : new Failure("unavailable");
};

/**
 * Makes one guess of a secret under a name that no address is exempt from: who guesses may hold a stolen token, or the
 * password. A right guess is taken back. Throws what `countAttempts` throws.
 * @param look gives null when the guess is wrong
 */
export const guess = async <T>(context: WriteContext, name: string, look: () => Promise<T | null>): Promise<T | null> => {
  const { settle } = await countAttempts(context, [name]);
  const found = await look().catch((error: unknown) => {
    settle(() => "undone");
    throw error;
  });
  settle(() => (found === null ? "failed" : "undone"));
  return found;
};

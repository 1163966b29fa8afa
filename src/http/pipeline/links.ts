import { ANONYMOUS, type LinkHolder } from "../../core/actor.ts";
import { Failure } from "../../core/errors.ts";
import type { ClientKey } from "../../core/ports.ts";
import { hashOfSent } from "../../core/share-token.ts";
import { findOpenLink, noteUse } from "../../db/share-links.ts";
import type { AppContext } from "../app-env.ts";
import { LINK, type Policy, rulesOf } from "../policy.ts";
import { askPatiently, rateLimited } from "./admit.ts";
import { setHeader } from "./answer.ts";
import type { Counted } from "./client-address.ts";
import { setLimitHeaders } from "./limit-headers.ts";

const HEADER = "Share-Token";

/** What guesses count under: only those that find nothing, by address. */
const GUESSES: Policy = { access: LINK, limit: "link_guess", countsFailuresOnly: true };

/** Does the request bear the token of a link? */
export const isShareToken = (c: AppContext): boolean => c.req.header(HEADER) !== undefined;

const lookUp = async (c: AppContext, nowMs: number): Promise<LinkHolder | null> => {
  const hash = hashOfSent(c.req.header(HEADER) ?? "");
  return hash === null ? null : findOpenLink(c.get("deps").primary(), hash, new Date(nowMs).toISOString());
};

/**
 * The link of the request's token. The address is asked for before the database, so that who has guessed too often learns nothing.
 * Throws `link_ended` alike for a token that is missing, unknown, expired or revoked; `rate_limited`, `unavailable`.
 * @param nowMs milliseconds since 1970
 */
export const openLink = async (c: AppContext, counted: Counted, nowMs: number): Promise<LinkHolder> => {
  setHeader(c, "X-Robots-Tag", "noindex");
  const deps = c.get("deps");
  const client: ClientKey = `address:${counted.gate}`;
  const rules = rulesOf(GUESSES, "", ANONYMOUS, deps.limits, counted.networks);
  const askAt = (gate: typeof deps.gate) => askPatiently(() => gate.enter(client, { rules, now: nowMs }));
  const first = await askAt(deps.gate);
  const gate = first.kind === "unreachable" ? deps.localGate : deps.gate;
  const verdict = first.kind === "unreachable" ? await askAt(gate) : first;
  if (verdict.kind === "unreachable") throw new Failure("unavailable");
  if (verdict.kind === "denied") {
    setLimitHeaders(c, verdict.quotas);
    throw rateLimited(verdict);
  }
  const decide = (hasFailed: boolean): void => c.executionCtx.waitUntil(gate.decide(client, rules, hasFailed));
  const found = await lookUp(c, nowMs).catch((error: unknown) => {
    decide(false);
    throw error;
  });
  decide(found === null);
  if (found) return found;
  setLimitHeaders(c, verdict.quotas);
  throw new Failure("link_ended");
};

/** The answer to the holder of a link, which nobody may store. Its use is counted afterwards; one that is lost changes nothing else. */
export const afterLink = (c: AppContext, { linkId }: LinkHolder, answer: Response, nowMs: number): Response => {
  answer.headers.set("Cache-Control", "private, no-store");
  if (answer.ok) c.executionCtx.waitUntil(noteUse(c.get("deps").primary(), linkId, new Date(nowMs).toISOString()).catch(() => undefined));
  return answer;
};

import { loggedIn } from "../core/actor.ts";
import { Failure } from "../core/errors.ts";
import { recordRefusal } from "../db/write/audit-refusal.ts";
import { byFreshLogin, byPassword, type Proof, passwordHashOf } from "../db/write/proof.ts";
import { OPERATOR } from "../db/write/writer.ts";
import type { WriteContext } from "./app-env.ts";
import { guess } from "./attempts.ts";

/**
 * The hash that the caller's password matches. A wrong one is recorded in the audit log, and limited as logins are.
 * Throws `rate_limited`, `unavailable`, `invalid_credentials`.
 */
export const matchingHash = async (context: WriteContext, password: string): Promise<string> => {
  const { actor, db, services, writer, defer } = context;
  const { userId } = loggedIn(actor);
  const found = await guess(context, `password:${userId}`, async () => {
    const hash = await passwordHashOf(db, userId);
    return (await services.passwords.verify(password, hash)) ? hash : null;
  });
  if (found !== null) return found;
  const after = { code: "invalid_credentials" };
  defer(recordRefusal(db, writer, { action: "user.password_refused", entity: "user", entityId: userId, after }));
  throw new Failure("invalid_credentials");
};

/**
 * What a write needs so that a stolen token is not enough for it: the caller's password, or a login within five minutes.
 * The route says so with `asksPassword` in its policy. Throws `rate_limited`, `unavailable`, `invalid_credentials`.
 * Scripts need none.
 * @param password the `current_password` of the request; one that is sent is always checked
 */
export const proofOf = async (context: WriteContext, password: string | undefined): Promise<Proof> => {
  const actor = loggedIn(context.actor);
  if (context.writer.role === OPERATOR) return () => [];
  return password === undefined ? byFreshLogin(actor, context.now) : byPassword(actor, await matchingHash(context, password));
};

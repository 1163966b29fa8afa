import type { Limitation, LoggedIn } from "../../core/actor.ts";
import type { SecondFactorRule, WriteContext } from "../../http/app-env.ts";
import type { AccountRow } from "./auth.queries.ts";

/** The result of a login: an access token, and a refresh token for the next one. */
export interface Grant {
  readonly account: AccountRow;
  readonly token: string;
  readonly refreshToken: string;
}

/** What the account lacks, by its row and by the rule of the shop. */
const limitationOf = ({ role, email_verified_at, has_second_factor }: AccountRow, rule: SecondFactorRule): Limitation | null => {
  if (email_verified_at === null) return "email";
  return role === "admin" && rule === "admins" && !has_second_factor ? "second_factor" : null;
};

/** The actor for a row of `users`. Throws if the row violates its own CHECK. */
const actorOf = (row: AccountRow, sid: string, rule: SecondFactorRule): LoggedIn => {
  const { id: userId, role, customer_id, mechanic_id, gen } = row;
  const limited = limitationOf(row, rule);
  const account = { userId, session: { sid, gen }, ...(limited && { limited }) };
  if (role === "customer" && customer_id !== null) return { role, customerId: customer_id, ...account };
  if (role === "mechanic" && mechanic_id !== null) return { role, mechanicId: mechanic_id, ...account };
  if (role === "admin") return { role, mechanicId: mechanic_id, ...account };
  throw new Error("account without its record");
};

/** A new access token of a session that goes on. */
export const accessToken = ({ services, now }: WriteContext, account: AccountRow, sid: string): Promise<string> =>
  services.tokens.sign(actorOf(account, sid, services.secondFactorRule), Date.parse(now));

/** Signs an access token for the session, and returns it together with the refresh token. */
export const grant = async (
  context: WriteContext,
  { account, session_id }: { readonly account: AccountRow; readonly session_id: number },
  refreshToken: string,
): Promise<Grant> => ({
  account,
  token: await accessToken(context, account, String(session_id)),
  refreshToken,
});

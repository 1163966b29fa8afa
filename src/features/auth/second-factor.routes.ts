import { loggedIn } from "../../core/actor.ts";
import type { ReadContext } from "../../http/app-env.ts";
import { byId, Deleted, deleted, deletedExample, PasswordAgain } from "../../http/fields.ts";
import { ADMIN, STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { Message } from "./auth.schemas.ts";
import {
  confirmSecondFactor,
  removeSecondFactor,
  removeSecondFactorOf,
  replaceRecoveryCodes,
  setUpSecondFactor,
} from "./second-factor.commands.ts";
import { readState } from "./second-factor.queries.ts";
import {
  CodeOnly,
  NewSecondFactor,
  newFactorExample,
  RecoveryCodes,
  Removal,
  recoveryCodesExample,
  SecondFactorState,
  stateExample,
} from "./second-factor.schemas.ts";

const tag = "Auth";

/** An account that lacks its second factor can do this much. */
const OWN = { access: STAFF, whileLimited: ["mechanic", "admin"] } as const;

/** Answers hold secrets, which are not kept for a repeated key. */
const SECRET = { ...OWN, ignoresIdempotencyKey: true } as const;

const presentState = async ({ db, actor, services }: ReadContext) => {
  const { userId, role } = loggedIn(actor);
  const required = role === "admin" && services.secondFactorRule === "admins";
  return { body: { ...(await readState(db, userId)), required } };
};

export const secondFactorRoutes = [
  route(
    { ...OWN, readsPrimary: true },
    {
      method: "get",
      path: "/auth/second-factor",
      operationId: "getSecondFactor",
      tag,
      summary: "See whether you have a second factor",
      answer: SecondFactorState,
      example: stateExample,
    },
    (context) => presentState(context),
  ),
  route(
    { ...SECRET, asksPassword: "always", fails: ["not_found", "second_factor_exists"] },
    {
      method: "post",
      path: "/auth/second-factor",
      operationId: "setUpSecondFactor",
      tag,
      summary: "Set up a second factor",
      description: "Codes by time (RFC 6238). Enter the secret in an authenticator app, then send a code of it to confirm.",
      body: PasswordAgain,
      bodyExample: {},
      answer: NewSecondFactor,
      example: newFactorExample,
    },
    async (context, { body }) => ({ body: await setUpSecondFactor(context, body) }),
  ),
  route(
    { ...SECRET, fails: ["second_factor_missing", "second_factor_exists", "invalid_credentials"] },
    {
      method: "post",
      path: "/auth/second-factor/confirm",
      operationId: "confirmSecondFactor",
      tag,
      summary: "Turn the second factor on with its first code",
      description:
        "From now on logins ask for a code. The answer has recovery codes, once. A token that could do nothing else is replaced by a refresh.",
      body: CodeOnly,
      bodyExample: { code: "492039" },
      answer: RecoveryCodes,
      example: recoveryCodesExample,
    },
    async (context, { body }) => ({ body: { recovery_codes: [...(await confirmSecondFactor(context, body.code))] } }),
  ),
  route(
    { ...SECRET, asksPassword: "always", fails: ["second_factor_missing"] },
    {
      method: "post",
      path: "/auth/second-factor/recovery-codes",
      operationId: "replaceRecoveryCodes",
      tag,
      summary: "Get new recovery codes",
      description: "The ones from before work no more.",
      body: PasswordAgain,
      bodyExample: {},
      answer: RecoveryCodes,
      example: recoveryCodesExample,
    },
    async (context, { body }) => ({ body: { recovery_codes: [...(await replaceRecoveryCodes(context, body))] } }),
  ),
  route(
    { ...SECRET, fails: ["second_factor_missing", "invalid_credentials"] },
    {
      method: "delete",
      path: "/auth/second-factor",
      operationId: "removeSecondFactor",
      tag,
      summary: "Remove your second factor",
      description: "Needs your password and a code, whenever you logged in. All sessions end: log in again.",
      body: Removal,
      bodyExample: { current_password: "correct horse battery", code: "492039" },
      answer: Message,
      example: { message: "The second factor was removed; log in again." },
    },
    async (context, { body }) => {
      await removeSecondFactor(context, body);
      return { body: { message: "The second factor was removed; log in again." } };
    },
  ),
  route(
    { access: ADMIN, asksPassword: "always", fails: ["not_found", "second_factor_missing"] },
    {
      method: "delete",
      path: "/users/{id}/second-factor",
      operationId: "removeSecondFactorOf",
      tag: "Users",
      summary: "Remove the second factor of somebody who lost it",
      description: "All sessions of the account end, and its owner gets a mail. Make sure that it is the owner who asks.",
      params: byId,
      body: PasswordAgain,
      bodyExample: {},
      answer: Deleted,
      example: deletedExample("Second factor of user"),
    },
    async (context, { params, body }) => {
      await removeSecondFactorOf(context, params.id, body);
      return deleted("Second factor of user", params.id);
    },
  ),
];

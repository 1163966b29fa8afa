import { loggedIn, ROLES, type Role } from "../../core/actor.ts";
import { present } from "../../db/records/record.ts";
import { USER } from "../../db/records/user.ts";
import type { ReadContext, WriteContext } from "../../http/app-env.ts";
import { ACCOUNTS, EVERYONE, type Policy } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { changePassword, logIn } from "./auth.commands.ts";
import { presentGrant } from "./auth.present.ts";
import { findAccount } from "./auth.queries.ts";
import { Credentials, LoggedIn, loggedInExample, Me, Message, meExample, PasswordChange, RoleCredentials } from "./auth.schemas.ts";

const tag = "Auth";

/** The policy of a login. */
export const LOGIN: Policy = {
  access: EVERYONE,
  limit: "login",
  countsFailuresOnly: true,
  anonymousOnBadToken: true,
  ignoresIdempotencyKey: true,
  readsBeforeAdmission: true,
  fails: ["invalid_credentials", "account_pending", "account_disabled", "role_required", "second_factor_required"],
};

const bodyExample = { email: "ada@example.com", password: "correct horse battery" };

const answerLogin = async (
  context: WriteContext,
  login: { email: string; password: string; role?: Role | undefined; code?: string | undefined },
) => presentGrant(await logIn(context, login), "Login successful");

const findMe = async ({ db, actor }: ReadContext) => {
  const account = await findAccount(db, loggedIn(actor).userId);
  return { body: { ...present(USER, account, actor, true), name: account.name } };
};

export const authRoutes = [
  route(
    LOGIN,
    {
      method: "post",
      path: "/auth/login",
      operationId: "login",
      tag,
      summary: "Log in, whatever the role",
      body: RoleCredentials,
      bodyExample,
      answer: LoggedIn,
      example: loggedInExample,
    },
    (context, { body }) => answerLogin(context, body),
  ),
  ...(["customer", "mechanic"] as const).map((role) =>
    route(
      LOGIN,
      {
        method: "post",
        path: `/${role}s/login`,
        operationId: role === "customer" ? "loginCustomer" : "loginMechanic",
        tag,
        summary: `Log in as a ${role}`,
        body: Credentials,
        bodyExample,
        answer: LoggedIn,
        example: { ...loggedInExample, role },
      },
      (context, { body }) => answerLogin(context, { ...body, role }),
    ),
  ),
  route(
    { access: ACCOUNTS, whileLimited: ROLES, fails: ["not_found"] },
    {
      method: "get",
      path: "/auth/me",
      operationId: "getMe",
      tag,
      summary: "Get the account you are logged in with",
      answer: Me,
      example: meExample,
    },
    (context) => findMe(context),
  ),
  route(
    { access: ACCOUNTS, whileLimited: ROLES, ignoresIdempotencyKey: true, fails: ["invalid_credentials"] },
    {
      method: "put",
      path: "/auth/password",
      operationId: "changePassword",
      tag,
      summary: "Change the password",
      description: "All sessions end: log in again. A wrong `current_password` counts towards the limit `login_account`.",
      body: PasswordChange,
      bodyExample: { current_password: "correct horse battery", new_password: "staple correct horse" },
      answer: Message,
      example: { message: "The password was changed; log in again." },
    },
    async (context, { body }) => {
      await changePassword(context, body.current_password, body.new_password);
      return { body: { message: "The password was changed; log in again." } };
    },
  ),
];

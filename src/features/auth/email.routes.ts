import { ROLES } from "../../core/actor.ts";
import { ACCOUNTS, EVERYONE, type Policy } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { Message } from "./auth.schemas.ts";
import { askForProof, proveEmail, restoreEmail } from "./email.commands.ts";
import { Acceptance, NewPassword, Proof, Proven, ResetRequest } from "./email.schemas.ts";
import { acceptInvitation } from "./invitation.commands.ts";
import { askForReset, resetPassword } from "./password-reset.commands.ts";

const tag = "Auth";

const BY_MAIL: Policy = {
  access: EVERYONE,
  limit: "register",
  anonymousOnBadToken: true,
  ignoresIdempotencyKey: true,
  fails: ["invalid_email_token"],
};
const token = "Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgcmVhbCB0b2s";
const newPasswordExample = { token, new_password: "staple correct horse" };

const said = (message: string) => ({ body: { message } });
const MAILED = "If the e-mail is not proven yet, a mail is on its way to it.";
const RESET = "If there is an account with this e-mail, a mail is on its way to it.";
const CHANGED = "The password was changed; log in again.";
const RESTORED = "The account has its old e-mail and a new password; log in again.";
const ACCEPTED = "The account is there; log in.";

export const emailRoutes = [
  route(
    { access: ACCOUNTS, whileLimited: ROLES, ignoresIdempotencyKey: true },
    {
      method: "post",
      path: "/auth/email/verify",
      operationId: "askForProof",
      tag,
      summary: "Ask for another mail to prove your e-mail",
      description: "At most three within an hour. Nothing is mailed when the e-mail is proven already.",
      answer: Message,
      example: { message: MAILED },
    },
    async (context) => {
      await askForProof(context);
      return said(MAILED);
    },
  ),
  route(
    { access: ACCOUNTS, whileLimited: ROLES, ignoresIdempotencyKey: true, fails: ["invalid_email_token"] },
    {
      method: "post",
      path: "/auth/email/confirm",
      operationId: "proveEmail",
      tag,
      summary: "Prove your e-mail with the token that was mailed to it",
      description:
        "Log in first: the token alone opens nothing. Until it is proven, an account sees only itself: no vehicle and no ticket, and not " +
        "its customer record either once staff have written in it. The answer has a new access token without these limits.",
      body: Proof,
      bodyExample: { token },
      answer: Proven,
      example: { message: "The e-mail is proven.", token: "eyJhbGciOiJIUzI1NiJ9.e30.signature" },
    },
    async (context, { body }) => ({ body: { message: "The e-mail is proven.", token: await proveEmail(context, body.token) } }),
  ),
  route(
    { ...BY_MAIL, fails: ["invalid_email_token", "email_taken"] },
    {
      method: "post",
      path: "/auth/email/restore",
      operationId: "restoreEmail",
      tag,
      summary: "Take an account back whose e-mail was changed",
      description: "With the token that was mailed to the e-mail from before, within 7 days. All sessions end.",
      body: NewPassword,
      bodyExample: newPasswordExample,
      answer: Message,
      example: { message: RESTORED },
    },
    async (context, { body }) => {
      await restoreEmail(context, body.token, body.new_password);
      return said(RESTORED);
    },
  ),
  route(
    { ...BY_MAIL, fails: [] },
    {
      method: "post",
      path: "/auth/password-reset",
      operationId: "askForReset",
      tag,
      summary: "Ask for a mail with which to set a new password",
      description: "The answer is the same for every e-mail. The token of the mail is good for an hour.",
      body: ResetRequest,
      bodyExample: { email: "ada@example.com" },
      answer: Message,
      example: { message: RESET },
    },
    async (context, { body }) => {
      await askForReset(context, body.email);
      return said(RESET);
    },
  ),
  route(
    BY_MAIL,
    {
      method: "post",
      path: "/auth/password-reset/confirm",
      operationId: "resetPassword",
      tag,
      summary: "Set a new password with the token of the mail",
      description: "All sessions end, and the e-mail is proven.",
      body: NewPassword,
      bodyExample: newPasswordExample,
      answer: Message,
      example: { message: CHANGED },
    },
    async (context, { body }) => {
      await resetPassword(context, body.token, body.new_password);
      return said(CHANGED);
    },
  ),
  route(
    { ...BY_MAIL, fails: ["invalid_email_token", "account_exists", "email_taken"] },
    {
      method: "post",
      path: "/auth/invitation/accept",
      operationId: "acceptInvitation",
      tag,
      summary: "Make the account that you were invited to",
      description: "With the token that was mailed to the e-mail of the record, within 7 days.",
      body: Acceptance,
      bodyExample: { token, password: "correct horse battery" },
      answer: Message,
      example: { message: ACCEPTED },
    },
    async (context, { body }) => {
      await acceptInvitation(context, body.token, body.password);
      return said(ACCEPTED);
    },
  ),
];

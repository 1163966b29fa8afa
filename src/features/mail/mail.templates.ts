import type { NoticeKind } from "../../db/schema/mails.ts";
import type { Params } from "./mail.schemas.ts";

/** A paragraph, text to copy, or a link. */
export type Block = string | { readonly copy: string } | { readonly link: string };

/** A time (ISO 8601) as people read it: `2026-11-20 09:30 UTC`. */
export const timeOf = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/** Where the token of a mail is sent, and what a person adds to it. */
export interface TokenUse {
  readonly path: `/${string}`;
  readonly needs?: Readonly<Record<string, string>>;
  /** Is the token good only for who is logged in? */
  readonly loggedIn?: true;
}

/**
 * What a mail to an account says. Names of people and records are left out: whoever registers chooses them, and the shop would
 * send their words to strangers.
 */
interface Template {
  readonly subject: (shop: string) => string;
  readonly before: (params: Params, shop: string) => readonly Block[];
  readonly use?: TokenUse;
  readonly after: readonly Block[];
}

/** What is said of a parameter, or otherwise without it. */
const named = (params: Params, name: string, say: (value: string) => string, otherwise: string): string => {
  const value = params[name];
  return value === undefined || value === null ? otherwise : say(String(value));
};

const itself = (value: string): string => value;

const PASSWORD = "<a new password>";
const NOT_YOU = "If it was not you, set a new password at once by a password reset, and tell the shop.";

/** The template of each kind of mail to an account. */
export const TEMPLATES: Readonly<Record<NoticeKind, Template>> = {
  verification: {
    subject: (shop) => `Confirm your e-mail for ${shop}`,
    before: (_, shop) => [`An account at ${shop} has this e-mail address. Please confirm that the address is yours.`],
    use: { path: "/auth/email/confirm", loggedIn: true },
    after: ["If you have no such account, do nothing: the address stays unconfirmed."],
  },
  invitation: {
    subject: (shop) => `Your account at ${shop}`,
    before: (_, shop) => [
      `${shop} has a record of you under this e-mail address, and invites you to an account for it. You choose its password.`,
    ],
    use: { path: "/auth/invitation/accept", needs: { password: PASSWORD } },
    after: ["If you want no account, do nothing."],
  },
  password_reset: {
    subject: (shop) => `Your password at ${shop}`,
    before: (params, shop) => [
      `Somebody asked for a new password of your ${named(params, "role", (role) => `${role} `, "")}account at ${shop}.`,
    ],
    use: { path: "/auth/password-reset/confirm", needs: { new_password: PASSWORD } },
    after: ["If it was not you, do nothing: the password stays as it is."],
  },
  email_changed: {
    subject: (shop) => `The e-mail of your account at ${shop} was changed`,
    before: (params, shop) => [
      `The e-mail of your account at ${shop} was changed from this address to ${named(params, "new_email", itself, "another one")}.`,
      "If it was you, do nothing. If not, take the account back to this address, with a new password.",
    ],
    use: { path: "/auth/email/restore", needs: { new_password: PASSWORD } },
    after: [],
  },
  password_changed: {
    subject: (shop) => `The password of your account at ${shop} was changed`,
    before: (_, shop) => [`The password of your account at ${shop} was changed. If it was you, do nothing.`],
    after: [NOT_YOU],
  },
  sessions_ended: {
    subject: (shop) => `You were logged out everywhere at ${shop}`,
    before: (_, shop) => [`All sessions of your account at ${shop} were ended. If it was you, do nothing; log in again when you like.`],
    after: [NOT_YOU],
  },
  new_login: {
    subject: (shop) => `A login from another network at ${shop}`,
    before: (params, shop) => [
      `Your account at ${shop} was logged in to${named(params, "at", (at) => ` on ${timeOf(at)}`, "")}, ` +
        `from a network that it was not logged in from before${named(params, "network", (network) => `: ${network}`, "")}.`,
      "If it was you, do nothing.",
    ],
    after: [NOT_YOU],
  },
  second_factor_added: {
    subject: (shop) => `A second factor for your account at ${shop}`,
    before: (_, shop) => [`Your account at ${shop} has a second factor now: a login asks for a code as well. If it was you, do nothing.`],
    after: ["If it was not you, tell an admin of the shop at once."],
  },
  second_factor_removed: {
    subject: (shop) => `The second factor of your account at ${shop} was removed`,
    before: (_, shop) => [`The second factor of your account at ${shop} was removed: a login asks for no code any more.`],
    after: [NOT_YOU],
  },
  admin_added: {
    subject: (shop) => `A new admin at ${shop}`,
    before: (params, shop) => [`${named(params, "user_id", (id) => `The account ${id}`, "A new account")} at ${shop} was made an admin.`],
    after: ["If you do not know of it, look into the audit log, change the role of that account, and set a new password."],
  },
};

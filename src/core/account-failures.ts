import { type Entry, entry } from "./failure-entry.ts";

/** The failures of logins, sessions and accounts. */
export const ACCOUNT_FAILURES = {
  unauthenticated: entry(
    401,
    "A valid token is required",
    "Log in at POST /auth/login and send the token as 'Authorization: Bearer <token>'.",
  ),
  invalid_credentials: entry(
    401,
    "The e-mail, the password or the code is wrong",
    "Check them and try again. A code works once, for about a minute.",
  ),
  second_factor_required: entry(
    401,
    "The account has a second factor",
    'Send the login again with "code": six digits from your app, or one of your recovery codes.',
  ),
  invalid_refresh: entry(401, "The refresh token is not valid", "Log in again. The token was used before, or its session has ended."),
  invalid_email_token: entry(
    401,
    "The token of the mail is not valid",
    "It was used, has expired, or is for another account or e-mail. Ask for another mail.",
  ),
  other_origin: entry(
    403,
    "Only pages of this server may do this",
    "Programs log in at POST /auth/login. A browser says by itself, with 'Sec-Fetch-Site', that a page of this server asks.",
  ),
  email_unverified: entry(
    403,
    "The e-mail of the account is not proven",
    "Open the mail that was sent to it, or ask for another one with POST /auth/email/verify. Then log in again or refresh the token.",
  ),
  second_factor_needed: entry(
    403,
    "The account needs a second factor",
    "Set one up with POST /auth/second-factor, then log in again or refresh the token.",
  ),
  account_pending: entry(403, "The account is waiting for approval", "An admin of the shop must activate the account first."),
  account_disabled: entry(403, "The account is disabled", "Ask an admin of the shop to activate it again."),
  password_needed: entry(
    403,
    "The password is needed again",
    'Send your password as "current_password", or log in again: for five minutes after a login it is not asked for.',
  ),
  signup_closed: entry(403, "Sign-up is closed", "Ask an admin of the shop to add you."),
  second_factor_missing: entry(
    404,
    "There is no second factor",
    "An account gets one with POST /auth/second-factor, and its code turns it on at POST /auth/second-factor/confirm.",
  ),
  email_taken: entry(
    409,
    "The e-mail is already in use",
    "Use another e-mail, or log in to the account that has it. If it is yours, POST /auth/password-reset mails you a way in.",
  ),
  email_needed: entry(409, "The account needs an e-mail", "A customer who logs in has an e-mail. Send one, or delete the account first."),
  mailed_enough: entry(409, "Enough was mailed for now", "Three mails of this kind went out within the hour. Wait, and look for them."),
  second_factor_exists: entry(
    409,
    "The account has a second factor already",
    "Remove it first with DELETE /auth/second-factor; then a new one can be set up.",
  ),
  both_have_accounts: entry(
    409,
    "Both customers have an account",
    "Delete the account that is not used any more with DELETE /users/{id}, then merge.",
  ),
  account_exists: entry(409, "The record already has an account", "A record can have only one account. Change that one instead."),
  role_not_available: entry(
    409,
    "The account cannot have this role",
    "A mechanic can become an admin, and a mechanic again. No other role can change.",
  ),
  last_admin: entry(409, "This is the last active admin", "Make another account an active admin first."),
  role_required: entry(422, "The e-mail has accounts with two roles", "Send the role with the login: 'customer', 'mechanic' or 'admin'."),
} as const satisfies Record<string, Entry>;

import { z } from "@hono/zod-openapi";
import { ROLES } from "../../core/actor.ts";
import { Email, Id, pattern, text, wholeNumber } from "../../db/fields.ts";
import { USER } from "../../db/records/user.ts";
import { Password, Secret } from "../../http/fields.ts";
import { Code } from "./second-factor.schemas.ts";

export const Credentials = z
  .strictObject({
    email: Email,
    password: Secret,
    code: Code.optional().openapi({ description: "For an account with a second factor: six digits from the app, or a recovery code." }),
  })
  .openapi("Credentials");
/** Written in full: as `allOf` of two schemas without additional properties it would accept no body. */
export const RoleCredentials = z
  .strictObject({
    ...Credentials.shape,
    role: z.enum(ROLES).optional().openapi({ description: "Required only when the e-mail has accounts with different roles." }),
  })
  .openapi("RoleCredentials");

export const LoggedIn = z
  .object({
    token: pattern(2_000, /^[\w-]+\.[\w-]+\.[\w-]+$/),
    token_type: z.literal("Bearer"),
    expires_in: wholeNumber(1, 86_400).openapi({ description: "How long the token works, in seconds." }),
    refresh_token: pattern(100, /^[\w-]+$/).openapi({
      description: "Exchange it at POST /auth/refresh for new tokens: once, within 30 days, and within 90 days of the login.",
    }),
    role: z.enum(ROLES),
    user_id: Id,
    customer_id: Id.nullable(),
    mechanic_id: Id.nullable(),
    name: text(254),
    message: text(200),
  })
  .openapi("LoggedIn");

/** The same without the refresh token, which is in the cookie. */
export const CookieLoggedIn = LoggedIn.omit({ refresh_token: true }).openapi("CookieLoggedIn");

export const loggedInExample = {
  token: "eyJhbGciOiJIUzI1NiJ9.e30.signature",
  token_type: "Bearer",
  expires_in: 3_600,
  refresh_token: "Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgcmVhbCB0b2s",
  role: "customer",
  user_id: 12,
  customer_id: 12,
  mechanic_id: null,
  name: "Ada Example",
  message: "Login successful",
};

export const Me = USER.answer.extend({ name: text(254) }).openapi("Me");

export const meExample = { ...USER.example, name: "Ada Example" };

export const PasswordChange = z.strictObject({ current_password: Secret, new_password: Password }).openapi("PasswordChange");
export const Message = z.object({ message: text(200) }).openapi("Message");

import { z } from "@hono/zod-openapi";
import { ROLES } from "../../core/actor.ts";
import { Email, Id, pattern, text, wholeNumber } from "../../db/fields.ts";
import { Password } from "../../http/fields.ts";
import { userRow } from "../../http/rows.ts";

const Secret = z.string().min(1).max(128).openapi({ format: "password", example: "correct horse battery" });

export const Credentials = z.strictObject({ email: Email, password: Secret }).openapi("Credentials");
/** Not extended: as `allOf` of two closed objects no body would fit it. */
export const RoleCredentials = z
  .strictObject({
    ...Credentials.shape,
    role: z.enum(ROLES).optional().openapi({ description: "Needed only where one e-mail has accounts of two roles." }),
  })
  .openapi("RoleCredentials");

export const LoggedIn = z
  .object({
    token: pattern(2_000, /^[\w-]+\.[\w-]+\.[\w-]+$/),
    token_type: z.literal("Bearer"),
    expires_in: wholeNumber(1, 86_400).openapi({ description: "Seconds." }),
    refresh_token: pattern(100, /^[\w-]+$/).openapi({ description: "Gets the next token, once, at POST /auth/refresh, within 30 days." }),
    role: z.enum(ROLES),
    user_id: Id,
    customer_id: Id.nullable(),
    mechanic_id: Id.nullable(),
    name: text(254),
    message: text(200),
  })
  .openapi("LoggedIn");

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

export const Me = userRow
  .pick({ id: true, email: true, role: true, status: true, customer_id: true, mechanic_id: true, created_at: true, last_login_at: true })
  .extend({ name: text(254) })
  .openapi("Me");

export const meExample = {
  id: 12,
  email: "ada@example.com",
  role: "customer",
  status: "active",
  customer_id: 12,
  mechanic_id: null,
  created_at: "2026-11-20T09:30:00.000Z",
  last_login_at: "2026-11-20T09:31:00.000Z",
  name: "Ada Example",
};

export const PasswordChange = z.strictObject({ current_password: Secret, new_password: Password }).openapi("PasswordChange");
export const Message = z.object({ message: text(200) }).openapi("Message");

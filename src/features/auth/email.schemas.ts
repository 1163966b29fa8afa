import { z } from "@hono/zod-openapi";
import { Email, pattern, text } from "../../db/fields.ts";
import { Password } from "../../http/fields.ts";

const Token = pattern(43, /^[\w-]{43}$/).openapi({
  description: "The token of the mail; it is good once.",
  example: "Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgcmVhbCB0b2s",
});

export const Proof = z.strictObject({ token: Token }).openapi("EmailProof");
export const Proven = z.object({ message: text(200), token: pattern(2_000, /^[\w-]+\.[\w-]+\.[\w-]+$/) }).openapi("EmailProven");
export const ResetRequest = z.strictObject({ email: Email }).openapi("PasswordResetRequest");
export const NewPassword = z.strictObject({ token: Token, new_password: Password }).openapi("NewPasswordByMail");
export const Acceptance = z.strictObject({ token: Token, password: Password }).openapi("InvitationAcceptance");

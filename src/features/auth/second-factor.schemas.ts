import { z } from "@hono/zod-openapi";
import { Count, pattern, Timestamp } from "../../db/fields.ts";
import { Secret } from "../../http/fields.ts";

/** A code by time, or a recovery code, which people may type without hyphens or in small letters. */
export const Code = pattern(40, /^[\dA-Za-z -]{6,40}$/).openapi({
  description: "Six digits from your app, or one of your recovery codes. Each works once.",
  example: "492039",
});

export const CodeOnly = z.strictObject({ code: Code }).openapi("Code");

export const Removal = z.strictObject({ current_password: Secret, code: Code }).openapi("SecondFactorRemoval");
export type Removal = z.output<typeof Removal>;

export const SecondFactorState = z
  .object({
    state: z.enum(["off", "pending", "on"]).openapi({ description: "`pending`: set up, but its first code has not come yet." }),
    required: z.boolean().openapi({ description: "Whether this account must have one to do anything else." }),
    confirmed_at: Timestamp.nullable(),
    recovery_codes_left: Count,
  })
  .openapi("SecondFactorState");

export const stateExample = { state: "on", required: false, confirmed_at: "2026-11-20T09:31:00.000Z", recovery_codes_left: 9 };

export const NewSecondFactor = z
  .object({
    secret: pattern(32, /^[A-Z2-7]{32}$/).openapi({ description: "To type into an authenticator app, in base32. It is shown only now." }),
    otpauth_url: pattern(1_000, /^otpauth:\/\/totp\//).openapi({ format: "uri", description: "The same for a QR code." }),
  })
  .openapi("NewSecondFactor");

export const newFactorExample = {
  secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
  otpauth_url:
    "otpauth://totp/Mechanic%20Shop:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Mechanic%20Shop&algorithm=SHA1&digits=6&period=30",
};

export const RecoveryCodes = z
  .object({
    recovery_codes: z
      .array(pattern(19, /^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/))
      .min(10)
      .max(10)
      .openapi({ description: "Keep them where your app is not: each lets you in once without it. They are shown only now." }),
  })
  .openapi("RecoveryCodes");

export const recoveryCodesExample = {
  recovery_codes: Array.from("ABCDEFGHIJ", (letter) => `${letter}4ZT-KQ7M-2LXN-P5WE`),
};

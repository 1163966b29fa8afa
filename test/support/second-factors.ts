import { expect } from "vitest";
import { codeAt, stepAt } from "../../src/edge/totp.ts";
import { type Client, clock } from "./client.ts";
import { PASSWORD, type Person } from "./people.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What an authenticator app shows for a secret in base32, so many steps from now. */
export const codeOf = (secret: string, steps = 0): string => {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return codeAt(Buffer.from(bytes), stepAt(clock.now) + steps);
};

/** Another six digits. */
export const wrong = (code: string): string => String((Number(code) + 500_000) % 1_000_000).padStart(6, "0");

/** A second factor that is turned on: its secret and recovery codes. Codes of this step and before are used up. */
export const withFactor = async (client: Client, { token }: Pick<Person, "token">) => {
  const { secret } = (await client.post("/auth/second-factor", {}, { token })).body;
  const { status, body } = await client.post("/auth/second-factor/confirm", { code: codeOf(secret) }, { token });
  expect(status, JSON.stringify(body)).toBe(200);
  const codes: readonly string[] = body.recovery_codes;
  return { secret: String(secret), codes };
};

/** The body of a login with the password of the tests. */
export const login = ({ email }: Pick<Person, "email">, code?: string) => ({ email, password: PASSWORD, ...(code && { code }) });

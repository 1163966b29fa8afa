import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { type Answer, type Client, createClient, testDeps } from "./client.ts";
import { mailedToken } from "./mail.ts";
import { anAdmin, PASSWORD, type Person, unique } from "./people.ts";
import { quick } from "./quick-passwords.ts";

/** What a shop's day is told with: a client under the limits as they are shipped, and people who log in. */

const SHIPPED = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("RATE_LIMIT_")));

/** A client at an address of its own, with the limits of wrangler.toml. */
export const shippedClient = (): Client => createClient(testDeps(SHIPPED), `192.0.2.${unique()}`);

/** The admin that `npm run admin:create` makes. */
export const theAdmin = (): Promise<Person> => quick(anAdmin());

export const someone = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  email: `day${unique()}@example.com`,
  phone: "+1 555 0100",
  password: PASSWORD,
  ...more,
});

/** Logs in where the older system did, and tells the token. */
export const tokenAt = async (client: Client, path: string, email: string, more: Record<string, string> = {}): Promise<string> => {
  const { status, body } = await client.post(path, { email, password: PASSWORD, ...more });
  expect([status, body.message], `${path} ${JSON.stringify(body)}`).toEqual([200, "Login successful"]);
  return body.token;
};

/** Logs in where the older system did, and proves the e-mail with what was mailed to it. */
export const provenTokenAt = async (client: Client, path: string, email: string, more: Record<string, string> = {}): Promise<string> => {
  const token = await tokenAt(client, path, email, more);
  const { status, body } = await client.post("/auth/email/confirm", { token: await mailedToken(email, "verification") }, { token });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.token;
};

/** The answer, which went well. */
export const well = async (answer: Promise<Answer>): Promise<Answer> => {
  const { status, headers, body } = await answer;
  expect([200, 201], JSON.stringify(body)).toContain(status);
  return { status, headers, body };
};

/** The answer to a legacy path, which went well and says what it is. */
export const older = async (answer: Promise<Answer>): Promise<Answer> => {
  const found = await well(answer);
  expect(found.headers.get("Deprecation")).toMatch(/^@\d+$/);
  return found;
};

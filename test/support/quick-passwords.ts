import { env } from "cloudflare:workers";
import { scryptSync } from "node:crypto";
import { passwords } from "../../src/edge/passwords.ts";
import type { Deps } from "../../src/http/app-env.ts";
import { testDeps, type Variables } from "./client.ts";
import { PASSWORD, type Person } from "./people.ts";

/** For tests that log in often, and are about something else: hashes that cost next to nothing, and are not replaced. */

const salt = Buffer.from("quick");
const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
const cheapHash = (password: string): string =>
  `$scrypt$ln=1,r=1,p=1$${unpadded(salt)}$${unpadded(scryptSync(password, salt, 32, { N: 2, r: 1, p: 1 }))}`;
const quickHash = cheapHash(PASSWORD);

/** The app's parts, but for the replacing of cheap hashes. */
export const quickDeps = (variables: Variables = {}): Deps => ({
  ...testDeps(variables),
  passwords: { ...passwords, isOutdated: () => false },
});

/** Gives a person's account a cheap hash of the same password. */
export const quick = async (person: Promise<Person>): Promise<Person> => {
  const { userId } = await person;
  await env.DB.prepare("update users set password_hash = ? where id = ?").bind(quickHash, userId).run();
  return person;
};

/** The same where no hash may cost anything: of new passwords, and of those that accounts do not have. */
export const cheapDeps = (variables: Partial<Env> = {}): Deps => ({
  ...testDeps(variables),
  passwords: {
    hash: async (password) => cheapHash(password),
    verify: async (password, hash) => hash !== null && passwords.verify(password, hash),
    isOutdated: () => false,
  },
});

import { env } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { decodeJwt } from "jose";
import { expect } from "vitest";
import type { Gate } from "../../src/core/ports.ts";
import { statusOf } from "./accounts.ts";
import { type Client, createClient } from "./client.ts";
import { aCustomer, PASSWORD, type Person, rows } from "./people.ts";
import { quick, quickDeps } from "./quick-passwords.ts";

/** What a login or a refresh gave: both tokens, and the session they belong to. */
export interface Granted {
  readonly token: string;
  readonly refresh: string;
  readonly sid: number;
}

const granted = ({ token, refresh_token }: { token: string; refresh_token: string }): Granted => ({
  token,
  refresh: refresh_token,
  sid: Number(decodeJwt(token).sid),
});

/** A new session of the account, by its password. */
export const begin = async (client: Client, { email }: Pick<Person, "email">): Promise<Granted> =>
  granted((await client.post("/auth/login", { email, password: PASSWORD })).body);

/** Presents a refresh token: the status, the code of a failure, and what was granted. */
export const present = async (client: Client, refresh_token: string) => {
  const { status, body } = await client.post("/auth/refresh", { refresh_token });
  return { status, code: body.code, grant: status === 200 ? granted(body) : undefined };
};

/** Presents a refresh token that is good. */
export const refreshed = async (client: Client, refresh_token: string): Promise<Granted> => {
  const { grant, code } = await present(client, refresh_token);
  if (!grant) throw new Error(code);
  return grant;
};

export const REFUSED = { status: 401, code: "invalid_refresh", grant: undefined };

/** What is stored of a token. */
export const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

export const sessionOf = async (sid: number) =>
  (
    await rows<{ user_id: number; last_used_at: string; expires_at: string; ended_at: string | null; end_reason: string | null }>(
      "select * from sessions where id = ?",
      sid,
    )
  )[0];
export const tokensOf = (sid: number) =>
  rows<{ hash: string; issued_at: string; used_at: string | null }>(
    "select hash, issued_at, used_at from refresh_tokens where session_id = ? order by rowid",
    sid,
  );

/** All that a refused write on sessions could have touched. */
export const sessionState = () =>
  Promise.all(["sessions", "refresh_tokens", "users", "audit_log"].map((table) => rows(`select * from ${table} order by rowid`)));

const deps = quickDeps();
const client = createClient(deps);

/** The app behind a gate that answers as told. */
export const behind = (gate: Partial<Gate>): Client => createClient({ ...deps, gate: { ...deps.gate, ...gate } });
/** Reads go on without a gate; then the database tells whether a session does. */
const gateless = behind({ enter: async () => ({ kind: "unreachable" }) });

/** Is a session over: for its access token with a gate and without one, and for its refresh token, which is used? */
export const isOver = async ({ token, refresh }: Granted): Promise<boolean> => {
  const answers = [await statusOf(client, token), await statusOf(gateless, token), (await present(client, refresh)).status];
  expect(new Set(answers).size, answers.join()).toBe(1);
  return answers[0] === 401;
};

/** Somebody with two sessions and no more. */
export const withSessions = async (make: () => Promise<Person> = aCustomer) => {
  const person = await quick(make());
  await env.DB.prepare("delete from sessions where user_id = ?").bind(person.userId).run();
  const [first, second] = [await begin(client, person), await begin(client, person)];
  return { person, first, second };
};

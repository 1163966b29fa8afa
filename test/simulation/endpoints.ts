import { z } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import { type LoggedIn, loggedIn, type Session } from "../../src/core/actor.ts";
import { Failure, failureIn } from "../../src/core/errors.ts";
import type { ListingTag } from "../../src/core/ports.ts";
import type { Db } from "../../src/db/client.ts";
import { toFailure } from "../../src/db/failures.ts";
import type { WriteContext } from "../../src/http/app-env.ts";
import { byId } from "../../src/http/fields.ts";
import { ACCOUNTS, EVERYONE } from "../../src/http/policy.ts";
import { type Method, route } from "../../src/http/route.ts";
import type { WriteOrder } from "./d1.ts";

/** The smallest feature that uses all of the cache and the gate: rows are cells that hold the number of their last commit. */

export interface Content {
  readonly database: number;
  readonly cells: Readonly<Record<string, number>>;
}

/** Safe: the model of D1 answers with this. */
const contentOf = (text: string | undefined): Content => JSON.parse(text ?? "") as Content;

const Shown = z.object({ database: z.number(), cells: z.record(z.string(), z.number()), at: z.string() });

const specOf = <const M extends Method, const P extends `/${string}`>(method: M, path: P) => ({
  method,
  path,
  operationId: `${method} ${path}`,
  tag: "Simulation",
  summary: "",
  example: {},
});

const read = async (db: Db, cells: readonly string[]): Promise<Content> => {
  const [row] = await db.all<{ content: string }>(sql`sim read ${JSON.stringify(cells)}`);
  return contentOf(row?.content);
};

const write = async ({ db, writer }: WriteContext, order: Omit<WriteOrder, "request">): Promise<Content> => {
  const statement = sql`sim write ${JSON.stringify({ request: writer.requestId, ...order })}`;
  const [row] = await db.all<{ content: string }>(statement).catch((error: unknown) => {
    throw failureIn(error) ?? toFailure(error);
  });
  return contentOf(row?.content);
};

export interface Listing {
  readonly path: `/sim/listings/${string}`;
  readonly tags: readonly ListingTag[];
  readonly seconds: number;
}

/** Listings with the lives that real ones have. */
export const LISTINGS: readonly Listing[] = [
  { path: "/sim/listings/mechanics", tags: ["mechanics"], seconds: 60 },
  { path: "/sim/listings/customers", tags: ["customers"], seconds: 120 },
  { path: "/sim/listings/both", tags: ["customers", "mechanics"], seconds: 60 },
];

/** The cells that stand for all rows of the listings with these tags. */
export const cellsOf = (tags: readonly ListingTag[]): string[] => tags.map((tag) => `tag:${tag}`);
/** The listing that a record is in. */
export const tagOf = (id: number): ListingTag => (id % 2 === 0 ? "customers" : "mechanics");
export const recordCells = (id: number): string[] => [`record:${id}`, `login:${id}`, `user:${id}`];

/** Every third account is a customer's, whose listings are never cached; the others are mechanics'. */
export const actorOf = (id: number, session: Session): LoggedIn =>
  id % 3 === 0 ? { role: "customer", customerId: id, userId: id, session } : { role: "mechanic", mechanicId: id, userId: id, session };

/** A revocation that a gate did not confirm is delivered by the cron job, a minute later at most. */
const CRON_MS = 60_000;

/** Delivers a revocation before the answer. When the gate does not confirm it, it is delivered again and again afterwards. */
const delivering = async (deliver: () => Promise<void>, { defer }: WriteContext): Promise<void> => {
  const again = (): Promise<void> => new Promise<void>((resolve) => setTimeout(resolve, CRON_MS)).then(deliver).catch(again);
  await deliver().catch(() => defer(again()));
};

export const endpoints = [
  ...LISTINGS.map(({ path, tags, seconds }) =>
    route({ access: EVERYONE, cache: { tags, seconds } }, { ...specOf("get", path), answer: Shown }, async ({ db, now }) => ({
      body: { ...(await read(db, cellsOf(tags))), at: now },
    })),
  ),
  route({ access: EVERYONE }, { ...specOf("get", "/sim/records/{id}"), params: byId, answer: Shown }, async ({ db, now }, { params }) => ({
    body: { ...(await read(db, recordCells(params.id))), at: now },
  })),
  route(
    { access: ACCOUNTS, invalidates: ["customers", "mechanics"] },
    { ...specOf("put", "/sim/records/{id}"), params: byId, answer: z.object({}) },
    async (context, { params: { id } }) => {
      const moves = [tagOf(id)];
      await write(context, { cells: [`record:${id}`, ...cellsOf(moves)], back: [] });
      return { body: {}, invalidates: moves };
    },
  ),
  route(
    { access: EVERYONE, limit: "register", invalidates: ["mechanics"] },
    { ...specOf("post", "/sim/accounts/{id}"), params: byId, answer: z.object({}), status: 201 },
    async (context, { params: { id } }) => {
      await write(context, { cells: [`record:${id}`, "tag:mechanics"], numbers: { [`user:${id}`]: 1 }, back: [] });
      return { body: {} };
    },
  ),
  route(
    { access: EVERYONE, limit: "login", readsBeforeAdmission: true, ignoresIdempotencyKey: true, anonymousOnBadToken: true },
    { ...specOf("post", "/sim/logins/{id}"), params: byId, answer: z.object({ token: z.string() }) },
    async (context, { params: { id } }) => {
      const user = `user:${id}` as const;
      const [{ cells }] = await Promise.all([read(context.db, [user]), context.admitted]);
      if (!cells[user]) throw new Failure("invalid_credentials");
      const { cells: now } = await write(context, { cells: [`login:${id}`], back: [user] });
      const session = { sid: context.services.newId(), gen: now[user] ?? 0 };
      return { body: { token: await context.services.tokens.sign(actorOf(id, session), Date.parse(context.now)) }, readers: [user] };
    },
  ),
  route({ access: ACCOUNTS }, { ...specOf("post", "/sim/revocations"), answer: z.object({}) }, async (context) => {
    const { services, now } = context;
    const actor = loggedIn(context.actor);
    const user = `user:${actor.userId}` as const;
    const gen = actor.session.gen + 1;
    await write(context, { cells: [], numbers: { [user]: gen }, back: [] });
    await delivering(() => services.gate.revoke(user, gen, Date.parse(now)), context);
    return { body: {} };
  }),
];

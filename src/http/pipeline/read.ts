import { later, reaches } from "../../core/bookmarks.ts";
import { Failure } from "../../core/errors.ts";
import type { Admission, Bookmark, CachedListing } from "../../core/ports.ts";
import { checkAccount } from "../../db/account-check.ts";
import { openSession, type ReadFrom } from "../../db/client.ts";
import type { AppContext, Result } from "../app-env.ts";
import type { Policy } from "../policy.ts";
import type { Accepted } from "../route.ts";
import { setHeader } from "./answer.ts";
import { type Asked, admit, type Call, cachingOf, enter, isKnown, respond, respondText } from "./call.ts";

/** What a read found, and the bookmark it was found at. */
interface Reading {
  readonly outcome: { readonly result: Result<unknown> } | { readonly error: unknown };
  readonly seen: Bookmark | null;
}

/** Reads in a session of its own. Never throws: whether the outcome counts is decided later. */
const readFrom = async (c: AppContext, { actor, nowMs }: Call, accepted: Accepted, from: ReadFrom): Promise<Reading> => {
  const session = openSession(c.get("deps").d1, from, c.get("deps").retry);
  const context = { actor, db: session.db, now: new Date(nowMs).toISOString(), services: c.get("deps") };
  const outcome = await accepted.run(context).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  return { outcome, seen: session.bookmark() };
};

const resultOf = ({ outcome }: Reading): Result<unknown> => {
  if ("error" in outcome) throw outcome.error;
  return outcome.result;
};

/** Where this client must read so that it sees its own writes. */
const ownPlace = ({ hasPendingWrite, bookmark }: Admission): ReadFrom =>
  hasPendingWrite ? "first-primary" : (bookmark ?? "first-unconstrained");

/**
 * Asks the gate or, when it is unreachable, the limiter of this isolate. Only a gate knows about revoked tokens, so the
 * account is then looked up in the database. The client counts as having a pending write, also without a token: they may
 * have registered just now.
 */
const admitRead = async (c: AppContext, call: Call, asked: Asked): Promise<{ admission: Admission; accepted: Accepted }> => {
  const verdict = await asked;
  if (verdict.kind !== "unreachable") return admit(c, call, verdict);
  const deps = c.get("deps");
  const local = await enter(c, call, deps.localGate);
  if (local.kind === "unreachable") throw new Failure("unavailable");
  const admitted = admit(c, call, local);
  await checkAccount(openSession(deps.d1, "first-primary", deps.retry).db, call.actor);
  return admitted;
};

/** A request without a limit and without a token needs no gate. */
const isUnlimited = ({ endpoint, actor }: Call): boolean => endpoint.policy.limit === "none" && actor.role === "anonymous";

/** A record: read from anywhere while the gate is asked, and once more where it was too old for this client. */
const answerRecord = async (c: AppContext, call: Call): Promise<Response> => {
  const from = call.endpoint.policy.readsPrimary ? "first-primary" : "first-unconstrained";
  const asked = enter(c, call);
  const early = isKnown(asked) || call.accepted instanceof Failure ? null : readFrom(c, call, call.accepted, from);
  const { admission, accepted } = await admitRead(c, call, asked);
  const first = await early;
  const isEnough = first !== null && !admission.hasPendingWrite && reaches(first.seen, admission.bookmark);
  const reading = isEnough ? first : await readFrom(c, call, accepted, ownPlace(admission));
  return respond(c, accepted, resultOf(reading));
};

/** A listing as it is sent; without a point in history it cannot be kept. */
type Listing = Omit<CachedListing, "bookmark"> & { readonly bookmark: Bookmark | null };

const isDated = (listing: Listing): listing is CachedListing => listing.bookmark !== null;

const readListing = async (c: AppContext, call: Call, accepted: Accepted, from: ReadFrom): Promise<Listing> => {
  const reading = await readFrom(c, call, accepted, from);
  const { body, link = "" } = resultOf(reading);
  return { bookmark: reading.seen, readAt: call.nowMs, link, body: JSON.stringify(body) };
};

/**
 * A listing: from the cache when the entry is within its time, not older than the watermarks of its tags, and not older
 * than what this client wrote under them; else read at the newest of these points, and kept.
 */
const answerListing = async (c: AppContext, call: Call, { tags, seconds }: NonNullable<Policy["cache"]>): Promise<Response> => {
  const { cache } = c.get("deps");
  const key = call.accepted instanceof Failure ? "" : `${call.endpoint.bucket} ${call.actor.role} ${call.accepted.key}`;
  const asked = enter(c, call);
  const looking = key && !isKnown(asked) ? cache.lookup(key, tags) : null;
  const { admission, accepted } = await admitRead(c, call, asked);
  const { entry, watermark } = (await looking) ?? { entry: null, watermark: null };
  const needed = later(watermark, admission.bookmark);
  const isFresh = entry !== null && call.nowMs - entry.readAt < seconds * 1_000 && reaches(entry.bookmark, needed);
  const isHit = isFresh && !admission.hasPendingWrite;
  setHeader(c, "X-Cache", isHit ? "hit" : "miss");
  const from = admission.hasPendingWrite ? "first-primary" : (needed ?? "first-unconstrained");
  const listing = isHit ? entry : await readListing(c, call, accepted, from);
  const keeping = isDated(listing) ? cache.keep(key, listing, seconds) : null;
  if (keeping) c.executionCtx.waitUntil(keeping);
  return respondText(c, 200, listing.body, "private, no-store", listing.link);
};

const answerOpen = async (c: AppContext, call: Call): Promise<Response> => {
  if (call.accepted instanceof Failure) throw call.accepted;
  return respond(c, call.accepted, resultOf(await readFrom(c, call, call.accepted, "first-unconstrained")));
};

/** Answers a read. */
export const answerRead = (c: AppContext, call: Call): Promise<Response> => {
  const caching = cachingOf(call);
  if (isUnlimited(call)) return answerOpen(c, call);
  return caching ? answerListing(c, call, caching) : answerRecord(c, call);
};

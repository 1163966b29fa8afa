import { later, reaches } from "../../core/bookmarks.ts";
import { Failure } from "../../core/errors.ts";
import type { Admission, Bookmark, CachedListing } from "../../core/ports.ts";
import { checkAccount } from "../../db/account-check.ts";
import { openSession, type ReadFrom } from "../../db/client.ts";
import type { AppContext, Result } from "../app-env.ts";
import type { Policy } from "../policy.ts";
import type { FileKind, Validated } from "../route.ts";
import {
  admit,
  askGate,
  asStranger,
  cachingOf,
  type GateAnswer,
  type GuardedRequest,
  isRemembered,
  respond,
  respondText,
} from "./admit.ts";
import { setHeader } from "./answer.ts";
import { type FileType, prefers } from "./negotiation.ts";

/** What a read found, and the bookmark it was found at. */
interface Reading {
  readonly outcome: { readonly result: Result<unknown> } | { readonly error: unknown };
  readonly seen: Bookmark | null;
}

const TYPES = { csv: "text/csv", pdf: "application/pdf", "pdf only": "application/pdf" } as const satisfies Record<FileKind, FileType>;

/** Does the client rather have the answer as a file? */
const asksForFile = (c: AppContext, validated: Validated): validated is Validated & Required<Pick<Validated, "runFile">> =>
  validated.runFile !== undefined && validated.spec.file !== null && prefers(c, TYPES[validated.spec.file]);

/** Reads in a session of its own. Never throws: whether the outcome counts is decided later. */
const readFrom = async (c: AppContext, { actor, nowMs }: GuardedRequest, validated: Validated, from: ReadFrom): Promise<Reading> => {
  const session = openSession(c.get("deps").d1, from, c.get("deps").retry);
  const context = { actor, db: session.db, now: new Date(nowMs).toISOString(), services: c.get("deps") };
  const run = asksForFile(c, validated) ? validated.runFile : validated.run;
  const outcome = await run(context).then(
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
const admitRead = async (
  c: AppContext,
  request: GuardedRequest,
  gateAnswer: GateAnswer,
): Promise<{ admission: Admission; validated: Validated }> => {
  const verdict = await gateAnswer;
  if (verdict.kind !== "unreachable") return admit(c, request, verdict);
  const deps = c.get("deps");
  const local = await askGate(c, request, deps.localGate);
  if (local.kind === "unreachable") throw new Failure("unavailable");
  const admitted = admit(c, request, local);
  await checkAccount(openSession(deps.d1, "first-primary", deps.retry).db, request.actor);
  return admitted;
};

/** A request without a limit and without a token needs no gate. */
const isUnlimited = ({ endpoint, actor }: GuardedRequest): boolean => endpoint.policy.limit === "none" && actor.role === "anonymous";

/** A record: read from anywhere while the gate is asked, and again if the answer was too old for this client. */
const answerRecord = async (c: AppContext, request: GuardedRequest): Promise<Response> => {
  const from = request.endpoint.policy.readsPrimary ? "first-primary" : "first-unconstrained";
  const gateAnswer = askGate(c, request);
  const started = isRemembered(gateAnswer) || request.validated instanceof Failure ? null : readFrom(c, request, request.validated, from);
  const { admission, validated } = await admitRead(c, request, gateAnswer);
  const first = await started;
  const isEnough = first !== null && !admission.hasPendingWrite && reaches(first.seen, admission.bookmark);
  if (admission.revoked) return respond(c, validated, resultOf(await readFrom(c, asStranger(request), validated, ownPlace(admission))));
  const reading = isEnough ? first : await readFrom(c, request, validated, ownPlace(admission));
  return respond(c, validated, resultOf(reading));
};

/** A listing as it is sent. Without a bookmark it cannot be cached. */
type Listing = Omit<CachedListing, "bookmark"> & { readonly bookmark: Bookmark | null };

const isDated = (listing: Listing): listing is CachedListing => listing.bookmark !== null;

const readListing = async (c: AppContext, request: GuardedRequest, validated: Validated, from: ReadFrom): Promise<Listing> => {
  const reading = await readFrom(c, request, validated, from);
  const { body, link = "" } = resultOf(reading);
  return { bookmark: reading.seen, readAt: request.nowMs, link, body: JSON.stringify(body) };
};

/**
 * A listing: from the cache when the entry is within its time, not older than the watermarks of its tags, and not older
 * than what this client wrote under them; else read at the newest of these points, and kept.
 */
const answerListing = async (
  c: AppContext,
  request: GuardedRequest,
  { tags, seconds }: NonNullable<Policy["cache"]>,
): Promise<Response> => {
  const { cache } = c.get("deps");
  const key = request.validated instanceof Failure ? "" : `${request.endpoint.bucket} ${request.actor.role} ${request.validated.key}`;
  const gateAnswer = askGate(c, request);
  const looking = key && !isRemembered(gateAnswer) ? cache.lookup(key, tags) : null;
  const { admission, validated } = await admitRead(c, request, gateAnswer);
  const { entry, watermark } = (await looking) ?? { entry: null, watermark: null };
  const needed = later(watermark, admission.bookmark);
  const isFresh = entry !== null && request.nowMs - entry.readAt < seconds * 1_000 && reaches(entry.bookmark, needed);
  const isHit = isFresh && !admission.hasPendingWrite;
  setHeader(c, "X-Cache", isHit ? "hit" : "miss");
  const from = admission.hasPendingWrite ? "first-primary" : (needed ?? "first-unconstrained");
  const listing = isHit ? entry : await readListing(c, request, validated, from);
  const keeping = isDated(listing) ? cache.keep(key, listing, seconds) : null;
  if (keeping) c.executionCtx.waitUntil(keeping);
  return respondText(c, 200, listing.body, "private, no-store", listing.link);
};

const answerUnlimited = async (c: AppContext, request: GuardedRequest): Promise<Response> => {
  if (request.validated instanceof Failure) throw request.validated;
  return respond(c, request.validated, resultOf(await readFrom(c, request, request.validated, "first-unconstrained")));
};

/** Answers a read. */
export const answerRead = (c: AppContext, request: GuardedRequest): Promise<Response> => {
  const caching = cachingOf(request);
  if (isUnlimited(request)) return answerUnlimited(c, request);
  return caching ? answerListing(c, request, caching) : answerRecord(c, request);
};

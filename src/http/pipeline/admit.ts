import { type Actor, ANONYMOUS, accountOf, customerOf } from "../../core/actor.ts";
import { Failure, failureIn } from "../../core/errors.ts";
import type { Admission, ClientKey, Gate, GateRequest, RateLimited } from "../../core/ports.ts";
import type { AppContext, Result } from "../app-env.ts";
import { CsvBody, streamOf } from "../csv.ts";
import { inline, PdfBody, type PdfFile } from "../pdf.ts";
import { type Policy, rulesOf } from "../policy.ts";
import { type Guarded, isWrite, type Validated } from "../route.ts";
import { addToHeader, send, setHeader } from "./answer.ts";
import type { Counted } from "./client-address.ts";
import { etagOf, isNamed } from "./conditions.ts";
import { setLimitHeaders } from "./limit-headers.ts";
import { recordRefusedAccess } from "./refused-access.ts";

/** Who asks for what, when (milliseconds since 1970) and from where. */
export interface Asking {
  readonly endpoint: Guarded;
  readonly actor: Actor;
  readonly client: ClientKey;
  /** The network of the request, by which accounts know it, and where it counts when it counts by address. */
  readonly network: string;
  readonly counted: Counted;
  readonly nowMs: number;
}

/** A request whose actor and input are known. Neither the gate nor the database has been asked yet. */
export interface GuardedRequest extends Asking {
  /** The valid input with what to run, or the failure to answer with. */
  readonly validated: Validated | Failure;
}

/** The session that a write needs to go on, or null. 0 is no session: a token without one cannot write. */
const sessionOf = ({ actor, endpoint }: GuardedRequest): number | null => {
  const account = accountOf(actor);
  return account === null || endpoint.policy.anonymousOnBadToken ? null : Number(account.session.sid) || 0;
};

/** Who sent the request, when and from which address, as the database records it. */
export const requesterOf = (c: AppContext, request: GuardedRequest) => ({
  requestId: c.get("requestId"),
  userId: accountOf(request.actor)?.userId ?? null,
  sessionId: sessionOf(request),
  role: request.actor.role,
  customerId: request.actor.role === "link" ? request.actor.customerId : customerOf(request.actor),
  network: request.network,
  sealer: c.get("deps").sealer,
  defer: (work: Promise<unknown>): void => c.executionCtx.waitUntil(work),
  address: c.req.header("CF-Connecting-IP") ?? null,
  at: new Date(request.nowMs).toISOString(),
});

/** The answer of a gate: a promise, or at once when this isolate remembers that the client is over its limit. */
export type GateAnswer = ReturnType<Gate["enter"]>;

/** Is the answer known without asking? Then nothing should be started in parallel. */
export const isRemembered = (gateAnswer: GateAnswer): gateAnswer is RateLimited => "kind" in gateAnswer;

/** How the answer is cached, if at all. Listings of customers are not, since each sees other records. */
export const cachingOf = ({ endpoint, actor }: Asking): Policy["cache"] => (actor.role === "customer" ? undefined : endpoint.policy.cache);

/** What a gate is told of a request that changes nothing. */
export const gateRequestOf = (c: AppContext, asking: Asking): GateRequest => {
  const { endpoint, actor, client, counted, nowMs: now } = asking;
  const caching = cachingOf(asking);
  const networks = client.startsWith("address:") ? counted.networks : [];
  const account = accountOf(actor);
  return {
    rules: rulesOf(endpoint.policy, endpoint.bucket, actor, c.get("deps").limits, networks),
    now,
    ...(account && client.startsWith("user:") ? { session: account.session } : {}),
    ...(caching ? { tags: caching.tags } : {}),
  };
};

/** How long a denial that may soon be taken back is waited for, in milliseconds. */
const PATIENCE_MS = [400, 1_200];

/** Asks again while the window is full only of requests that are under way, which may turn out not to count. */
export const askPatiently = async (ask: () => GateAnswer): Promise<Awaited<GateAnswer>> => {
  for (const ms of PATIENCE_MS) {
    const verdict = await ask();
    if (verdict.kind !== "denied" || !verdict.isOpen) return verdict;
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
  return ask();
};

/** The same request as of somebody without a token. */
export const asStranger = <A extends Asking>(asking: A): A => ({ ...asking, actor: ANONYMOUS, client: `address:${asking.counted.gate}` });

/** Counts a request with a revoked token for its address: the account has nothing to do with it any more. */
const askForAddress = async (c: AppContext, request: GuardedRequest, gate: Gate): Promise<Awaited<GateAnswer>> => {
  const stranger = asStranger(request);
  const verdict = await gate.enter(stranger.client, gateRequestOf(c, stranger));
  return verdict.kind === "unreachable" ? verdict : { ...verdict, revoked: true };
};

/** Asks the client's gate, or another one in its place. A write that is going to run becomes pending there. */
export const askGate = (c: AppContext, request: GuardedRequest, gate = c.get("deps").gate): GateAnswer => {
  const { endpoint, client, validated } = request;
  const willRun = !(validated instanceof Failure);
  const { rules, ...entry } = gateRequestOf(c, request);
  const message = {
    ...entry,
    rules: willRun ? rules : rules.map((rule) => ({ ...rule, failuresOnly: false })),
    ...(isWrite(endpoint) && willRun ? { write: c.get("requestId") } : {}),
  };
  const answer = gate.enter(client, message);
  if (isRemembered(answer)) return answer;
  if (endpoint.policy.countsFailuresOnly) {
    const answers = [answer];
    return askPatiently(() => answers.pop() ?? gate.enter(client, message));
  }
  return answer.then((verdict) => (verdict.kind === "admitted" && verdict.revoked ? askForAddress(c, request, gate) : verdict));
};

/** A denial as the failure that it is answered with. */
export const rateLimited = ({ window, retryMs }: RateLimited): Failure =>
  new Failure("rate_limited", { policy: window, retry_after: Math.ceil(retryMs / 1_000) });

interface Admitted {
  readonly admission: Admission;
  readonly validated: Validated;
}

const requireAdmission = ({ validated, endpoint }: GuardedRequest, verdict: Admission | RateLimited): Admitted => {
  if (validated instanceof Failure && validated.status === 401) throw validated;
  if (verdict.revoked && !endpoint.policy.anonymousOnBadToken) throw new Failure("unauthenticated");
  if (verdict.kind === "denied") throw rateLimited(verdict);
  if (validated instanceof Failure) throw validated;
  return { admission: verdict, validated };
};

/**
 * Lets a request in by the verdict of its gate, and sets the limit headers. A refused request for an admins' route is
 * recorded in the audit log. Throws 401, then 429, then the failure of the validation.
 */
export const admit = (c: AppContext, request: GuardedRequest, verdict: Admission | RateLimited): Admitted => {
  setLimitHeaders(c, verdict.quotas);
  try {
    return requireAdmission(request, verdict);
  } catch (error) {
    if (error instanceof Failure && verdict.kind === "admitted") recordRefusedAccess(c, request.endpoint, requesterOf(c, request), error);
    throw error;
  }
};

/** The answer of a successful request. A record has an ETag; a client that has the record already gets a 304. */
export const respond = (
  c: AppContext,
  { spec }: Validated,
  { body, version, location, link }: Result<unknown>,
): Response | Promise<Response> => {
  if (spec.file !== null && spec.file !== "pdf only") addToHeader(c, "Vary", "Accept");
  if (body instanceof PdfBody) return respondPdf(c, body.file);
  if (body instanceof CsvBody) return respondCsv(c, body);
  const text = JSON.stringify(body);
  if (location) setHeader(c, "Location", location);
  if (version === undefined) return respondText(c, spec.status ?? 200, text, "private, no-store", link);
  const etag = etagOf(version, text);
  setHeader(c, "ETag", etag);
  setHeader(c, "Cache-Control", "private, no-cache");
  if (spec.method === "get" && isNamed(c.req.header("If-None-Match"), etag)) return send(c, 304, null);
  return respondText(c, spec.status ?? 200, text, "private, no-cache", link);
};

/** The same for a file, which is sent while it is read; the log has a second line for how that ended. */
const respondCsv = (c: AppContext, body: CsvBody): Response => {
  const { log } = c.get("deps");
  setHeader(c, "Cache-Control", "private, no-store");
  setHeader(c, "Content-Type", "text/csv; charset=utf-8; header=present");
  setHeader(c, "Content-Disposition", `attachment; filename="${body.name}.csv"`);
  // Nobody reads the body of an answer to HEAD.
  if (c.req.method === "HEAD") return send(c, 200, null);
  const [request_id, start] = [c.get("requestId"), performance.now()];
  c.set("isStreamed", true);
  return send(
    c,
    200,
    streamOf(body, ({ file, pieces, bytes, error }) => {
      const ms = Math.round(performance.now() - start);
      log({ request_id, file, pieces, bytes, ms, ...(file === "broken" && { error: failureIn(error)?.code ?? "internal" }) });
    }),
  );
};

/** The same for a document, which is made only for a client that does not have it. */
const respondPdf = async (c: AppContext, { name, etag, render }: PdfFile): Promise<Response> => {
  const isKnown = isNamed(c.req.header("If-None-Match"), etag);
  const bytes = isKnown ? null : await render();
  setHeader(c, "ETag", etag);
  setHeader(c, "Cache-Control", "private, no-cache");
  if (!bytes) return send(c, 304, null);
  setHeader(c, "Content-Type", "application/pdf");
  setHeader(c, "Content-Disposition", inline(name));
  return send(c, 200, bytes);
};

/** The same for a body that is already text. */
export const respondText = (c: AppContext, status: 200 | 201, body: string, caching: string, link: string | undefined): Response => {
  if (link) setHeader(c, "Link", link);
  setHeader(c, "Cache-Control", caching);
  setHeader(c, "Content-Type", "application/json");
  return send(c, status, body);
};

import type { Actor, LoggedIn, Session } from "./actor.ts";
import type { Rule } from "./limits.ts";

/** Interfaces of what needs Cloudflare or a secret key. `edge/` implements them; tests may bring their own. */

/** The time in milliseconds since 1970. It is injected, so that tests can set it. */
export type Clock = () => number;

/** The name of a client: `user:12`, or `address:203.0.113.7` for one without an account, that of a refresh token's session, or of a link. */
export type ClientKey = `user:${number}` | `address:${string}` | `session:${string}` | `link:${number}`;

/** Each cached listing has tags. A write names the tags whose listings it makes old. */
export const LISTING_TAGS = ["customers", "mechanics", "vehicles", "service_tickets", "inventory"] as const;
export type ListingTag = (typeof LISTING_TAGS)[number];

/** A D1 bookmark: a point in the history of the database. Later ones sort after earlier ones. */
export type Bookmark = string & { readonly __brand: "bookmark" };

/** What the gate is told of a request. */
export interface GateRequest {
  readonly rules: readonly Rule[];
  readonly now: number;
  /** The id of a write that is about to start. It stays pending until `completeWrite` names it. */
  readonly write?: string;
  readonly session?: Session;
  /** The tags of the listing that is about to be read; without them the request may read anything. */
  readonly tags?: readonly ListingTag[];
}

/** What is left of one window after this request. */
export interface Quota {
  readonly window: string;
  readonly limit: number;
  readonly ms: number;
  readonly remaining: number;
  readonly resetMs: number;
}

/** The gate lets the request in, and tells what is needed to answer it. */
export interface Admission {
  readonly kind: "admitted";
  readonly quotas: readonly Quota[];
  /** A write of this client has started and its end is not known: read from the primary, without the cache. */
  readonly hasPendingWrite: boolean;
  /** The bookmark of the client's last write under the tags of the request, or under any tag when it named none. */
  readonly bookmark: Bookmark | null;
  /** The session of the token has ended, or the account has a newer generation. */
  readonly revoked: boolean;
}

/** The gate refuses the request: the window is full for another `retryMs` milliseconds. */
export interface RateLimited {
  readonly kind: "denied";
  readonly quotas: readonly Quota[];
  readonly window: string;
  readonly retryMs: number;
  readonly revoked: boolean;
  /** Some of the hits may soon be taken back, since their requests are under way. */
  readonly isOpen: boolean;
}

/** The gate did not answer in time. */
export interface Unreachable {
  readonly kind: "unreachable";
}

/** The end of a write, as the gate is told of it. */
export interface WriteCompletion {
  readonly write: string;
  /** Where the write was committed, or null when nothing was changed. */
  readonly bookmark: Bookmark | null;
  readonly tags: readonly ListingTag[];
  readonly now: number;
}

export interface Gate {
  /** Asks whether a request may go on. A denial that this isolate remembers is returned at once, not as a promise. */
  enter(client: ClientKey, entry: GateRequest): Promise<Admission | RateLimited | Unreachable> | RateLimited;
  /** The denial that this isolate remembers of such a request, without asking or counting anything; or null. */
  remembered(client: ClientKey, entry: GateRequest): RateLimited | null;
  /** Ends a pending write. Never throws; when the gate is unreachable the write stays pending until it expires. */
  completeWrite(client: ClientKey, completion: WriteCompletion): Promise<Unreachable | undefined>;
  /** Tells how a request ended whose hits count only when it fails (`Rule.failuresOnly`). Never throws. */
  decide(client: ClientKey, rules: readonly Rule[], hasFailed: boolean): Promise<void>;
  /** Revokes all tokens of the client below this generation. Throws `unavailable` when the gate is unreachable. */
  revoke(client: ClientKey, gen: number, now: number): Promise<void>;
  /** Revokes all tokens of one session of the client. Throws `unavailable` when the gate is unreachable. */
  end(client: ClientKey, sid: string, now: number): Promise<void>;
}

/** How an attempt to log in ended: `undone` when the password was not the reason. */
export type AttemptOutcome = "opened" | "failed" | "undone";

/** An attempt that the gate of an account lets in. */
export interface Attempt {
  readonly kind: "admitted";
  /** Has this address opened this account within 30 days? */
  readonly isKnown: boolean;
}

/**
 * Limits attempts to log in per account: failures of all addresses together, but for those that have opened this account
 * before; and what these addresses open, each by itself.
 */
export interface LoginGate {
  /** Counts an attempt from `address`, before its password is checked; the answer says whether it may go on. */
  countAttempt(account: string, address: string, rule: Rule, now: number): Promise<Attempt | RateLimited | Unreachable>;
  /** Tells how a counted attempt ended. Never throws. */
  settleAttempt(account: string, address: string, rule: Rule, now: number, isKnown: boolean, outcome: AttemptOutcome): Promise<void>;
}

/** A listing as it was sent: body, Link header, and the bookmark and time (milliseconds) at which it was read. */
export interface CachedListing {
  readonly bookmark: Bookmark;
  readonly readAt: number;
  readonly link: string;
  readonly body: string;
}

/** Caches listings. The watermark of a tag is the bookmark of the newest known write that changed its listings. */
export interface ListingCache {
  /** Looks up an entry, and the latest watermark of its tags. `entry` is null on a miss or when the cache fails. */
  lookup(key: string, tags: readonly ListingTag[]): Promise<{ entry: CachedListing | null; watermark: Bookmark | null }>;
  /** Keeps a listing that is being sent for `seconds`. Returns the work of storing it in KV, if any, which never rejects. */
  keep(key: string, entry: CachedListing, seconds: number): Promise<unknown> | null;
  /** Raises the watermarks of the tags to this bookmark. Never throws. */
  advanceWatermarks(tags: readonly ListingTag[], bookmark: Bookmark): Promise<void>;
}

/** How long an access token lives, in seconds. */
export const TOKEN_SECONDS = 3_600;

export interface Tokens {
  /** Signs an access token that lives `TOKEN_SECONDS`. */
  sign(actor: LoggedIn, now: number): Promise<string>;
  /** The actor of a token, or null for anything that does not verify. */
  verify(token: string, now: number): Promise<Actor | null>;
}

/** Opaque tokens; each is exchanged once for a new access token. They cannot be made from what the database holds. */
export interface RefreshTokens {
  /** The first token of a session. */
  create(): string;
  /** The name that all tokens of a session share, or null for a text that was not made under a secret that is still known. */
  familyOf(token: string): string | null;
  /** The hash under which a token is stored. */
  hash(token: string): string;
  /** The tokens that may follow this one: under the current secret, then under earlier ones. The same at every call. */
  successors(token: string): readonly [string, ...string[]];
}

export interface Passwords {
  /** A PHC string of the password. */
  hash(password: string): Promise<string>;
  /** Does the password match? Without a hash the answer is no, after the same amount of work. */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** Was the hash made with an older algorithm or older parameters? Then the password should be hashed again. */
  isOutdated(hash: string): boolean;
}

/** A second factor as the database holds it; `lastStep` is the time step of the last code that was taken. */
export interface StoredFactor {
  readonly userId: number;
  readonly stored: string;
  readonly lastStep: number;
}

/** Codes by time (RFC 6238), and codes for when their app is lost. */
export interface SecondFactors {
  /** A new secret of an account: as it is stored, and in base32 and as a URL for its owner's app. */
  create(userId: number, account: string): { readonly stored: string; readonly secret: string; readonly url: string };
  /** The time step of a code that is good at `now` (milliseconds since 1970), or null. */
  stepOf(code: string, factor: StoredFactor, now: number): number | null;
  /** New recovery codes, as their owner keeps them. */
  createRecoveryCodes(): readonly string[];
  /** The hash under which a recovery code is stored. */
  hashOf(code: string): string;
}

/** A seal of the audit log, and the row it seals. */
export interface Seal {
  readonly id: number;
  readonly seal: string;
}

/** Makes seals with a key that is not in the database. */
export interface Sealer {
  /** The seal of a row with these values, in a fixed order, whose predecessor has the seal `previous`. */
  seal(values: readonly unknown[], previous: string): string;
}

/** Where entries of the audit log go that are kept no longer in the database. */
export interface ArchiveStore {
  /** Stores a text under a name; again the same when it is there already. Rejects when it is not stored. */
  put(name: string, text: string): Promise<void>;
}

/** The last number that was given in a series of documents: of a kind, in a year. */
export interface GivenNumber {
  readonly kind: string;
  readonly year: number;
  readonly last: number;
}

/** Remembers outside of the database which numbers documents have, so that one that is set back in time gives none twice. */
export interface NumberAnchor {
  /** The last number of each series that it knows. Throws `unavailable` when it does not answer. */
  given(): Promise<readonly GivenNumber[]>;
  /** Remembers these where they are higher. Throws `unavailable`. */
  raise(numbers: readonly GivenNumber[]): Promise<void>;
}

/** Remembers outside of the database how far the audit log is sealed, so that a cut-off end is noticed. */
export interface Anchor {
  /** The last seal that it knows, or null before the first. Throws `unavailable` when it does not answer. */
  head(): Promise<Seal | null>;
  /** Moves on to `to` if its head is still `from`; otherwise nothing changes. Throws `unavailable`. */
  advance(from: Seal | null, to: Seal): Promise<void>;
}

/** What a language model is asked: what it is to do, and with what. */
export interface Prompt {
  readonly system: string;
  readonly user: string;
}

/** Words answers of the assistant. What it says is believed only as far as tickets prove it. */
export interface LanguageModel {
  /** Its answer, which may be anything; null when it failed or answered too late or too much. Never rejects. */
  complete(prompt: Prompt): Promise<string | null>;
}

/** How long a model may take to answer, in milliseconds. */
export const MODEL_TIMEOUT_MS = 20_000;

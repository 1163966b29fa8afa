import type { Actor, LoggedIn, Session } from "./actor.ts";
import type { Rule } from "./limits.ts";

/** What only Cloudflare (or a key) can do, seen from inside. `edge/` implements these; tests use the same ones. */

/** The time in milliseconds since 1970; injected, so that tests decide what time it is. */
export type Clock = () => number;

/** A client as the gate knows it: `user:12`, or `address:203.0.113.7`. */
export type ClientKey = `user:${number}` | `address:${string}` | `login:${string}`;

/** Listings that are cached and forgotten together. */
export const LISTING_TAGS = ["customers", "mechanics", "vehicles", "service_tickets", "inventory"] as const;
export type ListingTag = (typeof LISTING_TAGS)[number];

/** A D1 bookmark: a point in the history of the database; later ones sort after earlier ones. */
export type Bookmark = string & { readonly __brand: "bookmark" };

export interface Entry {
  readonly rules: readonly Rule[];
  readonly now: number;
  /** The id of a write that is about to start; the client is unsettled until it is settled. */
  readonly write?: string;
  readonly session?: Session;
  /** The listings that are about to be read; without them it may be anything. */
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

/** All that the edge must know of a client to answer one request. */
export interface Admission {
  readonly kind: "admitted";
  readonly quotas: readonly Quota[];
  /** A write of this client is under way or was lost: read from the primary, use no cache. */
  readonly unsettled: boolean;
  /** The client's last write under those tags, or of all when none were named. */
  readonly bookmark: Bookmark | null;
  /** The token's session was ended, or its account has a newer generation. */
  readonly revoked: boolean;
}

export interface Denial {
  readonly kind: "denied";
  readonly quotas: readonly Quota[];
  readonly window: string;
  readonly retryMs: number;
  readonly revoked: boolean;
}

/** The gate gave no answer in time. */
export interface Silence {
  readonly kind: "silent";
}

export interface Settlement {
  readonly write: string;
  /** Where the write was committed, or null when nothing was. */
  readonly bookmark: Bookmark | null;
  readonly tags: readonly ListingTag[];
  readonly now: number;
}

export interface Gate {
  /** A denial that is known already comes at once, before anything else has been started. */
  enter(client: ClientKey, entry: Entry): Promise<Admission | Denial | Silence> | Denial;
  /** Ends a write; never throws, since the client stays unsettled when it is lost, which the answer tells. */
  settle(client: ClientKey, settlement: Settlement): Promise<Silence | undefined>;
  /** Voids every token of the client below this generation. Throws `unavailable` when the gate does not answer. */
  revoke(client: ClientKey, gen: number, now: number): Promise<void>;
  /** Voids every token of one session of the client. Throws `unavailable` when the gate does not answer. */
  end(client: ClientKey, sid: string, now: number): Promise<void>;
}

/** The gate of one login name: failures are limited, addresses that logged in before are exempt. */
export interface LoginGate {
  /** Takes one attempt of `address`; the result says whether it may go on. */
  attempt(account: string, address: string, rule: Rule, now: number): Promise<Admission | Denial | Silence>;
  /** Gives the attempt back: it was no failure. After a success the address is remembered for 30 days. Never throws. */
  forgive(account: string, address: string, rule: Rule, now: number, succeeded: boolean): Promise<void>;
}

/** A listing as it was sent: its body, its Link header, the point in history and the time it was read at. */
export interface CachedListing {
  readonly bookmark: Bookmark;
  readonly readAt: number;
  readonly link: string;
  readonly body: string;
}

export interface ListingCache {
  /** Reads an entry and the newest bookmark known under its tags, side by side. An outage is a miss. */
  lookup(key: string, tags: readonly ListingTag[]): Promise<{ entry: CachedListing | null; clock: Bookmark | null }>;
  /** Remembers what is being sent. From the second time on KV keeps it for so many seconds; that work never rejects. */
  keep(key: string, entry: CachedListing, seconds: number): Promise<unknown> | null;
  /** Moves the clocks of the tags forward. Never throws. */
  advance(tags: readonly ListingTag[], bookmark: Bookmark): Promise<void>;
}

export interface Tokens {
  /** Signs an access token that lives one hour. */
  sign(actor: LoggedIn, now: number): Promise<string>;
  /** The actor of a token, or null for anything that does not verify. */
  verify(token: string, now: number): Promise<Actor | null>;
}

/** Opaque tokens that get a new access token, each once. Whoever has the database cannot make one. */
export interface RefreshTokens {
  /** A new token: 256 random bits. */
  create(): string;
  /** What is stored of a token. */
  hash(token: string): string;
  /** What may follow a token, always the same: under the current secret, then under those before it. */
  successors(token: string): readonly [string, ...string[]];
}

export interface Passwords {
  /** A PHC string of the password. */
  hash(password: string): Promise<string>;
  /** Does the password match? Without a hash the same work is done and the answer is no. */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** Should a matching password be hashed anew (older kind or parameters)? */
  isOutdated(hash: string): boolean;
}

/** A seal of the audit log, and the row it seals. */
export interface Seal {
  readonly id: number;
  readonly seal: string;
}

/** Makes seals with a key that the database does not have. */
export interface Sealer {
  /** The seal of a row, given as its values in a fixed order, that comes after the row with the seal `previous`. */
  seal(values: readonly unknown[], previous: string): string;
}

/** Remembers, outside of the database, how far the audit log was sealed, so that a cut-off end is seen. */
export interface Anchor {
  /** The last seal that it was told, or null before the first. Throws `unavailable` when it does not answer. */
  head(): Promise<Seal | null>;
  /** Moves on from the head that was read before; stays where it is when it has moved since. Throws `unavailable`. */
  advance(from: Seal | null, to: Seal): Promise<void>;
}

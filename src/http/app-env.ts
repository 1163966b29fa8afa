import type { Context } from "hono";
import type { Actor } from "../core/actor.ts";
import type { Limits } from "../core/limits.ts";
import type { EmailTokens, MailEvents, MailSender } from "../core/mail-ports.ts";
import type { FontStore } from "../core/paper-ports.ts";
import type {
  Anchor,
  ArchiveStore,
  ClientKey,
  Clock,
  Gate,
  LanguageModel,
  ListingCache,
  ListingTag,
  LoginGate,
  NumberAnchor,
  Passwords,
  RefreshTokens,
  Sealer,
  SecondFactors,
  Tokens,
} from "../core/ports.ts";
import type { Db } from "../db/client.ts";
import type { RetryPolicy } from "../db/retry.ts";
import type { Writer } from "../db/write/writer.ts";
import type { RefreshCookie } from "./pipeline/refresh-cookie.ts";

export const MECHANIC_SIGNUPS = ["approval", "open", "closed"] as const;

/** Who must have a second factor: nobody, or every admin. */
export const SECOND_FACTOR_RULES = ["optional", "admins"] as const;
export type SecondFactorRule = (typeof SECOND_FACTOR_RULES)[number];

/** How far dates of tickets may lie from today, and how long a booking may be. */
export interface DateBounds {
  readonly pastYears: number;
  readonly futureYears: number;
  readonly bookingDays: number;
}

/** How mail leaves, and what it says. */
export interface MailSettings {
  /** Null where no mail leaves: it waits, and an alarm says so. */
  readonly sender: MailSender | null;
  /** Null where no provider tells what became of mail. */
  readonly events: MailEvents | null;
  readonly shopName: string;
  /** An URL with `{token}`, and `{kind}` if it likes, at which a person uses the token of a mail; empty without such a page. */
  readonly links: string;
}

/** What handlers may use besides the database. */
export interface Services {
  /** DATABASE_EPOCH: tells the database from the one that stood in its place before a restore. */
  readonly epoch: string;
  readonly tokens: Tokens;
  readonly refreshTokens: RefreshTokens;
  readonly emailTokens: EmailTokens;
  readonly passwords: Passwords;
  /** The fonts of PDFs. */
  readonly fonts: FontStore;
  readonly secondFactors: SecondFactors;
  readonly secondFactorRule: SecondFactorRule;
  readonly gate: Gate;
  readonly logins: LoginGate;
  readonly limits: Limits;
  readonly mechanicSignup: (typeof MECHANIC_SIGNUPS)[number];
  readonly dateBounds: DateBounds;
  readonly newId: () => string;
  /** Keyed digests of a text, one per secret that is still known, the current one first. */
  readonly fingerprints: (text: string) => readonly [string, ...string[]];
  readonly sealer: Sealer;
  readonly anchor: Anchor;
  readonly numbers: NumberAnchor;
  /** Null where no model is configured: the assistant answers by rules. */
  readonly languageModel: LanguageModel | null;
  /** One small question to each part that the service stands on; rejects when it does not answer. */
  readonly probes: Readonly<Record<"database" | "cache" | "gate", () => Promise<unknown>>>;
}

/** All that the app is made of; `deps.ts` builds it from the bindings. */
export interface Deps extends Services {
  readonly d1: D1Database;
  readonly retry: RetryPolicy;
  /** The database where its newest rows are, outside of any request's session. */
  readonly primary: () => Db;
  readonly cache: ListingCache;
  /** Limits clients whose gate is unreachable; counts in this isolate only. */
  readonly localGate: Gate;
  readonly mail: MailSettings;
  /** Whether this isolate has seen that the database names the epoch. */
  readonly epochSeen: { isNoted: boolean };
  /** The anchor of an earlier epoch. */
  readonly anchorOf: (epoch: string) => Anchor;
  readonly clock: Clock;
  /** How long a body may take to come, in milliseconds. */
  readonly bodyTimeoutMs: number;
  /** Origins whose pages may read the answers. */
  readonly allowedOrigins: ReadonlySet<string>;
  /** Where old entries of the audit log go; null where no bucket is bound, and they stay. */
  readonly archive: ArchiveStore | null;
  /** For how long entries of the audit log are kept in the database, in milliseconds. */
  readonly auditKeptMs: number;
  /** Outside production the answers tell where their time went. */
  readonly isDevelopment: boolean;
  /** Takes one line of the log: of fields, never of what clients send. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

export interface AppEnv {
  Variables: { deps: Deps; requestId: string; answerHeaders: Map<string, string>; isStreamed?: true };
}
export type AppContext = Context<AppEnv>;

/** What a handler is given to read with; `now` is ISO 8601. */
export interface ReadContext {
  readonly actor: Actor;
  readonly db: Db;
  readonly now: string;
  readonly services: Services;
}

/** What a handler is given to write with. */
export interface WriteContext extends ReadContext {
  readonly writer: Writer;
  /** Rejects when the gate does not let the request in; a route that starts early awaits it, for others it has resolved. */
  readonly admitted: Promise<unknown>;
  /** The network the request came from, as limits count it. */
  readonly network: string;
  /** Where the request came to, such as `https://shop.example`. */
  readonly origin: string;
  /** Goes on with work that the answer waits for, while the write is completed. It must not reject. */
  readonly beforeAnswer: (work: Promise<unknown>) => void;
  /** Goes on with work after the answer. */
  readonly defer: (work: Promise<unknown>) => void;
}

/** What a handler answers: the body, the record's version for its ETag, the places of a listing's other pages. */
export interface Result<T> {
  readonly body: T;
  readonly version?: number;
  readonly link?: string;
  /** Where the new record is. */
  readonly location?: string;
  /** The listings that this write invalidates, when they are fewer than its policy names. */
  readonly invalidates?: readonly ListingTag[];
  /** What becomes of the cookie with the refresh token: for routes of our own pages. */
  readonly refreshCookie?: RefreshCookie;
  /** Other clients that must see this write in their next read. */
  readonly readers?: readonly ClientKey[];
}

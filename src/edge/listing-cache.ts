import { createHash } from "node:crypto";
import { later, reaches } from "../core/bookmarks.ts";
import { inTime, SILENCE } from "../core/in-time.ts";
import type { Bookmark, CachedListing, Clock, ListingCache, ListingTag } from "../core/ports.ts";
import { trip } from "../core/trips.ts";
import { createMemory } from "./memory.ts";
import { stamp, unstamp } from "./stamp.ts";

/** KV refuses a second write per second to one key (Cloudflare: KV limits). */
const PUT_EVERY_MS = 1_000;
/** The shortest life that KV takes, in seconds. */
const MIN_KV_SECONDS = 60;
/** How long KV may take to answer, in milliseconds; after that it counts as away. */
export const CACHE_PATIENCE_MS = 500;
/** Clocks outlive every entry that they could judge. */
const CLOCK_SECONDS = 3_600;

/** What is stored beside a body. */
interface Head {
  readonly stamp: string;
  readonly readAt: number;
  readonly link: string;
}

const sha256 = (...texts: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text);
  return hash.digest("hex");
};

/** An entry as text: a digest over its key and all the rest, a line of JSON, and the body as it was sent. */
const writeEntry = (key: string, head: Head, body: string): string => {
  const rest = `${JSON.stringify(head)}\n${body}`;
  return `${sha256(key, rest)}\n${rest}`;
};

/** The entry of a text, or null for one that was not written whole, under this key, in this epoch. */
const readEntry = (epoch: string, key: string, text: string | null): CachedListing | null => {
  const [digest = "", ...lines] = (text ?? "").split("\n");
  const rest = lines.join("\n");
  if (digest !== sha256(key, rest)) return null;
  // Safe: only `writeEntry` makes the digest of a text.
  const { stamp: stamped, readAt, link } = JSON.parse(lines[0] ?? "") as Head;
  const bookmark = unstamp(epoch, stamped);
  return bookmark && { bookmark, readAt, link, body: lines.slice(1).join("\n") };
};

const clockKey = (tag: ListingTag): string => `clock:${tag}`;

/** What KV said of a listing: the entry, and the newest clock of its tags. */
interface Known {
  readonly entry: CachedListing | null;
  readonly clock: Bookmark | null;
}
type Remembered = Known & { readonly entry: CachedListing };

/** What this isolate has put, or is about to put, under one tag. */
interface Pending {
  bookmark: Bookmark;
  putAt: number;
  waiting: Promise<void> | null;
}

interface Settings {
  /** The epoch of the database, for bookmarks. */
  readonly epoch: string;
  /** The version of the Worker: what another one has kept may have other fields. */
  readonly version: string;
  /** Waits until the next put. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Tells when the last put was. */
  readonly now: Clock;
  readonly patienceMs: number;
}

/**
 * Listings in KV beside clocks of their tags. Clocks are D1 bookmarks, so an entry is judged by its point in history
 * and never has to be deleted. An outage, a slow answer and an entry that is not whole are misses; a put that fails never
 * fails a write.
 */
export const createListingCache = (kv: KVNamespace, { epoch, version, sleep, now, patienceMs }: Settings): ListingCache => {
  const pending = new Map<ListingTag, Pending>();
  const memory = createMemory<Remembered>();

  const put = async (tag: ListingTag, state: Pending): Promise<void> => {
    state.putAt = now();
    const life = { expirationTtl: CLOCK_SECONDS };
    await inTime(trip("kv", kv.put(clockKey(tag), stamp(epoch, state.bookmark), life)), patienceMs);
  };

  /** Puts at once, or once this second is over; writes that come meanwhile share that put. */
  const move = async (tag: ListingTag, bookmark: Bookmark): Promise<void> => {
    const state = pending.get(tag) ?? { bookmark, putAt: Number.NEGATIVE_INFINITY, waiting: null };
    pending.set(tag, state);
    state.bookmark = later(state.bookmark, bookmark) ?? bookmark;
    const wait = state.putAt + PUT_EVERY_MS - now();
    if (wait <= 0) return put(tag, state);
    if (state.waiting) return state.waiting;
    // Counts from when it is due, so that a write which comes just then does not put beside it.
    state.putAt += PUT_EVERY_MS;
    state.waiting = sleep(wait).then(() => {
      state.waiting = null;
      return put(tag, state);
    });
    return state.waiting;
  };

  /** The newest bookmark known under the tags: what KV said, and what this isolate wrote itself. */
  const clockOf = (tags: readonly ListingTag[], known: readonly (Bookmark | null)[]): Bookmark | null =>
    [...known, ...tags.map((tag) => pending.get(tag)?.bookmark)].reduce<Bookmark | null>(later, null);

  const nameOf = (key: string): string => `listing:${sha256(version, "\n", key)}`;

  const readKv = async (key: string, tags: readonly ListingTag[]): Promise<Known> => {
    const clocks = tags.map((tag) => trip("kv", kv.get(clockKey(tag))).then((text) => unstamp(epoch, text)));
    const entry = trip("kv", kv.get(nameOf(key))).then((text) => readEntry(epoch, nameOf(key), text));
    const [found, known] = await Promise.all([entry, Promise.all(clocks)]);
    return { entry: found, clock: known.reduce<Bookmark | null>(later, null) };
  };

  return {
    lookup: async (key, tags) => {
      const hot = memory.get(key, now());
      const clock = hot && clockOf(tags, [hot.clock]);
      if (hot && reaches(hot.entry.bookmark, clock)) return { entry: hot.entry, clock };
      const answer = await inTime(readKv(key, tags), patienceMs);
      const found = answer === SILENCE ? null : answer;
      if (found?.entry) memory.set(key, { entry: found.entry, clock: found.clock }, now());
      return { entry: found?.entry ?? null, clock: clockOf(tags, [found?.clock ?? null]) };
    },
    fill: async (key, entry, seconds) => {
      memory.set(key, { entry, clock: null }, now());
      const { bookmark, readAt, link, body } = entry;
      const head: Head = { stamp: stamp(epoch, bookmark), readAt, link };
      const life = { expirationTtl: Math.max(seconds, MIN_KV_SECONDS) };
      await inTime(trip("kv", kv.put(nameOf(key), writeEntry(nameOf(key), head, body), life)), patienceMs);
    },
    advance: async (tags, bookmark) => {
      await Promise.all(tags.map((tag) => move(tag, bookmark)));
    },
  };
};

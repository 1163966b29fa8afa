import { later, reaches } from "../core/bookmarks.ts";
import type { Bookmark, CachedListing, Clock, ListingCache, ListingTag } from "../core/ports.ts";
import { trip } from "../core/round-trips.ts";
import { inTime, SILENCE } from "../core/timeout.ts";
import { BoundedMap } from "./bounded-map.ts";
import { readEntry, sha256, writeEntry } from "./listing-entry.ts";
import { stamp, unstamp } from "./stamp.ts";

/** KV refuses a second write per second to one key (Cloudflare: KV limits). */
const PUT_EVERY_MS = 1_000;
/** The shortest life that KV takes, in seconds. */
const MIN_KV_SECONDS = 60;
/** How long KV may take to answer, in milliseconds; after that it counts as away. */
export const CACHE_PATIENCE_MS = 500;
/** Clocks outlive every entry that they could judge. */
const CLOCK_SECONDS = 3_600;
/** How long an isolate trusts what KV said, in milliseconds. */
const HOT_MS = 2_000;
/** How many listings an isolate remembers, and of how many more it knows that they were sent. */
const MAX_LISTINGS = 256;
const MAX_SENT = 2_000;

/** The entry that shows the later point in history, or the same as it was later. */
const newerOf = (one: CachedListing | null, other: CachedListing | null): CachedListing | null => {
  if (!one || !other) return one ?? other;
  const isNewer = one.bookmark === other.bookmark ? one.readAt > other.readAt : one.bookmark > other.bookmark;
  return isNewer ? one : other;
};

const clockKey = (tag: ListingTag): string => `clock:${tag}`;

/** A listing that was sent, and whether KV has it too. */
interface Remembered {
  readonly entry: CachedListing;
  readonly isStored: boolean;
}

/** A clock as KV showed it to whoever asked at this time. */
interface Heard {
  readonly bookmark: Bookmark | null;
  readonly askedAt: number;
}

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
 * Listings in this isolate and in KV, beside clocks of their tags. Clocks are D1 bookmarks, so an entry is judged by its
 * point in history and never has to be deleted. An outage, a slow answer and an entry that is not whole are misses; a put
 * that fails never fails a request. KV gets what is sent twice: a put costs as much as reading 200 pages from D1.
 */
export const createListingCache = (kv: KVNamespace, { epoch, version, sleep, now, patienceMs }: Settings): ListingCache => {
  const pending = new Map<ListingTag, Pending>();
  const remembered = new BoundedMap<Remembered>(MAX_LISTINGS);
  const sent = new BoundedMap<true>(MAX_SENT);
  const heard = new Map<ListingTag, Heard>();

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

  const nameOf = (key: string): string => `listing:${sha256(version, "\n", key)}`;

  /** Was it less than two seconds ago? What lies ahead was not. */
  const isRecent = (at: number): boolean => now() >= at && now() - at < HOT_MS;

  const heardOf = (tag: ListingTag): Heard | null => {
    const clock = heard.get(tag);
    return clock && isRecent(clock.askedAt) ? clock : null;
  };

  const readClock = async (tag: ListingTag): Promise<void> => {
    const askedAt = now();
    const bookmark = unstamp(epoch, await trip("kv", kv.get(clockKey(tag))));
    heard.set(tag, { bookmark: later(heardOf(tag)?.bookmark, bookmark), askedAt });
  };

  /** Asks KV for the entry, and for the clocks that were not heard of lately. */
  const readKv = async (key: string, tags: readonly ListingTag[]): Promise<{ entry: CachedListing | null; isThere: boolean }> => {
    const unheard = tags.filter((tag) => !heardOf(tag));
    const name = nameOf(key);
    const [text] = await Promise.all([trip("kv", kv.get(name)), ...unheard.map(readClock)]);
    return { entry: readEntry(epoch, name, text), isThere: text !== null };
  };

  /** The newest bookmark known under the tags: what KV said, and what this isolate wrote itself. */
  const clockOf = (tags: readonly ListingTag[]): Bookmark | null =>
    tags.reduce<Bookmark | null>((clock, tag) => later(later(clock, heardOf(tag)?.bookmark), pending.get(tag)?.bookmark), null);

  /** Was it read just now, or were all its clocks heard of lately? Then KV need not be asked. */
  const isHot = ({ readAt }: CachedListing, tags: readonly ListingTag[]): boolean => isRecent(readAt) || tags.every((tag) => heardOf(tag));

  return {
    lookup: async (key, tags) => {
      const known = remembered.get(key)?.entry ?? null;
      const clock = clockOf(tags);
      if (known && reaches(known.bookmark, clock) && isHot(known, tags)) return { entry: known, clock };
      const found = await inTime(readKv(key, tags), patienceMs);
      if (found === SILENCE) return { entry: null, clock: clockOf(tags) };
      if (found.isThere) sent.set(key, true);
      const entry = newerOf(found.entry, known);
      if (entry && entry !== known) remembered.set(key, { entry, isStored: true });
      return { entry, clock: clockOf(tags) };
    },
    keep: (key, entry, seconds) => {
      const known = remembered.get(key);
      if (known?.isStored && known.entry === entry) return null;
      const isAgain = sent.get(key) ?? false;
      sent.set(key, true);
      remembered.set(key, { entry, isStored: isAgain });
      if (!isAgain) return null;
      const life = { expirationTtl: Math.max(seconds, MIN_KV_SECONDS) };
      return inTime(trip("kv", kv.put(nameOf(key), writeEntry(epoch, nameOf(key), entry), life)), patienceMs);
    },
    advance: async (tags, bookmark) => {
      await Promise.all(tags.map((tag) => move(tag, bookmark)));
    },
  };
};

import { later, reaches } from "../core/bookmarks.ts";
import type { Bookmark, CachedListing, Clock, ListingCache, ListingTag } from "../core/ports.ts";
import { roundTrip } from "../core/round-trips.ts";
import { answerWithin, NO_ANSWER } from "../core/timeout.ts";
import { BoundedMap } from "./bounded-map.ts";
import { formatListing, parseListing, sha256 } from "./cached-listing.ts";
import { stamp, unstamp } from "./stamp.ts";

/** KV takes one write per second to a key (Cloudflare: KV limits). */
const PUT_EVERY_MS = 1_000;
/** How many waits and puts a write makes for a watermark. After four puts that failed KV counts as unreachable. */
const MAX_STEPS = 8;
/** The shortest life that KV takes, in seconds. */
const MIN_KV_SECONDS = 60;
/** How long KV may take to answer, in milliseconds. After that it counts as unreachable. */
export const CACHE_TIMEOUT_MS = 500;
/** How long KV keeps a watermark, in seconds: longer than any listing that is compared with it. */
const WATERMARK_SECONDS = 3_600;
/** How long an isolate trusts a watermark that it has read from KV, in milliseconds. */
const HOT_MS = 2_000;
/** How many listings an isolate remembers, and how many keys of listings that it has sent. */
const MAX_LISTINGS = 256;
/** How much memory these listings may take together, in bytes, of the 128 MB that an isolate has. */
const MAX_BYTES = 16_000_000;
const MAX_SENT = 2_000;

/** The entry with the later bookmark or, with equal bookmarks, the one that was read later. */
const newerOf = (one: CachedListing | null, other: CachedListing | null): CachedListing | null => {
  if (!one || !other) return one ?? other;
  const isNewer = one.bookmark === other.bookmark ? one.readAt > other.readAt : one.bookmark > other.bookmark;
  return isNewer ? one : other;
};

/** The memory that a listing takes: two bytes for each character, if one of them is not of Latin-1. */
const bytesOf = ({ entry: { body, link } }: Remembered): number => 2 * (body.length + link.length);

const watermarkKey = (tag: ListingTag): string => `watermark:${tag}`;

/** A listing that this isolate remembers, and whether KV has it too. */
interface Remembered {
  readonly entry: CachedListing;
  readonly isStored: boolean;
}

/** A watermark as KV had it at a time, in milliseconds since 1970. */
interface SeenWatermark {
  readonly bookmark: Bookmark | null;
  readonly askedAt: number;
}

/**
 * The watermark of a tag as this isolate knows it. Only plain data, because requests share it: in workerd a promise or a timer
 * dies with the request that made it.
 */
interface Raised {
  /** The latest of the writes in this isolate. */
  bookmark: Bookmark;
  /** The latest of those that KV has confirmed. */
  stored: Bookmark | null;
  /** When the last put began. */
  putAt: number;
}

interface Settings {
  /** The epoch of the database, which marks its bookmarks. */
  readonly epoch: string;
  /** The version of the Worker. Listings of other versions may have other fields, so they are not used. */
  readonly version: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: Clock;
  readonly timeoutMs: number;
}

/**
 * Caches listings in this isolate and in KV, together with the watermarks of their tags. Both have D1 bookmarks, so an entry
 * that is too old is recognized and need not be deleted. When KV fails, is slow or has a damaged entry, that is a miss. KV
 * gets a listing when it is sent for the second time, because a put costs as much as reading 200 pages from D1.
 */
export const createListingCache = (kv: KVNamespace, { epoch, version, sleep, now, timeoutMs }: Settings): ListingCache => {
  const raised = new Map<ListingTag, Raised>();
  const remembered = new BoundedMap<Remembered>({ items: MAX_LISTINGS, weight: MAX_BYTES, weigh: bytesOf });
  const sent = new BoundedMap<true>(MAX_SENT);
  const lastSeen = new Map<ListingTag, SeenWatermark>();

  const put = async (tag: ListingTag, state: Raised): Promise<void> => {
    const { bookmark } = state;
    state.putAt = now();
    const life = { expirationTtl: WATERMARK_SECONDS };
    const answer = await answerWithin(roundTrip("kv", kv.put(watermarkKey(tag), stamp(epoch, bookmark), life)), timeoutMs);
    if (answer !== NO_ANSWER) state.stored = later(state.stored, bookmark);
  };

  /**
   * Puts the watermark at once or, when another write has put it within this second, after it, by a timer of this request. A put
   * that is under way may still be lost together with its request, so only one that KV has confirmed spares this write its own.
   */
  const raise = async (tag: ListingTag, bookmark: Bookmark): Promise<void> => {
    const state = raised.get(tag) ?? { bookmark, stored: null, putAt: Number.NEGATIVE_INFINITY };
    raised.set(tag, state);
    state.bookmark = later(state.bookmark, bookmark) ?? bookmark;
    let notBefore = Number.NEGATIVE_INFINITY;
    for (let step = 0; step < MAX_STEPS && !reaches(state.stored, bookmark); step++) {
      const wait = Math.max(state.putAt + PUT_EVERY_MS, notBefore) - now();
      if (wait > 0) await sleep(Math.min(wait, 2 * PUT_EVERY_MS));
      else await put(tag, state);
      // With jitter: a put of another isolate within the same second has been in its way.
      if (wait <= 0) notBefore = state.putAt + PUT_EVERY_MS * (1 + Math.random());
    }
  };

  /** A key is as long as what clients ask for; its name is not. */
  const nameOf = (key: string): string => `listing:${sha256(version, "\n", key)}`;

  /** Was it less than two seconds ago? A time in the future is not recent. */
  const isRecent = (at: number): boolean => now() >= at && now() - at < HOT_MS;

  const lastSeenOf = (tag: ListingTag): SeenWatermark | null => {
    const watermark = lastSeen.get(tag);
    return watermark && isRecent(watermark.askedAt) ? watermark : null;
  };

  const readWatermark = async (tag: ListingTag): Promise<void> => {
    const askedAt = now();
    const bookmark = unstamp(epoch, await roundTrip("kv", kv.get(watermarkKey(tag))));
    lastSeen.set(tag, { bookmark: later(lastSeenOf(tag)?.bookmark, bookmark), askedAt });
  };

  /** Reads the entry from KV, and the watermarks that were not read lately. */
  const readKv = async (name: string, tags: readonly ListingTag[]): Promise<{ entry: CachedListing | null; isThere: boolean }> => {
    const unseen = tags.filter((tag) => !lastSeenOf(tag));
    const [text] = await Promise.all([roundTrip("kv", kv.get(name)), ...unseen.map(readWatermark)]);
    return { entry: parseListing(epoch, name, text), isThere: text !== null };
  };

  /** The latest watermark of the tags, from KV and from writes of this isolate. */
  const watermarkOf = (tags: readonly ListingTag[]): Bookmark | null =>
    tags.reduce<Bookmark | null>((watermark, tag) => later(later(watermark, lastSeenOf(tag)?.bookmark), raised.get(tag)?.bookmark), null);

  /** Was the entry read just now, or were all its watermarks read lately? Then KV need not be asked. */
  const isHot = ({ readAt }: CachedListing, tags: readonly ListingTag[]): boolean =>
    isRecent(readAt) || tags.every((tag) => lastSeenOf(tag));

  return {
    lookup: async (key, tags) => {
      const name = nameOf(key);
      const known = remembered.get(name)?.entry ?? null;
      const watermark = watermarkOf(tags);
      if (known && reaches(known.bookmark, watermark) && isHot(known, tags)) return { entry: known, watermark };
      const found = await answerWithin(readKv(name, tags), timeoutMs);
      if (found === NO_ANSWER) return { entry: null, watermark: watermarkOf(tags) };
      if (found.isThere) sent.set(name, true);
      const entry = newerOf(found.entry, known);
      if (entry && entry !== known) remembered.set(name, { entry, isStored: true });
      return { entry, watermark: watermarkOf(tags) };
    },
    keep: (key, entry, seconds) => {
      const name = nameOf(key);
      const known = remembered.get(name);
      if (known?.isStored && known.entry === entry) return null;
      const isAgain = sent.get(name) ?? false;
      sent.set(name, true);
      remembered.set(name, { entry, isStored: isAgain });
      if (!isAgain) return null;
      const life = { expirationTtl: Math.max(seconds, MIN_KV_SECONDS) };
      return answerWithin(roundTrip("kv", kv.put(name, formatListing(epoch, name, entry), life)), timeoutMs);
    },
    advanceWatermarks: async (tags, bookmark) => {
      await Promise.all(tags.map((tag) => raise(tag, bookmark)));
    },
  };
};

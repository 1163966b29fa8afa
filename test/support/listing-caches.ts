import { env } from "cloudflare:workers";
import type { Bookmark, CachedListing, ListingCache, ListingTag } from "../../src/core/ports.ts";
import { createListingCache } from "../../src/edge/listing-cache.ts";

/** Safe here: it has the form of D1's bookmarks. */
export const bookmark = (n: number): Bookmark => `0000000${n}-00000000-00000000-0123456789abcdef0123456789abcdef` as Bookmark;
export const entryAt = (n: number): CachedListing => ({
  bookmark: bookmark(n),
  readAt: 1_000,
  link: '</x>; rel="first"',
  body: '{"a":"b\\nc"}',
});
export const CUSTOMERS: readonly ListingTag[] = ["customers"];

/** Time that stands still until it is moved, and sleepers that wake when it has come. */
export const newTime = () => {
  let now = 1_000_000;
  let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms: number) => new Promise<void>((wake) => sleepers.push({ until: now + ms, wake })),
    /** Moves on; those whose time has come wake unless they oversleep. */
    move: async (ms: number, { oversleep = false } = {}) => {
      now += ms;
      const due = oversleep ? [] : sleepers.filter(({ until }) => until <= now);
      sleepers = sleepers.filter((sleeper) => !due.includes(sleeper));
      for (const { wake } of due) wake();
      await scheduler.wait(1);
    },
  };
};

/** The real KV, with a list of what was put into it. */
export const watched = () => {
  const puts: { readonly key: string; readonly value: string; readonly life: number | undefined }[] = [];
  const put = async (key: string, value: string, options?: KVNamespacePutOptions) => {
    puts.push({ key, value, life: options?.expirationTtl });
    await env.LISTINGS.put(key, value, options);
  };
  // Safe here: the cache calls nothing else.
  return { puts, kv: { get: (key: string) => env.LISTINGS.get(key), put } as unknown as KVNamespace };
};

/** A KV that is away. */
export const away = (fail: () => Promise<never>): KVNamespace => ({ get: fail, put: fail }) as unknown as KVNamespace;

export const newCache = (kv: KVNamespace = env.LISTINGS, epoch = "1", time = newTime()) =>
  createListingCache(kv, { epoch, version: "v1", sleep: time.sleep, now: time.now, timeoutMs: 5_000 });

/** Sends it twice, so that KV keeps it. */
export const fill = async (cache: ListingCache, key: string, entry: CachedListing, seconds = 120): Promise<void> => {
  cache.keep(key, entry, seconds);
  await cache.keep(key, entry, seconds);
};

/** Empties KV. */
export const emptyKv = async (): Promise<void> => {
  for (const { name } of (await env.LISTINGS.list()).keys) await env.LISTINGS.delete(name);
};

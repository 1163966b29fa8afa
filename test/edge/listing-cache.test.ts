import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Bookmark, CachedListing, ListingCache, ListingTag } from "../../src/core/ports.ts";
import { createListingCache } from "../../src/edge/listing-cache.ts";
import { stamp } from "../../src/edge/stamp.ts";

/** Safe here: it has the form of D1's bookmarks. */
const bookmark = (n: number): Bookmark => `0000000${n}-00000000-00000000-0123456789abcdef0123456789abcdef` as Bookmark;
const entryAt = (n: number): CachedListing => ({ bookmark: bookmark(n), readAt: 1_000, link: '</x>; rel="first"', body: '{"a":"b\\nc"}' });
const CUSTOMERS: readonly ListingTag[] = ["customers"];

/** Time that stands still until it is moved, and sleepers that wake when it has come. */
const newTime = () => {
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
const watched = () => {
  const puts: { readonly key: string; readonly value: string; readonly life: number | undefined }[] = [];
  const put = async (key: string, value: string, options?: KVNamespacePutOptions) => {
    puts.push({ key, value, life: options?.expirationTtl });
    await env.LISTINGS.put(key, value, options);
  };
  // Safe here: the cache calls nothing else.
  return { puts, kv: { get: (key: string) => env.LISTINGS.get(key), put } as unknown as KVNamespace };
};

/** A KV that is away. */
const away = (fail: () => Promise<never>): KVNamespace => ({ get: fail, put: fail }) as unknown as KVNamespace;

const newCache = (kv: KVNamespace = env.LISTINGS, epoch = "1", time = newTime()) =>
  createListingCache(kv, { epoch, version: "v1", sleep: time.sleep, now: time.now, timeoutMs: 5_000 });

/** Sends it twice, so that KV keeps it. */
const fill = async (cache: ListingCache, key: string, entry: CachedListing, seconds = 120): Promise<void> => {
  cache.keep(key, entry, seconds);
  await cache.keep(key, entry, seconds);
};

beforeEach(async () => {
  for (const { name } of (await env.LISTINGS.list()).keys) await env.LISTINGS.delete(name);
});

describe("the listing cache", () => {
  it("gives back an entry as it was filled, to any isolate, and nothing for another key", async () => {
    await fill(newCache(), "GET /customers mechanic {}", entryAt(1), 120);
    expect(await newCache().lookup("GET /customers mechanic {}", CUSTOMERS)).toEqual({ entry: entryAt(1), watermark: null });
    expect((await newCache().lookup("GET /customers admin {}", CUSTOMERS)).entry).toBeNull();
  });

  it("keeps an entry for its time, at least the shortest that KV takes", async () => {
    const { kv, puts } = watched();
    await fill(newCache(kv), "a", entryAt(1), 120);
    await fill(newCache(kv), "b", entryAt(1), 5);
    expect(puts.map(({ life }) => life)).toEqual([120, 60]);
  });

  it("tells the highest watermark of all its tags", async () => {
    const cache = newCache();
    await cache.advanceWatermarks(["customers"], bookmark(2));
    await cache.advanceWatermarks(["mechanics"], bookmark(3));
    expect((await newCache().lookup("a", ["customers", "mechanics"])).watermark).toBe(bookmark(3));
    expect((await newCache().lookup("a", ["customers"])).watermark).toBe(bookmark(2));
    expect((await newCache().lookup("a", ["vehicles"])).watermark).toBeNull();
  });

  it("knows its own writes before KV does", async () => {
    const time = newTime();
    const cache = newCache(env.LISTINGS, "1", time);
    await cache.advanceWatermarks(["customers"], bookmark(1));
    void cache.advanceWatermarks(["customers"], bookmark(4));
    expect((await cache.lookup("a", CUSTOMERS)).watermark).toBe(bookmark(4));
    expect((await newCache().lookup("a", CUSTOMERS)).watermark).toBe(bookmark(1));
    await time.move(1_000);
    expect((await newCache().lookup("a", CUSTOMERS)).watermark).toBe(bookmark(4));
  });

  it("puts each tag once a second, with the highest bookmark", async () => {
    const [time, { kv, puts }] = [newTime(), watched()];
    const cache = newCache(kv, "1", time);
    const writes = [3, 1, 5, 4, 2].map((n) => cache.advanceWatermarks(["customers", "inventory"], bookmark(n)));
    await time.move(999);
    expect(puts.map(({ key }) => key)).toEqual(["watermark:customers", "watermark:inventory"]);
    await time.move(1);
    await Promise.all(writes);
    expect(puts.map(({ key, value }) => [key, value])).toEqual([
      ["watermark:customers", stamp("1", bookmark(3))],
      ["watermark:inventory", stamp("1", bookmark(3))],
      ["watermark:customers", stamp("1", bookmark(5))],
      ["watermark:inventory", stamp("1", bookmark(5))],
    ]);
  });

  it("puts once even when a write comes at the moment when the waiting put is due", async () => {
    const [time, { kv, puts }] = [newTime(), watched()];
    const cache = newCache(kv, "1", time);
    const writes = [cache.advanceWatermarks(["customers"], bookmark(1)), cache.advanceWatermarks(["customers"], bookmark(2))];
    await time.move(1_000, { oversleep: true });
    writes.push(cache.advanceWatermarks(["customers"], bookmark(3)));
    await time.move(0);
    await Promise.all(writes);
    expect(puts.map(({ value }) => value)).toEqual([stamp("1", bookmark(1)), stamp("1", bookmark(3))]);
  });

  it("puts again when the waiting put was lost with its request", async () => {
    const [time, { kv, puts }] = [newTime(), watched()];
    const cache = newCache(kv, "1", time);
    await cache.advanceWatermarks(["customers"], bookmark(1));
    void cache.advanceWatermarks(["customers"], bookmark(2));
    await time.move(5_000, { oversleep: true });
    await cache.advanceWatermarks(["customers"], bookmark(3));
    expect(puts.at(-1)?.value).toBe(stamp("1", bookmark(3)));
  });

  it("never lowers a watermark", async () => {
    const [time, { kv, puts }] = [newTime(), watched()];
    const cache = newCache(kv, "1", time);
    await cache.advanceWatermarks(["customers"], bookmark(5));
    await time.move(2_000);
    await cache.advanceWatermarks(["customers"], bookmark(1));
    expect(puts.at(-1)?.value).toBe(stamp("1", bookmark(5)));
  });

  it("misses and never fails while KV is away, and still knows its own writes", async () => {
    const cache = newCache(away(() => Promise.reject(new Error("KV is away"))));
    await fill(newCache(), "a", entryAt(1), 120);
    await cache.advanceWatermarks(["customers"], bookmark(2));
    expect(await cache.lookup("a", CUSTOMERS)).toEqual({ entry: null, watermark: bookmark(2) });
  });

  it.each([
    "",
    "\n",
    "null\n{}",
    "{}\n{}",
    '"text"\n{}',
    "[1\n{}",
    `{"stamp":"1|nonsense","readAt":1,"link":""}\n{}`,
    `{"stamp":1,"readAt":1,"link":""}\n{}`,
    "<html>",
  ])("misses an entry that was corrupted: %j", async (text) => {
    await fill(newCache(), "a", entryAt(1), 120);
    const [{ name } = { name: "" }] = (await env.LISTINGS.list({ prefix: "listing:" })).keys;
    await env.LISTINGS.put(name, text);
    expect((await newCache().lookup("a", CUSTOMERS)).entry).toBeNull();
  });

  it("puts what is sent a second time, and nothing that is sent once or was put already", async () => {
    const { kv, puts } = watched();
    const [cache, entry] = [newCache(kv), entryAt(1)];
    expect(cache.keep("a", entry, 120)).toBeNull();
    await cache.keep("b", entry, 120);
    expect(puts).toEqual([]);
    await cache.keep("a", entry, 120);
    expect(puts).toHaveLength(1);
    expect(cache.keep("a", entry, 120)).toBeNull();
    await cache.keep("a", entryAt(2), 120);
    expect(puts).toHaveLength(2);
    const other = newCache(kv);
    const { entry: found } = await other.lookup("a", CUSTOMERS);
    expect(found).toEqual(entryAt(2));
    expect(found && other.keep("a", found, 120)).toBeNull();
    await other.keep("a", entryAt(3), 120);
    expect(puts).toHaveLength(3);
  });

  it("puts what is sent a second time also when it has forgotten what it sent", async () => {
    const { kv, puts } = watched();
    const cache = newCache(kv);
    const keys = Array.from({ length: 300 }, (_, n) => `page ${n}`);
    for (const key of keys) cache.keep(key, entryAt(1), 120);
    expect((await cache.lookup("page 0", CUSTOMERS)).entry).toBeNull();
    for (const key of keys) await cache.keep(key, entryAt(2), 120);
    expect(puts).toHaveLength(300);
    expect((await cache.lookup("page 0", CUSTOMERS)).entry).toEqual(entryAt(2));
  });

  it("answers from its memory, and asks KV again after two seconds or after a write of its own", async () => {
    const time = newTime();
    const cache = newCache(env.LISTINGS, "1", time);
    const bookmarkOf = async () => (await cache.lookup("hot", CUSTOMERS)).entry?.bookmark;
    cache.keep("hot", { ...entryAt(1), readAt: time.now() }, 120);
    await fill(newCache(), "hot", { ...entryAt(5), readAt: time.now() + 1 });
    expect(await bookmarkOf()).toBe(bookmark(1));
    await time.move(2_000);
    expect(await bookmarkOf()).toBe(bookmark(5));
    await fill(newCache(), "hot", { ...entryAt(7), readAt: time.now() });
    expect(await bookmarkOf()).toBe(bookmark(5));
    await cache.advanceWatermarks(["customers"], bookmark(6));
    expect(await bookmarkOf()).toBe(bookmark(7));
  });

  it("answers from its memory what KV does not have, and asks for its watermarks every two seconds", async () => {
    const [time, elsewhere] = [newTime(), newCache()];
    const cache = newCache(env.LISTINGS, "1", time);
    cache.keep("once", { ...entryAt(1), readAt: time.now() }, 120);
    await time.move(60_000);
    expect(await cache.lookup("once", CUSTOMERS)).toMatchObject({ entry: { bookmark: bookmark(1) }, watermark: null });
    await elsewhere.advanceWatermarks(["customers"], bookmark(2));
    await time.move(1_999);
    expect(await cache.lookup("once", CUSTOMERS)).toMatchObject({ entry: { bookmark: bookmark(1) }, watermark: null });
    await time.move(1);
    expect(await cache.lookup("once", CUSTOMERS)).toMatchObject({ watermark: bookmark(2) });
  });

  it("asks for a watermark once in two seconds, whatever listings it is for", async () => {
    const [time, asked] = [newTime(), [] as string[]];
    const get = (key: string) => {
      asked.push(key.split(":")[0] ?? "");
      return env.LISTINGS.get(key);
    };
    // Safe here: the cache calls nothing else.
    const cache = newCache({ get } as unknown as KVNamespace, "1", time);
    for (const key of ["a", "b", "c"]) await cache.lookup(key, CUSTOMERS);
    expect(asked).toEqual(["listing", "watermark", "listing", "listing"]);
    await time.move(2_000);
    await cache.lookup("a", CUSTOMERS);
    expect(asked.slice(4)).toEqual(["listing", "watermark"]);
  });

  it("ignores the entries and watermarks of another epoch", async () => {
    const old = newCache(env.LISTINGS, "1");
    await fill(old, "a", entryAt(9), 120);
    await old.advanceWatermarks(["customers"], bookmark(9));
    expect(await newCache(env.LISTINGS, "2").lookup("a", CUSTOMERS)).toEqual({ entry: null, watermark: null });
    expect(await newCache(env.LISTINGS, "11").lookup("a", CUSTOMERS)).toEqual({ entry: null, watermark: null });
  });

  it("keeps no e-mail or phone that was searched for in the names of its keys", async () => {
    const { kv, puts } = watched();
    await fill(newCache(kv), 'GET /customers admin [{},{"q":"ada@example.com"}]', entryAt(1), 120);
    expect(puts[0]?.key).toMatch(/^listing:[0-9a-f]{64}$/);
  });
});

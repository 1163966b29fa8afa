import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { away, bookmark, CUSTOMERS, emptyKv, entryAt, fill, newCache, newTime, watched } from "../support/listing-caches.ts";

beforeEach(emptyKv);

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

  it("misses and never fails while KV is away, and still knows its own writes", async () => {
    const time = newTime();
    const cache = newCache(
      away(() => Promise.reject(new Error("KV is away"))),
      "1",
      time,
    );
    await fill(newCache(), "a", entryAt(1), 120);
    const advancing = cache.advanceWatermarks(["customers"], bookmark(2));
    for (let i = 0; i < 5; i++) await time.move(2_000);
    await advancing;
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

import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { stamp } from "../../src/edge/stamp.ts";
import { bookmark, CUSTOMERS, emptyKv, newCache, newTime, watched } from "../support/listing-caches.ts";

beforeEach(emptyKv);

describe("the watermarks of listings", () => {
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
    await time.move(1_000);
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
    await time.move(1_000);
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

  it("puts by its own request when the put of another was lost while KV had it", async () => {
    const [time, { kv, puts }] = [newTime(), watched()];
    let calls = 0;
    // Safe here: the cache calls nothing else. The second call never comes back: its request is gone.
    const dying = {
      ...kv,
      put: (...args: Parameters<typeof kv.put>) => (++calls === 2 ? new Promise<never>(() => undefined) : kv.put(...args)),
    };
    const cache = newCache(dying as unknown as KVNamespace, "1", time);
    await cache.advanceWatermarks(["customers"], bookmark(1));
    void cache.advanceWatermarks(["customers"], bookmark(2));
    const last = cache.advanceWatermarks(["customers"], bookmark(3));
    await time.move(1_000);
    expect(calls).toBe(2);
    await time.move(1_000);
    await last;
    expect(puts.at(-1)?.value).toBe(stamp("1", bookmark(3)));
  });

  it("puts again when KV has refused a watermark", async () => {
    const [time, { kv, puts }] = [newTime(), watched()];
    let calls = 0;
    // Safe here: the cache calls nothing else.
    const busy = {
      ...kv,
      put: async (...args: Parameters<typeof kv.put>) => (++calls < 3 ? Promise.reject(new Error("429")) : kv.put(...args)),
    };
    const advancing = newCache(busy as unknown as KVNamespace, "1", time).advanceWatermarks(["customers"], bookmark(1));
    for (let i = 0; i < 3; i++) await time.move(2_000);
    await advancing;
    expect(puts.map(({ value }) => value)).toEqual([stamp("1", bookmark(1))]);
  });

  it("never lowers a watermark", async () => {
    const [time, { kv, puts }] = [newTime(), watched()];
    const cache = newCache(kv, "1", time);
    await cache.advanceWatermarks(["customers"], bookmark(5));
    await time.move(2_000);
    await cache.advanceWatermarks(["customers"], bookmark(1));
    expect(puts.at(-1)?.value).toBe(stamp("1", bookmark(5)));
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
});

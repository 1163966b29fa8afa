import type { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { BoundedMap } from "../../src/edge/bounded-map.ts";
import { bookmark, CUSTOMERS, newCache } from "../support/listing-caches.ts";

describe("a bounded map", () => {
  const keysIn = (map: BoundedMap<string>, ...keys: string[]) => keys.filter((key) => map.get(key) !== undefined);

  it("drops what was set first, by number and by weight", () => {
    const few = new BoundedMap<string>(2);
    for (const key of ["a", "b", "a", "c"]) few.set(key, "x");
    expect(keysIn(few, "a", "b", "c")).toEqual(["a", "c"]);
    const light = new BoundedMap<string>({ items: 9, weight: 10, weigh: ({ length }) => length });
    for (const [key, size] of [
      ["a", 4],
      ["b", 4],
      ["b", 5],
      ["c", 2],
    ] as const)
      light.set(key, "x".repeat(size));
    expect(keysIn(light, "a", "b", "c")).toEqual(["b", "c"]);
    light.delete("b");
    light.set("d", "x".repeat(8));
    expect(keysIn(light, "c", "d")).toEqual(["c", "d"]);
    light.set("e", "x".repeat(11));
    expect(keysIn(light, "c", "d", "e")).toEqual([]);
  });
});

describe("the listings that an isolate remembers", () => {
  it("take at most 16 MB together", async () => {
    const kv = { get: async () => null, put: async () => undefined } as unknown as typeof env.LISTINGS;
    const cache = newCache(kv);
    const entry = { bookmark: bookmark(1), readAt: 1_000_000, link: "", body: "x".repeat(2_100_000) };
    for (let n = 0; n < 9; n++) cache.keep(`listing ${n}`, entry, 60);
    const found = await Promise.all(Array.from({ length: 9 }, (_, n) => cache.lookup(`listing ${n}`, CUSTOMERS)));
    expect(found.map((hit) => hit.entry !== null)).toEqual([...Array(6).fill(false), true, true, true]);
  });
});

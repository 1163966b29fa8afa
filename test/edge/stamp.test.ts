import { describe, expect, it } from "vitest";
import type { Bookmark } from "../../src/core/ports.ts";
import { laterStamp, stamp, unstamp } from "../../src/edge/stamp.ts";

/** Safe here: it has the form of D1's bookmarks. */
const bookmark = (n: number): Bookmark => `0000000${n}-00000000-00000000-0123456789abcdef0123456789abcdef` as Bookmark;

describe("stamps", () => {
  it("carry a bookmark and its epoch, and nothing else passes", () => {
    expect(unstamp("1", stamp("1", bookmark(1)))).toBe(bookmark(1));
    const wrong = [
      stamp("2", bookmark(1)),
      bookmark(1),
      `1|${bookmark(1)}x`,
      `1|${bookmark(1).toUpperCase()}`,
      "1|",
      "",
      null,
      undefined,
      5,
    ];
    for (const text of wrong) expect(unstamp("1", text), String(text)).toBeNull();
  });

  it("are later as their bookmarks are", () => {
    const [a, b] = [stamp("1", bookmark(1)), stamp("1", bookmark(2))];
    expect([laterStamp(a, b), laterStamp(b, a), laterStamp(undefined, a)]).toEqual([b, b, a]);
  });
});

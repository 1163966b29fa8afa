import { describe, expect, it } from "vitest";
import { codeWords, searchExpression, wordsOf } from "../../src/core/search-words.ts";

/** One character that folding makes four words of: U+FDFA. */
const LONG = "\uFDFA";

describe("the words of a text", () => {
  it.each([LONG.repeat(120), `${LONG}.`.repeat(120), Array.from({ length: 3_000 }, (_, n) => n.toString(36)).join(" "), "x".repeat(5_000)])(
    "have at most 2,000 characters, each word once",
    (text) => {
      for (const words of [wordsOf(text), codeWords(text)]) {
        expect(words.length).toBeLessThanOrEqual(2_000);
        expect(new Set(words.split(" ")).size).toBe(words.split(" ").length);
      }
    },
  );
});

describe("a search of 100 characters", () => {
  it.each([
    [LONG.repeat(100), 300],
    [`${LONG}.`.repeat(50), 4_000],
    ["a ".repeat(50), 300],
    ["a.".repeat(50), 1_000],
    [Array.from({ length: 50 }, (_, n) => String.fromCharCode(0x3b1 + n)).join(" "), 1_000],
  ])("%# is an expression within bounds", (q, most) => {
    expect((searchExpression(q) ?? "").length).toBeLessThanOrEqual(most);
  });
});

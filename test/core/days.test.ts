import { describe, expect, it } from "vitest";
import { fromDay, nextStart, startOf, toDay } from "../../src/core/days.ts";
import { quotient } from "../../src/core/quotient.ts";

describe("days", () => {
  it.each([
    ["week", "2026-11-22", "2026-11-16", "2026-11-23"],
    ["week", "2026-11-23", "2026-11-23", "2026-11-30"],
    ["week", "2027-01-03", "2026-12-28", "2027-01-04"],
    ["week", "1969-12-31", "1969-12-29", "1970-01-05"],
    ["month", "2028-02-29", "2028-02-01", "2028-03-01"],
    ["month", "2026-12-31", "2026-12-01", "2027-01-01"],
    ["month", "1969-12-31", "1969-12-01", "1970-01-01"],
    ["day", "2026-03-08", "2026-03-08", "2026-03-09"],
  ] as const)("lie in a %s: %s in that from %s, before that from %s", (interval, date, start, next) => {
    expect(fromDay(startOf(interval, toDay(date)))).toBe(start);
    expect(fromDay(nextStart(interval, startOf(interval, toDay(date))))).toBe(next);
  });
});

describe("a quotient", () => {
  it.each([
    [1, 3, 0.33],
    [2, 3, 0.67],
    [1, 8, 0.13],
    [-1, 8, -0.13],
    [-1, 1_000, 0],
    [0, 7, 0],
    // As binary fractions 1.005 is less than it.
    [1_005, 1_000, 1.01],
    [999_999_999_999_999, 100, 9_999_999_999_999.99],
  ])("of %d and %d is %d", (dividend, divisor, expected) => {
    expect(quotient(dividend, divisor, 2)).toBe(expected);
  });

  it("needs a divisor of more than nothing", () => {
    expect([quotient(5, 0, 2), quotient(-5, -1, 2)]).toEqual([null, null]);
  });
});

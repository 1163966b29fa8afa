import { describe, expect, it } from "vitest";
import { later, reaches } from "../../src/core/bookmarks.ts";
import { FAILURES, Failure, isFailureCode } from "../../src/core/errors.ts";
import { parseLimit } from "../../src/core/limits.ts";
import { fromCents, hasAtMostTwoDecimals, MAX_CENTS, toCents } from "../../src/core/money.ts";
import type { Bookmark } from "../../src/core/ports.ts";
import { MoneyInput } from "../../src/db/fields.ts";

describe("the notation of limits", () => {
  it.each([
    ["50/hour", [{ name: "default-hour", limit: 50, ms: 3_600_000 }]],
    ["50/hours", [{ name: "default-hour", limit: 50, ms: 3_600_000 }]],
    ["1/second", [{ name: "default-second", limit: 1, ms: 1_000 }]],
    ["30/5 minutes", [{ name: "default-5-minutes", limit: 30, ms: 300_000 }]],
    ["999999999/24 hours", [{ name: "default-24-hours", limit: 999_999_999, ms: 86_400_000 }]],
    [
      " 50/hour ; 200/day ",
      [
        { name: "default-hour", limit: 50, ms: 3_600_000 },
        { name: "default-day", limit: 200, ms: 86_400_000 },
      ],
    ],
  ])("reads %j", (text, windows) => {
    expect(parseLimit("default", text)).toEqual(windows);
  });

  it("names windows after the policy, with dashes", () => {
    expect(parseLimit("login_account", "20/15 minutes")).toEqual([{ name: "login-account-15-minutes", limit: 20, ms: 900_000 }]);
  });

  it.each([
    ["", " ", ";", "50", "50/", "/hour", "five/hour", "5/hour;", "5/hour,6/day", "5/hour 6/day", "5/hour\n6/day"],
    [
      "0/hour",
      "5/0 minutes",
      "-5/hour",
      "5.5/hour",
      "1e3/hour",
      "1000000000/hour",
      "5/10000 days",
      "5/7 days",
      "5/25 hours",
      "5/86401 seconds",
      "5/1.5 hours",
    ],
    ["5/week", "5/Hour", "5 / hour", "5/5minutes", "5/5  minutes", "5/toString"],
  ])("refuses %j, %j and the like", (...texts) => {
    for (const text of texts) expect(parseLimit("default", text), text).toBeNull();
  });
});

describe("money", () => {
  it.each([
    [0, 0],
    [0.01, 1],
    [0.07, 7],
    [0.29, 29],
    [1.1, 110],
    [19.99, 1_999],
    [1_234.5, 123_450],
    [4_503_599.37, 450_359_937],
    [9_999_999.99, MAX_CENTS],
  ])("reads %d as %d cents and shows it as it came", (amount, cents) => {
    expect(hasAtMostTwoDecimals(amount)).toBe(true);
    expect(toCents(amount)).toBe(cents);
    expect(fromCents(toCents(amount))).toBe(amount);
  });

  it("adds up in cents as people do on paper", () => {
    expect(toCents(0.1) + toCents(0.2)).toBe(toCents(0.3));
    expect(toCents(19.99) * 3).toBe(toCents(59.97));
  });

  it.each([0.1 + 0.2, 1.005, 0.001, 19.999, 9_999_999.991, 1e-9, Number.NaN])("has no cents for %d", (amount) => {
    expect(hasAtMostTwoDecimals(amount)).toBe(false);
    expect(MoneyInput.safeParse(amount).success).toBe(false);
  });

  it.each([10_000_000, 9_999_999.995, -0.01, Number.POSITIVE_INFINITY, "19.99", null])("does not take %j", (amount) => {
    expect(MoneyInput.safeParse(amount).success).toBe(false);
  });

  it("comes back unchanged for every amount tried", () => {
    for (let cents = 0; cents <= MAX_CENTS; cents += 499_979)
      expect(MoneyInput.parse(fromCents(MoneyInput.parse(cents / 100)))).toBe(cents);
  });
});

describe("bookmarks", () => {
  // Safe here: any text that sorts serves as a bookmark.
  const [old, young] = ["00-1" as Bookmark, "00-2" as Bookmark];

  it("are later as they sort, and later than none", () => {
    expect([later(old, young), later(young, old), later(old, null), later(undefined, young), later(null, undefined)]).toEqual([
      young,
      young,
      old,
      young,
      null,
    ]);
  });

  it("reach what is not newer, and anything reaches nothing", () => {
    expect([reaches(young, old), reaches(young, young), reaches(null, null)]).toEqual([true, true, true]);
    expect([reaches(old, young), reaches(null, old)]).toEqual([false, false]);
  });
});

describe("the catalogue of failures", () => {
  it("gives each code a status of HTTP's errors and advice that ends in a full stop", () => {
    for (const [code, { status, title, say }] of Object.entries(FAILURES)) {
      expect(status, code).toSatisfy((value: number) => value >= 400 && value <= 503);
      expect(title.length, code).toBeGreaterThan(3);
      expect(say({}), code).toMatch(/\.$/);
    }
  });

  it("knows its own codes only", () => {
    expect(["not_found", "last_admin"].every(isFailureCode)).toBe(true);
    expect(["", "toString", "constructor", "Not_Found"].some(isFailureCode)).toBe(false);
  });

  it("says what to do next with the details of the case", () => {
    const failure = new Failure("insufficient_stock", { name: "Oil 5W-30", wanted: 3, available: 1 });
    expect(failure.message).toBe(
      "3 of 'Oil 5W-30' requested, 1 available. Lower the quantity or receive stock first. " +
        'To reopen a ticket without its parts, send "without_parts": true with the status.',
    );
    expect(failure.status).toBe(409);
  });
});

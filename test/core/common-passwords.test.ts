import { describe, expect, it } from "vitest";
import { isCommonPassword } from "../../src/core/common-passwords.ts";
import source from "../../src/core/common-passwords.ts?raw";

const list = source.split("`")[1]?.trim().split(/\s+/) ?? [];

describe("the list of common passwords", () => {
  it("is in order, in lower case, and has none that is too short or there twice", () => {
    expect(list.length).toBeGreaterThan(2_000);
    expect(list).toEqual([...new Set(list)].sort());
    expect(list.filter((word) => word.length < 8 || word !== word.toLowerCase())).toEqual([]);
  });

  it("tells each of them, in any case, and no others", () => {
    expect(list.filter((word) => !isCommonPassword(word) || !isCommonPassword(word.toUpperCase()))).toEqual([]);
    for (const word of ["correct horse battery", "demo-wrench-42", "password ", " password", "passwordpassword", "", "1234567", "toString"])
      expect(isCommonPassword(word), word).toBe(false);
  });
});

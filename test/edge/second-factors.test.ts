import { describe, expect, it } from "vitest";
import { createSecondFactors } from "../../src/edge/second-factors.ts";
import { base32, codeAt, keyUri, stepAt, stepOf } from "../../src/edge/totp.ts";

/** The secret of RFC 6238, appendix B. */
const RFC = Buffer.from("12345678901234567890");
const STEP = 30_000;

describe("codes by time", () => {
  it.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ])("are those of RFC 6238 at %d seconds", (seconds, code) => {
    expect(codeAt(RFC, stepAt(seconds * 1_000))).toBe(code);
    expect(stepOf(RFC, code, 0, seconds * 1_000)).toBe(Math.floor(seconds / 30));
  });

  it("are good one step early and one late, and no longer", () => {
    const now = 1_000_000 * STEP;
    const found = [-2, -1, 0, 1, 2].map((shift) => stepOf(RFC, codeAt(RFC, 1_000_000 + shift), 0, now));
    expect(found).toEqual([null, 999_999, 1_000_000, 1_000_001, null]);
  });

  it("are good only after the step of the last one", () => {
    const code = codeAt(RFC, 1_000);
    expect([stepOf(RFC, code, 999, 1_000 * STEP), stepOf(RFC, code, 1_000, 1_000 * STEP)]).toEqual([1_000, null]);
  });

  it.each(["", "28708", "2870821", "28708x", "２８７０８２", " 287082"])("are six digits, not %j", (code) => {
    expect(stepOf(RFC, code, 0, 59_000)).toBeNull();
  });
});

describe("what an authenticator app is given", () => {
  it("is base32 of RFC 4648", () => {
    expect(base32(Buffer.from("fooba"))).toBe("MZXW6YTB");
    expect(base32(RFC)).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  });

  it("is a URL that names the shop and the account", () => {
    const url = new URL(keyUri("GEZDGNBV", "Mechanic Shop", "a&b@example.com"));
    expect(decodeURIComponent(url.pathname)).toMatch(/Mechanic Shop:a&b@example\.com$/);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      secret: "GEZDGNBV",
      issuer: "Mechanic Shop",
      algorithm: "SHA1",
      digits: "6",
      period: "30",
    });
  });
});

describe("stored secrets", () => {
  const factors = createSecondFactors("a key of the shop that is long enough");
  const codeOf = (secret: string, now: number): string => {
    const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
    const bytes = bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
    return codeAt(Buffer.from(bytes), stepAt(now));
  };

  it("open with the key that made them, for their account, and with spaces in the code", () => {
    const { stored, secret, url } = factors.create(7, "ada@example.com");
    expect(url).toContain(`secret=${secret}`);
    const code = codeOf(secret, STEP * 50);
    expect(factors.stepOf(code, { userId: 7, stored, lastStep: 0 }, STEP * 50)).toBe(50);
    expect(factors.stepOf(`${code.slice(0, 3)} ${code.slice(3)}`, { userId: 7, stored, lastStep: 0 }, STEP * 50)).toBe(50);
  });

  it("do not hold the secret, and are another text each time", () => {
    const made = Array.from({ length: 20 }, () => factors.create(7, "ada@example.com"));
    expect(new Set(made.flatMap(({ stored, secret }) => [stored, secret])).size).toBe(40);
    for (const { stored, secret } of made) expect(Buffer.from(stored, "base64url").toString("latin1")).not.toContain(secret);
  });

  it("do not open in the row of another account, under another key, or changed in one place", () => {
    const { stored, secret } = factors.create(7, "ada@example.com");
    const code = codeOf(secret, STEP * 50);
    const look = (userId: number, text: string, by = factors) => by.stepOf(code, { userId, stored: text, lastStep: 0 }, STEP * 50);
    const bytes = Buffer.from(stored, "base64url");
    bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20);
    expect(look(8, stored)).toBeNull();
    expect(look(7, stored, createSecondFactors("another key of the shop, long enough"))).toBeNull();
    expect(look(7, bytes.toString("base64url"))).toBeNull();
    expect(look(7, "")).toBeNull();
  });
});

describe("recovery codes", () => {
  const factors = createSecondFactors("a key of the shop that is long enough");

  it("are ten of 80 bits, none twice, and are the same however they are typed", () => {
    const codes = factors.createRecoveryCodes();
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) {
      expect(code).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
      expect(factors.hashOf(` ${code.toLowerCase().replaceAll("-", " ")}`)).toBe(factors.hashOf(code));
    }
    expect(new Set(codes.map((code) => factors.hashOf(code))).size).toBe(10);
  });
});

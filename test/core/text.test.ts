import type { z } from "@hono/zod-openapi";
import { expect, it } from "vitest";
import { Email, longText, Phone, text, VinInput } from "../../src/db/fields.ts";

const accepts = (schema: z.ZodType, values: readonly string[]) => values.filter((value) => !schema.safeParse(value).success);
const refuses = (schema: z.ZodType, values: readonly string[]) => values.filter((value) => schema.safeParse(value).success);

it("takes names in every script, and refuses text that shows nothing, turns around or cannot be stored", () => {
  const line = text(120);
  expect(accepts(line, ["Łukasz Zwójcik", "李小龍", "Ελένη", "می‌خواهم", "O’Neil", "24/7 Towing", "👩‍🔧 Ada", "x"])).toEqual([]);
  const nothing = ["\u200b", "\u2800", "\u3164", "\u115f\u1160", "\uffa0", "\u00ad", "\u2060", " \u200b ", "\u0301", "\ufe0f"];
  expect(refuses(line, nothing)).toEqual([]);
  expect(refuses(longText(300), nothing)).toEqual([]);
  expect(refuses(line, ["Ada\u202eeviL", "\u2066Ada\u2069", "A\ud800da", "\udc00", "Ada\nLovelace", "A\u0000da", ""])).toEqual([]);
  expect(refuses(longText(300), ["1 Lane\u202e", "A\ud800da", "\u0007"])).toEqual([]);
  expect(accepts(longText(300), ["1 Garage Lane\n12345 Springfield", "1 Lane\r\nTown"])).toEqual([]);
});

it("takes phones as people type and paste them", () => {
  const typed: readonly (readonly [string, string])[] = [
    ["+1 555 0100 ext. 12", "+1 555 0100 ext. 12"],
    ["+1 555 0100 x12", "+1 555 0100 ext. 12"],
    ["555-0100 Ext 7", "555-0100 ext. 7"],
    ["555 0100 #7", "555 0100 ext. 7"],
    ["555 0100, extension 7", "555 0100 ext. 7"],
    ["+1–555–0100", "+1-555-0100"],
    ["\u202a+1 555 0100\u202c", "+1 555 0100"],
    ["+49\u00a0170\u00a07770101", "+49 170 7770101"],
    ["(555) 733-0147", "(555) 733-0147"],
    ["112", "112"],
  ];
  expect(typed.map(([value]) => Phone.parse(value))).toEqual(typed.map(([, stored]) => stored));
  expect(refuses(Phone, ["---", "(((", "555\r\n0100", "+", "12", "phone", "555 0100 ext.", "++1 555", "ext. 123", ""])).toEqual([]);
});

it("takes e-mails of every top-level domain and with every character of a dot-atom", () => {
  const good = [
    "info@example.xn--p1ai",
    "smith&sons@example.com",
    "o'neil@example.co.uk",
    "a+b@sub.example-shop.com",
    "x@1and1.com",
    "a@b.museum",
  ];
  expect(accepts(Email, good)).toEqual([]);
  const bad = ["a@example-.com", "a@-example.com", ".a@example.com", "a..b@example.com", "a.@example.com", "a@example", "a@example..com"];
  expect(
    refuses(Email, [...bad, "a@exa mple.com", "a@example.com.", "a@127.0.0.1", `${"a".repeat(65)}@example.com`, "a@b@example.com"]),
  ).toEqual([]);
});

it("reads VINs as scanners and people give them, and refuses what only looks like one", () => {
  const vin = "1M8GDM9AXKP042788";
  expect(
    [vin, "I1M8GDM9AXKP042788", "1M8 GDM9A XKP042788", "1m8gdm9axkp042788", " 1M8-GDM9AX-KP042788 "].map((typed) => VinInput.parse(typed)),
  ).toEqual(Array(5).fill(vin));
  expect(
    refuses(VinInput, ["00000000000000000", "XXXXXXXXXXXXXXXXX", "1MſGDM9ABU14HG2GP", "1M8GDM9AXKP04278O", "1M8GDM9AXKP04278", ""]),
  ).toEqual([]);
});

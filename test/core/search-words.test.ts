import { expect, it } from "vitest";
import { codeWords, fold, phoneWords, searchExpression, vinWords, wordsOf } from "../../src/core/search-words.ts";

it("folds case, accents, and letters that have no key of their own", () => {
  expect(fold("ŁUKASZ Großmann Ærøskøbing œuvre ĐORĐE İpek ılgaz Σοφός ﬁne Ⅳ")).toBe(
    "lukasz grossmann aeroskobing oeuvre dorđe ipek ilgaz σοφοσ fine iv".replace("đ", "d"),
  );
});

it("finds names by runs of letters and digits, and by what has marks inside without them", () => {
  expect(wordsOf("  Maria Delgado-Zwickl\t(Transport) ")).toBe("maria delgado zwickl transport delgadozwickl");
  expect(wordsOf("Erin O’Neil")).toBe("erin o neil oneil");
  expect(wordsOf("24/7 Towing")).toBe("24 7 towing 247");
  expect(wordsOf("Bo Bo")).toBe("bo");
  expect(wordsOf("100% 🛢️")).toBe("100");
});

it("finds codes by their parts and as a whole, and a VIN also by its last eight", () => {
  expect(codeWords("90915-YZZD4")).toBe("90915 yzzd4 90915yzzd4");
  expect(codeWords("B-AB 1234")).toBe("b ab 1234 bab1234");
  expect(vinWords("1M8GDM9AXKP042788")).toBe("1m8gdm9axkp042788 kp042788");
});

it("finds phones by all digits and by the last ten, nine and seven", () => {
  expect(phoneWords("+49 170 777 0101")).toBe("491707770101 1707770101 707770101 7770101");
  expect(phoneWords("0170 777 0101")).toBe("1707770101 707770101 7770101");
  expect(phoneWords("0049 170 777 0101")).toBe("491707770101 1707770101 707770101 7770101");
  expect(phoneWords("+1 (555) 733-0147 ext. 12")).toBe("15557330147 5557330147 557330147 7330147");
});

it("stores a bounded text, whatever the text folds into", () => {
  expect(wordsOf("\ufdfa".repeat(2_000)).length).toBeLessThanOrEqual(2_000);
  expect(wordsOf(Array.from({ length: 5_000 }, (_, n) => `w${n}`).join(" ")).length).toBeLessThanOrEqual(2_000);
});

it("looks for the beginnings of words, for a code as a whole, and for a phone number", () => {
  expect(searchExpression("ada")).toBe('"ada"*');
  expect(searchExpression("Stone, Ada")).toBe('(("stone"* AND "ada"*) OR "stoneada"*)');
  expect(searchExpression("o'neil")).toBe('(("o"* AND "neil"*) OR "oneil"*)');
  expect(searchExpression("0170 7770101")).toContain('"1707770101"*');
  expect(searchExpression("ada 733-0147")).toContain('("ada"* AND "7330147"*)');
  expect(searchExpression("Ada@example.com")).toBe('"ada example com"*');
  expect(searchExpression("%")).toBeNull();
  expect(searchExpression('" OR "a"* NOT (')).toBe('(("or"* AND "a"* AND "not"*) OR "oranot"*)');
});

import { describe, expect, it } from "vitest";
import policy from "../../SECURITY.md?raw";

const others = Object.keys(import.meta.glob("../**/*.test.ts")).map((path) =>
  path.replace(/^\.\.\//, "test/").replace(/^\.\//, "test/tooling/"),
);
/** All tests; Vite leaves out the file that asks. */
const tests = [...others, "test/tooling/security.test.ts"];
const sources = Object.entries(import.meta.glob<string>("../../src/**/*.ts", { query: "?raw", import: "default", eager: true }));

describe("SECURITY.md", () => {
  it("has one row for each risk of the OWASP API Security Top 10, each with tests that are there", () => {
    const risks = [...policy.matchAll(/^\| API(\d+) .*\| (.*) \|$/gm)];
    expect(risks.map(([, number]) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const [row, , cell = ""] of risks) expect(cell, row).toMatch(/`test\/[\w/-]+\.test\.ts`/);
  });

  it("names no test that is not there", () => {
    const named = [...policy.matchAll(/`(test\/[\w/.-]+)`/g)].map(([, path = ""]) => path);
    expect(named.length).toBeGreaterThan(20);
    for (const path of named) expect(tests).toContain(path);
  });
});

/** The only files that call an address: that of the configuration, which stands nowhere in a request. */
const CALL_THEIR_PROVIDER = ["src/edge/language-model.ts", "src/edge/mail/api-sender.ts"];

describe("the Worker", () => {
  it("fetches no address but those of its providers of mail and of a language model", () => {
    expect(sources.length).toBeGreaterThan(80);
    const calls = sources.flatMap(([path, text]) => {
      const found = text.match(/(?<![.\w])fetch\(|new WebSocket|\bconnect\(/g) ?? [];
      return found.map((call) => [path.replace(/^(\.\.\/)+/, ""), call]);
    });
    expect(calls).toEqual(CALL_THEIR_PROVIDER.map((path) => [path, "fetch("]));
  });
});

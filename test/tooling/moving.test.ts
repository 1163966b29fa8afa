import { expect, it } from "vitest";
import guide from "../../docs/moving.md?raw";
import { endpoints } from "../../src/app.ts";
import { FAILURES } from "../../src/core/errors.ts";
import { canonicalOf } from "../../src/http/older-spellings.ts";

const table = [...guide.matchAll(/^\| (?:([A-Z]+) )?`(\/[^`]*)` \| (?:[A-Z]+ )?`(\/[^`]*)` \|$/gm)];

it("docs/moving.md has every older path, each with the one that answers", () => {
  for (const [row, method = "GET", older = "", canonical = ""] of table) {
    const [from, to] = [older.replace("...", "/12"), canonical.replace("...", "/12")];
    expect(canonicalOf(method, from), row).toMatchObject({ path: to, isOlder: true });
    expect(row).toContain(method === "GET" ? canonical : `| ${canonicalOf(method, from).method} \``);
  }
  const { length } = new Set(table.map(([row]) => row)).values().toArray();
  expect(length).toBe(23);
});

it("docs/moving.md names only routes and failures that there are", () => {
  const known = [...endpoints.map(({ spec }) => spec.path), ...table.map(([, , older]) => older), "/openapi.json", "/docs", "/v1"];
  const paths = [...guide.matchAll(/`(\/[a-z][^`\s]*)`/g)].map(([, path = ""]) => path);
  for (const path of paths)
    if (!path.includes("...") && path !== "/correct" && path !== "/tickets/my-tickets") expect(known).toContain(path);
  const codes = [...guide.matchAll(/\b(?:4\d\d) `(\w+)`/g)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(5);
  for (const code of codes) expect(FAILURES).toHaveProperty(code ?? "");
});

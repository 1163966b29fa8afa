import { expect, it } from "vitest";
import guide from "../../docs/moving.md?raw";
import { endpoints } from "../../src/app.ts";
import { FAILURES } from "../../src/core/errors.ts";
import { canonicalOf } from "../../src/http/pipeline/legacy-paths.ts";
import s0 from "../journeys/s0.test.ts?raw";
import s1 from "../journeys/s1.test.ts?raw";
import s2 from "../journeys/s2.test.ts?raw";
import s3 from "../journeys/s3.test.ts?raw";
import s4 from "../journeys/s4.test.ts?raw";

const journeys = [s0, s1, s2, s3, s4];

const table = [...guide.matchAll(/^\| (?:([A-Z]+) )?`(\/[^`]*)` \| (?:[A-Z]+ )?`(\/[^`]*)` \|$/gm)];

it("docs/moving.md has every legacy path, each with the one that answers", () => {
  for (const [row, method = "GET", older = "", canonical = ""] of table) {
    const [from, to] = [older.replace("...", "/12"), canonical.replace("...", "/12")];
    expect(canonicalOf(method, from), row).toMatchObject({ path: to, isLegacy: true });
    expect(row).toContain(method === "GET" ? canonical : `| ${canonicalOf(method, from).method} \``);
  }
  const { length } = new Set(table.map(([row]) => row)).values().toArray();
  expect(length).toBe(23);
});

it("docs/moving.md names only routes and failures that there are", () => {
  const known = [
    ...endpoints.map(({ spec }) => spec.path),
    ...table.map(([, , older]) => older),
    "/openapi.json",
    "/openapi-legacy.json",
    "/docs?legacy",
    "/docs",
    "/v1",
  ];
  const paths = [...guide.matchAll(/`(\/[a-z][^`\s]*)`/g)].map(([, path = ""]) => path);
  for (const path of paths)
    if (!path.includes("...") && path !== "/correct" && path !== "/tickets/my-tickets") expect(known).toContain(path);
  const codes = [...guide.matchAll(/\b(?:4\d\d) `(\w+)`/g)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(5);
  for (const code of codes) expect(FAILURES).toHaveProperty(code ?? "");
});

it("every legacy path of docs/moving.md is walked in one of the journeys", () => {
  const walks = (method: string, path: string): boolean => {
    const inQuotes = `["\`](?:/v1)?${path.replace("...", '[^"`]*').replaceAll(/\{\w+\}/g, "\\$\\{[^}]+\\}")}/?(?:\\?[^"\`]*)?["\`]`;
    const asked = method === "GET" ? inQuotes : `(?:client\\.${method.toLowerCase()}\\(|tokenAt\\(client, )${inQuotes}`;
    return journeys.some((journey) => new RegExp(asked).test(journey));
  };
  const walked = table.filter(([, method = "GET", older = ""]) => walks(method, older));
  expect(table.filter((row) => !walked.includes(row)).map(([row]) => row)).toEqual([]);
  expect(`${walked.length} of ${table.length}`).toBe("23 of 23");
});

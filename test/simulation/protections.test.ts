import { expect, it } from "vitest";
import { PROTECTIONS } from "./protections.ts";

const sources = import.meta.glob<string>("../../src/**/*.ts", { query: "?raw", import: "default", eager: true });

it.each(PROTECTIONS)("$file has once what is removed without: $name", ({ file, from, to }) => {
  expect(sources[`../../${file}`]?.split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
});

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { passedByValues, passedLimits } from "../support/d1-limits.ts";

const numbers = (count: number): string => Array.from({ length: count }, (_, i) => i).join(", ");

describe("the limits of D1", () => {
  it("are told of a statement: arguments, length, patterns", () => {
    expect(passedLimits(`select json_array(${numbers(32)})`)).toEqual([]);
    expect(passedLimits(`select json_array(${numbers(33)})`)).toEqual(["json_array() has 33 arguments"]);
    expect(passedLimits(`select max ((select 1), ${numbers(32)}), 1`)).toEqual(["max() has 33 arguments"]);
    expect(passedLimits(`select 1 where 1 in (${numbers(40)}) and x = '(,' and "(,(" = \`)\` -- (,\n`)).toEqual([]);
    expect(passedLimits(`insert into "x" (${numbers(40)}) values (${numbers(40)})`)).toEqual([]);
    expect(passedLimits(`insert into x (${numbers(40)}) select ${numbers(40)}`)).toEqual([]);
    expect(passedLimits(`select '${"é".repeat(50_000)}'`)).toEqual(["100009 bytes of SQL"]);
    expect(passedLimits(`select 1 where 'a' glob '${"b".repeat(51)}'`)).toEqual(["a pattern of 51 bytes"]);
  });

  it("are told of the values of a statement: their number, and the row that they make", () => {
    expect(passedByValues(Array(100).fill(null))).toEqual([]);
    expect(passedByValues(Array(101).fill(null))).toEqual(["101 parameters"]);
    expect(passedByValues(["é".repeat(999_999), 1])).toEqual(["2000006 bytes of values"]);
  });

  it("hold for every trigger and index", async () => {
    const { results } = await env.DB.prepare("select name, sql from sqlite_master where sql is not null").all<
      Record<"name" | "sql", string>
    >();
    for (const { name, sql } of results) expect(passedLimits(sql), name).toEqual([]);
  });
});

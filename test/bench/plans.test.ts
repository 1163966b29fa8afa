import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createCaller } from "../../bench/support/caller.ts";
import type { Ran } from "../../bench/support/counted-d1.ts";
import { operations } from "../../bench/support/every-operation.ts";
import { loadShop } from "../../bench/support/load.ts";
import { rows } from "../support/people.ts";
import { planOf } from "../support/watched-d1.ts";

/** What may be scanned at any time: a list in a parameter, no table, the drafts of one's own batch. */
const NO_TABLES = ["json_each", "CONSTANT", "d"];
/** Tables that stay small by a rule: the shop is one row, taxes are at most fifty, and what is owed has a row for each day on which it is due. */
const SMALL_TABLES = ["shop", "taxes", "daily_due"];

/** Subqueries of the statement itself, whose tables have steps of their own; some are named as a table is. */
const subqueriesOf = (plan: readonly string[]): string[] =>
  plan.flatMap((step) => /^(?:CO-ROUTINE|MATERIALIZE) (\S+)$/.exec(step)?.[1] ?? []);

/** How many walks along an index (or the ids) stop at a limit the statement has, or at the first row there is; each may be a scan. */
const walksIn = (sql: string): number =>
  (sql.match(/\border by (?:(?!\b(?:from|where)\b).)*? limit (?:\?|\d)/gs)?.length ?? 0) +
  (sql.match(/\bexists \(select 1 from \w+\)/gi)?.length ?? 0);

/** Full-text indexes are virtual tables, of which plans say SCAN: these ask for an id, or for words. So are the values of a JSON document. */
const isIndexed = (step: string): boolean =>
  /^SCAN \w+_search VIRTUAL TABLE INDEX \d+:.*[=M]/.test(step) || /^SCAN (?!\w*_search\b)\w+ VIRTUAL TABLE INDEX [13]:$/.test(step);

/** The names that a statement gives to what may be scanned: a list, a small table, a subquery of its own that is kept, or that finds a row by the one before. */
const aliasesIn = (sql: string): string[] => {
  const recursive = [...sql.matchAll(/with recursive (\w+)\(/g)].flatMap(([, name]) => name ?? []);
  const kept = [...[...sql.matchAll(/(\w+) as materialized \(/g)].flatMap(([, name]) => name ?? []), ...recursive];
  const scanned = [String.raw`json_each\([^()]*\)`, ...[...SMALL_TABLES, ...kept].map((name) => `"?\\b${name}\\b"?`)].join("|");
  const named = [...sql.matchAll(new RegExp(`(?:from|join|,) (?:${scanned}) (?:as )?"?(\\w+)"?`, "gi"))].flatMap(([, name]) => name ?? []);
  return [...kept, ...named];
};

/**
 * What is sorted though no index has its order, because it is bounded: the lines of one ticket, by id or grouped by part, twice
 * where a condition asks; those that one estimate shows; at most so many decisions on a vehicle; a list in a parameter that is grouped, or whose values are told apart; the
 * hours of a time zone; the mechanics who worked in a period.
 */
const BOUNDED_SORTS: readonly (readonly [RegExp, number])[] = [
  [/"service_ticket_id" = "service_tickets"."id" order by id\) as "ticket_lines"/g, 1],
  [/\bgroup by l\.inventory_id\b/g, 2],
  [/"service_tickets"."vehicle_id" = \?(?: and "service_tickets"."customer_id" = \?\))? limit \?\),\s+ranked as/g, 3],
  [/\bover \(partition by ifnull\(l\.value /g, 1],
  [/\bfrom json_each\(\?1?(?:, '[$.\w]+')?\)(?:(?!\b(?:from|select)\b).)*?\bgroup by\b/gis, 1],
  [/\border by key desc\s+limit 1\b/g, 1],
  [/\bfrom worked where .*? order by key (?:asc|desc), id (?:asc|desc) limit\b/g, 1],
  [/\bcount\(distinct [^()]*\)[^()]*?\bfrom json_each\(\?1?\)/gis, 1],
];
const boundedSortsIn = (sql: string): number =>
  BOUNDED_SORTS.reduce((sum, [sort, times]) => sum + times * (sql.match(sort)?.length ?? 0), 0);

/** The steps of a plan that sort rows, or go through a table where nothing stops them. */
const wrongSteps = (plan: readonly string[], sql: string): string[] => {
  const subqueries = subqueriesOf(plan);
  let walks = walksIn(sql);
  // Both sides of an EXCEPT are sorted: here the lines of one ticket in two images.
  let sides = 2 * plan.filter((step) => step === "MERGE (EXCEPT)").length + boundedSortsIn(sql);
  const aliases = aliasesIn(sql);
  const isSort = (step: string): boolean => {
    // A list inside a document is as long as what it is of.
    if (!step.includes("TEMP B-TREE") || step.includes("json_group_array(ORDER BY)")) return false;
    sides -= 1;
    return sides < 0;
  };
  const isScan = (name: string): boolean => {
    if ([...NO_TABLES, ...SMALL_TABLES, ...aliases].includes(name) || name.startsWith("(subquery-")) return false;
    const index = subqueries.indexOf(name);
    if (index >= 0) subqueries.splice(index, 1);
    else walks -= 1;
    return index < 0 && walks < 0;
  };
  return plan.filter((step) => {
    if (isIndexed(step)) return false;
    const [, scanned] = /^SCAN (\S+)/.exec(step) ?? [];
    return isSort(step) || (scanned !== undefined && isScan(scanned));
  });
};

/** Every different statement of a request, with the values it was given first. */
const statements = new Map<string, Ran>();
beforeAll(async () => {
  const sizes = await loadShop(env.DB, 200);
  const bench = { d1: env.DB, sizes, call: createCaller(env.DB) };
  for (const { run } of operations)
    for (const { ran } of await run(bench))
      for (const statement of ran) if (!statements.has(statement.sql)) statements.set(statement.sql, statement);
}, 120_000);

interface Trigger {
  readonly name: string;
  readonly sql: string;
}

/** The condition and the statements of a trigger, as statements of their own: the row's values become parameters. */
const partsOf = ({ sql }: Trigger): string[] => {
  const [, when, body = ""] = /ON \w+\s*(?:WHEN ([\s\S]*?)\s*)?\bBEGIN\b([\s\S]*)END$/.exec(sql) ?? [];
  const parts = [...(when ? [`SELECT 1 WHERE ${when}`] : []), ...body.split(";")];
  return parts
    .map((part) =>
      part
        .trim()
        .replace(/\b(NEW|OLD)\.\w+/g, "?1")
        .replaceAll("RAISE(ABORT,", "coalesce(NULL,"),
    )
    .filter(Boolean);
};

describe("the plan", () => {
  it("of every statement of a read or a write sorts nothing, and scans no table but along an index under a limit", async () => {
    expect(statements.size).toBeGreaterThan(300);
    const wrong: Record<string, string[]> = {};
    for (const [sql, statement] of statements) {
      const steps = wrongSteps(await planOf(statement), sql);
      if (steps.length > 0) wrong[sql] = steps;
    }
    expect(wrong).toEqual({});
  });

  it("of everything that triggers do is a search", async () => {
    const triggers = await rows<Trigger>("select name, sql from sqlite_master where type = 'trigger'");
    const wrong: Record<string, string[]> = {};
    for (const trigger of triggers) {
      const parts = partsOf(trigger);
      expect(parts.length, trigger.name).toBeGreaterThan(0);
      for (const sql of parts) {
        const steps = wrongSteps(await planOf({ sql, values: sql.includes("?1") ? [1] : [] }), sql);
        if (steps.length > 0) wrong[`${trigger.name}: ${sql}`] = steps;
      }
    }
    expect(wrong).toEqual({});
  });

  it.each([
    ["select name from customers where phone = '1' limit 5", ["SCAN customers"]],
    ["select phone from customers order by phone limit ?", ["USE TEMP B-TREE FOR ORDER BY"]],
    ["select 1 from (select * from parts where price = 1 limit 2) as parts join parts p on p.name = parts.name", ["SCAN p"]],
    ["select rowid from customers_search limit 5", ["SCAN customers_search VIRTUAL TABLE INDEX 0:"]],
    ["update mechanics set salary = 1 where specialty = 'x'", ["SCAN mechanics"]],
  ])("would be found wrong for %s", async (sql, steps) => {
    expect(wrongSteps(await planOf({ sql, values: sql.includes("?") ? [5] : [] }), sql)).toEqual(steps);
  });
});

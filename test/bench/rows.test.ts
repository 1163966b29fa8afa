import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createCaller } from "../../bench/support/caller.ts";
import { operations } from "../../bench/support/every-operation.ts";
import { loadShop } from "../../bench/support/load.ts";
import { type Bench, isAlike, isWithin, measure } from "../../bench/support/operations.ts";
import { brokenRules } from "../support/recount.ts";

/** Customers of the two shops; they have ten times as many tickets. */
const [SMALL, LARGE] = [800, 4_000];

/** Rows are loaded by SQL with the triggers dropped, which are then made again; every operation runs with all of them. */
const aBench = async (d1: D1Database, customers: number): Promise<Bench> => {
  await applyD1Migrations(d1, env.MIGRATIONS);
  return { d1, sizes: await loadShop(d1, customers), call: createCaller(d1) };
};

let small: Bench;
let large: Bench;
beforeAll(async () => {
  small = await aBench(env.OLD, SMALL);
  large = await aBench(env.REBUILT, LARGE);
}, 120_000);

describe("a shop that was loaded by SQL", () => {
  it("breaks no rule, and has all triggers", async () => {
    expect(await brokenRules(small.d1)).toEqual({});
    const triggers = async (d1: D1Database) =>
      (await d1.prepare("select name, sql from sqlite_master where type = 'trigger' order by 1").all()).results;
    expect(await triggers(small.d1)).toEqual(await triggers(env.DB));
  });
});

describe("the rows that are read", () => {
  it.each(operations)("by $name are within the budget, and as many in a shop five times as large", async (operation) => {
    const costs = [await measure(small, operation), await measure(large, operation)];
    const over = costs.flat().filter((cost) => !isWithin(cost, operation));
    expect(over).toEqual([]);
    expect(isAlike(costs[0] ?? [], costs[1] ?? [], operation), JSON.stringify(costs)).toBe(true);
  });

  it("are still those of a shop that breaks no rule", async () => {
    expect(await brokenRules(small.d1)).toEqual({});
  });
});

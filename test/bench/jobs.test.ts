import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { countedD1 } from "../../bench/support/counted-d1.ts";
import { loadShop } from "../../bench/support/load.ts";
import { openSession } from "../../src/db/client.ts";
import { runJobs } from "../../src/jobs.ts";
import { testDeps } from "../support/client.ts";

it("the cron jobs of a minute read at most 20 rows where there is nothing to do, however large the shop", async () => {
  await loadShop(env.DB, 800);
  const { d1, ran } = countedD1(env.DB);
  const deps = testDeps();
  const minute = () => runJobs({ ...deps, d1, primary: () => openSession(d1, "first-primary", deps.retry).db });
  // The answers of the writes of a load are older than a day: they go first.
  await minute();
  ran.length = 0;
  await minute();
  expect(ran.length).toBeGreaterThanOrEqual(8);
  expect(ran.reduce((sum, { read }) => sum + read, 0)).toBeLessThanOrEqual(20);
  expect(ran.filter(({ written }) => written > 0)).toEqual([]);
});

import { availableParallelism } from "node:os";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { copyFonts } from "./scripts/assets.ts";
import { bundlePdfkit } from "./scripts/support/pdfkit.ts";
import { bundledSource } from "./vitest.bundle.ts";
import { LongestFirst } from "./vitest.order.ts";
import { schemaAfter } from "./vitest.schema.ts";
import { storeInMemory } from "./vitest.stores.ts";

/**
 * Test files that only `npm run test:long` runs: faults that are waited for, budgets that need large shops, and sweeps over
 * every path and every role.
 */
const ONLY_LONG = [
  "test/faults/**/*.test.ts",
  "test/bench/**/*.test.ts",
  ...[
    "records",
    "bookings",
    "tickets",
    "lines",
    "lines-drawn",
    "estimates",
    "estimates-races",
    "documents",
    "invoices",
    "invoices-races",
    "unmet",
    "credit-notes",
    "payments",
    "figures",
  ].map((attacked) => `test/invariants/${attacked}.test.ts`),
  "test/contract/who-may.test.ts",
  "test/tooling/moving.test.ts",
  "test/tooling/backup.test.ts",
  "test/tooling/demo-history.test.ts",
  "test/tooling/demo-seeds.test.ts",
  "test/tooling/demo-assistant.test.ts",
  "test/tooling/demo-hostile.test.ts",
  "test/features/records-as-they-come*.test.ts",
  "test/security/matrix.test.ts",
  "test/security/other-ways.test.ts",
  "test/http/every-path.test.ts",
  "test/http/if-match.test.ts",
  "test/features/set-back.test.ts",
  "test/features/audit-refusals.test.ts",
];
/** Test files that draw at random: `npm test` draws less often than `npm run test:long`. */
const RANDOM = ["test/db/pricing.test.ts", "test/fuzz/**/*.test.ts", "test/simulation/simulation.test.ts", "test/invariants/soak*.test.ts"];
const ALL = ["test/**/*.test.ts"];

/** What vitest's --mode runs. Without a mode, as in `npx vitest test/features`, every file that is named, with the short draws. */
const INCLUDED: Record<string, string[]> = { short: ALL, long: [...ONLY_LONG, ...RANDOM], record: ["test/db/statements.record.ts"] };
const EXCLUDED: Record<string, string[]> = { short: ONLY_LONG };
/** How many requests, runs per profile, operations and tickets. Short draws are the first of the long ones. */
const SHORT = { FUZZ_REQUESTS: 300, SIMULATION_RUNS: 20, SOAK_OPERATIONS: 400, PRICED_TICKETS: 100 };
const LONG = { FUZZ_REQUESTS: 5_000, SIMULATION_RUNS: 910, SOAK_OPERATIONS: 2_000, PRICED_TICKETS: 2_000 };

/** Dependencies that Vite bundles once: the runtime would ask for their hundreds of modules one by one. */
const BUNDLED = [
  ...["@hono/zod-openapi", "zod", "zod/v4"],
  ...["drizzle-orm", "drizzle-orm/d1", "drizzle-orm/sqlite-core"],
  ...["hono", "hono/route", "jose", "bcryptjs", "fast-check"],
];

// Secrets as wrangler looks for them where there is no .dev.vars.
const secrets = {
  JWT_SECRET: "a secret for tests, long enough to sign with",
  AUDIT_SEAL_KEY: "a key for tests, long enough to make seals with",
};
Object.assign(process.env, secrets);
// Wrangler says where it found them at each start.
process.env.WRANGLER_LOG ??= "warn";
storeInMemory();
await Promise.all([copyFonts(), bundlePdfkit()]);

const migrations = await readD1Migrations("migrations");
const schema = schemaAfter(migrations);

export default defineConfig(async ({ mode }) => {
  const draws = mode === "long" ? LONG : SHORT;
  const DRAWS = {
    fuzz: { requests: Number(process.env.FUZZ_REQUESTS ?? draws.FUZZ_REQUESTS), seed: Number(process.env.FUZZ_SEED ?? 20_261_120) },
    simulation: { runs: draws.SIMULATION_RUNS },
    soak: { operations: draws.SOAK_OPERATIONS },
    pricing: { tickets: draws.PRICED_TICKETS },
  };
  return {
    plugins: [
      ...(mode in INCLUDED ? [await bundledSource()] : []),
      cloudflareTest({
        wrangler: { configPath: "./wrangler.toml" },
        miniflare: {
          // Empty databases for the tests of the migrations themselves.
          d1Databases: { DB: "shop", OLD: "old", REBUILT: "rebuilt" },
          bindings: { MIGRATIONS: migrations, SCHEMA: schema, DRAWS, ...secrets },
        },
      }),
    ],
    test: {
      include: INCLUDED[mode] ?? ALL,
      exclude: ["**/node_modules/**", ...(EXCLUDED[mode] ?? [])],
      setupFiles: ["test/support/set-up.ts", "test/support/hold-d1-limits.ts"],
      // Files of the short run share a few runtimes: what they store is emptied, and modules are loaded once.
      isolate: mode !== "short",
      restoreMocks: true,
      sequence: { sequencer: LongestFirst },
      // More than cores: workers wait for Vite, for each other's databases, and for limits that tests reach.
      maxWorkers: availableParallelism() + 2,
      deps: { optimizer: { ssr: { enabled: true, include: BUNDLED } } },
      // The long run has tests that send thousands of requests.
      testTimeout: mode === "long" ? 300_000 : 30_000,
      hookTimeout: 30_000,
    },
  };
});

import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const migrations = await readD1Migrations("migrations");

// Secrets as wrangler looks for them where there is no .dev.vars.
const secrets = {
  JWT_SECRET: "a secret for tests, long enough to sign with",
  AUDIT_SEAL_KEY: "a key for tests, long enough to make seals with",
};
Object.assign(process.env, secrets);

// How long the fuzzer goes on; see test/fuzz.
const FUZZ = { requests: Number(process.env.FUZZ_REQUESTS ?? 5_000), seed: Number(process.env.FUZZ_SEED ?? 20_261_120) };

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        // Empty databases for the tests of the migrations themselves.
        d1Databases: { DB: "shop", OLD: "old", REBUILT: "rebuilt" },
        bindings: { MIGRATIONS: migrations, FUZZ, ...secrets },
      },
    }),
  ],
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/migrate.ts", "test/support/hold-d1-limits.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});

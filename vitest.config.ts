import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const migrations = await readD1Migrations("migrations");

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: { bindings: { MIGRATIONS: migrations, JWT_SECRET: "a secret for tests, long enough to sign with" } },
    }),
  ],
  test: { include: ["test/**/*.test.ts"], setupFiles: ["test/support/migrate.ts"], testTimeout: 30_000, hookTimeout: 30_000 },
});

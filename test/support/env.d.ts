import type { D1Migration } from "cloudflare:test";

declare global {
  namespace Cloudflare {
    interface Env {
      MIGRATIONS: D1Migration[];
      FUZZ_REQUESTS: string;
      FUZZ_SEED: string;
      OLD: D1Database;
      REBUILT: D1Database;
    }
  }
}

import type { D1Migration } from "cloudflare:test";

declare global {
  namespace Cloudflare {
    interface Env {
      MIGRATIONS: D1Migration[];
      DRAWS: {
        readonly fuzz: { readonly requests: number; readonly seed: number };
        readonly simulation: { readonly runs: number };
        readonly soak: { readonly operations: number };
        readonly pricing: { readonly tickets: number };
      };
      OLD: D1Database;
      REBUILT: D1Database;
    }
  }
}

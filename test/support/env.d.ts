import type { D1Migration } from "cloudflare:test";

declare global {
  namespace Cloudflare {
    interface Env {
      MIGRATIONS: D1Migration[];
      /** What leads to the schema and rows that the migrations leave. */
      SCHEMA: string[];
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

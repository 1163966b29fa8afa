import type { D1Migration } from "cloudflare:test";

declare global {
  namespace Cloudflare {
    interface Env {
      MIGRATIONS: D1Migration[];
      FUZZ: { readonly requests: number; readonly seed: number };
      OLD: D1Database;
      REBUILT: D1Database;
    }
  }
}

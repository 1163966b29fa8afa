import { env } from "cloudflare:workers";
import { beginFile } from "./each-file.ts";
import "./used-objects.ts";

// Later files only: this comes with `cloudflare:test`, which loads the whole app. Files that need nothing of it start without.
if (!beginFile()) await (await import("./empty-stores.ts")).emptyStores();
const statements = env.MIGRATIONS.flatMap(({ queries }) => queries.map((query) => env.DB.prepare(query)));
await env.DB.batch(statements);

import { env } from "cloudflare:workers";
import { beginFile } from "./each-file.ts";
import "./used-objects.ts";

// Later files only: this comes with `cloudflare:test`, which loads the whole app. Files that need nothing of it start without.
if (!beginFile()) await (await import("./empty-stores.ts")).emptyStores();
await env.DB.batch(env.SCHEMA.map((statement) => env.DB.prepare(statement)));

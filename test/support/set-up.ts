import { env } from "cloudflare:workers";

// Not by `cloudflare:test`, which loads the whole app: files that need nothing of it start without.
const statements = env.MIGRATIONS.flatMap(({ queries }) => queries.map((query) => env.DB.prepare(query)));
await env.DB.batch(statements);

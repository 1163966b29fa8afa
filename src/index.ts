import { env } from "cloudflare:workers";
import { createApp } from "./app.ts";
import { createDeps } from "./deps.ts";
import { runJobs } from "./jobs.ts";

// biome-ignore lint/performance/noBarrelFile: the runtime finds the Durable Objects' classes among the exports of the entry.
export { AuditAnchor } from "./edge/audit-anchor.ts";
export { ClientGate } from "./edge/gate/client-gate.ts";

const deps = createDeps(env);
const app = createApp(deps);

export default { fetch: app.fetch, scheduled: () => runJobs(deps) } satisfies ExportedHandler<Env>;

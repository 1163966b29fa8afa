import { env } from "cloudflare:workers";
import { createApp } from "./app.ts";
import { createDeps } from "./deps.ts";

// biome-ignore lint/performance/noBarrelFile: the runtime finds the Durable Object's class among the exports of the entry.
export { ClientGate } from "./edge/gate/client-gate.ts";

const app = createApp(createDeps(env));

export default { fetch: app.fetch } satisfies ExportedHandler<Env>;

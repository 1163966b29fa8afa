import { z } from "@hono/zod-openapi";
import { Failure } from "../../core/errors.ts";
import { answerWithin, NO_ANSWER } from "../../core/timeout.ts";
import { ALARMS, readAlarms } from "../../db/alarms.ts";
import { pattern, Timestamp, text } from "../../db/fields.ts";
import type { Services } from "../../http/app-env.ts";
import { UriPath } from "../../http/fields.ts";
import { EVERYONE } from "../../http/policy.ts";
import { route } from "../../http/route.ts";

export const VERSION = "1.0.0";

const About = z
  .object({
    name: text(100),
    version: pattern(20, /^\d+\.\d+\.\d+$/),
    links: z.object({ docs: UriPath, openapi: UriPath, health: UriPath }),
  })
  .openapi("About");

const Check = z.object({ ok: z.boolean(), ms: z.number() });
const Alarm = z.object({
  name: z.enum(ALARMS),
  since: Timestamp.nullable().openapi({ description: "When the oldest of the work came that is left undone." }),
  advice: text(500).optional().openapi({ description: "What the operator can do, where only they can." }),
});
const Health = z
  .object({
    status: z.literal("ok"),
    checks: z.object({ database: Check, cache: Check, gate: Check }),
    alarms: z
      .array(Alarm)
      .max(ALARMS.length)
      .optional()
      .openapi({ description: "Only for admins: what the jobs of every minute have left undone for more than ten minutes." }),
  })
  .openapi("Health");

const about = { name: "Mechanic Shop API", version: VERSION, links: { docs: "/docs", openapi: "/openapi.json", health: "/health" } };

/** How long a dependency may take to answer, in milliseconds. */
const TIMEOUT_MS = 2_000;

const check = async (probe: () => Promise<unknown>): Promise<z.infer<typeof Check>> => {
  const start = Date.now();
  const answer = await answerWithin(Promise.try(probe), TIMEOUT_MS);
  return { ok: answer !== NO_ANSWER, ms: Date.now() - start };
};

/** Checks all dependencies in parallel. Throws `unavailable` (503), which names those that fail. */
const checkHealth = async ({ probes }: Services): Promise<z.infer<typeof Health>> => {
  const [database, cache, gate] = await Promise.all([check(probes.database), check(probes.cache), check(probes.gate)]);
  const checks = { database, cache, gate };
  const failing = Object.entries(checks).flatMap(([part, { ok }]) => (ok ? [] : [part]));
  if (failing.length > 0) throw new Failure("unavailable", { failing, checks });
  return { status: "ok", checks };
};

export const serviceRoutes = [
  route(
    { access: EVERYONE, limit: "none", anonymousOnBadToken: true },
    {
      method: "get",
      path: "/",
      operationId: "getAbout",
      tag: "Service",
      summary: "Name, version and links of this API",
      answer: About,
      example: about,
    },
    async () => ({ body: about }),
  ),
  route(
    { access: EVERYONE, limit: "health", anonymousOnBadToken: true, readsPrimary: true },
    {
      method: "get",
      path: "/health",
      operationId: "getHealth",
      tag: "Service",
      summary: "Check that the database, the cache and the rate limiter answer",
      answer: Health,
      example: { status: "ok", checks: { database: { ok: true, ms: 3 }, cache: { ok: true, ms: 1 }, gate: { ok: true, ms: 1 } } },
    },
    async ({ services, actor, db, now }) => {
      const health = await checkHealth(services);
      if (actor.role !== "admin") return { body: health };
      return { body: { ...health, alarms: await readAlarms(db, services, Date.parse(now)) } };
    },
  ),
];

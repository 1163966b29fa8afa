import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { takeUsedObjects } from "./used-objects.ts";

/** Wakes what workerd has put away while it was idle: of that, `reset` deletes nothing. */
const wakeAll = async (): Promise<void> => {
  const objects = takeUsedObjects().map((stub) => runInDurableObject(stub, () => undefined));
  const databases = [env.DB, env.OLD, env.REBUILT].map((database) => database.prepare("select 1").run());
  await Promise.all([...objects, ...databases, env.LISTINGS.list({ limit: 1 })]);
};

/** Empties every database, cache and Durable Object of this runtime. */
export const emptyStores = async (): Promise<void> => {
  await wakeAll();
  await reset();
};

import { applyD1Migrations, listDurableObjectIds, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { clock, START } from "./client.ts";

/** Brings every object of a namespace into memory. */
const wake = async (namespace: DurableObjectNamespace): Promise<void> => {
  await Promise.all((await listDurableObjectIds(namespace)).map((id) => runInDurableObject(namespace.get(id), () => undefined)));
};

/** Before each test file: the time of the tests, empty storage and the schema. `reset` passes over what is not in memory. */
clock.now = START;
const databases = [env.DB, env.OLD, env.REBUILT];
await Promise.all([wake(env.GATES), wake(env.AUDIT_ANCHOR), env.LISTINGS.get("-"), ...databases.map((d1) => d1.exec("select 1"))]);
await reset();
const left = await env.DB.prepare("select count(*) as n from sqlite_master where name not like '\\_cf%' escape '\\'").first<number>("n");
if (left !== 0) throw new Error(`${left} tables of the last test file are still there`);
await applyD1Migrations(env.DB, env.MIGRATIONS);

import { DurableObject } from "cloudflare:workers";
import { scrypt } from "node:crypto";
import { Hono } from "hono";
import { ceilingOf, type Recorded } from "./support/recorded.ts";

/**
 * What the app is held against: bare routes that make the same trips and answer the same bytes. They know nobody, check
 * nothing, count nothing, and their statements are prepared once.
 */

/** Stands for the gate: a call that does nothing. */
export class Trivial extends DurableObject {
  call(): boolean {
    return true;
  }
}

interface Bindings {
  readonly DB: D1Database;
  readonly TRIVIAL: DurableObjectNamespace<Trivial>;
}

const recorded = new Map<string, ReturnType<typeof ceilingOf>>();

const find = (name: string): ReturnType<typeof ceilingOf> => {
  const found = recorded.get(name);
  if (!found) throw new Error(`nothing is recorded for ${name}`);
  return found;
};

const hash = (): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt("a password", "a salt", 32, { N: 2 ** 14, r: 8, p: 5 }, (error, key) => (error ? reject(error) : resolve(key)));
  });

const app = new Hono<{ Bindings: Bindings }>();
const json = { "Content-Type": "application/json" };

app.put("/recorded/:name", async (c) => {
  recorded.set(c.req.param("name"), ceilingOf(await c.req.json<Recorded>(), c.env.DB));
  return c.body(null, 204);
});

app.all("/call/:name", async (c) => {
  const { body } = find(c.req.param("name"));
  await c.env.TRIVIAL.getByName("client").call();
  return c.body(body, 200, json);
});

app.all("/query/:name", async (c) => {
  const { body, query } = find(c.req.param("name"));
  await Promise.all([c.env.TRIVIAL.getByName("client").call(), query()]);
  return c.body(body, 200, json);
});

app.all("/batch/:name", async (c) => {
  const { body, query } = find(c.req.param("name"));
  await c.env.TRIVIAL.getByName("client").call();
  await query();
  return c.body(body, 201, json);
});

app.all("/hash-and-batch/:name", async (c) => {
  const { body, query } = find(c.req.param("name"));
  await c.env.TRIVIAL.getByName("client").call();
  await hash();
  await query();
  return c.body(body, 200, json);
});

export default app;

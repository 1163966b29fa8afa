import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createClient, testDeps } from "../support/client.ts";
import { type Fault, failing, faultyKv, hanging, slow } from "../support/faults.ts";
import { aCustomer, aMechanic, anAdmin, unique } from "../support/people.ts";

const sound = createClient();
/** An app in an isolate of its own: with this fault in KV, which is waited for so long. */
const behind = (fault: Fault, cacheMs = 20_000, variables: Partial<Env> = {}) => {
  const timeouts = { gate: 20_000, cache: cacheMs, database: 20_000, body: 20_000 };
  return createClient(testDeps({ LISTINGS: faultyKv(fault), ...variables }, () => undefined, timeouts));
};
const isolate = (variables: Partial<Env> = {}) => behind((run) => run(), 20_000, variables);

const newListing = () => `/customers?q=kv${unique()}`;
const look = async (client: typeof sound, path: string, token?: string) => {
  const { status, headers, body } = await client.get(path, { token });
  return { status, cache: headers.get("X-Cache"), link: headers.get("Link"), body };
};
/** The same twice: KV keeps what an isolate sends a second time. */
const lookTwice = async (client: typeof sound, path: string, token?: string) => {
  const first = await look(client, path, token);
  expect(await look(client, path, token)).toEqual({ ...first, cache: "hit" });
  return first;
};
/** The names of the listings that some work puts into KV. */
const namesOf = async (work: () => Promise<unknown>) => {
  const list = async () => (await env.LISTINGS.list({ prefix: "listing:" })).keys.map(({ name }) => name);
  const known = new Set(await list());
  await work();
  return (await list()).filter((name) => !known.has(name));
};

describe.each<[string, Fault, number, "down" | "up"]>([
  ["fails", failing("KV GET failed: 500 Internal Server Error"), 20_000, "down"],
  ["is overloaded", failing("KV GET failed: 429 Too Many Requests"), 20_000, "down"],
  ["hangs", hanging, 100, "down"],
  ["is slower than its timeout", slow(400), 100, "up"],
])("a cache that %s", (_, fault, cacheMs, health) => {
  it("is a miss: listings are read from the database, in time", async () => {
    const [{ token }, path] = [await aMechanic(), newListing()];
    const { body } = await lookTwice(sound, path, token);
    const start = performance.now();
    expect(await look(behind(fault, cacheMs), path, token)).toMatchObject({ status: 200, cache: "miss", body });
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it("fails no write, and hides no write from its writer", async () => {
    const [{ token }, customer, client] = [await anAdmin(), await aCustomer(), behind(fault, cacheMs)];
    const word = `kv${unique()}`;
    await look(client, `/customers?q=${word}`, token);
    expect((await client.put(`/customers/${customer.id}`, { name: word }, { token })).status).toBe(200);
    const { body } = await look(client, `/customers?q=${word}`, token);
    expect(body.customers.map(({ id }: { id: number }) => id)).toEqual([customer.id]);
    expect(await rowsOf(customer.id)).toEqual([{ name: word }]);
  });

  it("is told at /health, which waits longer", async () => {
    const { status, body } = await behind(fault, cacheMs).get("/health");
    expect([status, body.failing]).toEqual(health === "up" ? [200, undefined] : [503, ["cache"]]);
  });
});

const rowsOf = async (id: number) => (await env.DB.prepare("select name from customers where id = ?").bind(id).all()).results;

describe("a cache that is merely slow", () => {
  it("is waited for", async () => {
    const [{ token }, path] = [await aMechanic(), newListing()];
    await lookTwice(sound, path, token);
    expect(await look(behind(slow(50)), path, token)).toMatchObject({ status: 200, cache: "hit" });
  });
});

describe("wrong data in the cache", () => {
  const change = (text: string, what: RegExp | string, by: string): string => {
    const changed = text.replace(what, by);
    expect(changed, String(what)).not.toBe(text);
    return changed;
  };

  it.each<[string, (text: string, bookmark: string) => string | Promise<string>]>([
    ["garbage", () => "\u0000\ufffd{]"],
    ["nothing", () => ""],
    ["JSON of something else", () => JSON.stringify({ customers: [{ password_hash: "x" }] })],
    ["the front half", (text) => text.slice(0, text.length / 2)],
    ["one byte short", (text) => text.slice(0, -1)],
    ["one byte more", (text) => `${text} `],
    ["another body", (text) => `${text.split("\n").slice(0, 2).join("\n")}\n{"customers":[]}`],
    ["another link", (text) => change(text, "customers?", "evil?")],
    ["a later time", (text) => change(text, /"readAt":\d+/, '"readAt":99999999999999')],
    ["a later bookmark", (text) => change(text, /\|[0-9a-f]{8}-/, "|7fffffff-")],
    ["another epoch", (text) => change(text, /"stamp":"[^|]*/, '"stamp":"0')],
    ["what earlier versions of the app wrote", (text) => text.split("\n").slice(1).join("\n")],
  ])("that is %s is a miss, and replaced by what is true", async (_, corrupt) => {
    const [{ token }, path] = [await aMechanic(), newListing()];
    let kept: Awaited<ReturnType<typeof look>> | undefined;
    const [name = ""] = await namesOf(async () => {
      kept = await lookTwice(isolate(), path, token);
    });
    const text = (await env.LISTINGS.get(name)) ?? "";
    expect(await look(isolate(), path, token)).toEqual({ ...kept, cache: "hit" });
    await env.LISTINGS.put(name, await corrupt(text, ""));
    expect(await look(isolate(), path, token)).toEqual({ ...kept, cache: "miss" });
    expect(await look(isolate(), path, token)).toEqual({ ...kept, cache: "hit" });
  });

  it("that is an entry of another role is a miss: salary and cost stay where they belong", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic({ name: `Kv${unique()} Role` })];
    const path = "/mechanics?per_page=3";
    const [ofAdmin = ""] = await namesOf(() => lookTwice(isolate(), path, admin.token));
    const [ofMechanic = ""] = await namesOf(() => lookTwice(isolate(), path, mechanic.token));
    await env.LISTINGS.put(ofMechanic, (await env.LISTINGS.get(ofAdmin)) ?? "");
    expect(ofAdmin).not.toBe(ofMechanic);
    expect(await look(isolate(), path, mechanic.token)).toMatchObject({ status: 200, cache: "miss" });
  });

  it("that is of another question is a miss", async () => {
    const [{ token }, one, two] = [await aMechanic(), newListing(), newListing()];
    const [ofOne = ""] = await namesOf(() => lookTwice(isolate(), one, token));
    const [ofTwo = ""] = await namesOf(() => lookTwice(isolate(), two, token));
    await env.LISTINGS.put(ofTwo, (await env.LISTINGS.get(ofOne)) ?? "");
    expect(await look(isolate(), two, token)).toMatchObject({ status: 200, cache: "miss" });
  });

  it("that another version of the Worker kept is not used", async () => {
    const [{ token }, path] = [await aMechanic(), newListing()];
    await lookTwice(isolate(), path, token);
    expect(await look(isolate(), path, token)).toMatchObject({ cache: "hit" });
    const VERSION = { ...env.VERSION, id: "another version" };
    expect(await look(isolate({ VERSION }), path, token)).toMatchObject({ status: 200, cache: "miss" });
  });

  it.each(["garbage", "1|garbage", "0|00000000-00000000-00000000-00000000000000000000000000000000", ""])(
    "that is a watermark of %j is none",
    async (text) => {
      const [{ token }, path] = [await aMechanic(), newListing()];
      await env.LISTINGS.put("watermark:customers", text);
      expect(await lookTwice(isolate(), path, token)).toMatchObject({ status: 200, cache: "miss" });
      expect(await look(isolate(), path, token)).toMatchObject({ status: 200, cache: "hit" });
    },
  );
});

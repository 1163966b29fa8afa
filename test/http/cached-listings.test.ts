import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { createListingCache } from "../../src/edge/listing-cache.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, type Person, unique } from "../support/people.ts";

const START = clock.now;
afterEach(() => {
  clock.now = START;
});

const client = createClient();
type Client = typeof client;

const nap = async () => undefined;
const cacheOver = (kv: KVNamespace) =>
  createListingCache(kv, { epoch: env.DATABASE_EPOCH, version: env.VERSION.id, sleep: nap, now: () => clock.now, timeoutMs: 5_000 });

/** The app in an isolate of its own: with this KV, and without what others remember. */
const isolate = (kv: KVNamespace = env.LISTINGS): Client => createClient({ ...testDeps(), cache: cacheOver(kv) });

/** A KV in which watermarks arrive late: not at all during these tests. */
const late = {
  get: (key: string) => (key.startsWith("watermark:") ? Promise.resolve(null) : env.LISTINGS.get(key)),
  put: (key: string, value: string, options?: KVNamespacePutOptions) => env.LISTINGS.put(key, value, options),
  // Safe here: the cache calls nothing else.
} as unknown as KVNamespace;

/** A KV that is away. */
const away = { get: () => Promise.reject(new Error("away")), put: () => Promise.reject(new Error("away")) } as unknown as KVNamespace;

/** A listing that no test asked for before, and how the cache answered. */
const newListing = () => `/customers?q=cached${unique()}`;
const look = async (who: Client, path: string, { token }: Partial<Person> = {}) => {
  const { status, headers, body } = await who.get(path, { token });
  expect(status).toBe(200);
  return { cache: headers.get("X-Cache"), link: headers.get("Link"), body };
};
/** The same twice: KV keeps what an isolate sends a second time. */
const lookTwice = async (who: Client, path: string, person: Partial<Person> = {}) => {
  const first = await look(who, path, person);
  expect(await look(who, path, person)).toEqual({ ...first, cache: "hit" });
  return first;
};
const add = (who: Client, name: string, { token }: Partial<Person> = {}) =>
  who.post("/customers", { name, email: `cached${unique()}@example.com`, phone: "+1 555 0100", password: PASSWORD }, { token });

describe("a cached listing", () => {
  it("is read once, and then served as it was to others of the role, with its links", async () => {
    const [one, two, path] = [await aMechanic(), await aMechanic(), newListing()];
    const first = await look(client, path, one);
    expect(first).toMatchObject({ cache: "miss", link: expect.stringContaining('rel="first"') });
    expect(await look(client, path, two)).toEqual({ ...first, cache: "hit" });
    expect(await look(isolate(), path, two)).toEqual({ ...first, cache: "hit" });
  });

  it("is put into KV when it is asked for a second time", async () => {
    const [mechanic, path, kept] = [
      await aMechanic(),
      newListing(),
      async () => (await env.LISTINGS.list({ prefix: "listing:" })).keys.length,
    ];
    const before = await kept();
    await look(client, path, mechanic);
    expect(await kept()).toBe(before);
    await look(client, path, mechanic);
    expect(await kept()).toBe(before + 1);
  });

  it("is the same for the same question, however it is put", async () => {
    const [mechanic, word] = [await aMechanic(), `cached${unique()}`];
    await look(client, `/customers?q=${word}&per_page=5`, mechanic);
    expect(await look(client, `/customers/?per_page=5&q=%20${word}`, mechanic)).toMatchObject({ cache: "hit" });
    expect(await look(client, `/customers?q=${word}&per_page=6`, mechanic)).toMatchObject({ cache: "miss" });
  });

  it("lives for its time, and no longer", async () => {
    const [mechanic, path] = [await aMechanic(), newListing()];
    await look(client, path, mechanic);
    clock.now = START + 119_999;
    expect(await look(client, path, mechanic)).toMatchObject({ cache: "hit" });
    clock.now = START + 120_000;
    expect(await look(client, path, mechanic)).toMatchObject({ cache: "miss" });
    await look(client, "/mechanics/leaderboard?per_page=7");
    clock.now += 59_999;
    expect(await look(client, "/mechanics/leaderboard?per_page=7")).toMatchObject({ cache: "hit" });
    clock.now += 1;
    expect(await look(client, "/mechanics/leaderboard?per_page=7")).toMatchObject({ cache: "miss" });
  });

  it("is read again after a write under its tags, also by others and in other isolates", async () => {
    const [mechanic, other, word] = [await aMechanic(), await aMechanic(), `cached${unique()}`];
    const path = `/customers?q=${word}`;
    await look(client, path, mechanic);
    const { body: added } = await add(client, word);
    const after = await lookTwice(isolate(), path, other);
    expect([after.cache, after.body.customers.map(({ id }: { id: number }) => id)]).toEqual(["miss", [added.id]]);
    expect(await look(client, path, mechanic)).toMatchObject({ cache: "hit", body: after.body });
  });

  it("stays when a write is under other tags, or is refused", async () => {
    const [mechanic, path] = [await aMechanic(), newListing()];
    await look(client, path, mechanic);
    expect((await client.put(`/mechanics/${mechanic.id}`, { name: "Mia" }, { token: mechanic.token })).status).toBe(200);
    const taken = { name: "Ada", email: (await aCustomer()).email, phone: "+1 555 0100", password: PASSWORD };
    expect((await client.post("/customers", taken)).status).toBe(409);
    expect(await look(client, path, mechanic)).toMatchObject({ cache: "hit" });
  });

  it("never hides a client's own write, even where the watermarks of KV are late; others see it within its time", async () => {
    const [writer, other, word] = [await aMechanic(), await aMechanic(), `cached${unique()}`];
    const path = `/customers?q=${word}`;
    await lookTwice(isolate(late), path, other);
    const { body: added } = await add(isolate(late), word, writer);
    expect(await look(isolate(late), path, other)).toMatchObject({ cache: "hit", body: { customers: [] } });
    expect(await lookTwice(isolate(late), path, writer)).toMatchObject({ cache: "miss", body: { customers: [{ id: added.id }] } });
    expect(await look(isolate(late), path, other)).toMatchObject({ cache: "hit", body: { customers: [{ id: added.id }] } });
  });

  it("is another one for each class of roles", async () => {
    const [mechanic, admin, path] = [await aMechanic(), await anAdmin(), newListing()];
    await look(client, path, mechanic);
    expect(await look(client, path, admin)).toMatchObject({ cache: "miss" });
    const top = `/mechanics/top?limit=${10 + unique()}`;
    expect([(await look(client, top)).cache, (await look(client, top)).cache, (await look(client, top, mechanic)).cache]).toEqual([
      "miss",
      "hit",
      "miss",
    ]);
  });

  it("is never kept for customers", async () => {
    const [customer, top] = [await aCustomer(), `/mechanics/top?limit=${10 + unique()}`];
    await look(client, top);
    expect([(await look(client, top, customer)).cache, (await look(client, top, customer)).cache]).toEqual([null, null]);
    expect([(await look(client, "/vehicles", customer)).cache, (await look(client, "/vehicles", customer)).cache]).toEqual([null, null]);
  });

  it("is read anew when KV holds something else under its key", async () => {
    const [mechanic, path] = [await aMechanic(), newListing()];
    const known = new Set((await env.LISTINGS.list()).keys.map(({ name }) => name));
    const { body } = await lookTwice(client, path, mechanic);
    const [key] = (await env.LISTINGS.list({ prefix: "listing:" })).keys.filter(({ name }) => !known.has(name));
    await env.LISTINGS.put(key?.name ?? "", "{broken\n{}");
    const elsewhere = isolate();
    expect(await look(elsewhere, path, mechanic)).toMatchObject({ cache: "miss", body });
    expect(await look(elsewhere, path, mechanic)).toMatchObject({ cache: "hit", body });
  });

  it("is not taken from another epoch of the database", async () => {
    const [mechanic, path] = [await aMechanic(), newListing()];
    await look(client, path, mechanic);
    const deps = testDeps({ DATABASE_EPOCH: "rebuilt" });
    const actor = { role: "mechanic", mechanicId: mechanic.id, userId: mechanic.userId, session: { sid: "1", gen: 1 } } as const;
    const rebuilt = { ...mechanic, token: await deps.tokens.sign(actor, clock.now) };
    expect(await look(createClient(deps), path, rebuilt)).toMatchObject({ cache: "miss" });
  });

  it("does without KV while it is away: reads and writes go on, and own writes are seen", async () => {
    const [mechanic, word, alone] = [await aMechanic(), `cached${unique()}`, isolate(away)];
    const path = `/customers?q=${word}`;
    expect(await look(alone, path, mechanic)).toMatchObject({ cache: "miss", body: { customers: [] } });
    expect((await add(alone, word, mechanic)).status).toBe(201);
    expect(await look(alone, path, mechanic)).toMatchObject({ cache: "miss", body: { customers: [{ name: word }] } });
  });

  it("says nothing of the cache where it is refused", async () => {
    const path = newListing();
    await look(client, path, await aMechanic());
    for (const token of [undefined, (await aCustomer()).token]) {
      const refused = await client.get(path, { token });
      expect([refused.status, refused.headers.get("X-Cache")]).toEqual([token ? 403 : 401, null]);
    }
  });
});

import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { endpoints } from "../../src/app.ts";
import { hashOfToken, newShareToken } from "../../src/core/share-token.ts";
import { clock, createClient, START, testDeps } from "../support/client.ts";
import { failing, faultyD1, faultyGates } from "../support/faults.ts";
import { rows, unique } from "../support/people.ts";
import { anInvoice } from "../support/posted.ts";
import { rawClient } from "../support/raw.ts";
import { type Brakes, brakes, present, stateOf } from "../support/repair-order.ts";
import { aLink, decideBy, linkRow, open, withToken } from "../support/share-links.ts";
import { aShop } from "../support/shop.ts";
import { aWorld, bodyOf, nameOf, pathOf } from "../support/world.ts";

const client = createClient();
/** A client at an address of its own, whose limits are as they are set. */
const clientWith = (limits: Partial<Env>, address = `198.51.100.${unique()}`) => createClient(testDeps(limits), address);

afterEach(() => {
  clock.now = START;
  vi.restoreAllMocks();
});

/** A ticket that was shown to its customer, and a link to it. */
const aSharedTicket = async (more: Record<string, unknown> = { may: "decide" }) => {
  const order = await brakes(client);
  const { id } = await present(client, order);
  return { ...order, id, ...(await aLink(client, order.ticket, order.shop.mechanic, more)) };
};

const yes = ({ id, job }: { readonly id: number } & Pick<Brakes, "job">) => ({
  estimate_id: id,
  person_name: "Cara Customer",
  decisions: [{ job_id: job, decision: "approved" }],
});

describe("guessing a token", () => {
  it("is 20 times in 15 minutes from an address, and the same answer for each; then even the right one is not looked up", async () => {
    const { token } = await aSharedTicket();
    const guesser = clientWith({ RATE_LIMIT_LINK_GUESS: "20/15 minutes" });
    const wrong = [
      "",
      "x",
      token.slice(1),
      `${token}x`,
      token.toLowerCase().replace(/^./, "_"),
      " ",
      "%F0%9F%94%91",
      ...Array.from({ length: 13 }, newShareToken),
    ];
    const answers = [];
    for (const guess of wrong) answers.push(await open(guesser, guess));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.code} ${body.detail}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { code: "link_ended" } });
    const refused = await open(guesser, token);
    expect([refused.status, refused.body.policy]).toEqual([429, "link-guess-15-minutes"]);
    expect((await decideBy(guesser, token, {})).status).toBe(429);
    expect((await open(clientWith({ RATE_LIMIT_LINK_GUESS: "20/15 minutes" }), token)).status).toBe(200);
    clock.now += 15 * 60_000;
    expect((await open(guesser, token)).status).toBe(200);
  });

  it("counts nothing when the token holds, also for many links from one address at once", async () => {
    const { token } = await aSharedTicket();
    const office = clientWith({ RATE_LIMIT_LINK_GUESS: "3/15 minutes" });
    const answers = await Promise.all(Array.from({ length: 8 }, () => open(office, token)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    for (let n = 0; n < 5; n++) expect((await open(office, token)).status).toBe(200);
  });

  it("counts what a link that ended is sent for, like any other guess", async () => {
    const { token } = await aSharedTicket({ may: "view", expires_in_hours: 1 });
    const guesser = clientWith({ RATE_LIMIT_LINK_GUESS: "2/15 minutes" });
    clock.now += 3_600_000;
    expect((await open(guesser, token)).status).toBe(401);
    expect((await open(guesser, newShareToken())).status).toBe(401);
    expect((await open(guesser, token)).status).toBe(429);
  });

  it("counts together over the addresses of an IPv6 network", async () => {
    const limits = { RATE_LIMIT_LINK_GUESS: "2/15 minutes" };
    const at = (host: string) => open(clientWith(limits, `2001:db8:${unique().toString(16)}::${host}`), newShareToken());
    const network = `2001:db8:77:${unique().toString(16)}`;
    const inside = (host: string) => open(clientWith(limits, `${network}::${host}`), newShareToken());
    expect([(await inside("1")).status, (await inside("2")).status, (await inside("3")).status]).toEqual([401, 401, 429]);
    expect((await at("1")).status).toBe(401);
  });
});

describe("a link that holds", () => {
  it("is good for 60 requests an hour, by whatever routes and addresses, apart from other links", async () => {
    const [here, other] = [await aSharedTicket(), await aSharedTicket()];
    const limits = { RATE_LIMIT_LINK: "4/hour" };
    for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
      expect((await open(clientWith(limits, address), here.token)).status).toBe(200);
    expect((await decideBy(clientWith(limits), here.token, yes(here))).status).toBe(201);
    const refused = await open(clientWith(limits), here.token);
    expect([refused.status, refused.body.policy]).toEqual([429, "link-hour"]);
    expect((await open(clientWith(limits), other.token)).status).toBe(200);
    expect(await linkRow(here.link_id)).toMatchObject({ uses: 4 });
  });

  it("is looked at while no gate answers, decides nothing then, and says so when the database does not answer", async () => {
    const here = await aSharedTicket();
    const gateless = createClient({ ...testDeps({ GATES: faultyGates(failing("away")) }) });
    expect((await open(gateless, here.token)).status).toBe(200);
    expect((await open(gateless, newShareToken())).status).toBe(401);
    expect((await decideBy(gateless, here.token, yes(here))).status).toBe(503);
    expect(await stateOf(here.labor)).toMatchObject({ decision: "open" });
    vi.spyOn(console, "error").mockReturnValue(undefined);
    const down = createClient(testDeps({ DB: faultyD1(failing("away")) }));
    expect((await open(down, here.token)).status).toBeGreaterThanOrEqual(500);
  });

  it("opens no other route, neither in its header nor as a token of an account", async () => {
    const world = await aWorld(client);
    const { token } = world.link;
    const others = endpoints.filter((endpoint) => !nameOf(endpoint).includes("/shared") && endpoint.policy.anonymousOnBadToken !== true);
    expect(others.length).toBeGreaterThan(100);
    for (const endpoint of others.filter(({ policy }) => policy.limit !== "none")) {
      const path = pathOf(endpoint, world);
      const body = bodyOf(endpoint, world);
      const inHeader = await client.send(endpoint.spec.method, path, { body, ...withToken(token) });
      const asBearer = await client.send(endpoint.spec.method, path, { body, token });
      expect([inHeader.status, asBearer.status], nameOf(endpoint)).toEqual([401, 401]);
    }
  });

  it("shows PDFs of its own ticket and of no other", async () => {
    const shop = await aShop();
    const [mine, others] = [await anInvoice(client, shop), await anInvoice(client, shop)];
    const here = await aSharedTicket();
    const send = rawClient();
    const ask = (path: string, token: string) => send(path, withToken(token));
    const { token } = await aLink(client, mine.service_ticket_id, shop.mechanic, { may: "view" });
    const found = await ask(`/shared/invoices/${mine.id}/pdf`, token);
    expect([found.status, found.headers.get("Content-Type"), found.headers.get("Cache-Control")]).toEqual([
      200,
      "application/pdf",
      "private, no-store",
    ]);
    expect((await ask(`/shared/invoices/${others.id}/pdf`, token)).status).toBe(404);
    expect((await ask(`/shared/estimates/${here.id}/pdf`, token)).status).toBe(404);
    expect((await ask(`/shared/estimates/${here.id}/pdf`, here.token)).status).toBe(200);
  });
});

describe("what a link shows", () => {
  it("has no cost, no note of the shop, no contact or address of the customer, and no hash", async () => {
    const shop = await aShop();
    const [mark, cost] = [`qz${unique()}`, 12_345.67];
    await rows(
      "update customers set address = ?1, phone = ?2, email = ?3 where id = ?4",
      `${mark} home`,
      "+1 555 7654321",
      `${mark}@example.com`,
      shop.customer.id,
    );
    const work = { kind: "sublet", description: "Machine the rotors", unit_cost: 1_234_567, provider: "Others" };
    const invoice = await anInvoice(client, shop, [work]);
    await rows(
      "update service_tickets set internal_notes = ?, notes = ? where id = ?",
      `${mark} inside`,
      `${mark} notes`,
      invoice.service_ticket_id,
    );
    const { token } = await aLink(client, invoice.service_ticket_id, shop.mechanic);
    const text = JSON.stringify((await open(client, token)).body);
    expect(text).toContain("Machine the rotors");
    for (const secret of [mark, String(cost), "7654321", "unit_cost", hashOfToken(token), token, "203.0.113.7"])
      expect(text, secret).not.toContain(secret);
  });
});

/** All that the databases hold, as text. */
const everythingStored = async (): Promise<string> => {
  const tables = await rows<{ name: string }>(
    "select name from sqlite_master where type = 'table' and name not like '!_cf%' escape '!' and name not like '%!_search%' escape '!'",
  );
  const texts = [];
  for (const { name } of tables) texts.push(JSON.stringify(await rows(`select * from "${name}"`)));
  const { keys } = await env.LISTINGS.list();
  for (const { name } of keys) texts.push(name, (await env.LISTINGS.get(name)) ?? "");
  return texts.join("\n");
};

describe("the token", () => {
  it("is in no line of the log, no row, no key, no name of a Durable Object, and no answer but the first", async () => {
    const told: unknown[] = [];
    for (const method of ["log", "error", "warn", "info"] as const)
      vi.spyOn(console, method).mockImplementation((...words) => void told.push(words));
    const names: string[] = [];
    const noted = (target: typeof env.GATES, name: string) => {
      names.push(name);
      return target.getByName(name);
    };
    const gates = new Proxy(env.GATES, {
      get: (target, key) => (key === "getByName" ? (name: string) => noted(target, name) : Reflect.get(target, key, target)),
    });
    const watched = createClient(testDeps({ GATES: gates }, (line) => told.push(line)));
    const order = await brakes(watched);
    const { id } = await present(watched, order);
    const { token } = await aLink(watched, order.ticket, order.shop.mechanic);
    const answers = [
      await open(watched, token),
      await decideBy(watched, token, yes({ id, job: order.job })),
      await decideBy(watched, token, { person_name: token.slice(0, 5) }),
      await watched.get(`/shared?x=1`, withToken(token)),
      await watched.get("/nowhere", withToken(token)),
      await watched.get(`/service-tickets/${order.ticket}/share-links`, { token: order.shop.mechanic.token }),
    ];
    expect(names.some((name) => /^link:\d+$/.test(name))).toBe(true);
    const stored = await everythingStored();
    expect(stored).toContain(hashOfToken(token));
    for (const text of [
      JSON.stringify(told),
      names.join(),
      stored,
      JSON.stringify(answers.map(({ body, headers }) => [body, [...headers]])),
    ])
      expect(text).not.toContain(token);
    const { headers } = await open(watched, token);
    expect([headers.get("Referrer-Policy"), headers.get("X-Robots-Tag")]).toEqual(["no-referrer", "noindex"]);
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 422, 422, 401, 200]);
  });
});

describe("a program that opens every link of a mail", () => {
  it("decides nothing by whatever it sends without a name that somebody typed and a decision on each job", async () => {
    const here = await aSharedTicket();
    for (const method of ["get", "head", "options", "post", "put", "patch", "delete"])
      for (const path of ["/shared", "/shared/authorizations"]) await rawClient()(path, { method, ...withToken(here.token) });
    for (const body of [undefined, {}, { estimate_id: here.id }, { ...yes(here), person_name: "" }, { ...yes(here), decisions: [] }])
      expect((await decideBy(client, here.token, body)).status).toBe(422);
    expect(await stateOf(here.labor)).toMatchObject({ decision: "open" });
    expect((await open(client, here.token)).status).toBe(200);
  });
});

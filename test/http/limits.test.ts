import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { networkOf } from "../../src/http/pipeline/client-address.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, rows, unique } from "../support/people.ts";
import { bearer, rawClient } from "../support/raw.ts";

const START = clock.now;
const HOUR = 3_600_000;

let address = "";
beforeEach(() => {
  address = `198.51.100.${unique()}`;
});
afterEach(() => {
  clock.now = START;
});

/** A client of an app with these limits, at an address that no test used before. */
const clientWith = (limits: Partial<Env>, from = address) => createClient(testDeps(limits), from);
const newCustomer = () => ({ name: "Ada Example", email: `limits${unique()}@example.com`, phone: "+1 555 0100", password: PASSWORD });
const statuses = async (times: number, send: () => Promise<{ status: number }>): Promise<number[]> => {
  const found: number[] = [];
  for (let i = 0; i < times; i++) found.push((await send()).status);
  return found;
};

describe("limits", () => {
  it("let exactly 50 of 1,000 parallel requests of one client pass", async () => {
    const client = clientWith({ RATE_LIMIT_DEFAULT: "50/hour" });
    const { token } = await aCustomer();
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => client.get("/auth/me", { token })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(50);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(950);
  });

  it("are told in headers: what counts, what is left, and when to try again", async () => {
    const client = clientWith({ RATE_LIMIT_DEFAULT: "3/hour;200/day" });
    const { id, userId, token } = await aCustomer();
    const first = await client.get("/auth/me", { token });
    expect(first.headers.get("RateLimit-Policy")).toBe('"default-hour";q=3;w=3600, "default-day";q=200;w=86400');
    expect(first.headers.get("RateLimit")).toBe('"default-hour";r=2;t=3600, "default-day";r=199;t=86400');
    expect(first.headers.get("Retry-After")).toBeNull();
    clock.now += 100_500;
    await client.get("/auth/me", { token });
    const third = await client.get("/auth/me", { token });
    expect(third.headers.get("RateLimit")).toBe('"default-hour";r=0;t=3500, "default-day";r=197;t=86300');
    clock.now += 500;
    const refused = await client.get("/auth/me", { token });
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "3499"]);
    expect(refused.headers.get("RateLimit-Policy")).toBe('"default-hour";q=3;w=3600, "default-day";q=200;w=86400');
    expect(refused.headers.get("RateLimit")).toBe('"default-hour";r=0;t=3499, "default-day";r=197;t=86299');
    expect(refused.body).toMatchObject({
      code: "rate_limited",
      policy: "default-hour",
      retry_after: 3_499,
      detail: "The limit 'default-hour' is reached. Try again in 3499 seconds.",
    });
    clock.now = START + HOUR - 1;
    expect((await client.get("/auth/me", { token })).headers.get("Retry-After")).toBe("1");
    clock.now = START + HOUR;
    const session = { sid: "later", gen: 1 };
    const later = await testDeps().tokens.sign({ role: "customer", customerId: id, userId, session }, clock.now);
    expect((await client.get("/auth/me", { token: later })).status).toBe(200);
  });

  it("count each route and each account for itself, wherever it connects from", async () => {
    const [client, elsewhere] = [clientWith({ RATE_LIMIT_DEFAULT: "1/hour" }), clientWith({ RATE_LIMIT_DEFAULT: "1/hour" }, "192.0.2.77")];
    const [me, other] = [await aCustomer(), await aCustomer()];
    expect((await client.get("/auth/me", { token: me.token })).status).toBe(200);
    expect((await elsewhere.get("/auth/me", { token: me.token })).status).toBe(429);
    expect((await client.get(`/customers/${me.id}`, { token: me.token })).status).toBe(200);
    expect((await client.get("/auth/me", { token: other.token })).status).toBe(200);
  });

  it("count all records of a route together, and its other methods not", async () => {
    const client = clientWith({ RATE_LIMIT_STAFF: "2/hour" });
    const [{ token }, one, two] = [await aMechanic(), await aCustomer(), await aCustomer()];
    await client.get(`/customers/${one.id}`, { token });
    await client.get(`/customers/${two.id}`, { token });
    expect((await client.get(`/customers/${one.id}`, { token })).status).toBe(429);
    expect((await client.put(`/customers/${one.id}`, { name: "New" }, { token })).status).toBe(200);
  });

  it("count PUT and PATCH of a route together", async () => {
    const client = clientWith({ RATE_LIMIT_DEFAULT: "2/hour" });
    const { id, token } = await aCustomer();
    expect((await client.put(`/customers/${id}`, { name: "One" }, { token })).status).toBe(200);
    expect((await client.patch(`/customers/${id}`, { name: "Two" }, { token })).status).toBe(200);
    expect((await client.put(`/customers/${id}`, { name: "Three" }, { token })).status).toBe(429);
    expect((await client.patch(`/customers/${id}`, { name: "Four" }, { token })).status).toBe(429);
    expect(await rows("select name from customers where id = ?", id)).toEqual([{ name: "Two" }]);
  });

  it("count HEAD as GET, a trailing slash with its route, and OPTIONS not at all", async () => {
    const send = rawClient(testDeps({ RATE_LIMIT_DEFAULT: "3/hour" }));
    const { token } = await aCustomer();
    const ask = async (method: string, path: string) => (await send(path, { method, headers: bearer(token) })).status;
    expect(await ask("OPTIONS", "/auth/me")).toBe(204);
    expect(await ask("HEAD", "/auth/me")).toBe(200);
    expect(await ask("OPTIONS", "/auth/me")).toBe(204);
    expect(await ask("GET", "/auth/me/")).toBe(200);
    expect(await ask("GET", "/auth/me")).toBe(200);
    expect([await ask("HEAD", "/auth/me"), await ask("GET", "/auth/me/")]).toEqual([429, 429]);
    expect(await ask("OPTIONS", "/auth/me")).toBe(204);
  });

  it("give unknown paths and methods one count for all", async () => {
    const client = clientWith({ RATE_LIMIT_DEFAULT: "3/hour" });
    expect((await client.get("/nothing")).headers.get("RateLimit")).toBe('"default-hour";r=2;t=3600');
    await client.post("/nothing/else", {});
    await client.send("delete", "/auth/me");
    const refused = await client.get("/something");
    expect([refused.status, refused.body.code]).toEqual([429, "rate_limited"]);
  });

  it("count whatever was answered", async () => {
    const client = clientWith({ RATE_LIMIT_DEFAULT: "4/hour", RATE_LIMIT_STAFF: "4/hour" });
    const { id, token } = await aCustomer();
    const answers = [
      await client.put(`/customers/${id}`, "{", { token }),
      await client.put(`/customers/${id}`, { name: "" }, { token }),
      await client.put(`/customers/${id + 1}`, { name: "x" }, { token }),
      await client.put(`/customers/${id}`, "x", { token, headers: { "Content-Type": "text/plain" } }),
      await client.put(`/customers/${id}`, { name: "x" }, { token }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 422, 404, 415, 429]);
    expect(await statuses(5, () => client.get("/customers"))).toEqual([401, 401, 401, 401, 401]);
    expect((await client.get("/customers")).headers.get("RateLimit")).toBe('"default-hour";r=0;t=3600');
  });

  it("are wider for staff, and narrower for what removes records or changes settings", async () => {
    const client = clientWith({
      RATE_LIMIT_DEFAULT: "9/hour",
      RATE_LIMIT_STAFF: "8/hour",
      RATE_LIMIT_DESTROY: "7/hour",
      RATE_LIMIT_DESTROY_STAFF: "6/hour",
      RATE_LIMIT_SETTINGS: "5/hour",
    });
    const [customer, mechanic, admin] = [await aCustomer(), await aMechanic(), await anAdmin()];
    const policyOf = async (method: string, path: string, token?: string) =>
      (await client.send(method, path, { token })).headers.get("RateLimit-Policy");
    expect(await policyOf("get", "/auth/me", customer.token)).toBe('"default-hour";q=9;w=3600');
    expect(await policyOf("get", "/auth/me", mechanic.token)).toBe('"staff-hour";q=8;w=3600');
    expect(await policyOf("get", "/auth/me", admin.token)).toBe('"staff-hour";q=8;w=3600');
    expect(await policyOf("delete", "/customers/999", customer.token)).toBe('"destroy-hour";q=7;w=3600');
    expect(await policyOf("delete", "/customers/999", admin.token)).toBe('"destroy-staff-hour";q=6;w=3600');
    expect(await policyOf("delete", "/customers/999")).toBe('"destroy-hour";q=7;w=3600');
    for (const [method, path] of [
      ["patch", "/shop"],
      ["post", "/taxes"],
      ["put", "/service-packages/999"],
      ["put", "/customers/999/tax-exemption"],
    ] as const)
      expect(await policyOf(method, path, admin.token), path).toBe('"settings-hour";q=5;w=3600');
  });

  it("of registration are for strangers and customers, not for staff", async () => {
    const client = clientWith({ RATE_LIMIT_REGISTER: "2/hour" });
    const { token } = await aMechanic();
    const register = () => client.post("/customers", { ...newCustomer(), password: undefined }, { token });
    expect(await statuses(3, register)).toEqual([201, 201, 201]);
    expect(await statuses(3, () => client.post("/customers", { name: "" }))).toEqual([422, 422, 429]);
  });

  it("leave the start page, the document and its page alone", async () => {
    const client = clientWith({ RATE_LIMIT_DEFAULT: "1/hour", RATE_LIMIT_HEALTH: "2/minute" });
    for (const path of ["/", "/openapi.json", "/docs"]) {
      expect(await statuses(3, () => client.get(path)), path).toEqual([200, 200, 200]);
      expect((await client.get(path)).headers.get("RateLimit"), path).toBeNull();
    }
    expect(await statuses(3, () => client.get("/health"))).toEqual([200, 200, 429]);
  });
});

describe("the network of a client", () => {
  it("is the address of an IPv4 client", () => {
    expect(networkOf("203.0.113.7")).toBe("203.0.113.7");
    expect(networkOf("203.0.113.70")).not.toBe(networkOf("203.0.113.7"));
  });

  it.each([
    "2001:db8:1:2::",
    "2001:db8:1:2::1",
    "2001:DB8:1:2:ffff:ffff:ffff:ffff",
    "2001:0db8:0001:0002:0000:0000:0000:0001",
    "2001:db8:1:2:0:0:192.0.2.1",
    "2001:db8:1:2::192.0.2.1",
  ])("is the same /64 for %s", (address) => {
    expect(networkOf(address)).toBe("2001:db8:1:2::/64");
  });

  it.each([
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:0:0::1", "2001:db8:0:0::/64"],
    ["2001:0:0:1::1", "2001:0:0:1::/64"],
    ["1::2:3:4:5:6:7", "1:0:2:3::/64"],
    ["1:2:3:4:5:6:7::", "1:2:3:4::/64"],
    ["::5:6:7:8", "0:0:0:0::/64"],
    ["::4:5:6:7:8", "0:0:0:4::/64"],
    ["0:0:0:4:5:6:7:8", "0:0:0:4::/64"],
  ])("of %s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it("tells neighbouring households apart", () => {
    expect(networkOf("2001:db8:1:3::1")).not.toBe(networkOf("2001:db8:1:2::1"));
  });

  it.each(["::ffff:203.0.113.7", "::FFFF:203.0.113.7", "::ffff:cb00:7107", "0:0:0:0:0:ffff:203.0.113.7", "0:0:0:0:0:ffff:cb00:7107"])(
    "is the IPv4 address inside %s",
    (address) => {
      expect(networkOf(address)).toBe("203.0.113.7");
    },
  );

  it("is one for all whose address is not told", () => {
    expect(networkOf(undefined)).toBe("unknown");
  });
});

describe("the address of a client", () => {
  const register = (from: string | undefined, headers: Record<string, string> = {}) => {
    const send = rawClient(testDeps({ RATE_LIMIT_DEFAULT: "1/hour" }));
    return send("/nowhere", { headers: { ...(from ? { "CF-Connecting-IP": from } : {}), ...headers } });
  };

  it("is Cloudflare's word, not that of the client", async () => {
    expect((await register(address, { "X-Forwarded-For": "192.0.2.1" })).status).toBe(404);
    for (const header of ["X-Forwarded-For", "X-Real-IP", "True-Client-IP", "Forwarded"])
      expect((await register(address, { [header]: `192.0.2.${unique()}` })).status, header).toBe(429);
  });

  it("is one for a household of IPv6, in every spelling", async () => {
    const prefix = `2001:db8:${unique().toString(16)}`;
    expect((await register(`${prefix}:1::1`)).status).toBe(404);
    expect((await register(`${prefix.toUpperCase()}:0001:aaaa:bbbb:cccc:dddd`)).status).toBe(429);
    expect((await register(`${prefix}:2::1`)).status).toBe(404);
  });
});

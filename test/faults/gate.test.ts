import { describe, expect, it, vi } from "vitest";
import { endpoints } from "../../src/app.ts";
import { everything } from "../support/attacks.ts";
import { createClient, testDeps } from "../support/client.ts";
import { type Fault, failing, faultyGates, hanging, slow } from "../support/faults.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aShop, stockOf } from "../support/shop.ts";
import { asking, aWorld, bodyOf, nameOf, pathOf } from "../support/world.ts";

const sound = createClient();
/** The app whose gates have this fault, and are waited for so long. */
const behind = (fault: Fault, gateMs = 20_000) =>
  createClient(testDeps({ GATES: faultyGates(fault) }, () => undefined, { gate: gateMs, cache: 20_000, database: 20_000, body: 20_000 }));

const KINDS: readonly [string, Fault, number][] = [
  ["fails", failing("internal error"), 20_000],
  ["is overloaded", failing("Durable Object is overloaded. Requests queued for too long."), 20_000],
  ["hangs", hanging, 100],
  ["is slower than its timeout", slow(400), 100],
];

describe.each(KINDS)("a gate that %s", (_, fault, gateMs) => {
  it("lets every read go on and no write, in time, and nothing is written", async () => {
    const [world, admin] = [await aWorld(sound), await anAdmin()];
    vi.spyOn(console, "error").mockImplementationOnce(() => undefined);
    const [before, client] = [await everything(), behind(fault, gateMs)];
    for (const endpoint of endpoints) {
      const { method, path } = endpoint.spec;
      const start = performance.now();
      const { status, body, headers } = await client.send(method, pathOf(endpoint, world), {
        ...asking(endpoint, world, admin.token),
        body: bodyOf(endpoint, world),
      });
      expect(performance.now() - start, nameOf(endpoint)).toBeLessThan(path === "/health" ? 5_000 : 3_000);
      if (path === "/health") expect([200, 503]).toContain(status);
      // The ticket of the link has no documents.
      else if (path.startsWith("/shared/") && method === "get") expect([status, body.code]).toEqual([404, "not_found"]);
      else if (method === "get") expect([status, body.code], nameOf(endpoint)).toEqual([200, undefined]);
      else expect([status, body.code, headers.get("Retry-After")], nameOf(endpoint)).toEqual([503, "unavailable", "5"]);
    }
    expect(await everything()).toEqual(before);
  });

  it("vouches for nobody: an account that was disabled is asked for in the database, and not let in", async () => {
    const [customer, client] = [await aCustomer(), behind(fault, gateMs)];
    expect((await client.get("/auth/me", { token: customer.token })).status).toBe(200);
    await rows("update users set status = 'disabled' where id = ?", customer.userId);
    expect((await client.get("/auth/me", { token: customer.token })).status).toBe(401);
    expect((await client.get(`/customers/${customer.id}`, { token: customer.token })).status).toBe(401);
  });
});

/** Here a gate's first answers have to come within the timeout, on a busy machine too. */
const LATE_KINDS = KINDS.map(([name, fault, gateMs]): [string, Fault, number] =>
  gateMs > 1_000 ? [name, fault, gateMs] : [name, fault === hanging ? hanging : slow(4_000), 1_500],
);

describe("a gate that goes away in the middle of a write", () => {
  const once = (fault: Fault): Fault => {
    let calls = 0;
    return (run) => {
      calls += 1;
      return calls === 1 ? run() : fault(run);
    };
  };

  it.each(LATE_KINDS)("and %s lets it end: it was carried out, and its writer sees it", async (_, fault, gateMs) => {
    const shop = await aShop(10);
    const { token } = shop.mechanic;
    const answer = await behind(once(fault), gateMs).post(`/inventory/${shop.part.id}/receive`, { quantity: 5 }, { token });
    expect([answer.status, await stockOf(shop.part)]).toEqual([200, 15]);
    // Nobody told the gate how it ended: this client reads at the primary, and past the cache.
    const listing = await sound.get("/inventory?per_page=2", { token });
    expect(listing.headers.get("X-Cache")).toBe("miss");
    expect((await sound.get(`/inventory/${shop.part.id}`, { token })).body.quantity).toBe(15);
    expect(await brokenRules()).toEqual({});
  });

  it.each(LATE_KINDS)("of a login and %s fails it with 503, since the account's next read could miss it", async (_, fault, gateMs) => {
    const { email, userId } = await aCustomer();
    // The address and the account let in; whom the login is handed over to is away.
    let calls = 0;
    const later: Fault = (run) => {
      calls += 1;
      return calls <= 2 ? run() : fault(run);
    };
    const { status, headers } = await behind(later, gateMs).post("/auth/login", { email, password: PASSWORD });
    expect([status, headers.get("Retry-After")]).toEqual([503, "5"]);
    expect(await rows("select count(*) n from audit_log where entity = 'user' and entity_id = ?", userId)).toEqual([{ n: 1 }]);
  });

  it.each(LATE_KINDS)("of a password and %s changes nothing, since the old tokens could not be voided", async (_, fault, gateMs) => {
    const customer = await aMechanic();
    const [before] = await rows("select * from users where id = ?", customer.userId);
    const change = { current_password: PASSWORD, new_password: "a brand new password" };
    const { status } = await behind(once(fault), gateMs).put("/auth/password", change, { token: customer.token });
    expect(status).toBe(503);
    expect(await rows("select * from users where id = ?", customer.userId)).toEqual([before]);
  });
});

describe("a gate that is merely slow", () => {
  it("is waited for", async () => {
    const { id, token } = await aCustomer();
    const { status, headers } = await behind(slow(50)).put(`/customers/${id}`, { name: "New" }, { token });
    expect([status, headers.has("RateLimit")]).toEqual([200, true]);
  });
});

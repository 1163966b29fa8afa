import { describe, expect, it } from "vitest";
import { createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, rows } from "../support/people.ts";
import { aShop, aTicket, longTickets } from "../support/shop.ts";

const client = createClient();
let ids = 0;

const send = (token: string | undefined, body: unknown, headers: Record<string, string> = {}, by = client) =>
  by.post("/mcp", body, { token, headers });
const message = (method: string, params?: unknown) => ({ jsonrpc: "2.0", id: ++ids, method, ...(params === undefined ? {} : { params }) });
const call = async (token: string | undefined, name: string, given: unknown = {}) => {
  const { status, body } = await send(token, message("tools/call", { name, arguments: given }));
  expect(status).toBe(200);
  return body;
};
const STATELESS_META = { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} };
/** A request as clients of the version without a handshake send it. */
const stateless = (token: string, method: string, params: object = {}, headers: Record<string, string> = {}) =>
  send(token, message(method, { ...params, _meta: STATELESS_META }), {
    ...{ "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method },
    ...headers,
  });
/** What a tool found, parsed. */
const found = async (token: string, name: string, given: unknown = {}) => {
  const { result } = await call(token, name, given);
  return { isError: result.isError, body: JSON.parse(result.content[0].text) };
};

describe("/mcp", () => {
  it("shakes hands with clients of the versions that have it", async () => {
    const { token } = await aMechanic();
    const hello = (protocolVersion: string) =>
      send(token, message("initialize", { protocolVersion, capabilities: {}, clientInfo: { name: "t", version: "1" } }));
    expect((await hello("2025-06-18")).body.result).toMatchObject({ protocolVersion: "2025-06-18", capabilities: { tools: {} } });
    expect((await hello("2030-01-01")).body.result.protocolVersion).toBe("2025-11-25");
    expect((await send(token, { jsonrpc: "2.0", method: "notifications/initialized" })).status).toBe(202);
    expect((await send(token, message("ping"))).body.result).toEqual({ resultType: "complete" });
    expect((await send(token, message("server/discover"))).body.error.code).toBe(-32_601);
  });

  it("tells a stateless client what it is, and answers it without a handshake", async () => {
    const { token } = await aMechanic();
    const { body } = await stateless(token, "server/discover");
    expect(body.result).toMatchObject({ resultType: "complete", supportedVersions: expect.arrayContaining(["2026-07-28"]) });
    expect((await stateless(token, "tools/list")).body.result.tools).toHaveLength(7);
    const called = await stateless(token, "tools/call", { name: "list_low_stock", arguments: {} }, { "Mcp-Name": "list_low_stock" });
    expect(called).toMatchObject({ status: 200, body: { result: { resultType: "complete", isError: false } } });
    expect(await stateless(token, "ping")).toMatchObject({ status: 404, body: { error: { code: -32_601 } } });
  });

  it("refuses stateless requests whose headers are missing, say something else, or name a version that is not known", async () => {
    const { token } = await aMechanic();
    const call = (headers: Record<string, string>) => stateless(token, "tools/call", { name: "list_low_stock" }, headers);
    for (const headers of [{}, { "Mcp-Name": "get_ticket" }, { "Mcp-Name": "list_low_stock", "Mcp-Method": "tools/list" }])
      expect(await call(headers), JSON.stringify(headers)).toMatchObject({ status: 400, body: { error: { code: -32_020 } } });
    for (const version of ["2025-11-25", ""])
      expect(await stateless(token, "tools/list", {}, { "MCP-Protocol-Version": version }), version).toMatchObject({ status: 400 });
    const withoutHeaders = await send(token, message("tools/list", { _meta: STATELESS_META }));
    expect(withoutHeaders).toMatchObject({ status: 400, body: { error: { code: -32_020 } } });
    const withoutMeta = await send(token, message("tools/list"), { "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list" });
    expect(withoutMeta).toMatchObject({ status: 400, body: { error: { code: -32_602 } } });
    const future = { ...STATELESS_META, "io.modelcontextprotocol/protocolVersion": "2099-01-01" };
    const unknown = await send(token, message("tools/list", { _meta: future }), { "MCP-Protocol-Version": "2099-01-01" });
    expect(unknown).toMatchObject({ status: 400, body: { error: { code: -32_022, data: { requested: "2099-01-01" } } } });
    expect(unknown.body.error.data.supported).toContain("2026-07-28");
  });

  it("lists tools that only read", async () => {
    const { body } = await send((await aCustomer()).token, message("tools/list"));
    expect(body.result.tools.map(({ name }: { name: string }) => name)).toEqual([
      ...["find_customer", "find_vehicle", "find_ticket", "get_ticket", "get_vehicle_history", "list_low_stock", "get_figures"],
    ]);
    for (const tool of body.result.tools)
      expect(tool).toMatchObject({ inputSchema: { type: "object" }, annotations: { readOnlyHint: true } });
  });

  it("finds customers, vehicles, tickets, histories, parts that run low, and the figures of a day", async () => {
    const [shop, admin] = [await aShop(), await anAdmin()];
    const word = shop.vehicle.vin.slice(-8);
    const { id } = await aTicket(client, shop, { service_desc: `Brakes ${word}` });
    const { token } = shop.mechanic;
    expect((await found(token, "find_customer", { words: shop.customer.email })).body.customers).toMatchObject([{ id: shop.customer.id }]);
    expect((await found(token, "find_vehicle", { words: shop.vehicle.vin.slice(-8) })).body.vehicles).toMatchObject([
      { id: shop.vehicle.id },
    ]);
    expect((await found(token, "find_ticket", { words: `brake ${word}` })).body).toMatchObject({ service_tickets: [{ id }] });
    expect((await found(token, "get_ticket", { id })).body).toMatchObject({ id, service_desc: `Brakes ${word}` });
    expect((await found(token, "get_vehicle_history", { id: shop.vehicle.id })).body.visits).toMatchObject([{ ticket_id: id }]);
    await rows("update parts set reorder_point = 20000 where id = ?", shop.part.id);
    expect((await found(token, "list_low_stock")).body.inventory.map((part: { id: number }) => part.id)).toContain(shop.part.id);
    expect((await found(admin.token, "get_figures", { date: "2026-11-20" })).body).toMatchObject({
      from: "2026-11-20",
      to: "2026-11-20",
    });
  });

  it("lets each caller do what they may by the routes, and no more", async () => {
    const [shop, stranger] = [await aShop(), await aCustomer()];
    const { id } = await aTicket(client, shop);
    expect(await found(shop.customer.token, "get_ticket", { id })).toMatchObject({ isError: false });
    expect(await found(stranger.token, "get_ticket", { id })).toMatchObject({ isError: true, body: { code: "not_found" } });
    expect(await found(stranger.token, "get_vehicle_history", { id: shop.vehicle.id })).toMatchObject({
      isError: true,
      body: { code: "not_found" },
    });
    expect(await found(stranger.token, "find_customer", { words: "cara" })).toMatchObject({ isError: true, body: { code: "forbidden" } });
    expect(await found(stranger.token, "get_figures", { date: "2026-11-20" })).toMatchObject({
      isError: true,
      body: { code: "forbidden" },
    });
    expect((await found(stranger.token, "find_vehicle", { words: shop.vehicle.vin })).body.vehicles).toEqual([]);
  });

  it("hands on no answer of more than 200,000 bytes", async () => {
    const shop = await aShop();
    const { id } = await aTicket(client, shop);
    await longTickets(id, 40);
    const { result } = await call(shop.mechanic.token, "get_vehicle_history", { id: shop.vehicle.id });
    expect(result).toEqual({
      resultType: "complete",
      isError: true,
      content: [{ type: "text", text: "The answer is too long for a tool; ask the API itself." }],
    });
  });

  it("answers 401 with WWW-Authenticate without a token, and with one that is none", async () => {
    for (const body of [
      message("initialize"),
      message("tools/list"),
      message("tools/call", { name: "list_low_stock" }),
      message("nothing"),
    ])
      for (const token of [undefined, "a.b.c"]) {
        const { status, headers } = await send(token, body);
        expect([status, headers.get("WWW-Authenticate")], `${body.method} ${token}`).toEqual([401, "Bearer"]);
      }
  });

  it("counts its calls with those of the routes", async () => {
    const { token } = await aMechanic();
    const limited = createClient(testDeps({ RATE_LIMIT_STAFF: "2/hour" }));
    const low = () => send(token, message("tools/call", { name: "list_low_stock" }), {}, limited);
    expect([(await low()).status, (await low()).status]).toEqual([200, 200]);
    const third = await low();
    expect([third.status, Number(third.headers.get("Retry-After")) > 0]).toEqual([429, true]);
    expect((await limited.get("/inventory/low-stock", { token })).status).toBe(429);
  });

  it.each([
    ["a list of tools", () => message("tools/list")],
    ["a notification", () => ({ jsonrpc: "2.0", method: "notifications/initialized" })],
    ["what is no message", () => []],
    ["a tool that there is not", () => message("tools/call", { name: "delete_all" })],
  ])("counts %s, and needs a token for it", async (_what, body) => {
    const { token } = await aMechanic();
    const limited = createClient(testDeps({ RATE_LIMIT_STAFF: "1/hour" }));
    expect((await send(token, body(), {}, limited)).status).toBeLessThan(401);
    expect((await send(token, body(), {}, limited)).status).toBe(429);
    expect((await send(undefined, body())).status).toBe(401);
  });

  it("refuses pages of other origins", async () => {
    const { token } = await aMechanic();
    expect(await send(token, message("tools/list"), { Origin: "https://evil.example" })).toMatchObject({ status: 403 });
    const allowing = createClient(testDeps({ CORS_ORIGINS: "https://shop.example" }));
    expect((await send(token, message("tools/list"), { Origin: "https://shop.example" }, allowing)).status).toBe(200);
  });

  it("refuses what is no message, no method, no tool, no arguments, no version, and a body that is too long", async () => {
    const { token } = await aMechanic();
    for (const body of [
      [],
      [message("ping")],
      { id: 1 },
      { jsonrpc: "2.0", id: {}, method: "ping" },
      { jsonrpc: "2.0", id: 1, method: "ping", params: [] },
      null,
    ])
      expect(await send(token, body)).toMatchObject({ status: 400, body: { error: { code: -32_600 } } });
    for (const method of ["nothing", "constructor", "__proto__"])
      expect((await send(token, message(method))).body.error.code).toBe(-32_601);
    for (const [name, given] of [
      ["delete_all", {}],
      ["get_ticket", { id: "1/../../customers" }],
      ["get_ticket", { id: 1, more: 2 }],
      ["find_customer", {}],
    ] as const)
      expect((await call(token, name, given)).error.code, name).toBe(-32_602);
    expect((await send(token, message("ping"), { "MCP-Protocol-Version": "1999-01-01" })).status).toBe(400);
    expect((await send(token, message("ping", { a: "a".repeat(70_000) }))).status).toBe(413);
    expect((await client.get("/mcp", { token })).status).toBe(405);
  });
});

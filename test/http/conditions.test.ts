import { describe, expect, it } from "vitest";
import { etagOf, isNamed, readIdempotencyKey, readIfMatch } from "../../src/http/pipeline/conditions.ts";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, rows } from "../support/people.ts";
import { aShop, aTicket, aVehicle } from "../support/shop.ts";

const client = createClient();

describe("an ETag", () => {
  it("is the version and 16 digits of the body's SHA-256", async () => {
    const { id, token } = await aCustomer();
    const { headers, body } = await client.get(`/customers/${id}`, { token });
    expect(headers.get("ETag")).toMatch(/^"1\.[0-9a-f]{16}"$/);
    expect(headers.get("ETag")).toBe(etagOf(1, JSON.stringify(body)));
    expect(headers.get("Cache-Control")).toBe("private, no-cache");
  });

  it("spares the body to who has it (304), until anything in the body changes", async () => {
    const customer = await aCustomer();
    const { token } = customer;
    const etag = (await client.get(`/customers/${customer.id}`, { token })).headers.get("ETag") ?? "";
    const ask = (header: string) => client.get(`/customers/${customer.id}`, { token, headers: { "If-None-Match": header } });
    for (const header of [etag, `"1.0000000000000000", ${etag}`, `W/${etag}`, "*"]) {
      const answer = await ask(header);
      expect([answer.status, answer.body, answer.headers.get("ETag")], header).toEqual([304, "", etag]);
    }
    await aVehicle(customer.id);
    expect((await ask(etag)).body.totals.vehicles).toBe(1);
  });

  it("guards a change against one that came between (412), by the version only", async () => {
    const [customer, mechanic] = [await aCustomer(), await aMechanic()];
    const { token } = mechanic;
    const path = `/customers/${customer.id}`;
    const { headers } = await client.get(path, { token });
    const change = (phone: string, etag: string) => client.patch(path, { phone }, { token, headers: { "If-Match": etag } });
    const etag = headers.get("ETag") ?? "";
    await aVehicle(customer.id);
    expect((await change("555 0001", etag)).body.phone).toBe("555 0001");
    const late = await change("555 0002", etag);
    expect([late.status, late.body.code]).toEqual([412, "precondition_failed"]);
    expect((await change("555 0003", '"nonsense"')).status).toBe(412);
    expect(await rows("select phone, version from customers where id = ?", customer.id)).toEqual([{ phone: "555 0001", version: 2 }]);
    expect((await change("555 0004", "*")).status).toBe(200);
    expect((await client.delete("/customers/999999", { token: (await anAdmin()).token, headers: { "If-Match": etag } })).status).toBe(404);
  });

  it("lets one of many parallel changes of the same version win", async () => {
    const [customer, { token }] = [await aCustomer(), await aMechanic()];
    const etag = (await client.get(`/customers/${customer.id}`, { token })).headers.get("ETag") ?? "";
    const tries = Array.from({ length: 20 }, (_, i) =>
      client.patch(`/customers/${customer.id}`, { name: `Name ${i}` }, { token, headers: { "If-Match": etag } }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(19);
  });

  it("of a ticket moves with its parts and mechanics, of a part with its quantity", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const ticket = await aTicket(client, shop);
    const versionOf = async (path: string) => Number(/\d+/.exec((await client.get(path, { token })).headers.get("ETag") ?? "")?.[0]);
    const moves = async (path: string, change: () => Promise<unknown>) => {
      const before = await versionOf(path);
      await change();
      expect(await versionOf(path)).toBeGreaterThan(before);
    };
    const [here, part] = [`/service-tickets/${ticket.id}`, `/inventory/${shop.part.id}`];
    await moves(here, () => client.post(`${here}/parts`, { inventory_id: shop.part.id }, { token }));
    await moves(here, () => client.put(`${here}/assign-mechanic/${shop.mechanic.id}`, {}, { token }));
    await moves(here, () => client.delete(`${here}/mechanics/${shop.mechanic.id}`, { token }));
    await moves(part, () => client.post(`${here}/parts`, { inventory_id: shop.part.id }, { token }));
    await moves(part, () => client.delete(`${here}/parts/${shop.part.id}`, { token }));
  });
});

describe("headers of conditions", () => {
  it("are read as their standards say", () => {
    expect(readIdempotencyKey(undefined)).toBeNull();
    expect(readIdempotencyKey('"a \\"b\\" \\\\"')).toBe('a "b" \\');
    expect(readIdempotencyKey(" 8e03978e ")).toBe("8e03978e");
    expect(readIfMatch(undefined)).toBeNull();
    expect(readIfMatch("*")).toBeNull();
    expect(readIfMatch('"3.0123456789abcdef", W/"4.0123456789abcdef", "x"')).toEqual([3, 4]);
    expect(readIfMatch("nonsense")).toEqual([]);
    expect(isNamed(undefined, '"1.a"')).toBe(false);
    expect(isNamed('W/"1.a"', '"1.a"')).toBe(true);
  });
});

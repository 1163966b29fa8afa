import { describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, rows, unique } from "../support/people.ts";
import { aShop, aTicket, stockOf } from "../support/shop.ts";

const client = createClient();
const aKey = (): string => `key-${unique()}`;
const withKey = (key: string, token?: string) => ({ token, headers: { "Idempotency-Key": key } });
const newCustomer = () => ({ name: "Ada Example", email: `once${unique()}@example.com`, phone: "555 0100", password: PASSWORD });

describe("a write with an Idempotency-Key", () => {
  it("is carried out once, and answered the same again: status, body, Location and ETag", async () => {
    const [key, body] = [aKey(), newCustomer()];
    const first = await client.post("/customers", body, withKey(key));
    const again = await client.post("/customers", { ...body }, withKey(`"${key}"`));
    expect([again.status, again.body]).toEqual([201, first.body]);
    for (const header of ["Location", "ETag"]) expect(again.headers.get(header), header).toBe(first.headers.get(header));
    expect([first.headers.get("Idempotent-Replayed"), again.headers.get("Idempotent-Replayed")]).toEqual([null, "true"]);
    expect(await rows("select count(*) n from customers where email = ?", body.email)).toEqual([{ n: 1 }]);
    expect(await rows("select count(*) n from audit_log where entity = 'customer' and entity_id = ?", first.body.id)).toEqual([{ n: 1 }]);
  });

  it("is answered from what was kept, whatever has happened to the record since", async () => {
    const shop = await aShop(10);
    const { token } = shop.mechanic;
    const ticket = await aTicket(client, shop);
    const path = `/service-tickets/${ticket.id}/add-part/${shop.part.id}`;
    const key = aKey();
    const etag = (await client.get(`/service-tickets/${ticket.id}`, { token })).headers.get("ETag") ?? "";
    const options = { token, headers: { "Idempotency-Key": key, "If-Match": etag } };
    const first = await client.put(path, { quantity: 2 }, options);
    await client.put(`/service-tickets/${ticket.id}/status`, { status: "cancelled" }, { token });
    const again = await client.put(path, { quantity: 2 }, options);
    expect([again.status, again.body]).toEqual([200, first.body]);
    await client.delete(`/service-tickets/${ticket.id}`, { token });
    expect((await client.put(path, { quantity: 2 }, options)).body).toEqual(first.body);
    expect(await stockOf(shop.part)).toBe(10);
  });

  it("refuses the key for another request: another body, another path, another method", async () => {
    const [one, two, mechanic] = [await aCustomer(), await aCustomer(), await aMechanic()];
    const options = withKey(aKey(), mechanic.token);
    await client.put(`/customers/${one.id}`, { phone: "555 0101" }, options);
    for (const again of [
      await client.put(`/customers/${one.id}`, { phone: "555 0102" }, options),
      await client.put(`/customers/${two.id}`, { phone: "555 0101" }, options),
      await client.patch(`/customers/${one.id}`, { phone: "555 0101" }, options),
    ])
      expect([again.status, again.body.code]).toEqual([422, "idempotency_key_reused"]);
    expect(await rows("select phone from customers where id in (?, ?) order by id", one.id, two.id)).toEqual([
      { phone: "555 0101" },
      { phone: "+1 555 0100" },
    ]);
  });

  it("has its key in the account's own scope, or in that of the address", async () => {
    const [a, b] = [await aMechanic(), await aMechanic()];
    const customer = await aCustomer();
    const key = aKey();
    await client.put(`/customers/${customer.id}`, { phone: "555 0103" }, withKey(key, a.token));
    const other = await client.put(`/customers/${customer.id}`, { phone: "555 0104" }, withKey(key, b.token));
    expect([other.status, other.headers.get("Idempotent-Replayed")]).toEqual([200, null]);
    const elsewhere = createClient(undefined, "198.51.100.4");
    const body = newCustomer();
    await client.post("/customers", body, withKey(key));
    expect((await elsewhere.post("/customers", body, withKey(key))).body.code).toBe("email_taken");
  });

  it("makes one change of two that arrive at once", async () => {
    const shop = await aShop(10);
    const ticket = await aTicket(client, shop);
    const options = withKey(aKey(), shop.mechanic.token);
    const tries = await Promise.all(
      Array.from({ length: 20 }, () => client.put(`/service-tickets/${ticket.id}/add-part/${shop.part.id}`, {}, options)),
    );
    expect(new Set(tries.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(tries.filter(({ headers }) => headers.get("Idempotent-Replayed") === null)).toHaveLength(1);
    expect(await stockOf(shop.part)).toBe(9);
  });

  it("does not keep a failure that changed nothing", async () => {
    const shop = await aShop(0);
    const ticket = await aTicket(client, shop);
    const options = withKey(aKey(), shop.mechanic.token);
    const add = () => client.put(`/service-tickets/${ticket.id}/add-part/${shop.part.id}`, {}, options);
    expect((await add()).body.code).toBe("insufficient_stock");
    await client.post(`/inventory/${shop.part.id}/receive`, { quantity: 1 }, { token: shop.mechanic.token });
    expect((await add()).status).toBe(200);
    expect((await add()).headers.get("Idempotent-Replayed")).toBe("true");
  });

  it("voids an account's tokens once, also when it is repeated", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    const options = withKey(aKey(), admin.token);
    const disable = () => client.put(`/users/${mechanic.userId}`, { status: "disabled" }, options);
    const first = await disable();
    expect((await disable()).body).toEqual(first.body);
    expect(await rows("select gen from users where id = ?", mechanic.userId)).toEqual([{ gen: 2 }]);
  });

  it("ignores the key at login, and refuses a key that is none", async () => {
    const { email } = await aCustomer();
    const login = { email, password: PASSWORD };
    const [a, b] = [await client.post("/auth/login", login, withKey("k")), await client.post("/auth/login", login, withKey("k"))];
    expect([a.status, b.status, b.headers.get("Idempotent-Replayed")]).toEqual([200, 200, null]);
    for (const key of ['""', "x".repeat(256), '"open', "two words"])
      expect((await client.post("/customers", newCustomer(), withKey(key))).body.errors, key).toMatchObject([
        { pointer: "/header/Idempotency-Key" },
      ]);
  });

  it("keeps no password, not even as a plain digest", async () => {
    const body = newCustomer();
    await client.post("/customers", body, withKey(aKey()));
    expect(JSON.stringify(await rows("select * from idempotency_keys"))).not.toContain(body.password);
  });
});

describe("a PUT that adds parts and is sent again", () => {
  const MINUTE = 60_000;
  const aDay = async () => {
    const [shop, colleague] = [await aShop(100), await aMechanic()];
    const { id } = await aTicket(client, shop);
    const addPart = (quantity = 1, options: object = {}, part = shop.part.id, prefix = "/service-tickets") =>
      client.put(`${prefix}/${id}/add-part/${part}`, { quantity }, { token: shop.mechanic.token, ...options });
    const edit = (body: object) => client.put(`/service-tickets/${id}/inventory`, body, { token: shop.mechanic.token });
    const taken = async () => 100 - ((await stockOf(shop.part)) ?? 0);
    return { shop, colleague, id, addPart, edit, taken, path: `/service-tickets/${id}` };
  };

  it("within a minute takes once, and says that the answer is an earlier one", async () => {
    const { shop, addPart, edit, taken } = await aDay();
    const [first, again] = [await addPart(2), await addPart(2)];
    expect([again.status, again.body, again.headers.get("ETag")]).toEqual([200, first.body, first.headers.get("ETag")]);
    expect([first, again].map(({ headers }) => headers.get("Idempotent-Replayed"))).toEqual([null, "true"]);
    const body = { add: [{ inventory_id: shop.part.id, quantity: 3 }] };
    expect((await edit(body)).body).toEqual((await edit(body)).body);
    expect(await taken()).toBe(5);
  });

  it("by whatever spelling of the path or the body", async () => {
    const { shop, addPart, id, taken } = await aDay();
    for (const prefix of ["/service-tickets", "/tickets", "/service_tickets", "/v1/tickets"]) await addPart(1, {}, shop.part.id, prefix);
    await client.put(`/service-tickets/${id}/add-part/${shop.part.id}/`, {}, { token: shop.mechanic.token });
    expect(await taken()).toBe(1);
  });

  it("many times at once takes once", async () => {
    const { addPart, taken } = await aDay();
    const answers = await Promise.all(Array.from({ length: 20 }, () => addPart()));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await taken()).toBe(1);
  });

  it("counts the minute from the first one, not by the clock, and not from the last", async () => {
    const { addPart, taken } = await aDay();
    clock.now = Math.ceil(clock.now / MINUTE) * MINUTE + MINUTE - 1_000;
    await addPart();
    for (const [later, total] of [
      [1_000, 1],
      [30_000, 1],
      [28_999, 1],
      [1, 2],
      [59_999, 2],
      [1, 3],
    ] as const) {
      clock.now += later;
      await addPart();
      expect(await taken(), `${later}`).toBe(total);
    }
  });

  it("is another request with another quantity, part, ticket, account, key or ETag, or with POST", async () => {
    const { shop, colleague, addPart, path, taken } = await aDay();
    const { token } = shop.mechanic;
    await addPart();
    await addPart(2);
    await addPart(1, { token: colleague.token });
    for (const _ of [1, 2]) await addPart(1, { headers: { "Idempotency-Key": aKey() } });
    for (const _ of [1, 2]) {
      const etag = (await client.get(path, { token })).headers.get("ETag") ?? "";
      await addPart(1, { headers: { "If-Match": etag } });
    }
    for (const _ of [1, 2]) {
      await client.post(`${path}/parts`, { inventory_id: shop.part.id }, { token });
      await client.post(`${path}/inventory`, { add: [{ inventory_id: shop.part.id, quantity: 1 }] }, { token });
    }
    expect(await taken()).toBe(12);
    const other = await aTicket(client, shop);
    await client.put(`/service-tickets/${other.id}/add-part/${shop.part.id}`, { quantity: 1 }, { token });
    expect(await taken()).toBe(13);
  });

  it("after others were added in between is still the same, but not after it was taken off", async () => {
    const { shop, colleague, addPart, edit, path, taken } = await aDay();
    const { token } = shop.mechanic;
    await addPart(4);
    await addPart(1, { token: colleague.token });
    await client.put(path, { notes: "Call back" }, { token: colleague.token });
    await addPart(4);
    expect(await taken()).toBe(5);
    await client.delete(`${path}/parts/${shop.part.id}`, { token });
    expect((await addPart(4)).headers.get("Idempotent-Replayed")).toBeNull();
    expect(await taken()).toBe(4);
    const body = { add: [{ inventory_id: shop.part.id, quantity: 3 }] };
    await edit(body);
    await client.put(`${path}/parts/${shop.part.id}`, { quantity: 6 }, { token });
    await edit(body);
    expect(await taken()).toBe(9);
  });

  it("that failed is tried anew", async () => {
    const shop = await aShop(0);
    const { id } = await aTicket(client, shop);
    const { token } = shop.mechanic;
    const add = () => client.put(`/service-tickets/${id}/add-part/${shop.part.id}`, {}, { token });
    expect((await add()).body.code).toBe("insufficient_stock");
    await client.post(`/inventory/${shop.part.id}/receive`, { quantity: 5 }, { token });
    expect([(await add()).status, (await add()).status, await stockOf(shop.part)]).toEqual([200, 200, 4]);
  });
});

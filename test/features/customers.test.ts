import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, PASSWORD, rows, unique } from "../support/people.ts";

const client = createClient();
const newCustomer = () => ({
  name: "Ada Álvarez Example",
  email: `ada${unique()}@example.com`,
  phone: "+1 (555) 010-0200",
  password: PASSWORD,
});

describe("POST /customers", () => {
  it("registers a customer with an account, in one audited write", async () => {
    const input = newCustomer();
    const { status, body, headers } = await client.post("/customers", { ...input, email: ` ${input.email.toUpperCase()} ` });
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(`/customers/${body.id}`);
    expect(body).toMatchObject({ name: input.name, email: input.email, phone: input.phone, address: null, ticket_count: 0 });
    expect(await rows("select role, status from users where customer_id = ?", body.id)).toEqual([{ role: "customer", status: "active" }]);
    const [entry] = await auditOf("customer", body.id);
    expect(entry).toMatchObject({ action: "customer.created", before: null, role: "anonymous", request_id: headers.get("X-Request-Id") });
    expect(JSON.stringify(await rows("select * from audit_log"))).not.toContain("scrypt");
  });

  it("lets staff add a walk-in customer without a password, and nobody else", async () => {
    const { password: _, ...walkIn } = newCustomer();
    const mechanic = await aMechanic();
    expect((await client.post("/customers", walkIn, { token: mechanic.token })).status).toBe(201);
    const refused = await client.post("/customers", { ...walkIn, email: "other@example.com" });
    expect(refused.body.errors).toEqual([expect.objectContaining({ pointer: "/body/password", code: "required" })]);
  });

  it("refuses an e-mail that is taken, and leaves nothing behind", async () => {
    const taken = await aCustomer();
    const before = await rows("select * from audit_log");
    const { status, body } = await client.post("/customers", { ...newCustomer(), email: taken.email });
    expect([status, body.code]).toEqual([409, "email_taken"]);
    expect(await rows("select * from audit_log")).toEqual(before);
    expect(await rows("select * from audit_draft")).toEqual([]);
  });

  it("names every invalid and every unknown field", async () => {
    const { status, body } = await client.post("/customers", { name: " ", email: "nobody", phone: "x", password: "short", color: "red" });
    expect(status).toBe(422);
    expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      "/body/color",
      "/body/email",
      "/body/name",
      "/body/password",
      "/body/phone",
    ]);
  });
});

describe("GET /customers", () => {
  it("pages by number and by cursor over the same rows", async () => {
    const { token } = await aMechanic();
    for (let i = 0; i < 5; i++) await aCustomer();
    const all = await client.get("/customers?per_page=100", { token });
    const first = await client.get("/customers?per_page=2", { token });
    expect(first.body.pagination).toMatchObject({ page: 1, per_page: 2, total_items: all.body.customers.length, total_exact: true });
    const second = await client.get(`/customers?per_page=2&cursor=${first.body.pagination.next_cursor}`, { token });
    const page2 = await client.get("/customers?per_page=2&page=2", { token });
    expect(second.body.customers).toEqual(all.body.customers.slice(2, 4));
    expect(page2.body.customers).toEqual(second.body.customers);
    expect(page2.headers.get("Link")).toContain('rel="prev"');
  });

  it("finds by a word of the name, the e-mail and the digits of the phone, each customer once", async () => {
    const { token } = await aMechanic();
    const mark = `zq${unique()}x`;
    const { body: made } = await client.post("/customers", {
      ...newCustomer(),
      name: `Ann ${mark} Ánna`,
      email: `${mark}@example.com`,
      phone: "+49 170 98-76",
    });
    for (const q of [mark, mark.toUpperCase(), `${mark}@ex`, `${mark} anna`, "+49 170 9876"]) {
      const { body } = await client.get(`/customers?q=${encodeURIComponent(q)}`, { token });
      expect(
        body.customers.map(({ id }: { id: number }) => id),
        q,
      ).toEqual([made.id]);
    }
    await client.put(`/customers/${made.id}`, { name: "Renamed" }, { token });
    expect((await client.get(`/customers?q=${mark}%20anna`, { token })).body.customers).toEqual([]);
    expect((await client.get("/customers?q=ann&sort=name", { token })).body.code).toBe("sort_not_available");
  });

  it("is cached, and forgotten at the next change", async () => {
    const { token } = await aMechanic();
    const other = await aMechanic();
    await client.get("/customers?page=1", { token });
    const hit = await client.get("/customers", { token: other.token });
    const again = await client.get("/customers", { token: other.token });
    expect(again.headers.get("X-Cache")).toBe("hit");
    expect(again.body).toEqual(hit.body);
    const made = await client.post("/customers", newCustomer());
    const after = await client.get("/customers?sort=-id", { token });
    expect(after.body.customers[0].id).toBe(made.body.id);
    expect((await client.get("/customers", { token })).headers.get("X-Cache")).toBe("miss");
  });

  it("refuses pages past 10,000 rows and more than 100 rows a page", async () => {
    const { token } = await aMechanic();
    expect((await client.get("/customers?page=1002", { token })).body.code).toBe("page_too_deep");
    expect((await client.get("/customers?per_page=101", { token })).body.errors[0].pointer).toBe("/query/per_page");
    expect((await client.get("/customers?cursor=nonsense", { token })).body.errors[0].code).toBe("invalid_cursor");
  });

  it("is not for customers, nor for strangers", async () => {
    expect((await client.get("/customers", { token: (await aCustomer()).token })).status).toBe(403);
    expect((await client.get("/customers")).status).toBe(401);
  });
});

describe("a customer's record", () => {
  it("is read and changed by the customer itself, while others' records are not there", async () => {
    const [me, other] = [await aCustomer(), await aCustomer()];
    const { body } = await client.get(`/customers/${me.id}`, { token: me.token });
    expect(body).toMatchObject({ vehicles: [], service_tickets: [], totals: { vehicles: 0, service_tickets: 0 } });
    expect((await client.get(`/customers/${other.id}`, { token: me.token })).status).toBe(404);
    expect((await client.patch(`/customers/${other.id}`, { name: "x" }, { token: me.token })).status).toBe(404);
    const changed = await client.patch(`/customers/${me.id}`, { email: `new${unique()}@example.com` }, { token: me.token });
    expect(await rows("select email from users where id = ?", me.userId)).toEqual([{ email: changed.body.email }]);
    const [entry] = await auditOf("customer", me.id);
    expect(JSON.parse(entry?.before ?? "")).toMatchObject({ email: me.email });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ email: changed.body.email });
  });

  it("keeps its e-mail when a mechanic changes the rest", async () => {
    const [customer, mechanic] = [await aCustomer(), await aMechanic()];
    const same = await client.put(`/customers/${customer.id}`, { email: customer.email, phone: "555 1234" }, { token: mechanic.token });
    expect(same.body.phone).toBe("555 1234");
    const other = await client.put(`/customers/${customer.id}`, { email: "x@example.com" }, { token: mechanic.token });
    expect(other.body.code).toBe("forbidden");
  });

  it("is deleted with its account by itself or an admin, not by a mechanic", async () => {
    const [customer, mechanic, admin] = [await aCustomer(), await aMechanic(), await anAdmin()];
    expect((await client.delete(`/customers/${customer.id}`, { token: mechanic.token })).status).toBe(403);
    const { body } = await client.delete(`/customers/${customer.id}`, { token: admin.token });
    expect(body).toEqual({ id: customer.id, deleted: true, message: `Customer ${customer.id} was deleted.` });
    expect(await rows("select * from users where id = ?", customer.userId)).toEqual([]);
    expect((await auditOf("customer", customer.id)).map(({ action }) => action)).toEqual(["customer.deleted"]);
    expect((await client.delete(`/customers/${customer.id}`, { token: admin.token })).status).toBe(404);
  });
});

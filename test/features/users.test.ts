import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { accountState, anEmail, aRecord, logIn } from "../support/accounts.ts";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, PASSWORD, rows } from "../support/people.ts";

const client = createClient();
const AT = "2026-11-20T09:30:00.000Z";
const ids = (body: { users: { id: number }[] }): number[] => body.users.map(({ id }) => id);

describe("POST /users", () => {
  it("adds an admin who can log in, in one audited write", async () => {
    const admin = await anAdmin();
    const email = anEmail();
    const { status, body, headers } = await client.post(
      "/users",
      { email: email.toUpperCase(), password: PASSWORD, role: "admin" },
      { token: admin.token },
    );
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(`/users/${body.id}`);
    expect(body).toEqual({
      id: body.id,
      email,
      role: "admin",
      status: "active",
      customer_id: null,
      mechanic_id: null,
      created_at: AT,
      last_login_at: null,
      email_verified_at: AT,
    });
    const [entry, ...more] = await auditOf("user", body.id);
    expect(entry).toMatchObject({ action: "user.created", before: null, user_id: admin.userId, request_id: headers.get("X-Request-Id") });
    expect([JSON.parse(entry?.after ?? "").email, more]).toEqual([email, []]);
    expect(JSON.stringify(await rows("select * from audit_log"))).not.toContain("scrypt");
    expect((await logIn(client, email, "admin")).status).toBe(200);
  });

  it("adds the account of a customer's record, with the record's e-mail", async () => {
    const [{ token }, record] = [await anAdmin(), await aRecord("customers")];
    const { status, body } = await client.post("/users", { customer_id: record.id, password: PASSWORD }, { token });
    expect(status).toBe(201);
    expect(body).toMatchObject({ email: record.email, role: "customer", status: "active", customer_id: record.id, mechanic_id: null });
    expect((await logIn(client, record.email, "customer")).body.customer_id).toBe(record.id);
    expect(await auditOf("customer", record.id)).toEqual([]);
  });

  it("adds the account of a mechanic's record, with the record's status unless another is given", async () => {
    const [{ token }, kept, moved] = [await anAdmin(), await aRecord("mechanics", "disabled"), await aRecord("mechanics", "disabled")];
    const first = await client.post("/users", { mechanic_id: kept.id, email: kept.email, role: "mechanic", password: PASSWORD }, { token });
    expect(first.body).toMatchObject({ role: "mechanic", status: "disabled", mechanic_id: kept.id });
    expect(await auditOf("mechanic", kept.id)).toEqual([]);
    const second = await client.post("/users", { mechanic_id: moved.id, status: "active", password: PASSWORD }, { token });
    expect(second.body).toMatchObject({ role: "mechanic", status: "active", mechanic_id: moved.id });
    expect(await rows("select status from mechanics where id = ?", moved.id)).toEqual([{ status: "active" }]);
    const [entry] = await auditOf("mechanic", moved.id);
    expect(entry?.action).toBe("mechanic.updated");
    expect([JSON.parse(entry?.before ?? "").status, JSON.parse(entry?.after ?? "").status]).toEqual(["disabled", "active"]);
  });

  it("refuses what does not go together, and names the place", async () => {
    const [{ token }, customer, mechanic] = [await anAdmin(), await aRecord("customers"), await aRecord("mechanics")];
    const before = await accountState();
    const refused: [object, string, string][] = [
      [{ customer_id: customer.id, mechanic_id: mechanic.id }, "/body/mechanic_id", "one_record"],
      [{ email: anEmail() }, "/body/role", "required"],
      [{ email: anEmail(), role: "mechanic" }, "/body/role", "invalid_value"],
      [{ role: "admin" }, "/body/email", "required"],
      [{ customer_id: customer.id, role: "admin" }, "/body/role", "invalid_value"],
      [{ mechanic_id: mechanic.id, role: "admin" }, "/body/role", "invalid_value"],
      [{ customer_id: customer.id, email: mechanic.email }, "/body/email", "not_the_records"],
      [{ mechanic_id: mechanic.id, email: customer.email }, "/body/email", "not_the_records"],
      [{ customer_id: customer.id, gen: 7 }, "/body/gen", "unknown_field"],
    ];
    for (const [input, pointer, code] of refused) {
      const { status, body } = await client.post("/users", { ...input, password: PASSWORD }, { token });
      expect([status, body.code, body.errors], JSON.stringify(input)).toEqual([
        422,
        "invalid",
        [expect.objectContaining({ pointer, code })],
      ]);
    }
    expect(await accountState()).toEqual(before);
  });

  it("refuses records that are not there or have an account, and e-mails that are taken", async () => {
    const [admin, customer, mechanic] = [await anAdmin(), await aCustomer(), await aMechanic()];
    const { token } = admin;
    const before = await accountState();
    const answers = [
      await client.post("/users", { customer_id: 999_999, password: PASSWORD }, { token }),
      await client.post("/users", { mechanic_id: 999_999, email: anEmail(), password: PASSWORD }, { token }),
      await client.post("/users", { customer_id: customer.id, password: PASSWORD }, { token }),
      await client.post("/users", { mechanic_id: mechanic.id, password: PASSWORD }, { token }),
      await client.post("/users", { email: admin.email, role: "admin", password: PASSWORD }, { token }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code, body.entity ?? null])).toEqual([
      [422, "reference_not_found", "customer"],
      [422, "reference_not_found", "mechanic"],
      [409, "account_exists", null],
      [409, "account_exists", null],
      [409, "email_taken", null],
    ]);
    expect(await accountState()).toEqual(before);
  });
});

describe("GET /users", () => {
  it("finds accounts by role, status and e-mail, one at a time and together", async () => {
    const [admin, customer, mechanic] = [await anAdmin(), await aCustomer(), await aMechanic()];
    const both = await aCustomer({ email: mechanic.email });
    await env.DB.prepare("update users set status = 'pending' where id = ?").bind(customer.userId).run();
    const found = async (query: string) => ids((await client.get(`/users?per_page=100&${query}`, { token: admin.token })).body);
    const [all] = [await rows<{ id: number; role: string; status: string }>("select id, role, status from users order by id")];
    const where = (test: (row: { role: string; status: string }) => boolean) => all.filter(test).map(({ id }) => id);
    expect(await found("")).toEqual(where(() => true).reverse());
    expect(await found("status=pending&sort=-id")).toEqual(where(({ status }) => status === "pending").reverse());
    expect((await found("role=customer")).sort((a, b) => a - b)).toEqual(where(({ role }) => role === "customer"));
    expect(await found("role=customer&status=pending")).toEqual(where((row) => row.role === "customer" && row.status === "pending"));
    expect(await found(`email=${mechanic.email.toUpperCase()}`)).toEqual([both.userId, mechanic.userId]);
    expect(await found(`email=${mechanic.email}&role=mechanic&status=active`)).toEqual([mechanic.userId]);
    expect(await found(`email=${mechanic.email}&status=pending`)).toEqual([]);
  });

  it("pages by cursor through accounts of one role, in the order of their status", async () => {
    const { token } = await anAdmin();
    for (const status of ["pending", "active", "disabled"]) {
      const { userId } = await aMechanic();
      await env.DB.prepare("update users set status = ? where id = ?").bind(status, userId).run();
    }
    const all = await client.get("/users?role=mechanic&per_page=100", { token });
    expect(all.body.users.map(({ status }: { status: string }) => status)).toEqual(
      all.body.users.map(({ status }: { status: string }) => status).sort(),
    );
    const first = await client.get("/users?role=mechanic&per_page=2", { token });
    const second = await client.get(`/users?role=mechanic&per_page=2&cursor=${first.body.pagination.next_cursor}`, { token });
    expect([...ids(first.body), ...ids(second.body)]).toEqual(ids(all.body).slice(0, 4));
  });

  it("never shows a password, and refuses sorts without an index and pages too deep", async () => {
    const { token } = await anAdmin();
    const { body, headers } = await client.get("/users", { token });
    expect(JSON.stringify(body)).not.toContain("password");
    expect(headers.get("X-Cache")).toBeNull();
    expect((await client.get("/users?role=customer&sort=id", { token })).body).toMatchObject({
      code: "sort_not_available",
      available: "status",
    });
    expect((await client.get("/users?sort=role", { token })).body.code).toBe("sort_not_available");
    expect((await client.get("/users?page=1002", { token })).body.code).toBe("page_too_deep");
    expect((await client.get("/users?role=owner", { token })).body.errors[0].pointer).toBe("/query/role");
  });
});

describe("all of /users", () => {
  it("is for admins, and to be read for mechanics", async () => {
    const [customer, mechanic] = [await aCustomer(), await aMechanic()];
    const before = await accountState();
    for (const [token, status, reading] of [
      [customer.token, 403, 403],
      [mechanic.token, 403, 200],
      [undefined, 401, 401],
    ] as const) {
      const answers = [
        await client.get("/users", { token }),
        await client.post("/users", { email: anEmail(), password: PASSWORD, role: "admin" }, { token }),
        await client.get(`/users/${customer.userId}`, { token }),
        await client.put(`/users/${customer.userId}`, { role: "admin" }, { token }),
        await client.patch(`/users/${mechanic.userId}`, { role: "admin" }, { token }),
        await client.delete(`/users/${customer.userId}`, { token }),
      ];
      expect(answers.map((answer) => answer.status)).toEqual([reading, status, reading, status, status, status]);
    }
    expect(await accountState()).toEqual(before);
  });

  it("knows no account that is not there", async () => {
    const { token } = await anAdmin();
    const before = await accountState();
    const answers = [
      await client.get("/users/999999", { token }),
      await client.put("/users/999999", { status: "active" }, { token }),
      await client.delete("/users/999999", { token }),
    ];
    expect(answers.map(({ body }) => body.code)).toEqual(["not_found", "not_found", "not_found"]);
    expect(await accountState()).toEqual(before);
  });
});

describe("GET /users/{id}", () => {
  it("shows one account", async () => {
    const [{ token }, customer] = [await anAdmin(), await aCustomer()];
    const { body } = await client.get(`/users/${customer.userId}`, { token });
    expect(body).toMatchObject({ id: customer.userId, email: customer.email, role: "customer", customer_id: customer.id });
  });
});

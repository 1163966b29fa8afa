import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createGate } from "../../src/edge/gate/gate-client.ts";
import { createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, PASSWORD, type Person, rows, unique } from "../support/people.ts";

const deps = testDeps();
const client = createClient(deps);
const AT = "2026-11-20T09:30:00.000Z";
const anEmail = (): string => `someone${unique()}@example.com`;

/** A customer's or mechanic's record that nobody can log in to. */
const aRecord = async (table: "customers" | "mechanics", status = "active") => {
  const email = anEmail();
  const [more, values] = table === "customers" ? ["", ""] : [", salary, status", `, 100, '${status}'`];
  const [made] = await rows<{ id: number }>(
    `insert into ${table} (name, email, phone, created_at, updated_at${more}) values ('Rec Ord', ?, '+1 555 0300', ?, ?${values}) returning id`,
    email,
    AT,
    AT,
  );
  return { id: made?.id ?? 0, email };
};

/** Makes this admin the only active one. */
const onlyAdmin = ({ userId }: Person) =>
  env.DB.prepare("update users set status = 'disabled' where role = 'admin' and id <> ?").bind(userId).run();

/** Safe: revoking calls nothing else. */
const SILENT = { getByName: () => ({ revokeBelow: () => Promise.reject(new Error("silent")) }) } as unknown as Env["GATES"];

/** All that a refused write could have touched. */
const everything = async () => [
  await rows("select * from users"),
  await rows("select * from customers"),
  await rows("select * from mechanics"),
  await rows("select * from audit_log"),
  await rows("select * from audit_draft"),
  await rows("select * from writes"),
];

const userOf = async (id: number) => (await rows("select email, role, status, gen, version from users where id = ?", id))[0];
const statusOf = async (token: string) => (await client.get("/auth/me", { token })).status;
const login = (email: string, role: string, password = PASSWORD) => client.post("/auth/login", { email, role, password });
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
    });
    const [entry, ...more] = await auditOf("user", body.id);
    expect(entry).toMatchObject({ action: "user.created", before: null, user_id: admin.userId, request_id: headers.get("X-Request-Id") });
    expect([JSON.parse(entry?.after ?? "").email, more]).toEqual([email, []]);
    expect(JSON.stringify(await rows("select * from audit_log"))).not.toContain("scrypt");
    expect((await login(email, "admin")).status).toBe(200);
  });

  it("adds the account of a customer's record, with the record's e-mail", async () => {
    const [{ token }, record] = [await anAdmin(), await aRecord("customers")];
    const { status, body } = await client.post("/users", { customer_id: record.id, password: PASSWORD }, { token });
    expect(status).toBe(201);
    expect(body).toMatchObject({ email: record.email, role: "customer", status: "active", customer_id: record.id, mechanic_id: null });
    expect((await login(record.email, "customer")).body.customer_id).toBe(record.id);
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
    const before = await everything();
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
    expect(await everything()).toEqual(before);
  });

  it("refuses records that are not there or have an account, and e-mails that are taken", async () => {
    const [admin, customer, mechanic] = [await anAdmin(), await aCustomer(), await aMechanic()];
    const { token } = admin;
    const before = await everything();
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
    expect(await everything()).toEqual(before);
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
    expect(await found("")).toEqual(where(() => true));
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
  it("is for admins only", async () => {
    const [customer, mechanic] = [await aCustomer(), await aMechanic()];
    const before = await everything();
    for (const [token, status] of [
      [customer.token, 403],
      [mechanic.token, 403],
      [undefined, 401],
    ] as const) {
      const answers = [
        await client.get("/users", { token }),
        await client.post("/users", { email: anEmail(), password: PASSWORD, role: "admin" }, { token }),
        await client.get(`/users/${customer.userId}`, { token }),
        await client.put(`/users/${customer.userId}`, { role: "admin" }, { token }),
        await client.patch(`/users/${mechanic.userId}`, { role: "admin" }, { token }),
        await client.delete(`/users/${customer.userId}`, { token }),
      ];
      expect(answers.map((answer) => answer.status)).toEqual(Array(6).fill(status));
    }
    expect(await everything()).toEqual(before);
  });

  it("knows no account that is not there", async () => {
    const { token } = await anAdmin();
    const before = await everything();
    const answers = [
      await client.get("/users/999999", { token }),
      await client.put("/users/999999", { status: "active" }, { token }),
      await client.delete("/users/999999", { token }),
    ];
    expect(answers.map(({ body }) => body.code)).toEqual(["not_found", "not_found", "not_found"]);
    expect(await everything()).toEqual(before);
  });
});

describe("GET /users/{id}", () => {
  it("shows one account", async () => {
    const [{ token }, customer] = [await anAdmin(), await aCustomer()];
    const { body } = await client.get(`/users/${customer.userId}`, { token });
    expect(body).toMatchObject({ id: customer.userId, email: customer.email, role: "customer", customer_id: customer.id });
  });
});

describe("PUT and PATCH /users/{id}", () => {
  it("change an e-mail together with that of the record, each audited, and end no session", async () => {
    const [admin, customer, mechanic] = [await anAdmin(), await aCustomer(), await aMechanic()];
    for (const [table, entity, person] of [
      ["customers", "customer", customer],
      ["mechanics", "mechanic", mechanic],
    ] as const) {
      const email = anEmail();
      const { status, body } = await client.put(`/users/${person.userId}`, { email }, { token: admin.token });
      expect([status, body.email]).toEqual([200, email]);
      expect(await userOf(person.userId)).toMatchObject({ email, gen: 1, version: 2 });
      expect(await rows(`select email from ${table} where id = ?`, person.id)).toEqual([{ email }]);
      for (const [entry] of [await auditOf("user", person.userId), await auditOf(entity, person.id)]) {
        expect(entry).toMatchObject({ action: expect.stringMatching(/\.updated$/), user_id: admin.userId });
        expect([JSON.parse(entry?.before ?? "").email, JSON.parse(entry?.after ?? "").email]).toEqual([person.email, email]);
      }
      expect(await statusOf(person.token)).toBe(200);
    }
  });

  it("disable a mechanic with its record, and end its sessions at once", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    expect(await statusOf(mechanic.token)).toBe(200);
    const { body } = await client.patch(`/users/${mechanic.userId}`, { status: "disabled" }, { token: admin.token });
    expect(body).toMatchObject({ id: mechanic.userId, status: "disabled" });
    expect(await userOf(mechanic.userId)).toMatchObject({ status: "disabled", gen: 2 });
    expect(await rows("select status from mechanics where id = ?", mechanic.id)).toEqual([{ status: "disabled" }]);
    expect((await auditOf("user", mechanic.userId)).map(({ action }) => action)).toEqual(["user.updated"]);
    const [entry] = await auditOf("mechanic", mechanic.id);
    expect([JSON.parse(entry?.before ?? "").status, JSON.parse(entry?.after ?? "").status]).toEqual(["active", "disabled"]);
    expect(await statusOf(mechanic.token)).toBe(401);
    expect((await login(mechanic.email, "mechanic")).body.code).toBe("account_disabled");
    await client.patch(`/users/${mechanic.userId}`, { status: "active" }, { token: admin.token });
    const again = await login(mechanic.email, "mechanic");
    expect(await statusOf(again.body.token)).toBe(200);
  });

  it("are seen in cached listings of the records at once", async () => {
    const [admin, other, customer, mechanic] = [await anAdmin(), await anAdmin(), await aCustomer(), await aMechanic()];
    const newest = async (key: "customers" | "mechanics") =>
      (await client.get(`/${key}?sort=-id&per_page=1`, { token: other.token })).body[key][0];
    expect([(await newest("customers")).id, (await newest("mechanics")).id]).toEqual([customer.id, mechanic.id]);
    const email = anEmail();
    await client.put(`/users/${customer.userId}`, { email }, { token: admin.token });
    await client.put(`/users/${mechanic.userId}`, { status: "pending" }, { token: admin.token });
    expect([(await newest("customers")).email, (await newest("mechanics")).status]).toEqual([email, "pending"]);
  });

  it("make a mechanic an admin and back, each time with new tokens", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    const raised = await client.put(`/users/${mechanic.userId}`, { role: "admin" }, { token: admin.token });
    expect(raised.body).toMatchObject({ role: "admin", mechanic_id: mechanic.id, status: "active" });
    expect(await userOf(mechanic.userId)).toMatchObject({ role: "admin", gen: 2 });
    expect(await auditOf("mechanic", mechanic.id)).toEqual([]);
    expect(await statusOf(mechanic.token)).toBe(401);
    const { token } = (await login(mechanic.email, "admin")).body;
    expect((await client.get("/users", { token })).status).toBe(200);
    await client.put(`/users/${mechanic.userId}`, { role: "mechanic" }, { token: admin.token });
    expect((await client.get("/users", { token })).status).toBe(401);
    expect(await userOf(mechanic.userId)).toMatchObject({ role: "mechanic", gen: 3 });
  });

  it("end no session when nothing changes that matters", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    const same = { email: mechanic.email, role: "mechanic", status: "active" };
    const { status, body } = await client.put(`/users/${mechanic.userId}`, same, { token: admin.token });
    expect([status, body.email]).toEqual([200, mechanic.email]);
    expect(await userOf(mechanic.userId)).toMatchObject({ gen: 1, version: 2 });
    expect(await auditOf("mechanic", mechanic.id)).toEqual([]);
    expect(await statusOf(mechanic.token)).toBe(200);
    const customer = await aCustomer();
    await client.put(`/users/${customer.userId}`, { email: customer.email }, { token: admin.token });
    expect(await auditOf("customer", customer.id)).toEqual([]);
  });

  it("refuse every other change of role, and end no session", async () => {
    const [admin, other, customer, mechanic] = [await anAdmin(), await anAdmin(), await aCustomer(), await aMechanic()];
    const before = await everything();
    const refused = [
      [other, "mechanic"],
      [other, "customer"],
      [customer, "admin"],
      [customer, "mechanic"],
      [mechanic, "customer"],
    ] as const;
    for (const [person, role] of refused) {
      const { status, body } = await client.put(`/users/${person.userId}`, { role }, { token: admin.token });
      expect([status, body.code, body.tried_out], role).toEqual([409, "conflict", undefined]);
      expect(await statusOf(person.token)).toBe(200);
    }
    expect(await everything()).toEqual(before);
  });

  it("refuse an e-mail that is taken, by an account or by a record, and end no session", async () => {
    const [admin, me, other, record] = [await anAdmin(), await aCustomer(), await aCustomer(), await aRecord("customers")];
    const before = await everything();
    for (const email of [other.email, record.email]) {
      const { status, body } = await client.patch(`/users/${me.userId}`, { email, status: "disabled" }, { token: admin.token });
      expect([status, body.code]).toEqual([409, "email_taken"]);
    }
    expect(await everything()).toEqual(before);
    expect(await statusOf(me.token)).toBe(200);
  });

  it("refuse to change nothing, what is unknown, and other columns", async () => {
    const [admin, me] = [await anAdmin(), await aCustomer()];
    for (const change of [{}, { status: "gone" }, { password_hash: "x" }, { gen: 9 }])
      expect((await client.put(`/users/${me.userId}`, change, { token: admin.token })).body.code).toBe("invalid");
    expect(await userOf(me.userId)).toMatchObject({ status: "active", gen: 1, version: 1 });
  });

  it("keep the last active admin, whose sessions go on", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    await client.put(`/users/${mechanic.userId}`, { role: "admin" }, { token: admin.token });
    const { token } = (await login(mechanic.email, "admin")).body;
    await onlyAdmin(mechanic);
    const before = await everything();
    for (const change of [{ role: "mechanic" }, { status: "disabled" }, { status: "pending" }]) {
      const { status, body } = await client.put(`/users/${mechanic.userId}`, change, { token });
      expect([status, body.code], JSON.stringify(change)).toEqual([409, "last_admin"]);
    }
    expect(await everything()).toEqual(before);
    expect((await client.get("/users", { token })).status).toBe(200);
  });
});

describe("DELETE /users/{id}", () => {
  it("removes the login, not the record, and ends its sessions", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    const { body } = await client.delete(`/users/${mechanic.userId}`, { token: admin.token });
    expect(body).toEqual({ id: mechanic.userId, deleted: true, message: `User ${mechanic.userId} was deleted.` });
    expect(await rows("select * from users where id = ?", mechanic.userId)).toEqual([]);
    expect(await rows("select status from mechanics where id = ?", mechanic.id)).toEqual([{ status: "active" }]);
    const [entry] = await auditOf("user", mechanic.userId);
    expect(entry).toMatchObject({ action: "user.deleted", after: null, user_id: admin.userId });
    expect(JSON.parse(entry?.before ?? "")).toMatchObject({ email: mechanic.email, mechanic_id: mechanic.id });
    expect(await statusOf(mechanic.token)).toBe(401);
    const anew = await client.post("/users", { mechanic_id: mechanic.id, password: PASSWORD }, { token: admin.token });
    expect(anew.body).toMatchObject({ email: mechanic.email, role: "mechanic" });
  });

  it("lets an admin remove itself unless it is the last, whose sessions go on", async () => {
    const [leaving, staying] = [await anAdmin(), await anAdmin()];
    expect((await client.delete(`/users/${leaving.userId}`, { token: leaving.token })).status).toBe(200);
    expect(await statusOf(leaving.token)).toBe(401);
    await onlyAdmin(staying);
    const before = await everything();
    const { status, body } = await client.delete(`/users/${staying.userId}`, { token: staying.token });
    expect([status, body.code]).toEqual([409, "last_admin"]);
    expect(await everything()).toEqual(before);
    expect((await client.get("/users", { token: staying.token })).status).toBe(200);
  });
});

describe("an account whose tokens are to be void", () => {
  it("is left alone while its gate is silent", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    const silent = createClient({ ...deps, gate: { ...deps.gate, revoke: createGate(SILENT, "1").revoke } });
    const before = await everything();
    const answers = [
      await silent.put(`/users/${mechanic.userId}`, { status: "disabled" }, { token: admin.token }),
      await silent.put(`/users/${mechanic.userId}`, { role: "admin" }, { token: admin.token }),
      await silent.delete(`/users/${mechanic.userId}`, { token: admin.token }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(Array(3).fill([503, "unavailable"]));
    expect(await everything()).toEqual(before);
    expect((await silent.put(`/users/${mechanic.userId}`, { email: anEmail() }, { token: admin.token })).status).toBe(200);
  });

  it("is told of at its gate before anything is written", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    const told: unknown[] = [];
    const revoke = async (...call: Parameters<typeof deps.gate.revoke>) => {
      told.push([...call, await userOf(mechanic.userId)]);
      await deps.gate.revoke(...call);
    };
    await createClient({ ...deps, gate: { ...deps.gate, revoke } }).delete(`/users/${mechanic.userId}`, { token: admin.token });
    expect(told).toEqual([[`user:${mechanic.userId}`, 2, Date.parse(AT), expect.objectContaining({ gen: 1, status: "active" })]]);
  });

  it("changes for one of two who change it at the same time", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    const revoke = async (...call: Parameters<typeof deps.gate.revoke>) => {
      await deps.gate.revoke(...call);
      await env.DB.prepare("update users set gen = 2 where id = ?").bind(mechanic.userId).run();
    };
    const late = createClient({ ...deps, gate: { ...deps.gate, revoke } });
    const { status, body } = await late.put(`/users/${mechanic.userId}`, { status: "disabled" }, { token: admin.token });
    expect([status, body.code]).toEqual([409, "conflict"]);
    expect(await userOf(mechanic.userId)).toMatchObject({ status: "active", gen: 2, version: 1 });
    expect(await auditOf("user", mechanic.userId)).toEqual([]);
  });

  it("can log in again when it has become the last admin in between", async () => {
    const [admin, other] = [await anAdmin(), await anAdmin()];
    const revoke = async (...call: Parameters<typeof deps.gate.revoke>) => {
      await deps.gate.revoke(...call);
      await onlyAdmin(other);
    };
    const late = createClient({ ...deps, gate: { ...deps.gate, revoke } });
    const { status, body } = await late.put(`/users/${other.userId}`, { status: "disabled" }, { token: admin.token });
    expect([status, body.code]).toEqual([409, "last_admin"]);
    expect(await auditOf("user", other.userId)).toEqual([]);
    const { token } = (await login(other.email, "admin")).body;
    expect((await client.get("/users", { token })).status).toBe(200);
  });
});

import { describe, expect, it } from "vitest";
import { accountState, anEmail, aRecord, logIn, onlyAdmin, statusOf, userOf } from "../support/accounts.ts";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, rows } from "../support/people.ts";

const client = createClient();

describe("PUT and PATCH /users/{id}", () => {
  it("change an e-mail together with that of the record, each audited, and end its sessions", async () => {
    const [admin, customer, mechanic] = [await anAdmin(), await aCustomer(), await aMechanic()];
    for (const [table, entity, person] of [
      ["customers", "customer", customer],
      ["mechanics", "mechanic", mechanic],
    ] as const) {
      const email = anEmail();
      const { status, body } = await client.put(`/users/${person.userId}`, { email }, { token: admin.token });
      expect([status, body.email]).toEqual([200, email]);
      expect(await userOf(person.userId)).toMatchObject({ email, gen: 2, version: 2 });
      expect(await rows(`select email from ${table} where id = ?`, person.id)).toEqual([{ email }]);
      for (const [entry] of [await auditOf("user", person.userId), await auditOf(entity, person.id)]) {
        expect(entry).toMatchObject({ action: expect.stringMatching(/\.updated$/), user_id: admin.userId });
        expect([JSON.parse(entry?.before ?? "").email, JSON.parse(entry?.after ?? "").email]).toEqual([person.email, email]);
      }
      expect(await statusOf(client, person.token)).toBe(401);
    }
  });

  it("disable a mechanic with its record, and end its sessions at once", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    expect(await statusOf(client, mechanic.token)).toBe(200);
    const { body } = await client.patch(`/users/${mechanic.userId}`, { status: "disabled" }, { token: admin.token });
    expect(body).toMatchObject({ id: mechanic.userId, status: "disabled" });
    expect(await userOf(mechanic.userId)).toMatchObject({ status: "disabled", gen: 2 });
    expect(await rows("select status from mechanics where id = ?", mechanic.id)).toEqual([{ status: "disabled" }]);
    expect((await auditOf("user", mechanic.userId)).map(({ action }) => action)).toEqual(["user.updated"]);
    const [entry] = await auditOf("mechanic", mechanic.id);
    expect([JSON.parse(entry?.before ?? "").status, JSON.parse(entry?.after ?? "").status]).toEqual(["active", "disabled"]);
    expect(await statusOf(client, mechanic.token)).toBe(401);
    expect((await logIn(client, mechanic.email, "mechanic")).body.code).toBe("account_disabled");
    await client.patch(`/users/${mechanic.userId}`, { status: "active" }, { token: admin.token });
    const again = await logIn(client, mechanic.email, "mechanic");
    expect(await statusOf(client, again.body.token)).toBe(200);
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
    expect(await statusOf(client, mechanic.token)).toBe(401);
    const { token } = (await logIn(client, mechanic.email, "admin")).body;
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
    expect(await statusOf(client, mechanic.token)).toBe(200);
    const customer = await aCustomer();
    await client.put(`/users/${customer.userId}`, { email: customer.email }, { token: admin.token });
    expect(await auditOf("customer", customer.id)).toEqual([]);
  });

  it("refuse every other change of role, and end no session", async () => {
    const [admin, other, customer, mechanic] = [await anAdmin(), await anAdmin(), await aCustomer(), await aMechanic()];
    const before = await accountState();
    const refused = [
      [other, "mechanic"],
      [other, "customer"],
      [customer, "admin"],
      [customer, "mechanic"],
      [mechanic, "customer"],
    ] as const;
    for (const [person, role] of refused) {
      const { status, body } = await client.put(`/users/${person.userId}`, { role }, { token: admin.token });
      expect([status, body.code, body.tried_out], role).toEqual([409, "role_not_available", undefined]);
      expect(await statusOf(client, person.token)).toBe(200);
    }
    expect(await accountState()).toEqual(before);
  });

  it("refuse an e-mail with which another logs in, or that a mechanic's record has, and end no session", async () => {
    const [admin, me, other] = [await anAdmin(), await aCustomer(), await aCustomer()];
    const [mechanic, record] = [await aMechanic(), await aRecord("mechanics")];
    const before = await accountState();
    for (const [person, email] of [
      [me, other.email],
      [mechanic, record.email],
    ] as const) {
      const { status, body } = await client.patch(`/users/${person.userId}`, { email, status: "disabled" }, { token: admin.token });
      expect([status, body.code]).toEqual([409, "email_taken"]);
    }
    expect(await accountState()).toEqual(before);
    expect(await statusOf(client, me.token)).toBe(200);
  });

  it("take an e-mail that only the record of another customer has", async () => {
    const [admin, me, record] = [await anAdmin(), await aCustomer(), await aRecord("customers")];
    const { status, body } = await client.patch(`/users/${me.userId}`, { email: record.email }, { token: admin.token });
    expect([status, body.email]).toEqual([200, record.email]);
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
    const { token } = (await logIn(client, mechanic.email, "admin")).body;
    await onlyAdmin(mechanic);
    const before = await accountState();
    for (const change of [{ role: "mechanic" }, { status: "disabled" }, { status: "pending" }]) {
      const { status, body } = await client.put(`/users/${mechanic.userId}`, change, { token });
      expect([status, body.code], JSON.stringify(change)).toEqual([409, "last_admin"]);
    }
    expect(await accountState()).toEqual(before);
    expect((await client.get("/users", { token })).status).toBe(200);
  });
});

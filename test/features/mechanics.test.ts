import { describe, expect, it } from "vitest";
import { createClient, testDeps } from "../support/client.ts";
import { anAdminMechanic, aTicketOf, idsOf, newMechanic } from "../support/mechanics.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, PASSWORD, rows, unique } from "../support/people.ts";

const client = createClient();

/** All that a refused write must leave as it was. */
const record = () =>
  Promise.all(["mechanics", "users", "mechanics_search", "audit_log", "audit_draft"].map((name) => rows(`select * from ${name}`)));

describe("POST /mechanics", () => {
  it("signs a stranger up as pending, with an account of the same status, in one audited write", async () => {
    const input = newMechanic();
    const { status, body, headers } = await client.post("/mechanics", { ...input, email: ` ${input.email.toUpperCase()} ` });
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(`/mechanics/${body.id}`);
    const { password: _, ...shown } = input;
    expect(body).toMatchObject({
      ...shown,
      address: null,
      status: "pending",
      ticket_count: 0,
      completed_count: 0,
      created_at: "2026-11-20T09:30:00.000Z",
    });
    expect(await rows("select salary, status from mechanics where id = ?", body.id)).toEqual([{ salary: 5_200_029, status: "pending" }]);
    const [account] = await rows<{ id: number }>("select id, email, role, status from users where mechanic_id = ?", body.id);
    expect(account).toMatchObject({ email: input.email, role: "mechanic", status: "pending" });
    const [entry] = await auditOf("mechanic", body.id);
    expect(entry).toMatchObject({ action: "mechanic.created", before: null, role: "anonymous", request_id: headers.get("X-Request-Id") });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ name: input.name, salary: 5_200_029, status: "pending" });
    expect((await auditOf("user", account?.id ?? 0)).map(({ action }) => action)).toEqual(["user.created"]);
    expect(JSON.stringify(await rows("select * from audit_log"))).not.toContain("scrypt");
  });

  it("makes who an admin adds active at once, so that it can log in, while who signs up has to wait", async () => {
    const { token } = await anAdmin();
    const added = newMechanic();
    expect((await client.post("/mechanics", added, { token })).body).toMatchObject({ status: "active", salary: added.salary });
    expect((await client.post("/mechanics/login", { email: added.email, password: PASSWORD })).status).toBe(200);
    const waiting = newMechanic();
    await client.post("/mechanics", waiting, { token: (await aCustomer()).token });
    const refused = await client.post("/mechanics/login", { email: waiting.email, password: PASSWORD });
    expect(refused.body.code).toBe("account_pending");
  });

  it("does not show the salary to a colleague who signs someone up", async () => {
    const { body } = await client.post("/mechanics", newMechanic(), { token: (await aMechanic()).token });
    expect(body.status).toBe("pending");
    expect(body).not.toHaveProperty("salary");
  });

  it("makes everyone active where sign-up is open", async () => {
    const open = createClient(testDeps({ MECHANIC_SIGNUP: "open" }));
    expect((await open.post("/mechanics", newMechanic())).body.status).toBe("active");
  });

  it("takes admins' mechanics only where sign-up is closed", async () => {
    const closed = createClient(testDeps({ MECHANIC_SIGNUP: "closed" }));
    const [mechanic, admin] = [await aMechanic(), await anAdmin()];
    const before = await record();
    for (const token of [undefined, mechanic.token]) {
      const { status, body } = await closed.post("/mechanics", newMechanic(), { token });
      expect([status, body.code]).toEqual([403, "signup_closed"]);
    }
    expect(await record()).toEqual(before);
    expect((await closed.post("/mechanics", newMechanic(), { token: admin.token })).body.status).toBe("active");
  });

  it("refuses an e-mail that is taken, and leaves nothing behind", async () => {
    const taken = await aMechanic();
    const before = await record();
    const { status, body } = await client.post("/mechanics", { ...newMechanic(), email: taken.email });
    expect([status, body.code]).toEqual([409, "email_taken"]);
    expect(await record()).toEqual(before);
  });

  it("takes an e-mail that a customer has, since accounts are told apart by role", async () => {
    const { email } = await aCustomer();
    expect((await client.post("/mechanics", { ...newMechanic(), email })).status).toBe(201);
  });

  it("names every invalid, missing and unknown field", async () => {
    const before = await record();
    const input = { name: " ", email: "nobody", phone: "x", salary: 1.005, status: "active" };
    const { status, body } = await client.post("/mechanics", input, { token: (await anAdmin()).token });
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      "/body/email",
      "/body/name",
      "/body/password",
      "/body/phone",
      "/body/salary",
      "/body/status",
    ]);
    expect((await record())[0]).toEqual(before[0]);
  });
});

describe("a mechanic's record", () => {
  it("is read by staff, its salary only by itself and by admins", async () => {
    const [me, colleague, admin] = [await aMechanic(), await aMechanic(), await anAdmin()];
    const path = `/mechanics/${me.id}`;
    const own = await client.get(path, { token: me.token });
    expect(own.body).toMatchObject({ id: me.id, salary: 50_000, service_tickets: [], totals: { service_tickets: 0 } });
    expect((await client.get(path, { token: admin.token })).body.salary).toBe(50_000);
    expect((await client.get(path, { token: colleague.token })).body).not.toHaveProperty("salary");
    expect((await client.get(path, { token: (await aCustomer()).token })).status).toBe(403);
    expect((await client.get(path)).status).toBe(401);
    expect((await client.get("/mechanics/999999", { token: me.token })).status).toBe(404);
  });

  it("shows the newest 20 tickets that it is on, and where the others are", async () => {
    const [me, colleague] = [await aMechanic(), await aMechanic()];
    const mine: number[] = [];
    for (let i = 0; i < 22; i++) mine.push(await aTicketOf([me, colleague]));
    await aTicketOf([colleague]);
    const { body } = await client.get(`/mechanics/${me.id}`, { token: me.token });
    expect(idsOf(body.service_tickets)).toEqual(mine.reverse().slice(0, 20));
    expect(body.service_tickets[0]).toMatchObject({ service_desc: "Brakes", parts_total: 0, status: "open" });
    expect(body.totals).toEqual({ service_tickets: 22 });
    expect(body.links).toEqual({ service_tickets: `/service-tickets?mechanic_id=${me.id}` });
  });
});

describe("PUT and PATCH /mechanics/{id}", () => {
  it("change what the mechanic names of itself, its account's e-mail along, in one audited write", async () => {
    const me = await aMechanic();
    const email = `new${unique()}@example.com`;
    const patched = await client.patch(`/mechanics/${me.id}`, { email, specialty: "Engines" }, { token: me.token });
    expect(patched.body).toMatchObject({ email, specialty: "Engines", name: "Max Mechanic", salary: 50_000 });
    expect(await rows("select email from users where id = ?", me.userId)).toEqual([{ email }]);
    const { token } = await anAdmin();
    const put = await client.put(`/mechanics/${me.id}`, { specialty: null }, { token });
    expect(put.body).toMatchObject({ email, specialty: null });
    const [entry, second] = await auditOf("mechanic", me.id);
    expect(entry).toMatchObject({ action: "mechanic.updated", user_id: me.userId, role: "mechanic" });
    expect(JSON.parse(entry?.before ?? "")).toMatchObject({ email: me.email, specialty: null });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ email, specialty: "Engines" });
    expect(JSON.parse(second?.after ?? "")).toMatchObject({ specialty: null });
    const versions = await rows<{ version: number }>("select version from mechanics where id = ?", me.id);
    expect(versions[0]?.version).toBeGreaterThan(2);
  });

  it("leave the salary to admins, though a mechanic may name it as it is", async () => {
    const [me, admin] = [await aMechanic({ salary: 5_000_029 }), await anAdmin()];
    const before = await record();
    const raise = await client.put(`/mechanics/${me.id}`, { salary: 99_999, name: "Rich" }, { token: me.token });
    expect([raise.status, raise.body.code]).toEqual([403, "forbidden"]);
    expect(await record()).toEqual(before);
    const same = await client.put(`/mechanics/${me.id}`, { salary: 50_000.29, name: "Same" }, { token: me.token });
    expect(same.body).toMatchObject({ name: "Same", salary: 50_000.29 });
    const raised = await client.put(`/mechanics/${me.id}`, { salary: 60_000.5 }, { token: admin.token });
    expect(raised.body.salary).toBe(60_000.5);
    expect(await rows("select salary from mechanics where id = ?", me.id)).toEqual([{ salary: 6_000_050 }]);
  });

  it("are for the mechanic itself and admins alone", async () => {
    const [me, colleague, customer, admin] = [await aMechanic(), await aMechanic(), await aCustomer(), await anAdmin()];
    const before = await record();
    for (const { token } of [colleague, customer]) {
      expect((await client.patch(`/mechanics/${me.id}`, { name: "x" }, { token })).status).toBe(403);
    }
    expect((await client.put(`/mechanics/${me.id}`, { name: "x" })).status).toBe(401);
    expect((await client.put("/mechanics/999999", { name: "x" }, { token: admin.token })).status).toBe(404);
    expect(await record()).toEqual(before);
  });

  it("refuse an e-mail that is taken, nothing at all, and another status of their own", async () => {
    const [me, other] = [await aMechanic(), await aMechanic()];
    const before = await record();
    const taken = await client.put(`/mechanics/${me.id}`, { email: other.email, name: "x" }, { token: me.token });
    expect([taken.status, taken.body.code]).toEqual([409, "email_taken"]);
    expect((await client.patch(`/mechanics/${me.id}`, {}, { token: me.token })).status).toBe(422);
    const status = await client.patch(`/mechanics/${me.id}`, { name: "x", status: "disabled" }, { token: me.token });
    expect([status.status, status.body.code]).toEqual([403, "forbidden"]);
    expect(await record()).toEqual(before);
  });
});

describe("DELETE /mechanics/{id}", () => {
  it("removes a mechanic with its account, by itself or by an admin, in one audited write", async () => {
    const [me, other, admin] = [await aMechanic(), await aMechanic(), await anAdmin()];
    const { body } = await client.delete(`/mechanics/${me.id}`, { token: me.token });
    expect(body).toEqual({ id: me.id, deleted: true, message: `Mechanic ${me.id} was deleted.` });
    expect((await client.delete(`/mechanics/${other.id}`, { token: admin.token })).status).toBe(200);
    for (const { id, userId } of [me, other]) {
      expect(await rows("select id from mechanics where id = ?", id)).toEqual([]);
      expect(await rows("select id from users where id = ?", userId)).toEqual([]);
      expect(await rows("select rowid from mechanics_search where rowid = ?", id)).toEqual([]);
      const [entry] = await auditOf("mechanic", id);
      expect(entry).toMatchObject({ action: "mechanic.deleted", after: null });
      expect(JSON.parse(entry?.before ?? "")).toMatchObject({ name: "Max Mechanic", salary: 5_000_000 });
      expect((await auditOf("user", userId)).map(({ action }) => action)).toEqual(["user.deleted"]);
    }
    expect((await client.delete(`/mechanics/${me.id}`, { token: admin.token })).body.code).toBe("not_found");
  });

  it("is refused to colleagues, customers and strangers", async () => {
    const [me, colleague, customer] = [await aMechanic(), await aMechanic(), await aCustomer()];
    const before = await record();
    for (const { token } of [colleague, customer]) expect((await client.delete(`/mechanics/${me.id}`, { token })).status).toBe(403);
    expect((await client.delete(`/mechanics/${me.id}`)).status).toBe(401);
    expect(await record()).toEqual(before);
  });

  it("keeps a mechanic who is on a ticket, even a cancelled one", async () => {
    const [me, admin] = [await aMechanic(), await anAdmin()];
    await aTicketOf([me], ["cancelled"]);
    const before = await record();
    const { status, body } = await client.delete(`/mechanics/${me.id}`, { token: admin.token });
    expect([status, body.code]).toEqual([409, "mechanic_has_tickets"]);
    expect(await record()).toEqual(before);
  });

  it("keeps the last active admin, and lets it go once there is another", async () => {
    const boss = await anAdminMechanic();
    await rows("update users set status = 'disabled' where role = 'admin' and id <> ?", boss.userId);
    const before = await record();
    const { status, body } = await client.delete(`/mechanics/${boss.id}`, { token: boss.token });
    expect([status, body.code]).toEqual([409, "last_admin"]);
    expect(await record()).toEqual(before);
    await anAdmin();
    expect((await client.delete(`/mechanics/${boss.id}`, { token: boss.token })).status).toBe(200);
  });
});

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createGate } from "../../src/edge/gate/gate-client.ts";
import { accountState, anEmail, logIn, onlyAdmin, statusOf, userOf } from "../support/accounts.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aMechanic, anAdmin, auditOf, PASSWORD, rows } from "../support/people.ts";

const deps = testDeps();
const client = createClient(deps);

/** Safe: revoking calls nothing else. */
const SILENT = { getByName: () => ({ revokeBelow: () => Promise.reject(new Error("silent")) }) } as unknown as Env["GATES"];

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
    expect(await statusOf(client, mechanic.token)).toBe(401);
    const anew = await client.post("/users", { mechanic_id: mechanic.id, password: PASSWORD }, { token: admin.token });
    expect(anew.body).toMatchObject({ email: mechanic.email, role: "mechanic" });
  });

  it("lets an admin remove itself unless it is the last, whose sessions go on", async () => {
    const [leaving, staying] = [await anAdmin(), await anAdmin()];
    expect((await client.delete(`/users/${leaving.userId}`, { token: leaving.token })).status).toBe(200);
    expect(await statusOf(client, leaving.token)).toBe(401);
    await onlyAdmin(staying);
    const before = await accountState();
    const { status, body } = await client.delete(`/users/${staying.userId}`, { token: staying.token });
    expect([status, body.code]).toEqual([409, "last_admin"]);
    expect(await accountState()).toEqual(before);
    expect((await client.get("/users", { token: staying.token })).status).toBe(200);
  });
});

describe("an account whose tokens are to be void", () => {
  it("is left alone while its gate is silent", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    const silent = createClient({ ...deps, gate: { ...deps.gate, revoke: createGate(SILENT, "1").revoke } });
    const before = await accountState();
    const answers = [
      await silent.put(`/users/${mechanic.userId}`, { status: "disabled" }, { token: admin.token }),
      await silent.put(`/users/${mechanic.userId}`, { role: "admin" }, { token: admin.token }),
      await silent.delete(`/users/${mechanic.userId}`, { token: admin.token }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(Array(3).fill([503, "unavailable"]));
    expect(await accountState()).toEqual(before);
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
    expect(told).toEqual([[`user:${mechanic.userId}`, 2, clock.now, expect.objectContaining({ gen: 1, status: "active" })]]);
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
    const { token } = (await logIn(client, other.email, "admin")).body;
    expect((await client.get("/users", { token })).status).toBe(200);
  });
});

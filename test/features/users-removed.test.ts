import { describe, expect, it } from "vitest";
import { accountState, onlyAdmin, statusOf } from "../support/accounts.ts";
import { createClient, testDeps } from "../support/client.ts";
import { aMechanic, anAdmin, auditOf, PASSWORD, rows } from "../support/people.ts";

const client = createClient(testDeps());

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

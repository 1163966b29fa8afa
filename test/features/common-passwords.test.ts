import { env } from "cloudflare:workers";
import { scryptSync } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { accountState, anEmail, aRecord } from "../support/accounts.ts";
import { createClient } from "../support/client.ts";
import { aCustomer, anAdmin, PASSWORD, rows } from "../support/people.ts";
import { quick, quickDeps } from "../support/quick-passwords.ts";

const logged: unknown[] = [];
const client = createClient({ ...quickDeps(), log: (line) => logged.push(line) });
const person = (password: string) => ({ name: "Sam Example", email: anEmail(), phone: "+1 555 0100", password });

/** Every way to set a password. */
const WAYS: readonly [string, string, (password: string) => Promise<{ status: number; body: { errors?: unknown } }>][] = [
  ["POST /customers", "/body/password", (password) => client.post("/customers", person(password))],
  ["POST /mechanics", "/body/password", (password) => client.post("/mechanics", { ...person(password), salary: 50_000 })],
  [
    "POST /users",
    "/body/password",
    async (password) =>
      client.post("/users", { customer_id: (await aRecord("customers")).id, password }, { token: (await anAdmin()).token }),
  ],
  [
    "PUT /auth/password",
    "/body/new_password",
    async (new_password) =>
      client.put("/auth/password", { current_password: PASSWORD, new_password }, { token: (await quick(aCustomer())).token }),
  ],
];

describe("a password that is among the most common", () => {
  it.each(WAYS)("cannot be set by %s, in any case, and stands nowhere afterwards", async (_, pointer, set) => {
    const error = vi.spyOn(console, "error");
    for (const password of ["football", "TrustNo1", "QWERTYUIOP"]) {
      logged.length = 0;
      const { status, body } = await set(password);
      const errors = [{ pointer, code: "too_common", detail: "This password is too common; choose another one." }];
      expect([status, body.errors]).toEqual([422, errors]);
      expect(JSON.stringify([body, logged, error.mock.calls, await accountState()])).not.toContain(password);
    }
  });

  it.each(WAYS)("is the only kind that is refused by %s", async (_, __, set) => {
    expect([200, 201]).toContain((await set("football and tea")).status);
  });

  it("is named beside all else that is wrong", async () => {
    const { body } = await client.post("/customers", { ...person("password"), phone: "", nickname: "Sam" });
    expect(body.errors.map(({ code }: { code: string }) => code).toSorted()).toEqual(["invalid_format", "too_common", "unknown_field"]);
    expect((await client.post("/customers", person("1234"))).body.errors.map(({ code }: { code: string }) => code)).toEqual(["too_small"]);
  });

  it("still opens an account that has it", async () => {
    const { email, userId } = await quick(aCustomer());
    const salt = Buffer.from("0123456789abcdef");
    const [unpaddedSalt, hash] = [salt, scryptSync("football", salt, 32, { N: 2, r: 1, p: 1 })].map((b) =>
      b.toString("base64").replace(/=+$/, ""),
    );
    await env.DB.prepare("update users set password_hash = ? where id = ?")
      .bind(`$scrypt$ln=1,r=1,p=1$${unpaddedSalt}$${hash}`, userId)
      .run();
    expect((await client.post("/auth/login", { email, password: "football" })).status).toBe(200);
    expect(await rows("select status from users where id = ?", userId)).toEqual([{ status: "active" }]);
  });
});

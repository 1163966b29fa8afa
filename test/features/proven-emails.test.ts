import { afterEach, describe, expect, it } from "vitest";
import { anEmail, aRecord, logIn, statusOf } from "../support/accounts.ts";
import { clock, createClient } from "../support/client.ts";
import { mailedToken, mailsTo } from "../support/mail.ts";
import { aMechanic, anAdmin, PASSWORD, rows } from "../support/people.ts";
import { cheapDeps } from "../support/quick-passwords.ts";
import { aShop, aVehicle } from "../support/shop.ts";
import { signUp } from "../support/strangers.ts";

const client = createClient(cheapDeps());
const aStranger = (email?: string) => signUp(client, email);
const START = clock.now;
const HOUR = 3_600_000;
const NEW = "a brand new password";
afterEach(() => {
  clock.now = START;
});

describe("whoever signs up with an e-mail", () => {
  it("sees the record that they wrote themselves, and no vehicle and no ticket", async () => {
    const { id, token } = await aStranger();
    expect((await client.get(`/customers/${id}`, { token })).body).toMatchObject({ id, name: "Stan Stranger" });
    expect((await client.patch(`/customers/${id}`, { address: "2 Side Road" }, { token })).status).toBe(200);
    for (const path of ["/service-tickets", "/customers/my-tickets", "/vehicles"]) {
      const { status, body } = await client.get(path, { token });
      expect([path, status, body.pagination.total_items]).toEqual([path, 200, 0]);
    }
    expect((await client.get("/auth/me", { token })).body.email_verified_at).toBeNull();
  });

  it.each([
    ["staff write in the record", async (id: number, token: string) => client.patch(`/customers/${id}`, { address: "1 Home" }, { token })],
    ["staff add a vehicle", async (id: number) => aVehicle(id)],
    [
      "staff open a ticket",
      async (id: number, token: string) =>
        client.post("/service-tickets", { customer_id: id, service_desc: "Brakes", service_date: "2026-11-24" }, { token }),
    ],
  ] as const)("sees nothing any more once %s, until the e-mail is proven", async (_, write) => {
    const [{ id, email, token }, mechanic] = [await aStranger(), await aMechanic()];
    await write(id, mechanic.token);
    const refusals = [
      await client.get(`/customers/${id}`, { token }),
      await client.patch(`/customers/${id}`, { name: "Me" }, { token }),
      await client.delete(`/customers/${id}`, { token }),
      await client.post("/vehicles", { make: "Example", model: "Wagon", year: 2019 }, { token }),
    ];
    expect(refusals.map(({ status, body }) => [status, body.code])).toEqual(refusals.map(() => [403, "email_unverified"]));
    expect((await client.get("/service-tickets", { token })).body.pagination.total_items).toBe(0);
    const proof = await client.post("/auth/email/confirm", { token: await mailedToken(email, "verification") }, { token });
    expect(proof.status).toBe(200);
    expect((await client.get(`/customers/${id}`, { token: proof.body.token })).status).toBe(200);
  });

  it("does not keep the owner from anything: staff add a login, which takes the place of the one that was never proven", async () => {
    const [{ email, token }, admin] = [await aStranger(), await anAdmin()];
    const added = await client.post(
      "/customers",
      { name: "Olga Owner", email, phone: "+1 555 0111", password: NEW },
      { token: admin.token },
    );
    expect(added.status).toBe(201);
    expect(await statusOf(client, token)).toBe(401);
    const { body } = await client.post("/auth/login", { email, password: NEW });
    expect(body.customer_id).toBe(added.body.id);
    const [{ email: other }, record] = [await aStranger(), await aRecord("customers")];
    await rows("update customers set email = ? where id = ?", other, record.id);
    const account = await client.post("/users", { customer_id: record.id, password: NEW }, { token: admin.token });
    expect([account.status, account.body.email]).toEqual([201, other]);
  });

  it("proves it only while logged in to the account, once, within a day, and with the token of that account", async () => {
    const [one, two] = [await aStranger(), await aStranger()];
    const token = await mailedToken(one.email, "verification");
    const confirm = (by: string | undefined, given = token) => client.post("/auth/email/confirm", { token: given }, { token: by });
    expect((await confirm(undefined)).status).toBe(401);
    expect((await confirm(two.token)).body.code).toBe("invalid_email_token");
    clock.now = START + 24 * HOUR;
    const later = (await client.post("/auth/refresh", { refresh_token: one.refresh })).body.token;
    expect((await confirm(later)).body.code).toBe("invalid_email_token");
    await client.post("/auth/email/verify", undefined, { token: later });
    const fresh = await mailedToken(one.email, "verification");
    expect((await confirm(later, fresh)).status).toBe(200);
    expect((await confirm(later, fresh)).body.code).toBe("invalid_email_token");
  });

  it("is mailed three times an hour at most", async () => {
    const { email, token } = await aStranger();
    for (let time = 0; time < 4; time++) expect((await client.post("/auth/email/verify", undefined, { token })).status).toBe(200);
    expect(await mailsTo(email)).toHaveLength(3);
  });

  it("as a mechanic has no rights of staff, although an admin has activated the account, unless the admin vouches for the e-mail", async () => {
    const [email, admin, shop] = [anEmail(), await anAdmin(), await aShop()];
    const signUp = { name: "Mo", email, phone: "+1 555 0198", salary: 1_000, password: PASSWORD };
    const { body: mechanic } = await client.post("/mechanics", signUp);
    await client.patch(`/mechanics/${mechanic.id}`, { status: "active" }, { token: admin.token });
    const { token } = (await logIn(client, email, "mechanic")).body;
    for (const path of [`/customers/${shop.customer.id}`, "/service-tickets", "/customers", "/mechanics", `/mechanics/${mechanic.id}`])
      expect([path, (await client.get(path, { token })).body.code]).toEqual([path, "email_unverified"]);
    // A route for everybody takes them for nobody: no record without a password.
    expect((await client.post("/customers", { name: "X", phone: "+1 555 0197" }, { token })).status).toBe(422);
    const [user] = (await client.get(`/users?email=${email}`, { token: admin.token })).body.users;
    expect(user.email_verified_at).toBeNull();
    await client.patch(`/users/${user.id}`, { email_verified: true }, { token: admin.token });
    const { body } = await logIn(client, email, "mechanic");
    expect((await client.get("/customers", { token: body.token })).status).toBe(200);
  });
});

describe("an invitation", () => {
  it("makes the account of a walk-in, with a proven e-mail, which sees the record", async () => {
    const [{ token }, record] = [await aMechanic(), await aRecord("customers")];
    await aVehicle(record.id);
    expect((await client.post(`/customers/${record.id}/invite`, undefined, { token })).status).toBe(200);
    const accept = async () =>
      client.post("/auth/invitation/accept", { token: await mailedToken(record.email, "invitation"), password: NEW });
    expect((await accept()).status).toBe(200);
    expect((await accept()).body.code).toBe("invalid_email_token");
    const login = await client.post("/auth/login", { email: record.email, password: NEW });
    expect((await client.get("/vehicles", { token: login.body.token })).body.pagination.total_items).toBe(1);
    expect((await client.post(`/customers/${record.id}/invite`, undefined, { token })).body.code).toBe("account_exists");
  });

  it("takes the place of a login that somebody made with the e-mail and never proved", async () => {
    const [{ token }, record] = [await aMechanic(), await aRecord("customers")];
    const stranger = await aStranger(record.email);
    await client.post(`/customers/${record.id}/invite`, undefined, { token });
    const invitation = await mailedToken(record.email, "invitation");
    expect((await client.post("/auth/invitation/accept", { token: invitation, password: NEW })).status).toBe(200);
    expect(await statusOf(client, stranger.token)).toBe(401);
  });

  it("is void for another e-mail, after a week, and needs an e-mail", async () => {
    const [{ token }, record] = [await aMechanic(), await aRecord("customers")];
    await client.post(`/customers/${record.id}/invite`, undefined, { token });
    const invitation = await mailedToken(record.email, "invitation");
    const accept = () => client.post("/auth/invitation/accept", { token: invitation, password: NEW });
    clock.now = START + 7 * 24 * HOUR;
    expect((await accept()).body.code).toBe("invalid_email_token");
    clock.now = START;
    await client.patch(`/customers/${record.id}`, { email: anEmail() }, { token });
    expect((await accept()).body.code).toBe("invalid_email_token");
    const { body } = await client.post("/customers", { name: "No Mail", phone: "+1 555 0196" }, { token });
    expect((await client.post(`/customers/${body.id}/invite`, undefined, { token })).body.code).toBe("email_needed");
  });
});

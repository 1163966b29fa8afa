import { afterEach, describe, expect, it } from "vitest";
import { anEmail, logIn, statusOf } from "../support/accounts.ts";
import { clock, createClient } from "../support/client.ts";
import { mailedToken, mailsTo } from "../support/mail.ts";
import { aCustomer, aMechanic, PASSWORD } from "../support/people.ts";
import { cheapDeps, quick } from "../support/quick-passwords.ts";
import { aShop, aTicket, aVehicle } from "../support/shop.ts";
import { signUp } from "../support/strangers.ts";

const client = createClient(cheapDeps());
const aStranger = () => signUp(client);
const START = clock.now;
const HOUR = 3_600_000;
const NEW = "a brand new password";
afterEach(() => {
  clock.now = START;
});

describe("a changed e-mail", () => {
  const changed = async () => {
    const person = await quick(aCustomer());
    const ticket = await aTicket(client, { ...(await aShop()), customer: person, vehicle: await aVehicle(person.id) });
    const email = anEmail();
    expect((await client.patch(`/customers/${person.id}`, { email }, { token: person.token })).status).toBe(200);
    return { person, email, ticket };
  };

  it("ends all sessions, and shows nothing of the shop until it is proven", async () => {
    const { person, email, ticket } = await changed();
    expect(await statusOf(client, person.token)).toBe(401);
    const { body } = await logIn(client, email, "customer");
    expect((await client.get(`/service-tickets/${ticket.id}`, { token: body.token })).body.code).toBe("email_unverified");
    const proof = await client.post("/auth/email/confirm", { token: await mailedToken(email, "verification") }, { token: body.token });
    expect((await client.get(`/service-tickets/${ticket.id}`, { token: proof.body.token })).status).toBe(200);
  });

  it("is told to the old address, which can take the account back from whoever changed it twice and proved it", async () => {
    const { person, email } = await changed();
    const [told] = await mailsTo(person.email);
    expect([told?.kind, told?.params]).toEqual(["email_changed", { new_email: `s***${email.slice(email.indexOf("@"))}` }]);
    const login = await logIn(client, email, "customer");
    const proof = await client.post(
      "/auth/email/confirm",
      { token: await mailedToken(email, "verification") },
      { token: login.body.token },
    );
    const third = anEmail();
    await client.patch(`/customers/${person.id}`, { email: third }, { token: proof.body.token });
    const restore = (token: string) => client.post("/auth/email/restore", { token, new_password: NEW });
    const theirs = await mailedToken(email, "email_changed");
    expect((await restore(await mailedToken(person.email, "email_changed"))).status).toBe(200);
    expect((await restore(theirs)).body.code).toBe("invalid_email_token");
    expect((await logIn(client, third, "customer")).status).toBe(401);
    const { body } = await client.post("/auth/login", { email: person.email, password: NEW });
    expect((await client.get(`/customers/${person.id}`, { token: body.token })).body.email).toBe(person.email);
  });

  it("to the same address changes nothing", async () => {
    const person = await quick(aCustomer());
    await client.patch(`/customers/${person.id}`, { email: person.email, address: "3 Hill" }, { token: person.token });
    expect(await statusOf(client, person.token)).toBe(200);
    expect(await mailsTo(person.email)).toEqual([]);
  });
});

describe("a forgotten password", () => {
  const ask = (email: string) => client.post("/auth/password-reset", { email });

  it("is set anew by mail: once, within an hour, for each account of the e-mail, and all sessions end", async () => {
    const person = await quick(aCustomer());
    const staff = await quick(aMechanic({ email: person.email }));
    await ask(person.email);
    const mails = await mailsTo(person.email);
    expect(mails.map(({ kind, params }) => [kind, params.role])).toEqual([
      ["password_reset", "mechanic"],
      ["password_reset", "customer"],
    ]);
    const token = mails[1]?.token ?? "";
    const confirm = () => client.post("/auth/password-reset/confirm", { token, new_password: NEW });
    clock.now = START + HOUR;
    expect((await confirm()).body.code).toBe("invalid_email_token");
    clock.now = START;
    expect((await confirm()).status).toBe(200);
    expect((await confirm()).body.code).toBe("invalid_email_token");
    expect([await statusOf(client, person.token), await statusOf(client, staff.token)]).toEqual([401, 200]);
    expect((await client.post("/auth/login", { email: person.email, password: NEW })).body.role).toBe("customer");
    expect((await mailsTo(person.email))[0]?.kind).toBe("password_changed");
  });

  it("is answered alike for an unknown e-mail, which writes no mail", async () => {
    const [person, unknown] = [await aCustomer(), anEmail()];
    const [known, strange] = [await ask(person.email), await ask(unknown)];
    expect([known.status, known.body]).toEqual([strange.status, strange.body]);
    expect([(await mailsTo(person.email)).length, await mailsTo(unknown)]).toEqual([1, []]);
  });

  it("takes an account over that a stranger made with the e-mail", async () => {
    const stranger = await aStranger();
    await ask(stranger.email);
    const token = await mailedToken(stranger.email, "password_reset");
    await client.post("/auth/password-reset/confirm", { token, new_password: NEW });
    expect(await statusOf(client, stranger.token)).toBe(401);
    const { body } = await client.post("/auth/login", { email: stranger.email, password: NEW });
    expect((await client.get("/auth/me", { token: body.token })).body.email_verified_at).not.toBeNull();
  });
});

describe("a notice", () => {
  it("tells of a login from another network, of a changed password, and of ended sessions, but only a proven e-mail", async () => {
    const person = await quick(aCustomer());
    await logIn(client, person.email, "customer");
    const kinds = async () => (await mailsTo(person.email)).map(({ kind }) => kind);
    expect(await kinds()).toEqual([]);
    const elsewhere = { "CF-Connecting-IP": "198.51.100.77" };
    const { body } = await client.post("/auth/login", { email: person.email, password: PASSWORD }, { headers: elsewhere });
    await client.post("/auth/logout", { everywhere: true }, { token: body.token });
    expect(await kinds()).toEqual(["sessions_ended", "new_login"]);
    const stranger = await aStranger();
    await client.post("/auth/logout", { everywhere: true }, { token: stranger.token });
    expect((await mailsTo(stranger.email)).map(({ kind }) => kind)).toEqual(["verification"]);
  });
});

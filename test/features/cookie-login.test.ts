import { describe, expect, it } from "vitest";
import { statusOf } from "../support/accounts.ts";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, PASSWORD, rows } from "../support/people.ts";
import { quick, quickDeps } from "../support/quick-passwords.ts";
import { rawClient } from "../support/raw.ts";
import { hashOf } from "../support/sessions.ts";

const client = createClient(quickDeps());
const send = rawClient(quickDeps());

/** The refresh token that an answer sets, with the attributes of its cookie. */
const cookieOf = ({ headers }: { headers: Headers }) => {
  const [pair = "", ...attributes] = (headers.get("Set-Cookie") ?? "").split("; ");
  const [name = "", token = ""] = pair.split("=");
  return { name, token, attributes };
};
const sending = (token: string) => ({ headers: { Cookie: `theme=dark; __Host-refresh=${token}` } });

const logIn = async () => {
  const person = await quick(aCustomer());
  const answer = await client.post("/auth/cookie/login", { email: person.email, password: PASSWORD });
  return { person, answer, cookie: cookieOf(answer) };
};
const refresh = (token: string) => client.post("/auth/cookie/refresh", {}, sending(token));

describe("a login of our own page", () => {
  it("puts the refresh token into a cookie that scripts cannot read, and nowhere else", async () => {
    const { answer, cookie, person } = await logIn();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ role: "customer", customer_id: person.id, token_type: "Bearer" });
    expect(answer.body).not.toHaveProperty("refresh_token");
    expect(JSON.stringify(answer.body)).not.toContain(cookie.token);
    expect([cookie.name, cookie.attributes]).toEqual([
      "__Host-refresh",
      ["Path=/", "Max-Age=2592000", "HttpOnly", "Secure", "SameSite=Strict"],
    ]);
    expect(await rows("select hash from refresh_tokens where hash = ?", hashOf(cookie.token))).toHaveLength(1);
    expect(await statusOf(client, answer.body.token)).toBe(200);
  });

  it("goes on with the cookie, which is another one each time", async () => {
    const { cookie, answer } = await logIn();
    clock.now += 3_600_000;
    const next = await refresh(cookie.token);
    expect(next.status).toBe(200);
    expect({ ...next.body, token: "", message: "" }).toEqual({ ...answer.body, token: "", message: "" });
    expect(cookieOf(next).token).toMatch(/^[\w-]{43}$/);
    expect(cookieOf(next).token).not.toBe(cookie.token);
    expect(await statusOf(client, next.body.token)).toBe(200);
  });

  it("gets the same cookie again when the answer was lost, and ends when a used one comes later", async () => {
    const { cookie } = await logIn();
    const next = await refresh(cookie.token);
    clock.now += 9_000;
    expect(cookieOf(await refresh(cookie.token)).token).toBe(cookieOf(next).token);
    clock.now += 2_000;
    expect((await refresh(cookie.token)).body.code).toBe("invalid_refresh");
    expect((await refresh(cookieOf(next).token)).body.code).toBe("invalid_refresh");
    expect(await statusOf(client, next.body.token)).toBe(401);
  });

  it("is refused without a cookie, with two of them, and with a token that nobody was given", async () => {
    const { cookie } = await logIn();
    const twice = { headers: { Cookie: `__Host-refresh=${cookie.token}; __Host-refresh=${cookie.token}` } };
    for (const options of [{}, twice, sending("A".repeat(43)), sending(`${cookie.token}"`), sending("")]) {
      const { status, body, headers } = await client.post("/auth/cookie/refresh", {}, options);
      expect([status, body.code, headers.get("Set-Cookie")]).toEqual([401, "invalid_refresh", null]);
    }
  });

  it("ends with its session and takes the cookie away", async () => {
    const { answer, cookie } = await logIn();
    const ended = await client.post("/auth/cookie/logout", {}, { token: answer.body.token });
    expect([ended.status, cookieOf(ended).token, cookieOf(ended).attributes[1]]).toEqual([200, "", "Max-Age=0"]);
    expect(await statusOf(client, answer.body.token)).toBe(401);
    expect((await refresh(cookie.token)).status).toBe(401);
  });
});

const FOREIGN = [
  ["a page of another site", { "Sec-Fetch-Site": "cross-site" }],
  ["a page of another subdomain", { "Sec-Fetch-Site": "same-site", Origin: "https://shop.test" }],
  ["an address that was typed", { "Sec-Fetch-Site": "none" }],
] as const;
const OLD_BROWSERS = [
  ["a program, which says nothing", {}, 403],
  ["an older browser on another site", { Origin: "https://evil.test" }, 403],
  ["an older browser in a frame without an origin", { Origin: "null" }, 403],
  ["an older browser on our page", { Origin: "https://shop.test" }, 200],
] as const;

describe("who may use the cookie", () => {
  it.each(FOREIGN)("is not %s", async (_, headers) => {
    const { cookie, person, answer } = await logIn();
    const refusals = [
      await client.post("/auth/cookie/refresh", {}, { headers: { ...sending(cookie.token).headers, ...headers } }),
      await client.post("/auth/cookie/login", { email: person.email, password: PASSWORD }, { headers }),
      await client.post("/auth/cookie/logout", {}, { token: answer.body.token, headers }),
    ];
    for (const { status, body, headers: answered } of refusals)
      expect([status, body.code, answered.get("Set-Cookie")]).toEqual([403, "other_origin", null]);
    expect((await refresh(cookie.token)).status).toBe(200);
  });

  it.each(OLD_BROWSERS)("is told by the origin of %s", async (_, says, status) => {
    const { cookie } = await logIn();
    const headers = { ...sending(cookie.token).headers, "Content-Type": "application/json", ...says };
    expect((await send("/auth/cookie/refresh", { method: "POST", headers, body: "{}" })).status).toBe(status);
  });

  it("is no form, even of our own page", async () => {
    const { cookie } = await logIn();
    const form = { ...sending(cookie.token).headers, "Content-Type": "application/x-www-form-urlencoded" };
    expect((await client.post("/auth/cookie/refresh", "", { headers: form })).body.code).toBe("unsupported_media_type");
  });

  it("is no other route: the cookie opens none of them", async () => {
    const { cookie } = await logIn();
    expect((await client.get("/auth/me", sending(cookie.token))).status).toBe(401);
    expect((await client.post("/auth/logout", {}, sending(cookie.token))).status).toBe(401);
    expect((await client.post("/auth/refresh", {}, sending(cookie.token))).status).toBe(422);
  });
});

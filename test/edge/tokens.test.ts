import bcrypt from "bcryptjs";
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import type { LoggedIn } from "../../src/core/actor.ts";
import { passwords } from "../../src/edge/passwords.ts";
import { createTokens } from "../../src/edge/tokens.ts";

const SECRET = "a secret for tests, long enough to sign with";
const OTHER = "another secret for tests, as long as the other";
const NOW = Date.parse("2026-11-20T09:30:00.000Z");
const SECONDS = NOW / 1_000;

const tokens = createTokens("1", SECRET);
const session = { sid: "s1", gen: 3 };
const ACTORS: readonly LoggedIn[] = [
  { role: "customer", userId: 1, customerId: 11, session },
  { role: "mechanic", userId: 2, mechanicId: 22, session },
  { role: "admin", userId: 3, mechanicId: 33, session },
  { role: "admin", userId: 4, mechanicId: null, session },
];
const [CUSTOMER] = ACTORS as [(typeof ACTORS)[number]];

const genuine = await tokens.sign(CUSTOMER, NOW);
const header = decodeProtectedHeader(genuine);
const claims = decodeJwt(genuine);
/** The genuine token with other claims or header, signed with the genuine secret unless said. */
const forge = (changes: Record<string, unknown> = {}, head: object = {}, secret = SECRET): Promise<string> =>
  new SignJWT({ ...claims, ...changes }).setProtectedHeader({ ...header, alg: "HS256", ...head }).sign(new TextEncoder().encode(secret));
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("tokens", () => {
  it.each(ACTORS)("bring back the $role that they were signed for", async (actor) => {
    const token = await tokens.sign(actor, NOW);
    expect(await tokens.verify(token, NOW)).toEqual(actor);
    expect(await tokens.verify(token, NOW + 3_599_999)).toEqual(actor);
    expect(await tokens.verify(token, NOW + 3_600_000)).toBeNull();
  });

  it("say what they are, and no more than they must", () => {
    expect(header).toEqual({ alg: "HS256", typ: "at+jwt", kid: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(claims).toEqual({
      iss: "mechanic-shop-api",
      aud: "mechanic-shop",
      sub: "user:1",
      role: "customer",
      epoch: "1",
      customer_id: 11,
      sid: "s1",
      gen: 3,
      iat: SECONDS,
      exp: SECONDS + 3_600,
    });
  });

  it("verify when they are forged with nothing changed, so that the refusals below are about what they change", async () => {
    expect(await tokens.verify(await forge(), NOW)).toEqual(CUSTOMER);
  });

  const { exp: _exp, ...endless } = claims;
  it.each<[string, () => Promise<string>]>([
    ["no algorithm", async () => new UnsecuredJWT(claims).encode()],
    ["no algorithm, with the kid", async () => `${base64({ ...header, alg: "none" })}.${base64(claims)}.`],
    ["no algorithm, with the old signature", async () => `${base64({ ...header, alg: "none" })}.${genuine.split(".").slice(1).join(".")}`],
    [
      "RS256",
      async () => new SignJWT(claims).setProtectedHeader({ ...header, alg: "RS256" }).sign((await generateKeyPair("RS256")).privateKey),
    ],
    ["HS512", () => forge({}, { alg: "HS512" }, `${SECRET}${SECRET}`)],
    ["another secret", () => forge({}, {}, OTHER)],
    ["another secret and its kid", () => createTokens("1", OTHER).sign(CUSTOMER, NOW)],
    ["another issuer", () => forge({ iss: "elsewhere" })],
    ["another audience", () => forge({ aud: "elsewhere" })],
    ["another type", () => forge({}, { typ: "JWT" })],
    ["no type", () => forge({}, { typ: undefined })],
    ["another kid", () => forge({}, { kid: "0123456789abcdef" })],
    ["no kid", () => forge({}, { kid: undefined })],
    ["no end", () => new SignJWT(endless).setProtectedHeader({ ...header, alg: "HS256" }).sign(new TextEncoder().encode(SECRET))],
    ["an end in the past", () => forge({ exp: SECONDS })],
    ["a beginning in the future", () => forge({ iat: SECONDS + 60 })],
    ["no beginning", () => forge({ iat: undefined })],
    ["a time before which it is not valid", () => forge({ nbf: SECONDS + 60 })],
    ["an end far away", () => forge({ iat: SECONDS - 3_601, exp: SECONDS + 86_400 })],
    ["no subject", () => forge({ sub: undefined })],
    ["a subject that is no user", () => forge({ sub: "address:1" })],
    ["user 0", () => forge({ sub: "user:0" })],
    ["an unknown role", () => forge({ role: "owner" })],
    ["the role anonymous", () => forge({ role: "anonymous" })],
    ["another role than its record", () => forge({ role: "mechanic" })],
    ["no record", () => forge({ customer_id: null })],
    ["a record that is text", () => forge({ customer_id: "11" })],
    ["no session", () => forge({ sid: undefined })],
    ["no generation", () => forge({ gen: undefined })],
    ["a tampered role", async () => [genuine.split(".")[0], base64({ ...claims, role: "admin" }), genuine.split(".")[2]].join(".")],
    ["a part too few", async () => genuine.split(".").slice(0, 2).join(".")],
    ["nothing in it", async () => ""],
  ])("do not verify with %s", async (_, make) => {
    expect(await tokens.verify(await make(), NOW)).toBeNull();
  });

  it("outlive no hour, however far their end is", async () => {
    const token = await forge({ exp: SECONDS + 10 * 86_400 });
    expect(await tokens.verify(token, NOW + 3_600_000)).not.toBeNull();
    expect(await tokens.verify(token, NOW + 3_601_000)).toBeNull();
  });

  it("of the previous secret still verify while keys rotate, but are not signed with it", async () => {
    const rotating = createTokens("1", OTHER, SECRET);
    expect(await rotating.verify(genuine, NOW)).toEqual(CUSTOMER);
    const fresh = await rotating.sign(CUSTOMER, NOW);
    expect(await tokens.verify(fresh, NOW)).toBeNull();
    expect(await createTokens("1", OTHER).verify(fresh, NOW)).toEqual(CUSTOMER);
    expect(await createTokens("1", OTHER).verify(genuine, NOW)).toBeNull();
  });
});

describe("passwords", () => {
  const secret = "correct horse battery";

  it("verify against their own hash only, which is a PHC string with its parameters and a salt", async () => {
    const [one, two] = await Promise.all([passwords.hash(secret), passwords.hash(secret)]);
    expect(one).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    const wrong = ["Correct horse battery", `${secret} `, "", secret.slice(1)];
    expect(await Promise.all([secret, ...wrong].map((text) => passwords.verify(text, one)))).toEqual([true, false, false, false, false]);
    expect(passwords.isOutdated(one)).toBe(false);
  });

  it("are the same however their accents are composed", async () => {
    expect(await passwords.verify("cafe\u0301 au lait", await passwords.hash("caf\u00e9 au lait"))).toBe(true);
  });

  it("verify against hashes with other parameters, which are outdated", async () => {
    // Test vector of RFC 7914, section 12: scrypt("password", "NaCl", 1024, 8, 16).
    const key =
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";
    const unpadded = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
    const hash = `$scrypt$ln=10,r=8,p=16$${unpadded(Buffer.from("NaCl"))}$${unpadded(Buffer.from(key, "hex"))}`;
    expect(await passwords.verify("password", hash)).toBe(true);
    expect(await passwords.verify("Password", hash)).toBe(false);
    expect(passwords.isOutdated(hash)).toBe(true);
  });

  it.each(["$2a$", "$2b$", "$2y$"])("of shops that move over verify as %s, and are outdated", async (kind) => {
    const hash = (await bcrypt.hash(secret, 4)).replace(/^\$2[aby]\$/, kind);
    expect(await passwords.verify(secret, hash)).toBe(true);
    expect(await passwords.verify("Correct horse battery", hash)).toBe(false);
    expect(passwords.isOutdated(hash)).toBe(true);
  });

  it.each([null, "", "correct horse battery", "$scrypt$ln=14,r=8,p=5$AAAA", "$2b$10$short", "$argon2id$v=19$m=1$a$b"])(
    "never verify against %j",
    async (hash) => {
      expect(await passwords.verify(secret, hash)).toBe(false);
      expect(await passwords.verify("", hash)).toBe(false);
    },
  );
});

import { createHash } from "node:crypto";
import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { type Actor, LIMITATIONS } from "../core/actor.ts";
import { FIRST_EPOCH } from "../core/epoch.ts";
import { TOKEN_SECONDS, type Tokens } from "../core/ports.ts";
import { BoundedMap } from "./bounded-map.ts";

const ISSUER = "mechanic-shop-api";
const AUDIENCE = "mechanic-shop";
/** RFC 9068: the type of a JWT that is an access token. */
const TYPE = "at+jwt";

interface Key {
  readonly kid: string;
  readonly bytes: Uint8Array;
}

const keyOf = (secret: string): Key => {
  const bytes = new TextEncoder().encode(secret);
  return { kid: createHash("sha256").update(bytes).digest("hex").slice(0, 16), bytes };
};

/** How many verified tokens an isolate remembers, so that they need not be verified again. */
const MAX_VERIFIED = 1_000;

interface Verified {
  readonly actor: Actor;
  /** The token is valid between these times, in seconds since 1970. */
  readonly from: number;
  readonly until: number;
}

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

/** The actor in the claims of a token, or null when a claim is missing or malformed. */
const actorOf = (claims: JWTPayload): Actor | null => {
  const userId = Number(/^user:(\d+)$/.exec(claims.sub ?? "")?.[1]);
  const { role, sid, gen, customer_id, mechanic_id } = claims;
  const limited = LIMITATIONS.find((known) => known === claims.limited);
  if (!isId(userId) || typeof sid !== "string" || !isId(gen) || limited !== claims.limited) return null;
  const account = { userId, session: { sid, gen }, ...(limited ? { limited } : {}) };
  if (role === "customer" && isId(customer_id)) return { role, customerId: customer_id, ...account };
  if (role === "mechanic" && isId(mechanic_id)) return { role, mechanicId: mechanic_id, ...account };
  if (role === "admin") return { role, mechanicId: isId(mechanic_id) ? mechanic_id : null, ...account };
  return null;
};

/**
 * Access tokens as JWTs (RFC 7519), signed with HS256 by jose. No other algorithm is accepted, whatever a token says.
 * @param epoch of the database whose ids they carry; tokens of another epoch do not verify
 * @param secret signs and verifies; at least 32 characters
 * @param previous earlier secrets whose tokens still verify, while secrets rotate
 */
export const createTokens = (epoch: string, secret: string, ...previous: readonly string[]): Tokens => {
  const current = keyOf(secret);
  const verified = new BoundedMap<Verified>(MAX_VERIFIED);
  const remember = (token: string, actor: Actor, { iat = 0, exp = 0 }: JWTPayload): void =>
    verified.set(token, { actor, from: iat, until: Math.min(exp, iat + TOKEN_SECONDS) });
  const keys = [current, ...previous.map(keyOf)];
  return {
    sign: async (actor, now) => {
      const seconds = Math.floor(now / 1_000);
      const record = actor.role === "customer" ? { customer_id: actor.customerId } : { mechanic_id: actor.mechanicId };
      const limited = actor.limited ? { limited: actor.limited } : {};
      return new SignJWT({ role: actor.role, epoch, ...actor.session, ...record, ...limited })
        .setProtectedHeader({ alg: "HS256", typ: TYPE, kid: current.kid })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(`user:${actor.userId}`)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + TOKEN_SECONDS)
        .sign(current.bytes);
    },
    verify: async (token, now) => {
      const seconds = now / 1_000;
      const known = verified.get(token);
      if (known && seconds >= known.from && seconds < known.until) return known.actor;
      const find = ({ kid }: { kid?: string }): Uint8Array => {
        const key = keys.find((candidate) => candidate.kid === kid);
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key.bytes;
      };
      const rules = {
        algorithms: ["HS256"],
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: TYPE,
        requiredClaims: ["exp", "iat", "sub"],
        maxTokenAge: TOKEN_SECONDS,
        currentDate: new Date(now),
      };
      return jwtVerify(token, find, rules).then(
        ({ payload }) => {
          // Tokens had no epoch at first.
          const actor = (payload.epoch ?? FIRST_EPOCH) === epoch ? actorOf(payload) : null;
          if (actor) remember(token, actor, payload);
          return actor;
        },
        () => null,
      );
    },
  };
};

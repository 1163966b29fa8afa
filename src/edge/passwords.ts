import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import bcrypt from "bcryptjs";
import type { Passwords } from "../core/ports.ts";
import { createTurns } from "./turns.ts";

/** OWASP Password Storage Cheat Sheet, scrypt with p = 5: about 140 ms and 16 MiB. */
const COST = { N: 2 ** 14, r: 8, p: 5 } as const;
const BYTES = 32;
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/;

/** How far apart hashes begin in an isolate, which each of them blocks; how long it rests after one, and how long one waits at most. */
const EVERY_MS = 250;
const REST_MS = 100;
const PATIENCE_MS = 5_000;
const inTurn = createTurns({
  everyMs: EVERY_MS,
  restMs: REST_MS,
  patienceMs: PATIENCE_MS,
  now: Date.now,
  wait: (ms) => scheduler.wait(ms),
});

/** The work of these parameters as a share of that of a new hash. */
const shareOf = ({ N, r, p }: { readonly N: number; readonly r: number; readonly p: number }): number =>
  (N * r * p) / (COST.N * COST.r * COST.p);
/** bcrypt runs in JavaScript and takes several times as long as scrypt. */
const BCRYPT_SHARE = 3;

const derive = (password: string, salt: Uint8Array, bytes: number, options: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });

/** Base64 without padding, as the PHC string format has it. */
const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

const format = (salt: Uint8Array, key: Uint8Array): string =>
  `$scrypt$ln=${Math.log2(COST.N)},r=${COST.r},p=${COST.p}$${encode(salt)}$${encode(key)}`;

/** A hash that no password matches. Verifying it takes as long as for a known account. */
const NOBODY = format(new Uint8Array(16), new Uint8Array(BYTES));

const verifyScrypt = async (password: string, hash: string): Promise<boolean> => {
  const [, ln, r, p, salt, key] = PHC.exec(hash) ?? [];
  if (salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, "base64");
  const options = { N: 2 ** Number(ln), r: Number(r), p: Number(p) };
  const derived = await inTurn(shareOf(options), () => derive(password, Buffer.from(salt, "base64"), expected.length, options));
  return timingSafeEqual(derived, expected);
};

const isBcrypt = (hash: string): boolean => /^\$2[aby]\$/.test(hash);

/**
 * scrypt from node:crypto, which is native on Workers, and blocks the isolate. Imported bcrypt hashes verify too. Hashes
 * wait for their turn, and throw `unavailable` when too many wait already.
 */
export const passwords: Passwords = {
  hash: async (password) => {
    const salt = randomBytes(16);
    return format(salt, await inTurn(1, () => derive(password, salt, BYTES, COST)));
  },
  verify: async (password, hash) => {
    if (hash !== null && isBcrypt(hash)) return inTurn(BCRYPT_SHARE, () => bcrypt.compare(password, hash));
    return (await verifyScrypt(password, hash ?? NOBODY)) && hash !== null;
  },
  isOutdated: (hash) => !hash.startsWith(`$scrypt$ln=${Math.log2(COST.N)},r=${COST.r},p=${COST.p}$`),
};

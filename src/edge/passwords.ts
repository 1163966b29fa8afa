import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import bcrypt from "bcryptjs";
import type { Passwords } from "../core/ports.ts";

/** OWASP Password Storage Cheat Sheet, scrypt with p = 5: about 140 ms and 16 MiB. */
const COST = { N: 2 ** 14, r: 8, p: 5 } as const;
const BYTES = 32;
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/;

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
  return timingSafeEqual(await derive(password, Buffer.from(salt, "base64"), expected.length, options), expected);
};

const isBcrypt = (hash: string): boolean => /^\$2[aby]\$/.test(hash);

/** scrypt from node:crypto, which is native on Workers. Imported bcrypt hashes verify too. */
export const passwords: Passwords = {
  hash: async (password) => {
    const salt = randomBytes(16);
    return format(salt, await derive(password, salt, BYTES, COST));
  },
  verify: async (password, hash) => {
    if (hash !== null && isBcrypt(hash)) return bcrypt.compare(password, hash);
    return (await verifyScrypt(password, hash ?? NOBODY)) && hash !== null;
  },
  isOutdated: (hash) => !hash.startsWith(`$scrypt$ln=${Math.log2(COST.N)},r=${COST.r},p=${COST.p}$`),
};

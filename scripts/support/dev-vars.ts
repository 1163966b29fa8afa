import { randomBytes } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import type { Sealer } from "../../src/core/ports.ts";
import { createSealer } from "../../src/edge/seals.ts";

/** Adds a random value for each secret that the file lacks; the file is made, for its owner only, when it is missing. */
export const ensureSecrets = async (path: string, required: readonly string[]): Promise<void> => {
  const text = await readFile(path, "utf8").catch(() => "");
  const known = parseEnv(text);
  const missing = required.filter((name) => !known[name]);
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  const lines = missing.map((name) => `${name}="${randomBytes(48).toString("base64url")}"\n`);
  if (lines.length > 0) await appendFile(path, separator + lines.join(""), { mode: 0o600 });
};

/** Makes seals with AUDIT_SEAL_KEY of the environment, or of this file; null when neither has it. */
export const sealerOf = async (path: string): Promise<Sealer | null> => {
  const key = process.env.AUDIT_SEAL_KEY ?? parseEnv(await readFile(path, "utf8").catch(() => "")).AUDIT_SEAL_KEY;
  return key ? createSealer(key) : null;
};

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { parseArgs } from "node:util";
import { Disturbed, exportLines } from "./backup/export.ts";
import { LOCAL_STATE, REMOTE, withDatabase } from "./support/local-database.ts";
import { Refusal, sayOutcome } from "./support/refusal.ts";

const USAGE = `Usage: npm run export -- [--remote] [--output shop.ndjson] [--persist-to folder]
Writes all rows of the local database or, with --remote, of the deployed one into a new file.`;

/** How often a database that is written to is read anew. */
const TRIES = 3;

const readOptions = () => {
  const named = `mechanic-shop-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.ndjson`;
  const options = {
    remote: { type: "boolean", default: false },
    output: { type: "string", default: named },
    "persist-to": { type: "string", default: LOCAL_STATE },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch {
    throw new Refusal(USAGE);
  }
};

/** Streams the lines into a file that only this user can read. Throws when the file is there already. */
const writeLines = async (path: string, lines: AsyncIterable<string>): Promise<number> => {
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  await once(file, "open");
  let count = 0;
  try {
    for await (const line of lines) {
      count += 1;
      if (!file.write(`${line}\n`)) await once(file, "drain");
    }
  } finally {
    file.end();
    await finished(file);
  }
  return count;
};

/** Reads again when the shop has written meanwhile. The file has its name only once it is whole. */
const exportTo = async (db: D1Database, output: string, tries = TRIES): Promise<number> => {
  const part = `${output}.part`;
  try {
    const lines = await writeLines(part, exportLines(db));
    await rename(part, output);
    return lines - 2;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST")
      throw new Refusal(`${part} is there already: another export is running, or one was stopped; remove it then.`);
    await rm(part, { force: true });
    if (!(error instanceof Disturbed)) throw error;
    if (tries > 1) return exportTo(db, output, tries - 1);
    throw new Refusal(`The shop wrote during each of ${TRIES} tries. Close it (DATABASE_EPOCH = "closed", see README) or try at night.`);
  }
};

await sayOutcome(async () => {
  const { remote, output, "persist-to": state } = readOptions();
  const rows = await withDatabase(remote ? REMOTE : state, (db) => exportTo(db, output));
  return `${output} has ${rows} rows. It has password hashes and everything about your customers: keep it as you keep the database.`;
});

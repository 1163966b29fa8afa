import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { type OpenLines, Unusable } from "./backup/file.ts";
import { importLines } from "./backup/import.ts";
import { LOCAL_STATE, migrateLocal, REMOTE, withDatabase } from "./support/local-database.ts";
import { Refusal, sayOutcome } from "./support/refusal.ts";

const USAGE = `Usage: npm run import -- shop.ndjson [--remote] [--persist-to folder]
Puts an export into the local database or, with --remote, into the deployed one. It has to have no rows yet.`;

const readOptions = () => {
  const options = { remote: { type: "boolean", default: false }, "persist-to": { type: "string", default: LOCAL_STATE } } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [file, ...others] = positionals;
    if (file !== undefined && others.length === 0) return { file, ...values };
  } catch {}
  throw new Refusal(USAGE);
};

const linesOf =
  (file: string): OpenLines =>
  () =>
    createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });

await sayOutcome(async () => {
  const { file, remote, "persist-to": state } = readOptions();
  if (!remote) await migrateLocal(state);
  const { tables, epoch } = await withDatabase(remote ? REMOTE : state, (db) => importLines(db, linesOf(file))).catch((error: unknown) => {
    if (error instanceof Unusable || (error instanceof Error && "code" in error && error.code === "ENOENT"))
      throw new Refusal(error.message);
    throw error;
  });
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  return `${rows} rows are there, and the rules hold. Set DATABASE_EPOCH to a value that this shop never had (it was ${epoch ?? "not noted"}).`;
});

import { mkdir, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openSession } from "../src/db/client.ts";
import { archiveAuditLog } from "../src/features/audit-log/audit-log.archive.ts";
import { sealerOf } from "./support/dev-vars.ts";
import { LOCAL_STATE, REMOTE, withDatabase } from "./support/local-database.ts";
import { Refusal, sayOutcome } from "./support/refusal.ts";
import { ROOT } from "./support/wrangler.ts";

const USAGE = `Usage: npm run audit:archive -- --days 3650 [--remote] [--output folder] [--persist-to folder]
Moves entries of the audit log that are older than so many days into files, from the local database or, with --remote, from the
deployed one. It needs the Worker's key in AUDIT_SEAL_KEY; locally it is in .dev.vars.`;

const DAY_MS = 86_400_000;
/** How many archives one run writes at most. */
const BATCHES = 1_000;
const RETRY = { sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)), timeoutMs: 60_000 };

const readOptions = () => {
  const options = {
    days: { type: "string" },
    remote: { type: "boolean", default: false },
    output: { type: "string", default: "audit-archive" },
    "persist-to": { type: "string", default: LOCAL_STATE },
  } as const;
  try {
    const { days, ...others } = parseArgs({ options }).values;
    if (days !== undefined && /^[1-9]\d{0,4}$/.test(days)) return { days: Number(days), ...others };
  } catch {}
  throw new Refusal(USAGE);
};

/** Archives as files of a folder that only this user can read. A file has its name only once it is whole. */
const filesIn = (folder: string) => ({
  put: async (name: string, text: string): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, name);
    await writeFile(`${path}.part`, text, { mode: 0o600 });
    await rename(`${path}.part`, path);
  },
});

await sayOutcome(async () => {
  const { days, remote, output, "persist-to": state } = readOptions();
  const sealer = await sealerOf(remote ? "" : resolve(ROOT, ".dev.vars"));
  if (!sealer) throw new Refusal("AUDIT_SEAL_KEY is missing: archives are verified before entries leave the database.");
  const [before, now] = [new Date(Date.now() - days * DAY_MS).toISOString(), new Date().toISOString()];
  const count = await withDatabase(remote ? REMOTE : state, (d1) =>
    archiveAuditLog(openSession(d1, "first-primary", RETRY).db, sealer, filesIn(output), { before, now, batches: BATCHES }),
  );
  return `${count} entries from before ${before} are in ${output} now. Each file verifies by itself, with the same key.`;
});

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { mustRun, WRANGLER } from "./support/wrangler.ts";

/** What the Worker may weigh, compressed and without its assets. With zod's other languages it would weigh more: the alias in wrangler.toml holds. */
const MAX_KIB = 280;

const folder = await mkdtemp(join(tmpdir(), "mechanic-shop-bundle-"));
try {
  await mustRun(WRANGLER, ["deploy", "--dry-run", "--outdir", folder]);
  const modules = (await readdir(folder)).filter((name) => !/\.map$|^README/.test(name));
  const sizes = await Promise.all(modules.map(async (name) => gzipSync(await readFile(join(folder, name))).length));
  const kib = sizes.reduce((sum, size) => sum + size, 0) / 1024;
  process.stdout.write(`The Worker weighs ${kib.toFixed(1)} KiB gzipped, of ${MAX_KIB}.\n`);
  if (modules.length === 0 || kib > MAX_KIB) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}

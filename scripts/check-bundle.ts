import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundlePdfkit } from "./support/pdfkit.ts";
import { mustRun, WRANGLER } from "./support/wrangler.ts";

/**
 * What the modules of the Worker may weigh, compressed and without its assets. With zod's other languages the first would
 * weigh more: the alias in wrangler.toml holds. With pdfkit too: it is a module that is loaded with the first PDF only.
 */
const MAX_KIB: Readonly<Record<string, number>> = { "index.js": 300, "pdfkit.mjs": 220 };

const kibOf = async (path: string): Promise<number> => gzipSync(await readFile(path)).length / 1024;

await bundlePdfkit();
const folder = await mkdtemp(join(tmpdir(), "mechanic-shop-bundle-"));
try {
  await mustRun(WRANGLER, ["deploy", "--dry-run", "--outdir", folder]);
  const modules = (await readdir(folder)).filter((name) => !/\.map$|^README/.test(name));
  if (modules.toSorted().join() !== Object.keys(MAX_KIB).join()) throw new Error(`The Worker has the modules ${modules}.`);
  for (const name of modules) {
    const [kib, max] = [await kibOf(join(folder, name)), MAX_KIB[name] ?? 0];
    process.stdout.write(`${name} of the Worker weighs ${kib.toFixed(1)} KiB gzipped, of ${max}.\n`);
    if (kib > max) process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true });
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Lines that a file may have; a longer one is two files that have not been told apart yet. */
const MAX_LINES = 250;

const linesOf = async (path: string): Promise<number> => (await readFile(path, "utf8")).split("\n").length - 1;

const folders = await Promise.all(
  ["src", "test", "scripts", "bench", "public/app", "public/s"].map((folder) => readdir(folder, { recursive: true, withFileTypes: true })),
);
const paths = folders
  .flat()
  .filter((entry) => entry.isFile() && /(?<!\.d)\.(ts|js|mjs)$/.test(entry.name) && !entry.parentPath.includes("node_modules"))
  .map((entry) => join(entry.parentPath, entry.name));
const sizes = await Promise.all(paths.map(async (path) => ({ path, lines: await linesOf(path) })));
const long = sizes.filter(({ lines }) => lines > MAX_LINES);

for (const { path, lines } of long) process.stdout.write(`${path} has ${lines} lines; divide it, a file has ${MAX_LINES} at most.\n`);
process.stdout.write(`${sizes.length} files looked at, ${long.length} with more than ${MAX_LINES} lines.\n`);
if (sizes.length === 0 || long.length > 0) process.exitCode = 1;

import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { documents } from "../src/app.ts";
import { ROOT } from "./support/wrangler.ts";

/** Writes the documents that the app serves to files of the same names, for tools that read files. */
for (const [path, makeDocument] of Object.entries(documents))
  await writeFile(resolve(ROOT, path.slice(1)), `${JSON.stringify(makeDocument(), null, 2)}\n`);

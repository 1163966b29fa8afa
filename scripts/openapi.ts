import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { endpoints } from "../src/app.ts";
import { VERSION } from "../src/features/health/health.routes.ts";
import { buildDocument } from "../src/http/document/document.ts";
import { ROOT } from "./support/wrangler.ts";

/** Writes the document that the app serves to the repository, for tools that read a file. */
await writeFile(resolve(ROOT, "openapi.json"), `${JSON.stringify(buildDocument(endpoints, VERSION), null, 2)}\n`);

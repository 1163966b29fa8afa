import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { mustRun, ROOT } from "./support/wrangler.ts";

/** Holds openapi.json against the schema of OpenAPI 3.1, then against the rules of .spectral.yaml. */
const validator = new Validator();
const { valid, errors } = await validator.validate(JSON.parse(await readFile(resolve(ROOT, "openapi.json"), "utf8")));
if (!valid) throw new Error(`openapi.json is not OpenAPI:\n${JSON.stringify(errors, null, 2)}`);
process.stdout.write(`openapi.json is OpenAPI ${validator.version}.\n`);

const lint = ["lint", "--ruleset", ".spectral.yaml", "--fail-severity", "warn", "openapi.json"];
process.stdout.write(await mustRun("@stoplight/spectral-cli/dist/index.js", lint));

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { wrongExamples } from "./support/document-examples.ts";
import { mustRun, ROOT } from "./support/wrangler.ts";

/** Holds both documents against the schema of OpenAPI 3.1, their examples against their schemas, then both against the rules of .spectral.yaml. */
const FILES = ["openapi.json", "openapi-legacy.json"];

for (const file of FILES) {
  const validator = new Validator();
  const document = JSON.parse(await readFile(resolve(ROOT, file), "utf8"));
  const { valid, errors } = await validator.validate(document);
  if (!valid) throw new Error(`${file} is not OpenAPI:\n${JSON.stringify(errors, null, 2)}`);
  const wrong = wrongExamples(document);
  if (wrong.length > 0) throw new Error(`${file} has examples that do not hold their schemas:\n${wrong.join("\n")}`);
  process.stdout.write(`${file} is OpenAPI ${validator.version}.\n`);
}

const lint = ["lint", "--ruleset", ".spectral.yaml", "--fail-severity", "warn", ...FILES];
process.stdout.write(await mustRun("@stoplight/spectral-cli/dist/index.js", lint));

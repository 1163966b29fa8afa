import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { withLocalServer } from "./support/local-server.ts";
import { mustRun, ROOT } from "./support/wrangler.ts";

/** Runs the whole Postman collection against a local server with demo data; every request has to go well, or newman's words are shown. */
const COLLECTION = resolve(ROOT, "postman/mechanic-shop.postman_collection.json");
const ENVIRONMENT = resolve(ROOT, "postman/local.postman_environment.json");
const QUIET = ["--color", "off", "--reporter-cli-no-success-assertions", "--reporter-cli-no-banner"];

const folder = await mkdtemp(join(tmpdir(), "mechanic-shop-postman-"));
try {
  const report = join(folder, "report.json");
  const reports = ["--reporters", "cli,json", "--reporter-json-export", report];
  await withLocalServer((address) =>
    mustRun("newman/bin/newman.js", ["run", COLLECTION, "-e", ENVIRONMENT, "--env-var", `baseUrl=${address}`, ...reports, ...QUIET]),
  );
  const { requests, assertions } = JSON.parse(await readFile(report, "utf8")).run.stats;
  process.stdout.write(`The Postman collection: ${requests.total} requests, ${assertions.total} assertions.\n`);
} finally {
  await rm(folder, { recursive: true });
}

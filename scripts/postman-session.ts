import { resolve } from "node:path";
import { withLocalServer } from "./support/local-server.ts";
import { exitOf, ROOT, start } from "./support/wrangler.ts";

/** Runs the whole Postman collection against a local server with demo data; every request has to go well. */
const COLLECTION = resolve(ROOT, "postman/mechanic-shop.postman_collection.json");
const ENVIRONMENT = resolve(ROOT, "postman/local.postman_environment.json");
const QUIET = ["--color", "off", "--reporter-cli-no-success-assertions", "--reporter-cli-no-banner"];

process.exitCode = await withLocalServer((address) => {
  const args = ["run", COLLECTION, "--environment", ENVIRONMENT, "--env-var", `baseUrl=${address}`, ...QUIET];
  return exitOf(start("newman/bin/newman.js", args, ["ignore", "inherit", "inherit"]));
});

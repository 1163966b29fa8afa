import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

/** Imports a bundle in a process of its own and prints how much CPU time that took, in milliseconds: `import-time.ts <bundle> <variables>`. */
const [bundle = "", variables = "{}"] = process.argv.slice(2);

/** What a bundle needs of workerd while it is imported. */
const runtime = `export const env = { ...${variables}, VERSION: { id: "" } };
  export class DurableObject {}`;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers"
      ? { url: `data:text/javascript,${encodeURIComponent(runtime)}`, format: "module", shortCircuit: true }
      : next(specifier, context),
});

const before = process.cpuUsage();
await import(pathToFileURL(bundle).href);
const { user, system } = process.cpuUsage(before);
process.stdout.write(String((user + system) / 1_000));

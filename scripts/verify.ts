import { type Check, runStages } from "./support/checks.ts";

/** Those that take longest come first. */
const CHECKS: readonly Check[] = [
  { script: "check:document" },
  { script: "check:bundle" },
  { script: "check:types" },
  { script: "check:migrations" },
  { script: "check:postman" },
  { script: "check:generated" },
  { script: "check:format" },
  { script: "check:source" },
];

/** What a newcomer does, and a client with every operation, on a server of their own. */
const NEWCOMER: Check = { script: "test:readme" };
const CLIENT: Check = { script: "test:postman" };

/** What `npm run check`, `npm test`, `npm run test:long` and `npm run test:quick` run: stages, one after the other. */
const PLANS: Readonly<Record<string, readonly (readonly Check[])[]>> = {
  check: [CHECKS],
  test: [[{ script: "test:unit", isShown: true }, NEWCOMER, ...CHECKS]],
  long: [[{ script: "test:unit:long", isShown: true }, CLIENT], [{ script: "test:hang-ups", isShown: true }]],
  quick: [[{ script: "check:types" }, { script: "check:format" }, { script: "check:source" }], [{ script: "test:changed", isShown: true }]],
};

const plan = PLANS[process.argv[2] ?? ""];
if (!plan) throw new Error(`Usage: node scripts/verify.ts ${Object.keys(PLANS).join("|")}`);
if (!(await runStages(plan))) process.exitCode = 1;

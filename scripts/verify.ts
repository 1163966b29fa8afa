import { type Check, runStages } from "./support/checks.ts";

/** Those that take longest come first. */
const CHECKS: readonly Check[] = [
  { script: "check:bundle" },
  { script: "check:types" },
  { script: "check:migrations" },
  { script: "check:postman" },
  { script: "check:generated" },
  { script: "check:fonts" },
  { script: "check:format" },
  { script: "check:source" },
];

/** What a newcomer does, and a client with every operation, on a server of their own. */
const NEWCOMER: Check = { script: "test:readme" };
const CLIENT: Check = { script: "test:postman" };
/** The same for assistants of others, by the protocol's own client. */
const ASSISTANTS: Check = { script: "test:mcp" };
/** The rules of others for the document; what it says is held against the app by unit tests. */
const DOCUMENT: Check = { script: "check:document" };

/** What `npm run check`, `npm test`, `npm run test:long` and `npm run test:quick` run: stages, one after the other. */
const PLANS: Readonly<Record<string, readonly (readonly Check[])[]>> = {
  check: [[DOCUMENT, ...CHECKS]],
  test: [[{ script: "test:unit", isShown: true }, ...CHECKS, DOCUMENT], [{ script: "test:hang-ups", isShown: true }]],
  long: [[{ script: "test:unit:long", isShown: true }, NEWCOMER, CLIENT, ASSISTANTS]],
  quick: [[{ script: "check:types" }, { script: "check:format" }, { script: "check:source" }], [{ script: "test:changed", isShown: true }]],
};

const plan = PLANS[process.argv[2] ?? ""];
if (!plan) throw new Error(`Usage: node scripts/verify.ts ${Object.keys(PLANS).join("|")}`);
if (!(await runStages(plan))) process.exitCode = 1;

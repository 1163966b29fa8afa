import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Node, SourceFile } from "typescript/unstable/ast";
import * as is from "typescript/unstable/ast/is";
import { API, type Checker, type Type } from "typescript/unstable/sync";
import { ROOT } from "./support/wrangler.ts";

/**
 * Finds promises, streams, timers and I/O objects in what outlives a request. In workerd they belong to the request that made
 * them: when its client hangs up, everybody else who waits for them waits forever.
 *
 * What outlives a request: the variables of modules, the fields of classes, and the variables of functions that make parts of the
 * app (those in `src/edge`, `deps.ts` and `app.ts` that are not async). Their types are followed through properties and type arguments.
 */
const BOUND = new Set([
  ...["Promise", "PromiseLike", "ReadableStream", "WritableStream", "TransformStream", "ReadableStreamDefaultReader"],
  ...["Request", "Response", "Body", "AbortController", "AbortSignal", "WebSocket", "Timeout", "Immediate", "ExecutionContext"],
  ...["D1DatabaseSession", "D1PreparedStatement", "DurableObjectStub", "DrizzleD1Database", "Context"],
]);
const MAKES_PARTS = /^src\/(?:edge\/|deps\.ts|app\.ts)/;
/** How far a type is followed. */
const MAX_STEPS = 8;

const isFunction = (node: Node): boolean =>
  is.isArrowFunction(node) ||
  is.isFunctionDeclaration(node) ||
  is.isFunctionExpression(node) ||
  is.isMethodDeclaration(node) ||
  is.isConstructorDeclaration(node);

const isAsync = (node: Node): boolean => /^(?:export |default |override |static )*async\b/.test(node.getText());

/** The variables and fields of a file that outlive a request. `makesParts`: those of its functions do so, too. */
const longLivedIn = (file: SourceFile, makesParts: boolean): Node[] => {
  const found: Node[] = [];
  const visit = (node: Node, functions: number): void => {
    const lives =
      is.isPropertyDeclaration(node) || (is.isVariableDeclaration(node) && (functions === 0 || (makesParts && functions === 1)));
    if (lives) found.push(node);
    if (isFunction(node) && isAsync(node)) return;
    node.forEachChild((child) => visit(child, functions + (isFunction(node) ? 1 : 0)));
  };
  visit(file, 0);
  return found;
};

/** How a type leads to something bound to a request, such as `.waiting: Promise`, or null. Functions are not entered. */
const leadIn = (checker: Checker, type: Type, before: readonly number[] = []): string | null => {
  if (before.includes(type.id) || before.length > MAX_STEPS) return null;
  const onward = [...before, type.id];
  const firstIn = (types: readonly Type[]): string | null =>
    types.reduce<string | null>((found, each) => found ?? leadIn(checker, each, onward), null);
  if (type.isUnionType() || type.isIntersectionType()) return firstIn(type.getTypes());
  if (!type.isObjectType()) return null;
  const symbol = type.getSymbol();
  if (symbol && BOUND.has(symbol.name)) return symbol.name;
  const isWeak = symbol?.name === "WeakMap" || symbol?.name === "WeakSet";
  // Only who has the key of a weak map already gets at what is kept under it.
  const inArguments = type.isTypeReference() && !isWeak ? firstIn(checker.getTypeArguments(type)) : null;
  if (inArguments !== null) return `<${inArguments}>`;
  // A path is in lower case where the file system does not tell the cases apart.
  const isOurs = symbol?.declarations.every(({ path }) => path.toLowerCase().startsWith(`${ROOT}/src/`.toLowerCase())) ?? false;
  for (const property of isOurs ? checker.getPropertiesOfType(type) : []) {
    const its = checker.getTypeOfSymbol(property);
    const lead = its ? leadIn(checker, its, onward) : null;
    if (lead !== null) return `.${property.name}: ${lead}`;
  }
  return null;
};

const { values } = parseArgs({ options: { verbose: { type: "boolean", default: false } } });
const api = new API({ cwd: ROOT });
const [project] = api.updateSnapshot({ openProjects: [resolve(ROOT, "tsconfig.json")] }).getProjects();
if (!project) throw new Error("tsconfig.json was not opened.");
const files = project.program.getSourceFileNames().filter((name) => name.startsWith(`${ROOT}/src/`));

let looked = 0;
const complaints: string[] = [];
for (const name of files) {
  const file = project.program.getSourceFile(name);
  if (!file) throw new Error(`${name} was not read.`);
  const path = relative(ROOT, name);
  for (const node of longLivedIn(file, MAKES_PARTS.test(path))) {
    const type = project.checker.getTypeAtLocation(node);
    const lead = type ? leadIn(project.checker, type) : null;
    looked += 1;
    const line = file.text.slice(0, node.getStart()).split("\n").length;
    const [text = ""] = node.getText().split("\n");
    if (values.verbose) console.log(`${path}:${line} ${text}`);
    if (lead !== null) complaints.push(`${path}:${line} outlives a request, and holds what belongs to one (${lead}): ${text}`);
  }
}
api.close();
if (looked === 0) complaints.push("Nothing was looked at.");
process.stdout.write(complaints.length > 0 ? `${complaints.join("\n")}\n` : `None of ${looked} long-lived values belongs to a request.\n`);
process.exitCode = complaints.length > 0 ? 1 : 0;

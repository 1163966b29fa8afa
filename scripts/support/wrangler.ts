import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** Nothing is sent or fetched besides what a command is for, so that everything local works without a network. */
process.env.WRANGLER_SEND_METRICS ??= "false";
process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= "false";
process.env.WRANGLER_HIDE_BANNER ??= "true";

/** Starts one of the project's own tools, on the Node that runs this script. */
export const start = (script: string, args: readonly string[], stdio: StdioOptions): ChildProcess =>
  spawn(process.execPath, [resolve(ROOT, "node_modules", script), ...args], { cwd: ROOT, stdio });

export const startWrangler = (args: readonly string[], stdio: StdioOptions): ChildProcess => start("wrangler/bin/wrangler.js", args, stdio);

/** The exit code of a process; the shell's number for a signal. */
export const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code, signal) => done(code ?? (signal === "SIGINT" ? 130 : 143)));
  });

/** Runs a tool to its end, without a terminal. Its words come back with its exit code. */
export const run = async (script: string, args: readonly string[]): Promise<{ code: number; output: string }> => {
  const child = start(script, args, ["ignore", "pipe", "pipe"]);
  const words: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text: string) => words.push(text));
  const code = await exitOf(child);
  return { code, output: words.join("") };
};

/** Runs a tool that has to succeed; else throws with its words. */
export const mustRun = async (script: string, args: readonly string[]): Promise<string> => {
  const { code, output } = await run(script, args);
  if (code !== 0) throw new Error(`${script} ${args.join(" ")} failed:\n${output}`);
  return output;
};

export const WRANGLER = "wrangler/bin/wrangler.js";

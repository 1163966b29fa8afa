import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { convertV4MiniflareOptions, Miniflare, Response } from "miniflare";
import { unstable_readConfig } from "wrangler";
import { childrensCpu } from "../../bench/support/cpu-time.ts";
import { copyFonts } from "../assets.ts";
import { bundlePdfkit } from "../support/pdfkit.ts";
import { mustRun, ROOT, WRANGLER } from "../support/wrangler.ts";
import { withoutLetter } from "./garble.ts";

/** A Worker that prints documents of `documents.ts`. */
export interface Press {
  /** @param without a letter that the fonts have lost */
  readonly print: (name: string, without?: string) => Promise<Buffer>;
  /** Milliseconds of CPU for one document, when it is printed so many times. */
  readonly cpuOf: (name: string, times: number) => Promise<number>;
}

const { compatibility_date, compatibility_flags } = unstable_readConfig({ config: resolve(ROOT, "wrangler.toml") });

/** Builds the Worker as the app is built, with pdfkit as a module of its own; answers the folder of its modules. */
const buildWorker = async (folder: string): Promise<string> => {
  await Promise.all([copyFonts(), bundlePdfkit()]);
  const [config, outdir] = [join(folder, "worker.json"), join(folder, "worker")];
  const paper = { find_additional_modules: true, base_dir: resolve(ROOT, "src/paper"), rules: [{ type: "ESModule", globs: ["**/*.mjs"] }] };
  const main = resolve(ROOT, "scripts/paper/worker.ts");
  await writeFile(config, JSON.stringify({ name: "paper", main, compatibility_date, compatibility_flags, minify: true, ...paper }));
  await mustRun(WRANGLER, ["deploy", "--config", config, "--dry-run", "--outdir", outdir]);
  return outdir;
};

/** What Workers would serve from `public`; fonts without a letter, if they have lost one. */
const readAsset = async ({ url }: { readonly url: string }, lost: string | undefined): Promise<Response> => {
  const name = new URL(url).pathname;
  const file = await readFile(join(ROOT, "public", name)).catch(() => null);
  if (!file) return new Response("no such asset", { status: 404 });
  return new Response(lost !== undefined && name.endsWith(".ttf") ? withoutLetter(file, lost) : file);
};

/** Starts the Worker for `work`; `folder` keeps what it is made of. */
export const withPress = async (folder: string, work: (press: Press) => Promise<void>): Promise<void> => {
  let lost: string | undefined;
  const modulesRoot = await buildWorker(folder);
  const modules = ["worker.js", "pdfkit.mjs"].map((name) => ({ type: "ESModule" as const, path: join(modulesRoot, name) }));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...{ modules, modulesRoot, compatibilityDate: compatibility_date, compatibilityFlags: compatibility_flags },
      serviceBindings: { ASSETS: (request) => readAsset(request, lost) },
    }),
  );
  const print = async (name: string, without?: string): Promise<Buffer> => {
    lost = without;
    const answer = await miniflare.dispatchFetch(`http://paper.invalid/${name}`);
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  const cpuOf = async (name: string, times: number): Promise<number> => {
    const before = childrensCpu();
    for (let time = 0; time < times; time += 1) await print(name);
    return (childrensCpu() - before) / times / 1_000;
  };
  await work({ print, cpuOf }).finally(() => miniflare.dispose());
};

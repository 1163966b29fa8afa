import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { exitOf, ROOT, start } from "./wrangler.ts";

/** How long `npm run dev` may take on a slow machine, from nothing to its greeting. */
const TIMEOUT_MS = 300_000;

/** Starts what `npm run dev` starts, on a free port and with a database of its own, for `work` with its address. */
export const withLocalServer = async <T>(work: (address: string) => Promise<T>): Promise<T> => {
  const state = await mkdtemp(join(tmpdir(), "mechanic-shop-state-"));
  const args = ["--port", "0", "--inspector-port", "0", "--persist-to", state];
  const server = start(resolve(ROOT, "scripts/dev.ts"), args, ["ignore", "pipe", "pipe"]);
  const stopped = exitOf(server);
  let words = "";
  const greeted = new Promise<string>((found) => {
    for (const stream of [server.stdout, server.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        words += text;
        const [, address] = /Mechanic Shop API +(http:\S+)\s[\s\S]*customer@example/.exec(words) ?? [];
        if (address) found(address);
      });
  });
  const failed = Promise.race([stopped, new Promise((late) => setTimeout(late, TIMEOUT_MS).unref())]).then(() => {
    throw new Error(`npm run dev did not start:\n${words}`);
  });
  try {
    return await work(await Promise.race([greeted, failed]));
  } finally {
    failed.catch(() => undefined);
    server.kill("SIGTERM");
    await stopped;
    await rm(state, { recursive: true, force: true });
  }
};

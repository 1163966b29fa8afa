import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADMIN, createCaller } from "../../bench/support/caller.ts";
import { loadDemoData, migrateLocal, withDatabase } from "../support/local-database.ts";

/** What a request of the page read of the demo shop's database. */
export interface Read {
  readonly path: string;
  readonly rows: number;
}

/** How many rows each of these reads costs, as D1 bills them, in a demo shop of its own. */
export const rowsReadBy = async (paths: readonly string[]): Promise<Read[]> => {
  const state = await mkdtemp(join(tmpdir(), "mechanic-shop-rows-"));
  try {
    await migrateLocal(state);
    await loadDemoData(state);
    return await withDatabase(state, async (db) => {
      const call = createCaller(db);
      const reads: Read[] = [];
      for (const path of paths) {
        const { ran } = await call(ADMIN, "GET", path);
        reads.push({ path, rows: ran.reduce((sum, { read }) => sum + read, 0) });
      }
      return reads;
    });
  } finally {
    await rm(state, { recursive: true, force: true });
  }
};

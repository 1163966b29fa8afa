import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { exportLines } from "../../scripts/backup/export.ts";
import { importLines } from "../../scripts/backup/import.ts";

/** All lines of an export. */
export const linesOf = async (db: D1Database): Promise<string[]> => {
  const lines: string[] = [];
  for await (const line of exportLines(db)) lines.push(line);
  return lines;
};

/** Puts lines of an export into a database. */
export const putInto = (db: D1Database, lines: readonly string[]) =>
  importLines(db, async function* () {
    yield* lines;
  });

/** A database with all migrations and nothing else. */
export const migrated = async (db: D1Database): Promise<D1Database> => {
  await applyD1Migrations(db, env.MIGRATIONS);
  return db;
};

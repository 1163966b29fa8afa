import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { adviceFor, type KnownTable, type Migration, rebuiltBy } from "./migration-texts.ts";
import { ROOT } from "./wrangler.ts";

export const MIGRATIONS = resolve(ROOT, "migrations");
/** In the format of sha256sum; lines are added, never changed. */
export const SUMS = resolve(MIGRATIONS, "SHA256SUMS");

/** The migrations in the order in which they are applied. */
export const migrationsIn = async (folder: string): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })));
};

export const sumOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The tables as the snapshot before this migration knows them. */
const tablesBefore = async ({ name }: Migration): Promise<Readonly<Record<string, KnownTable>>> => {
  const snapshots = (await readdir(join(MIGRATIONS, "meta"))).filter((snapshot) => snapshot.endsWith("_snapshot.json")).sort();
  const last = snapshots.filter((snapshot) => snapshot.slice(0, 4) < name.slice(0, 4)).at(-1);
  return last ? JSON.parse(await readFile(join(MIGRATIONS, "meta", last), "utf8")).tables : {};
};

/** For each migration that builds tables anew: what to write instead. */
export const rebuildsIn = async (migrations: readonly Migration[]): Promise<string[]> =>
  Promise.all(
    migrations
      .filter((migration) => rebuiltBy(migration).length > 0)
      .map(async (migration) => adviceFor(migration, await tablesBefore(migration))),
  );

/** Applies the migrations to an empty database, one by one. Throws an error that names the one that fails, or loses triggers. */
export const applyAll = (migrations: readonly Migration[]): void => {
  const db = new DatabaseSync(":memory:");
  const triggers = (): string[] =>
    db
      .prepare("select name from sqlite_master where type = 'trigger'")
      .all()
      .map(({ name }) => String(name));
  // The table in which D1 notes what it has applied.
  db.exec("create table d1_migrations (id integer primary key autoincrement, name text unique, applied_at timestamp)");
  for (const { name, text } of migrations) {
    const before = triggers();
    try {
      db.exec(`begin;\n${text};\ncommit`);
    } catch (error) {
      throw new Error(`${name} fails: ${error instanceof Error ? error.message : error}`);
    }
    db.prepare("insert into d1_migrations (name) values (?)").run(name);
    const after = new Set(triggers());
    const lost = before.filter(
      (trigger) => !after.has(trigger) && !new RegExp(`drop trigger (if exists )?[\`"]?${trigger}\\b`, "i").test(text),
    );
    if (lost.length > 0) throw new Error(`${name} loses triggers without saying so: ${lost.join(", ")}.`);
  }
};

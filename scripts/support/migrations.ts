import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ROOT } from "./wrangler.ts";

export const MIGRATIONS = resolve(ROOT, "migrations");
/** In the format of sha256sum; lines are added, never changed. */
export const SUMS = resolve(MIGRATIONS, "SHA256SUMS");

export interface Migration {
  readonly name: string;
  readonly text: string;
}

/** The migrations in the order in which they are applied. */
export const migrationsIn = async (folder: string): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })));
};

export const sumOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What is wrong with committed migrations, each in a sentence: those that changed, are gone, or are not frozen yet. */
export const notFrozen = (migrations: readonly Migration[], sums: string): string[] => {
  const frozen = new Map(sums.split("\n").flatMap((line) => (line ? [line.split("  ").reverse() as [string, string]] : [])));
  const names = new Set(migrations.map(({ name }) => name));
  return [
    ...migrations.flatMap(({ name, text }) => {
      const sum = frozen.get(name);
      if (sum === undefined) return [`${name} is not frozen. Once it is as it should be, run npm run migrations:freeze.`];
      return sum === sumOf(text)
        ? []
        : [`${name} has changed, but databases have it already. Restore it, and put the change into a new file.`];
    }),
    ...[...frozen.keys()].filter((name) => !names.has(name)).map((name) => `${name} is gone, but databases have it already. Restore it.`),
  ];
};

/** The tables that a migration builds anew, which drops all triggers of the old one. */
export const rebuiltBy = ({ text }: Migration): string[] =>
  [...text.matchAll(/CREATE TABLE [`"]?__new_(\w+)/gi)].map(([, table = ""]) => table);

/** What a snapshot of drizzle-kit knows of a table. */
export interface KnownTable {
  readonly columns: Readonly<Record<string, unknown>>;
  readonly checkConstraints: Readonly<Record<string, unknown>>;
}

/** The statements that add the new columns of a rebuilt table, with their constraints, without building it anew. */
export const additionsTo = (table: string, { text }: Migration, known: KnownTable): string[] => {
  const [, body = ""] = new RegExp(`CREATE TABLE \`__new_${table}\` \\(\\n([\\s\\S]*?)\\n\\);`).exec(text) ?? [];
  const lines = body.split(/,\n(?=\t[`CF])/).map((line) => line.trim());
  const checks = lines.flatMap((line) => {
    const [, name = "", condition = ""] = /^CONSTRAINT "(\w+)" CHECK\(([\s\S]*)\)$/.exec(line) ?? [];
    return name === "" || Object.hasOwn(known.checkConstraints, name)
      ? []
      : [{ name, condition: condition.replaceAll(`"__new_${table}".`, "") }];
  });
  return lines.flatMap((line) => {
    const [, column = ""] = /^`(\w+)`/.exec(line) ?? [];
    if (column === "" || Object.hasOwn(known.columns, column)) return [];
    const own = checks.filter(({ condition }) => condition.includes(`"${column}"`));
    return [
      `ALTER TABLE \`${table}\` ADD ${line}${own.map(({ name, condition }) => ` CONSTRAINT "${name}" CHECK(${condition})`).join("")};`,
    ];
  });
};

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

export interface Migration {
  readonly name: string;
  readonly text: string;
}

/** What is wrong with committed migrations, each in a sentence: those that changed, are gone, or are not frozen yet. */
export const notFrozen = (migrations: readonly Migration[], sums: string, sumOf: (text: string) => string): string[] => {
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

/** The tables that a migration builds anew as drizzle-kit does it, which silently drops all triggers of the old one. */
export const rebuiltBy = ({ text }: Migration): string[] =>
  [...text.matchAll(/CREATE TABLE [`"]?__new_(\w+)/gi)].map(([, table = ""]) => table);

/** The tables that a migration drops and makes again, by hand. */
const remadeBy = ({ text }: Migration): string[] =>
  [...text.matchAll(/DROP TABLE [`"]?(\w+)/gi)].flatMap(([, table = ""]) =>
    new RegExp(`CREATE TABLE [\`"]?${table}[\`"]? \\(`).test(text) ? [table] : [],
  );

/** The tables that a migration makes again, without a file of all their rules after it. */
export const withoutRules = (migrations: readonly Migration[]): string[] =>
  migrations.flatMap((migration, index) =>
    remadeBy(migration)
      .filter((table) => !migrations.slice(index + 1).some(({ name }) => name.endsWith(`_rules_${table}.sql`)))
      .map((table) => `${migration.name} makes ${table} again. Add a file ..._rules_${table}.sql with all its rules after it.`),
  );

/** What a snapshot of drizzle-kit knows of a table. */
export interface KnownTable {
  readonly columns: Readonly<Record<string, unknown>>;
  readonly checkConstraints: Readonly<Record<string, unknown>>;
}

/** The statements that add the new columns of a rebuilt table, with their constraints, without building it anew. */
const additionsTo = (table: string, { text }: Migration, known: KnownTable): string[] => {
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

/** What to write instead of a migration that builds tables anew; `known` are the tables as they were before. */
export const adviceFor = (migration: Migration, known: Readonly<Record<string, KnownTable>>): string => {
  const tables = rebuiltBy(migration);
  const statements = tables.flatMap((table) => additionsTo(table, migration, known[table] ?? { columns: {}, checkConstraints: {} }));
  return [
    `migrations/${migration.name} builds ${tables.join(", ")} anew, and so loses all triggers of the table.`,
    "Keep what drizzle-kit has made in migrations/meta, and write this instead of all statements about the table:",
    ...(statements.length > 0 ? statements : ["ALTER TABLE ... ADD column ... CONSTRAINT ... CHECK (...);"]),
    "Only new columns can be added so. What an old column has to keep is a trigger: npm run generate -- --custom makes its file.",
    "If a column has to change, see how 0017_front_desk.sql makes tables again: ARCHITECTURE.md has the recipe.",
  ].join("\n");
};

/** A table as an export has it: its columns in order, and how many rows. */
export interface TableShape {
  readonly columns: readonly string[];
  readonly rows: number;
}

/** The first line of an export: of which database it is, and what comes. Tables are in an order in which parents come first. */
export interface Header {
  readonly format: typeof FORMAT;
  /** The last migration of the database. Only a database with the same one takes the rows. */
  readonly migration: string;
  /** The DATABASE_EPOCH under which it was used last. */
  readonly epoch: string | null;
  readonly tables: Readonly<Record<string, TableShape>>;
  /** The highest id that each table has ever given. */
  readonly sequences: Readonly<Record<string, number>>;
}

export const FORMAT = "mechanic-shop-export 1";

/** Derived from other tables: counted anew by the import. */
export const DERIVED: readonly string[] = ["counters"];
/** Tables in which a migration has put rows, which an import replaces. */
export const SEEDED: readonly string[] = ["counters", "epochs", "shop"];

/** A name of the schema as SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface Master {
  readonly name: string;
  readonly sql: string;
}

/** The names of full-text indexes, whose rows SQLite keeps in tables of its own that begin with the same name. */
export const searchTablesOf = async (db: D1Database): Promise<string[]> =>
  (await db.prepare("select name from sqlite_master where sql like 'create virtual table%'").all<Master>()).results.map(({ name }) => name);

/** The names of the tables that hold rows of their own. */
const tablesOf = async (db: D1Database): Promise<string[]> => {
  const indexes = await searchTablesOf(db);
  const isOfIndex = (name: string): boolean => indexes.some((index) => name === index || name.startsWith(`${index}_`));
  const { results } = await db
    .prepare(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite!_%' escape '!' and name not like '!_cf%' escape '!' and name <> 'd1_migrations' order by name",
    )
    .all<Master>();
  return results.map(({ name }) => name).filter((name) => !isOfIndex(name));
};

/** The tables with those first to which foreign keys of others point. Throws for a circle. */
const inOrder = async (db: D1Database, names: readonly string[]): Promise<string[]> => {
  const parents = new Map<string, string[]>();
  for (const name of names) {
    const { results } = await db
      .prepare('select distinct "table" as parent from pragma_foreign_key_list(?)')
      .bind(name)
      .all<{ parent: string }>();
    parents.set(
      name,
      results.map(({ parent }) => parent).filter((parent) => parent !== name),
    );
  }
  const ordered: string[] = [];
  while (ordered.length < names.length) {
    const next = names.find((name) => !ordered.includes(name) && parents.get(name)?.every((parent) => ordered.includes(parent)));
    if (next === undefined) throw new Error("foreign keys make a circle");
    ordered.push(next);
  }
  return ordered;
};

const columnsOf = async (db: D1Database, table: string): Promise<string[]> =>
  (await db.prepare("select name from pragma_table_info(?) order by cid").bind(table).all<{ name: string }>()).results.map(
    ({ name }) => name,
  );

const countOf = async (db: D1Database, table: string): Promise<number> =>
  (await db.prepare(`select count(*) as n from ${quoted(table)}`).first<number>("n")) ?? 0;

/** What an export of this database begins with. Throws when no migration was applied. */
export const headerOf = async (db: D1Database): Promise<Header> => {
  const migration = await db.prepare("select name from d1_migrations order by id desc limit 1").first<string>("name");
  if (migration === null) throw new Error("no migration was applied to this database");
  const tables: Record<string, TableShape> = {};
  for (const name of (await inOrder(db, await tablesOf(db))).filter((table) => !DERIVED.includes(table)))
    tables[name] = { columns: await columnsOf(db, name), rows: await countOf(db, name) };
  const { results } = await db.prepare("select name, seq from sqlite_sequence order by name").all<{ name: string; seq: number }>();
  const sequences = Object.fromEntries(results.filter(({ name }) => Object.hasOwn(tables, name)).map(({ name, seq }) => [name, seq]));
  const epoch = await db.prepare("select epoch from epochs order by id desc limit 1").first<string>("epoch");
  return { format: FORMAT, migration, epoch, tables, sequences };
};

/** One statement as D1 is given it. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** One call of a binding: a trip to another service. */
export interface Trip {
  readonly binding: "D1" | "KV" | "gate";
  /** The method, such as `batch`, `get` or `enter`. */
  readonly method: string;
  /** The key in KV, or the name of the gate. */
  readonly subject: string;
  readonly statements: readonly Statement[];
  /** What is put into KV. */
  readonly value?: string;
}

/** Stands around every call of a binding: may wait, write it down, or answer in its place. */
export type Around = <T>(trip: Trip, run: () => Promise<T>) => Promise<T>;

type Reader = Pick<D1DatabaseSession, "prepare" | "batch">;

class WrappedStatement {
  readonly sql: string;
  readonly params: readonly unknown[];
  readonly #reader: Reader;
  readonly #around: Around;

  constructor(reader: Reader, around: Around, sql: string, params: readonly unknown[] = []) {
    this.#reader = reader;
    this.#around = around;
    this.sql = sql;
    this.params = params;
  }

  bind(...params: unknown[]): WrappedStatement {
    return new WrappedStatement(this.#reader, this.#around, this.sql, params);
  }

  native(): D1PreparedStatement {
    return this.#reader.prepare(this.sql).bind(...this.params);
  }

  #call<T>(method: string, run: () => Promise<T>): Promise<T> {
    return this.#around({ binding: "D1", method, subject: "", statements: [this] }, run);
  }

  all(): Promise<D1Result> {
    return this.#call("all", () => this.native().all());
  }

  run(): Promise<D1Result> {
    return this.#call("run", () => this.native().run());
  }

  /** Rows as lists, which D1 gives without what it bills; no query of ours names a column twice. */
  async raw(): Promise<unknown[]> {
    return (await this.#call("raw", () => this.native().all<Record<string, unknown>>())).results.map((row) => Object.values(row));
  }
}

const wrapReader = (reader: Reader, around: Around) => ({
  prepare: (sql: string) => new WrappedStatement(reader, around, sql),
  batch: (statements: readonly WrappedStatement[]) =>
    around({ binding: "D1", method: "batch", subject: "", statements }, () =>
      reader.batch(statements.map((statement) => statement.native())),
    ),
});

/** Safe: the app, and Drizzle for it, ask of D1 only what is here; anything else would fail at its first use. */
const asD1 = (database: object): D1Database => database as D1Database;

const wrapD1 = (d1: D1Database, around: Around, bookmark: string | undefined): D1Database =>
  asD1({
    ...wrapReader(d1, around),
    withSession: (from: string) => {
      const session = d1.withSession(from);
      return { ...wrapReader(session, around), getBookmark: () => bookmark ?? session.getBookmark() };
    },
  });

/** Safe: the app asks of KV only what is here. */
const asKV = (namespace: object): KVNamespace => namespace as KVNamespace;

const wrapKV = (kv: KVNamespace, around: Around): KVNamespace => {
  const trip = (method: string, subject: string): Trip => ({ binding: "KV", method, subject, statements: [] });
  return asKV({
    get: (key: string) => around(trip("get", key), () => kv.get(key)),
    put: (key: string, value: string, options?: KVNamespacePutOptions) =>
      around({ ...trip("put", key), value }, () => kv.put(key, value, options)),
  });
};

type Gates = Env["GATES"];

/** Safe: the app calls gates by name, and every method of a gate is called here by its own name. */
const asGates = (namespace: object): Gates => namespace as Gates;

/** Safe: what is not a method of a gate would fail there as it does without this. */
const methodOf = (gates: Gates, name: string, method: string) => {
  const stub = gates.getByName(name) as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;
  return (values: unknown[]): Promise<unknown> => stub[method]?.(...values) ?? Promise.reject(new Error(`a gate has no ${method}`));
};

const wrapGates = (gates: Gates, around: Around): Gates =>
  asGates({
    getByName: (name: string) =>
      new Proxy(
        {},
        {
          get:
            (_target, method) =>
            (...values: unknown[]) =>
              around({ binding: "gate", method: String(method), subject: name, statements: [] }, () =>
                methodOf(gates, name, String(method))(values),
              ),
        },
      ),
  });

/**
 * The Worker's bindings with `around` standing around every call of D1, KV and gates.
 * @param bookmark what sessions of D1 say they have seen, where none is asked anything
 */
export const wrapEnv = (env: Env, around: Around, bookmark?: string): Env => ({
  ...env,
  DB: wrapD1(env.DB, around, bookmark),
  LISTINGS: wrapKV(env.LISTINGS, around),
  GATES: wrapGates(env.GATES, around),
});

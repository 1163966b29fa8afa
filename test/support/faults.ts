import { env } from "cloudflare:workers";

/** What happens between a binding and the app, instead of the call `run`, or around it. */
export type Fault = (run: () => Promise<unknown>) => Promise<unknown>;

const lost = (message: string): Error => new Error(message);

/** Fails so many times before the call reaches the binding. */
export const failing =
  (message: string, times = Number.POSITIVE_INFINITY): Fault =>
  async (run) => {
    times -= 1;
    if (times >= 0) throw lost(message);
    return run();
  };

/** Carries the call out and then loses its answer, so many times. */
export const losingAnswers =
  (message: string, times = Number.POSITIVE_INFINITY): Fault =>
  async (run) => {
    times -= 1;
    if (times < 0) return run();
    await run().catch(() => undefined);
    throw lost(message);
  };

export const hanging: Fault = () => new Promise(() => undefined);

export const slow =
  (ms: number): Fault =>
  async (run) => {
    await scheduler.wait(ms);
    return run();
  };

/** A fault, and how many calls it has met. */
export const counted = (fault: Fault): { readonly fault: Fault; readonly calls: () => number } => {
  let calls = 0;
  return {
    fault: (run) => {
      calls += 1;
      return fault(run);
    },
    calls: () => calls,
  };
};

// Safe in all three: the app calls nothing of a binding but what is here, and each call reaches the real one.

const faultyStatement = (statement: D1PreparedStatement, fault: Fault): D1PreparedStatement => {
  const [run, all, raw] = [statement.run.bind(statement), statement.all.bind(statement), statement.raw.bind(statement)];
  return Object.assign(statement, { run: () => fault(() => run()), all: () => fault(() => all()), raw: () => fault(() => raw()) });
};

const faultySession = (session: D1DatabaseSession | D1Database, fault: Fault) => ({
  prepare: (sql: string) => {
    const statement = session.prepare(sql);
    return {
      bind: (...values: unknown[]) => faultyStatement(statement.bind(...values), fault),
      run: () => fault(() => statement.run()),
    };
  },
  batch: (statements: D1PreparedStatement[]) => fault(() => session.batch(statements)),
});

/** The real D1 behind a fault, which meets each query and batch. */
export const faultyD1 = (fault: Fault): D1Database =>
  ({
    ...faultySession(env.DB, fault),
    withSession: (from: string) => {
      const session = env.DB.withSession(from);
      return { ...faultySession(session, fault), getBookmark: () => session.getBookmark() };
    },
  }) as unknown as D1Database;

/** The real KV behind a fault. */
export const faultyKv = (fault: Fault): KVNamespace =>
  ({
    get: (key: string) => fault(() => env.LISTINGS.get(key)),
    put: (key: string, value: string, options?: KVNamespacePutOptions) => fault(() => env.LISTINGS.put(key, value, options)),
  }) as unknown as KVNamespace;

/** The real gates behind a fault. */
export const faultyGates = (fault: Fault): typeof env.GATES =>
  ({
    getByName: (name: string) => {
      const gate = env.GATES.getByName(name);
      return new Proxy(gate, {
        get:
          (_, method: "enter") =>
          (...message: Parameters<typeof gate.enter>) =>
            fault(async () => gate[method](...message)),
      });
    },
  }) as unknown as typeof env.GATES;

import { env } from "cloudflare:workers";
import { afterAll, expect } from "vitest";
import { passedByValues, passedLimits } from "./d1-limits.ts";

/** Every statement that the tests of a file give to D1 is held to the limits that D1 documents, whoever makes it. */

type Prepare = (this: object, sql: string) => D1PreparedStatement;
type Bind = (this: D1PreparedStatement, ...values: unknown[]) => D1PreparedStatement;

const checked = new Set<string>();
const passed: string[] = [];
const texts = new WeakMap<D1PreparedStatement, string>();
/** Put the methods back, for the next file of the same runtime. */
const restores: (() => void)[] = [];

const note = (sql: string, limits: readonly string[]): void => {
  for (const limit of limits) passed.push(`${limit}: ${sql.slice(0, 200)}`);
};

const watchPrepare = (prototype: { prepare: Prepare }): void => {
  const { prepare } = prototype;
  restores.unshift(() => {
    prototype.prepare = prepare;
  });
  prototype.prepare = function (sql) {
    if (!checked.has(sql)) note(sql, passedLimits(sql));
    checked.add(sql);
    const statement = prepare.call(this, sql);
    texts.set(statement, sql);
    return statement;
  };
};

const watchBind = (prototype: { bind: Bind }): void => {
  const { bind } = prototype;
  restores.unshift(() => {
    prototype.bind = bind;
  });
  prototype.bind = function (...values) {
    note(texts.get(this) ?? "", passedByValues(values));
    return bind.call(this, ...values);
  };
};

watchPrepare(Object.getPrototypeOf(env.DB));
watchPrepare(Object.getPrototypeOf(env.DB.withSession()));
watchBind(Object.getPrototypeOf(env.DB.prepare("select 1")));

afterAll(() => {
  for (const restore of restores) restore();
  expect(passed.splice(0), "statements that pass a limit of D1").toEqual([]);
});

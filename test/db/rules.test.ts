import { env } from "cloudflare:workers";
import { getTableName } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { FAILURES } from "../../src/core/errors.ts";
import { MEASURES, UNITS } from "../../src/core/quantity.ts";
import { ENTITIES } from "../../src/db/records/entities.ts";

interface Trigger {
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

const triggers = async (): Promise<readonly Trigger[]> =>
  (await env.DB.prepare("select name, tbl_name as 'table', sql from sqlite_master where type = 'trigger'").all<Trigger>()).results;

/** Which rule a trigger is: its name without the number. */
const ruleOf = ({ name, table }: Trigger): string => name.replace(`${table}_`, "").replace(/^\d+/, table);

const numberOf = ({ name, table }: Trigger): number => Number(name.slice(table.length + 1, table.length + 4));

/** What a trigger of these hundreds is for. */
const KINDS: Readonly<Record<number, RegExp>> = {
  1: /(BEFORE|AFTER) INSERT[\s\S]*RAISE/,
  2: /(BEFORE|AFTER) UPDATE[\s\S]*RAISE/,
  3: /(BEFORE|AFTER) DELETE[\s\S]*RAISE/,
  5: /AFTER [\s\S]*UPDATE (counters SET value|\w+ SET \w+_count) /,
  6: /(AFTER|INSTEAD OF) [\s\S]*BEGIN\s+(UPDATE|INSERT INTO|DELETE FROM) (?!counters|\w+_search)/,
  7: /AFTER [\s\S]*\w+_search\b/,
};

const files = import.meta.glob<string>("../../migrations/*.sql", { query: "?raw", import: "default", eager: true });

describe("the rules of the database", () => {
  it("are named after their table, with a number that says what they do", async () => {
    for (const trigger of await triggers()) {
      expect(trigger.name).toMatch(new RegExp(`^${trigger.table}_[1-7][0-9]{2}_[a-z_]+$`));
      expect(trigger.sql, trigger.name).toMatch(KINDS[Math.floor(numberOf(trigger) / 100)] ?? /(?!)/);
    }
  });

  it("stand in the newest file of their table, in the order of their numbers, each under a sentence", async () => {
    const all = await triggers();
    for (const table of new Set(all.map((trigger) => trigger.table))) {
      const text = Object.entries(files).findLast(([path]) => path.endsWith(`_rules_${table}.sql`))?.[1] ?? "";
      const names = [...text.matchAll(/^-- [A-Z][^\n]*\.\n(?:-- [^\n]*\n)*CREATE TRIGGER (\w+)/gm)].map(([, name]) => name);
      const here = all.filter((trigger) => trigger.table === table).sort((one, other) => numberOf(one) - numberOf(other));
      expect(names, table).toEqual(here.map(({ name }) => name));
      expect(new Set(here.map(numberOf)).size, table).toBe(here.length);
    }
  });

  it("refuse with codes of the catalogue only, and a conflict names its rule", async () => {
    for (const trigger of await triggers())
      for (const [, code = "", details] of trigger.sql.matchAll(/'app:(\w*):(\{[^']*\})?/g)) {
        expect(code === "" || Object.hasOwn(FAILURES, code), `${trigger.name}: ${code}`).toBe(true);
        if (code === "conflict") expect(JSON.parse(details ?? "{}"), trigger.name).toEqual({ rule: ruleOf(trigger) });
      }
  });

  it("say no `RAISE` that the test above does not read", async () => {
    for (const { name, sql } of await triggers())
      expect([...sql.matchAll(/'app:/g)].length >= [...sql.matchAll(/RAISE\(/g)].length, name).toBe(true);
  });

  it("know the units of parts that have no fractions, each of them", async () => {
    const sql = (await triggers()).find(({ name }) => name.startsWith("parts_240_"))?.sql ?? "";
    const [, list = ""] = /NEW\.unit IN \(([^)]*)\)/.exec(sql) ?? [];
    const measures: readonly string[] = MEASURES;
    expect(list.split(", ")).toEqual(UNITS.filter((unit) => !measures.includes(unit)).map((unit) => `'${unit}'`));
  });

  it("keep a full-text index for each record that is found by words, at inserts, changes and deletes", async () => {
    const all = await triggers();
    for (const { table } of ENTITIES.filter(({ searched }) => Object.keys(searched).length > 0)) {
      const name = getTableName(table);
      const kept = all.filter((trigger) => trigger.table === name && trigger.sql.includes(`${name}_search`)).map(({ sql }) => sql);
      for (const event of ["INSERT", "UPDATE", "DELETE"])
        expect(
          kept.some((sql) => sql.includes(`AFTER ${event}`)),
          `${name}: ${event}`,
        ).toBe(true);
    }
  });
});

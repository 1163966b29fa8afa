import { getTableName, is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/core/errors.ts";
import { toFailure } from "../../src/db/failures.ts";
import { ENTITIES } from "../../src/db/records/entities.ts";
import { LEDGERS, SEQUENCED } from "../../src/db/write/ids-after-restore.ts";
import { D1_LIMITS } from "../support/d1-limits.ts";
import { rows } from "../support/people.ts";

/**
 * A walk over the schema: whoever adds a table, an id, a foreign key or a constraint has to say here, or in the place that
 * the failing test names, what follows from it.
 */

const modules = import.meta.glob<Record<string, unknown>>("../../src/db/schema/*.ts", { eager: true });
const TABLES = Object.values(modules)
  .flatMap((module) => Object.values(module))
  .filter((value) => is(value, SQLiteTable))
  .map((table) => ({ ...getTableConfig(table), name: getTableName(table) }));

const AUDITED = new Set<string>(ENTITIES.map(({ table }) => getTableName(table)));

const NOT_AUDITED: Readonly<Record<string, string>> = {
  ticket_parts: "they stand in the image of their ticket",
  stock_movements: "the ledger is append-only and names its writer",
  refresh_tokens: "their session is audited",
  revocations: "triggers write them, and the gates take them away",
  idempotency_keys: "they name the writer of what is audited",
  audit_log: "it is the audit log",
  audit_draft: "it is empty between batches",
  audit_seals: "they seal the audit log",
  audit_witnesses: "they are what the Worker says of the audit log",
  audit_archives: "a code of the Worker says that it is right",
  refusals: "they count what is not worth an entry",
  assertions: "it never has a row",
  counters: "triggers write them",
  merged_records: "the audit log says what was merged",
  epochs: "the audit log says when one began",
  email_tokens: "what is done with one is audited",
  mail_suppressions: "the provider's word for it is kept in the mail",
  second_factors: "a change is audited with its account",
  recovery_codes: "they are audited with their account",
  ticket_jobs: "they stand in the image of their ticket",
  ticket_lines: "they stand in the image of their ticket",
  service_package_lines: "they stand in the image of their package",
  authorization_decisions: "they stand in the image of their authorisation",
  invoice_lines: "triggers write them, as their document has them",
  invoice_taxes: "triggers write them, as their document has them",
  lost_numbers: "the entry of the restore has them",
  lost_ids: "a restore is audited",
  daily_sales: "triggers write it",
  daily_mechanics: "triggers write it",
  daily_taxes: "triggers write it",
  daily_payments: "triggers write it",
  daily_estimates: "triggers write it",
  daily_due: "triggers write it",
  customer_balances: "triggers write it",
};

const IDS_MAY_COME_TWICE: Readonly<Record<string, string>> = {
  merged_records: "the id is that of the record, and stays",
  ticket_parts: "nobody sees the id, and SQLite would read several rows more for each",
  stock_movements: "rows are never removed",
  idempotency_keys: "nobody sees the id",
  email_tokens: "nobody sees the id",
  mails: "a rule remembers the highest that was removed",
  audit_witnesses: "the id is that of the entry",
  audit_archives: "the id is that of the last entry",
  audit_seals: "the id is that of the entry",
  shop: "there is one row",
  estimates: "rows are never removed",
  authorizations: "rows are never removed",
  authorization_decisions: "rows are never removed",
  invoices: "rows are never removed",
  invoice_lines: "rows are never removed",
  invoice_taxes: "rows are never removed",
  payments: "rows are never removed",
  lost_numbers: "rows are never removed",
  service_package_lines: "nobody sees the id",
  ticket_lines: "decisions reach a line of the same ticket with the same words only",
};

const IDS_NOBODY_SENDS: Readonly<Record<string, string>> = {
  audit_log: "its ids have no gaps",
  epochs: "nobody sees the id",
  merged_records: "the id is that of the record",
  ticket_parts: "nobody sees the id",
  stock_movements: "they are listed, and nothing is asked for by their id",
  idempotency_keys: "nobody sees the id",
  email_tokens: "nobody sees the id",
  audit_witnesses: "the id is that of the entry",
  audit_archives: "the id is that of the last entry",
  audit_seals: "the id is that of the entry",
  shop: "there is one row",
  authorization_decisions: "nobody sees the id",
  invoice_lines: "they are listed, and nothing is asked for by their id",
  invoice_taxes: "they are listed, and nothing is asked for by their id",
  lost_numbers: "nobody sees the id",
  service_package_lines: "nobody sees the id",
  refusals: "nobody sees the id",
  ticket_lines: "a line is asked for with its ticket only, and a look for its id would cost each part that is taken three rows",
};

const NOT_COUNTED: Readonly<Record<string, string>> = {
  sessions: "an account lists its few sessions, all of them",
  shop: "there is one row",
  authorizations: "a ticket lists its few authorisations, all of them",
  share_links: "a ticket lists its few links, all of them",
  mails: "their listing counts at most 1,000, and has an index",
};

const constraintFailed = (kind: "CHECK" | "UNIQUE", what: string): unknown =>
  toFailure(new Error(`D1_ERROR: ${kind} constraint failed: ${what}: SQLITE_CONSTRAINT`));

const unsaid = (names: readonly string[], said: Readonly<Record<string, unknown>> | ReadonlySet<string>): string[] =>
  names.filter((name) => (said instanceof Set ? !said.has(name) : !Object.hasOwn(said, name)));

describe("the schema", () => {
  const names = TABLES.map(({ name }) => name);

  it("has every table of the database, each audited or named here with the reason why not", async () => {
    const inDatabase = await rows<{ name: string }>(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite!_%' escape '!' and name not like '!_cf%' escape '!' and name <> 'd1_migrations'",
    );
    const isIndex = ({ name }: { readonly name: string }) => /_search(_|$)/.test(name);
    expect(
      inDatabase
        .filter((table) => !isIndex(table))
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...names].sort());
    expect(unsaid(names, new Set([...AUDITED, ...Object.keys(NOT_AUDITED)])), "in ENTITIES or NOT_AUDITED").toEqual([]);
    expect(Object.keys(NOT_AUDITED).filter((name) => AUDITED.has(name) || !names.includes(name))).toEqual([]);
  });

  it("gives no id twice, but where it says why that does no harm", async () => {
    const plain = TABLES.filter(({ columns }) => columns.some((column) => column.name === "id" && !Reflect.get(column, "autoIncrement")));
    expect(plain.map(({ name }) => name).sort()).toEqual(Object.keys(IDS_MAY_COME_TWICE).sort());
    const made = await rows<{ name: string }>("select name from sqlite_master where type = 'table' and sql like '%autoincrement%'");
    const kept = TABLES.filter(({ columns }) => columns.some((column) => column.name === "id")).filter((table) => !plain.includes(table));
    expect(kept.map(({ name }) => name).filter((name) => !made.some((table) => table.name === name))).toEqual([]);
    expect(kept.length).toBeGreaterThan(8);
  });

  it("skips after a restore the ids of every table, but those that no client sends back", () => {
    const ids = TABLES.filter(({ columns }) => columns.some((column) => column.name === "id"));
    const sequenced = ids.filter(({ columns }) => columns.some((column) => column.name === "id" && Reflect.get(column, "autoIncrement")));
    const unnamed = Object.keys(IDS_NOBODY_SENDS);
    expect(
      SEQUENCED.filter((name) => !sequenced.some((table) => table.name === name)),
      "have no AUTOINCREMENT",
    ).toEqual([]);
    expect([...SEQUENCED, ...LEDGERS.map(getTableName), ...unnamed].sort()).toEqual(ids.map(({ name }) => name).sort());
  });

  it("counts every audited table, but where it says why not", async () => {
    for (const name of AUDITED) {
      const counting = await rows<{ sql: string }>(
        "select sql from sqlite_master where type = 'trigger' and tbl_name = ? and name glob '*_5[0-9][0-9]_count_*'",
        name,
      );
      const counters = counting.flatMap(
        ({ sql }) => /UPDATE counters SET value = value ([+-]) 1 WHERE name = '(\w+)'/.exec(sql)?.slice(1) ?? [],
      );
      const [, counter = ""] = counters;
      const isCounted = counters.join() === `+,${counter},-,${counter}`;
      expect(isCounted !== Object.hasOwn(NOT_COUNTED, name), `${name} is counted by triggers, or in NOT_COUNTED`).toBe(true);
      if (isCounted) expect(await rows("select name from counters where name = ?", counter)).toEqual([{ name: counter }]);
    }
    for (const entity of ENTITIES)
      if (entity.counter !== null)
        expect(await rows("select name from counters where name = ?", entity.counter), entity.name).toHaveLength(1);
  });

  it("has a failure for each CHECK and UNIQUE that names it", () => {
    const checks = TABLES.flatMap((table) => table.checks.map(({ name }) => name));
    const uniques = TABLES.flatMap((table) =>
      [
        ...table.columns.filter(({ isUnique }) => isUnique).map(({ name }) => [name]),
        ...table.uniqueConstraints.map(({ columns }) => columns.map(({ name }) => name)),
        ...table.indexes
          .filter(({ config }) => config.unique)
          .map(({ config }) => config.columns.map((column) => String(Reflect.get(column, "name")))),
      ].map((columns) => columns.map((column) => `${table.name}.${column}`).join(", ")),
    );
    const failures = [
      ...checks.map((name) => [name, constraintFailed("CHECK", name)] as const),
      ...uniques.map((name) => [name, constraintFailed("UNIQUE", name)] as const),
    ];
    // One that has no code of its own is a conflict that names it.
    const isNamed = (name: string, failure: unknown) =>
      failure instanceof Failure && (failure.code !== "conflict" || failure.details.rule === name);
    expect(failures.filter(([name, failure]) => !isNamed(name, failure)).map(([name]) => name)).toEqual([]);
    expect(failures.length).toBeGreaterThan(20);
  });

  it("stays within the columns that D1 takes", () => {
    for (const { name, columns } of TABLES) expect(columns.length, name).toBeLessThanOrEqual(D1_LIMITS.columns);
  });
});

import { getTableName, is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Failure } from "../../src/core/errors.ts";
import { toFailure } from "../../src/db/failures.ts";
import { ENTITIES } from "../../src/db/records/entities.ts";
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
  assertions: "it never has a row",
  counters: "triggers write them",
  merged_records: "the audit log says what was merged",
};

const IDS_MAY_COME_TWICE: Readonly<Record<string, string>> = {
  merged_records: "the id is that of the record, and stays",
  ticket_parts: "nobody sees the id, and SQLite would read several rows more for each",
  stock_movements: "rows are never removed",
  idempotency_keys: "nobody sees the id",
  audit_seals: "the id is that of the entry",
};

/** CHECKs without a code of their own: what keeps every request from breaking them. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  users_id_positive: "SQLite gives the ids",
  customers_id_positive: "SQLite gives the ids",
  mechanics_id_positive: "SQLite gives the ids",
  vehicles_id_positive: "SQLite gives the ids",
  service_tickets_id_positive: "SQLite gives the ids",
  assignments_id_positive: "SQLite gives the ids",
  ticket_parts_id_positive: "SQLite gives the ids",
  parts_id_positive: "SQLite gives the ids",
  stock_movements_id_positive: "SQLite gives the ids",
  audit_log_id_positive: "SQLite gives the ids",
  sessions_end_known: "commands set one of END_REASONS",
  sessions_end_with_reason: "commands set both together",
  revocations_of_one_kind: "triggers write them",
  users_status_known: "the body takes ACCOUNT_STATUSES",
  users_record_of_role: "commands make the record of the role, and a role changes only between mechanic and admin",
  mechanics_status_known: "the body takes ACCOUNT_STATUSES",
  mechanics_salary_range: "the body takes money up to the same amount",
  vehicles_claimed_known: "commands set a boolean",
  vehicles_vin_format: "the body takes the same form",
  service_tickets_status_known: "the body takes TICKET_STATUSES",
  ticket_parts_held_known: "triggers set it",
  idempotency_keys_answered: "the last statement of a batch sets the answer",
  parts_quantity_not_negative: "a rule of the ledger refuses before that, with a code",
  parts_price_range: "the body takes money up to the same amount",
  parts_cost_range: "the body takes money up to the same amount",
  parts_unit_known: "the body takes UNITS",
  parts_reorder_point_not_negative: "the body takes quantities from 0 on",
  stock_movements_kind_known: "triggers and commands write one of the kinds",
};

const NOT_COUNTED: Readonly<Record<string, string>> = { sessions: "an account lists its few sessions, all of them" };

/** For each foreign key: what refuses a row that names nothing, and what refuses to remove what is named, or removes both. */
const FOREIGN_KEYS: Readonly<Record<string, { readonly missing: string; readonly removed: string }>> = {
  "assignments.service_ticket_id": { missing: "reference_not_found", removed: "done" },
  "assignments.mechanic_id": { missing: "reference_not_found", removed: "mechanic_has_tickets" },
  "service_tickets.customer_id": { missing: "reference_not_found", removed: "customer_has_tickets" },
  "service_tickets.vehicle_id": { missing: "still_referenced", removed: "still_referenced" },
  "ticket_parts.service_ticket_id": { missing: "reference_not_found", removed: "done" },
  "ticket_parts.inventory_id": { missing: "reference_not_found", removed: "part_in_use" },
  "refresh_tokens.session_id": { missing: "still_referenced", removed: "done" },
  "sessions.user_id": { missing: "still_referenced", removed: "done" },
  "users.customer_id": { missing: "still_referenced", removed: "still_referenced" },
  "users.mechanic_id": { missing: "still_referenced", removed: "still_referenced" },
  "vehicles.customer_id": { missing: "reference_not_found", removed: "conflict" },
};

/** A row of each table that refers to another, and one more of the named table that nothing else holds. */
const A_ROW: Readonly<Record<string, string>> = {
  "assignments.service_ticket_id": "insert into assignments (service_ticket_id, mechanic_id, created_at) values (?1, 1, 'x')",
  "assignments.mechanic_id": "insert into assignments (service_ticket_id, mechanic_id, created_at) values (1, ?1, 'x')",
  "service_tickets.customer_id": `insert into service_tickets (customer_id, vehicle_id, service_desc, service_date, created_at, updated_at)
    values (?1, 1, 'x', '2026-01-01', 'x', 'x')`,
  "service_tickets.vehicle_id": `insert into service_tickets (customer_id, vehicle_id, service_desc, service_date, created_at, updated_at)
    values (1, ?1, 'x', '2026-01-01', 'x', 'x')`,
  "ticket_parts.service_ticket_id":
    "insert into ticket_parts (service_ticket_id, inventory_id, quantity, unit_price) values (?1, 1, 1000, 1)",
  "ticket_parts.inventory_id": "insert into ticket_parts (service_ticket_id, inventory_id, quantity, unit_price) values (1, ?1, 1000, 1)",
  "refresh_tokens.session_id": "insert into refresh_tokens (hash, session_id, issued_at) values (?1, ?1, 'x')",
  "sessions.user_id": "insert into sessions (user_id, created_at, last_used_at, expires_at) values (?1, 'x', 'x', 'x')",
  "users.customer_id": `insert into users (email, role, status, password_hash, customer_id, created_at, updated_at)
    values ('customer' || ?1, 'customer', 'active', '', ?1, 'x', 'x')`,
  "users.mechanic_id": `insert into users (email, role, status, password_hash, mechanic_id, created_at, updated_at)
    values ('mechanic' || ?1, 'mechanic', 'active', '', ?1, 'x', 'x')`,
  "vehicles.customer_id":
    "insert into vehicles (vin, customer_id, created_at, updated_at) values (substr('1M8GDM9AXKP' || (100000 + ?1), 1, 17), ?1, 'x', 'x')",
};

/** A row with this id in each table that is referred to, of which nothing hangs. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  customers: ["insert into customers (id, name, email, phone, created_at, updated_at) values (?1, 'x', 'c' || ?1, 'x', 'x', 'x')"],
  mechanics: [
    "insert into mechanics (id, name, email, phone, salary, status, created_at, updated_at) values (?1, 'x', 'm' || ?1, 'x', 1, 'active', 'x', 'x')",
  ],
  vehicles: [
    "insert into vehicles (id, vin, customer_id, created_at, updated_at) values (?1, substr('1M8GDM9AXKP' || (900000 - ?1), 1, 17), 1, 'x', 'x')",
  ],
  parts: [
    "insert into parts (id, name, price, created_at, updated_at) values (?1, 'x', 1, 'x', 'x')",
    "insert into stock_movements (at, inventory_id, kind, quantity, balance) values ('x', ?1, 'received', 9000, 9000)",
  ],
  service_tickets: [
    `insert into service_tickets (id, customer_id, vehicle_id, service_desc, service_date, created_at, updated_at)
      values (?1, 1, 1, 'x', '2026-01-01', 'x', 'x')`,
  ],
  users: [
    "insert into users (id, email, role, status, password_hash, created_at, updated_at) values (?1, 'u' || ?1, 'admin', 'active', '', 'x', 'x')",
  ],
  sessions: ["insert into sessions (id, user_id, created_at, last_used_at, expires_at) values (?1, 1, 'x', 'x', 'x')"],
};

const constraintFailed = (kind: "CHECK" | "UNIQUE", what: string): unknown =>
  toFailure(new Error(`D1_ERROR: ${kind} constraint failed: ${what}: SQLITE_CONSTRAINT`));

/** The code of the failure that a statement ends in, or `done`. */
const codeOf = async (statement: string, id: number): Promise<string> => {
  try {
    await rows(statement, id);
    return "done";
  } catch (error) {
    const failure = toFailure(error);
    return failure instanceof Failure ? failure.code : String(error);
  }
};

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

  it("has a code for every CHECK, or says here why no request can break it", () => {
    const checks = TABLES.flatMap((table) => table.checks.map(({ name }) => name));
    const isMapped = (name: string) => {
      const failure = constraintFailed("CHECK", name);
      return failure instanceof Failure && failure.code !== "conflict";
    };
    expect(checks.filter((name) => !isMapped(name)).sort()).toEqual(Object.keys(UNREACHABLE).sort());
  });

  it("stays within the columns that D1 takes", () => {
    for (const { name, columns } of TABLES) expect(columns.length, name).toBeLessThanOrEqual(D1_LIMITS.columns);
  });
});

describe("a foreign key", () => {
  const keys = TABLES.flatMap((table) =>
    table.foreignKeys.map((key) => {
      const { columns, foreignTable } = key.reference();
      return { name: `${table.name}.${columns.map((column) => column.name).join()}`, named: getTableName(foreignTable) };
    }),
  );

  beforeAll(async () => {
    for (const table of ["users", "customers", "vehicles", "mechanics", "parts", "service_tickets", "sessions"])
      for (const statement of NAMED[table] ?? []) await rows(statement, 1);
  });

  it("is named here with what refuses a row that breaks it", () => {
    expect(keys.map(({ name }) => name).sort()).toEqual(Object.keys(FOREIGN_KEYS).sort());
    expect(Object.keys(A_ROW).sort()).toEqual(Object.keys(FOREIGN_KEYS).sort());
  });

  it.each(keys)("$name is never an error that nobody named, whoever breaks it", async ({ name, named }) => {
    expect(await codeOf(A_ROW[name] ?? "", 77_777), "a row that names nothing").toBe(FOREIGN_KEYS[name]?.missing);
    const id = 100 + keys.findIndex((key) => key.name === name);
    for (const statement of NAMED[named] ?? []) await rows(statement, id);
    expect(await codeOf(A_ROW[name] ?? "", id)).toBe("done");
    expect(await codeOf(`delete from ${named} where id = ?`, id), "removing what is named").toBe(FOREIGN_KEYS[name]?.removed);
  });
});

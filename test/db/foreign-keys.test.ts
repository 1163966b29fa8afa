import { getTableName, is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Failure } from "../../src/core/errors.ts";
import { toFailure } from "../../src/db/failures.ts";
import { rows } from "../support/people.ts";

const modules = import.meta.glob<Record<string, unknown>>("../../src/db/schema/*.ts", { eager: true });
const TABLES = Object.values(modules)
  .flatMap((module) => Object.values(module))
  .filter((value) => is(value, SQLiteTable))
  .map((table) => ({ ...getTableConfig(table), name: getTableName(table) }));

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
  "second_factors.user_id": { missing: "still_referenced", removed: "done" },
  "recovery_codes.user_id": { missing: "still_referenced", removed: "done" },
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
  "second_factors.user_id": "insert into second_factors (user_id, secret, created_at) values (?1, 'x', 'x')",
  "recovery_codes.user_id": "insert into recovery_codes (user_id, hash) values (?1, 'x')",
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

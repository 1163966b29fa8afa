import { applyD1Migrations, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { brokenRules } from "../support/recount.ts";

/** The last migration before the first deployment; each one after it is applied to a shop that has rows. */
const FIRST_DEPLOYED = "0016_rules_audit_seals.sql";

/** A small shop as the rules allow it: tickets in each state, bookings, lines, stock, accounts, a session. */
const A_SHOP = [
  "insert into customers (id, name, email, phone, created_at, updated_at) values (1, 'Ada', 'ada@example.com', '1', 'x', 'x'), (2, 'Bob', 'bob@example.com', '2', 'x', 'x')",
  "insert into search_terms (entity, term, entity_id, field) values ('customer', 'ada', 1, 'name'), ('customer', '1', 1, 'phone')",
  "insert into mechanics (id, name, email, phone, salary, status, created_at, updated_at) values (1, 'Max', 'max@example.com', '3', 1, 'active', 'x', 'x'), (2, 'Mia', 'mia@example.com', '4', 1, 'pending', 'x', 'x')",
  "insert into users (id, email, role, status, password_hash, mechanic_id, created_at, updated_at) values (1, 'root@example.com', 'admin', 'active', '', null, 'x', 'x'), (2, 'max@example.com', 'mechanic', 'active', '', 1, 'x', 'x')",
  "insert into sessions (id, user_id, created_at, last_used_at, expires_at) values (1, 2, 'x', 'x', 'x')",
  "insert into refresh_tokens (hash, session_id, issued_at) values ('h', 1, 'x')",
  "insert into vehicles (id, vin, customer_id, created_at, updated_at) values (1, '1M8GDM9AXKP042788', 1, 'x', 'x')",
  `insert into service_tickets (id, customer_id, vehicle_id, service_desc, service_date, scheduled_start, scheduled_end, created_at, updated_at) values
    (1, 1, 1, 'a', '2026-01-01', '2026-01-01T09:00:00.000Z', '2026-01-01T10:00:00.000Z', 'x', 'x'),
    (2, 1, 1, 'b', '2026-01-02', '2026-01-02T09:00:00.000Z', '2026-01-02T10:00:00.000Z', 'x', 'x'), (3, 1, 1, 'c', '2026-01-03', null, null, 'x', 'x')`,
  "insert into assignments (service_ticket_id, mechanic_id, created_at) values (1, 1, 'x'), (2, 1, 'x')",
  "insert into parts (id, name, price, created_at, updated_at) values (1, 'Pad', 5, 'x', 'x'), (2, 'Disc', 5, 'x', 'x')",
  "insert into stock_movements (at, inventory_id, kind, quantity, balance) values ('x', 1, 'received', 7, 7)",
  "insert into ticket_parts (service_ticket_id, inventory_id, quantity, unit_price) values (1, 1, 2, 5), (3, 1, 1, 5)",
  ...["in_progress", "completed", "closed"].map((status) => `update service_tickets set status = '${status}' where id = 1`),
  "update service_tickets set status = 'cancelled' where id = 3",
];

const ROWS = { customers: 2, mechanics: 2, users: 2, sessions: 1, refresh_tokens: 1, vehicles: 1, service_tickets: 3, assignments: 2 };
const LEDGER = { parts: 2, ticket_parts: 2, stock_movements: 4, audit_log: 0 };

const schemaOf = async (db: D1Database): Promise<{ type: string; name: string; sql: string }[]> =>
  (
    await db
      .prepare(
        "select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite!_%' escape '!' and name not like '!_cf%' escape '!' and name <> 'd1_migrations' order by type, name",
      )
      .all<{ type: string; name: string; sql: string }>()
  ).results;

const triggersOf = async (db: D1Database): Promise<string[]> =>
  (await schemaOf(db)).filter(({ type }) => type === "trigger").map(({ name }) => name);

/** Triggers that are gone after a migration that does not say that it drops them: a rebuilt table loses its own silently. */
const lostBy = async (db: D1Database, migration: D1Migration): Promise<string[]> => {
  const before = await triggersOf(db);
  await applyD1Migrations(db, [migration]);
  const after = new Set(await triggersOf(db));
  const text = migration.queries.join("\n");
  return before.filter((name) => !after.has(name) && !new RegExp(`drop trigger (if exists )?[\`"]?${name}\\b`, "i").test(text));
};

describe("the migrations", () => {
  it("go one by one over a database with rows in it, keep the rows, and every rule holds afterwards", async () => {
    const first = env.MIGRATIONS.findIndex(({ name }) => name === FIRST_DEPLOYED) + 1;
    await applyD1Migrations(env.OLD, env.MIGRATIONS.slice(0, first));
    await env.OLD.batch(A_SHOP.map((statement) => env.OLD.prepare(statement)));
    for (const migration of env.MIGRATIONS.slice(first)) expect(await lostBy(env.OLD, migration), migration.name).toEqual([]);
    for (const [table, count] of Object.entries({ ...ROWS, ...LEDGER }))
      expect(await env.OLD.prepare(`select count(*) n from ${table}`).first("n"), table).toBe(count);
    expect(await brokenRules(env.OLD)).toEqual({});
    for (const words of ["ada", "ada example com", "1"])
      expect(
        await env.OLD.prepare("select group_concat(rowid) ids from customers_search where customers_search match ?")
          .bind(`"${words}"`)
          .first("ids"),
        words,
      ).toBe("1");
    expect(await env.OLD.prepare("select quantity from parts where id = 1").first("quantity")).toBe(5_000);
    expect(await env.OLD.prepare("select closed_words ->> 'customer' name from service_tickets where id = 1").first("name")).toBe("Ada");
    await env.OLD.prepare("delete from service_tickets where id = 2").run();
    await env.OLD.prepare("insert into assignments (service_ticket_id, mechanic_id, created_at) values (3, 1, 'x')")
      .run()
      .catch(() => null);
  });

  it("lead to the schema that is committed, with every table, index and trigger", async () => {
    const text = (await schemaOf(env.DB)).map(({ sql }) => `${sql.replace(/\r\n/g, "\n")};\n`).join("\n");
    await expect(text).toMatchFileSnapshot("./schema.snapshot.sql");
  });

  it("lead to the schema and the rows with which every test file begins", async () => {
    await applyD1Migrations(env.REBUILT, env.MIGRATIONS);
    const tables = (await schemaOf(env.REBUILT)).filter(({ type }) => type === "table").map(({ name }) => name);
    expect(await schemaOf(env.DB)).toEqual(await schemaOf(env.REBUILT));
    // Times are those at which the migrations ran.
    const rowsOf = async (db: D1Database, table: string) =>
      (await db.prepare(`select * from "${table}" order by 1`).all()).results
        .filter(({ name }) => name !== "d1_migrations")
        .map((row) => JSON.stringify(row).replaceAll(/"20\d\d-[\d-]+T[\d:.]+Z"/g, '"now"'));
    for (const table of [...tables, "sqlite_sequence"])
      expect(await rowsOf(env.DB, table), table).toEqual(await rowsOf(env.REBUILT, table));
  });

  it("would be refused if one rebuilt a table and so lost its triggers", async () => {
    const rebuild = {
      name: "9999_rebuild.sql",
      queries: [
        "PRAGMA defer_foreign_keys = on",
        "CREATE TABLE __new_audit_seals AS SELECT * FROM audit_seals",
        "DROP TABLE audit_seals",
        "ALTER TABLE __new_audit_seals RENAME TO audit_seals",
      ],
    };
    expect(await lostBy(env.REBUILT, rebuild)).toEqual(
      expect.arrayContaining(["audit_seals_110_in_order", "audit_seals_210_not_changed", "audit_seals_310_not_removed"]),
    );
  });

  it("hold their trigger files to what D1 can split: no CASE, and LF line ends", () => {
    for (const { name, queries } of env.MIGRATIONS)
      for (const query of queries.filter((text) => /create trigger/i.test(text))) {
        expect(query, name).not.toMatch(/\bcase\b/i);
        expect(query, name).not.toContain("\r");
        expect(query, name).toMatch(/BEGIN[\s\S]*END$/);
      }
  });
});

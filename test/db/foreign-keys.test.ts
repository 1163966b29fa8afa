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

/**
 * For each foreign key: what refuses a row that names nothing, and what refuses to remove what is named, or removes both; and what
 * refuses a row by itself, where only triggers write it.
 */
const FOREIGN_KEYS: Readonly<Record<string, { readonly missing: string; readonly added?: string; readonly removed: string }>> = {
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
  "ticket_jobs.service_ticket_id": { missing: "reference_not_found", removed: "done" },
  "ticket_jobs.mechanic_id": { missing: "reference_not_found", removed: "still_referenced" },
  "ticket_lines.job_id": { missing: "reference_not_found", removed: "still_referenced" },
  "ticket_lines.mechanic_id": { missing: "reference_not_found", removed: "still_referenced" },
  "estimates.service_ticket_id": { missing: "reference_not_found", removed: "ticket_has_estimates" },
  "estimates.customer_id": { missing: "reference_not_found", removed: "customer_has_tickets" },
  "authorizations.service_ticket_id": { missing: "reference_not_found", removed: "ticket_has_estimates" },
  "authorizations.estimate_id": { missing: "reference_not_found", removed: "append_only" },
  "authorization_decisions.authorization_id": { missing: "append_only", added: "append_only", removed: "append_only" },
  "invoices.service_ticket_id": { missing: "reference_not_found", removed: "ticket_completed" },
  "invoices.customer_id": { missing: "reference_not_found", removed: "customer_has_tickets" },
  "share_links.service_ticket_id": { missing: "reference_not_found", removed: "done" },
  "payments.invoice_id": { missing: "reference_not_found", removed: "append_only" },
  "service_package_lines.service_package_id": { missing: "still_referenced", removed: "done" },
  "service_package_lines.inventory_id": { missing: "reference_not_found", removed: "part_in_use" },
};

/** A ticket of a customer with a line, an estimate of a ticket with a line, and a decision on an estimate, all with the id of what they name. */
const TICKET_OF = `insert into service_tickets (id, customer_id, service_desc, service_date, created_at, updated_at)
  values (?1, ?1, 'x', '2026-01-01', 'x', 'x')`;
const LINE_ON =
  "insert into ticket_lines (service_ticket_id, kind, description, quantity, unit_price) values (?1, 'labor', 'x', 1000, 100)";
const ESTIMATE_OF = `insert into estimates (id, service_ticket_id, customer_id, year, sequence, at, date, valid_until, lines_net, discount_amount, net,
    tax, total, content)
  values (?1, ?1, (select customer_id from service_tickets where id = ?1), 2026,
    (select ifnull(max(sequence), 0) + 1 from estimates), '2026-11-20T09:30:00.000Z', '2026-11-20', '2026-12-20', 100, 0, 100, 0, 100,
    (select json_object('jobs', json('[]'), 'taxes', json('[]'), 'lines', json_group_array(json_object('id', id, 'words', words, 'net', net,
      'share', 0, 'job_id', null, 'description', description))) from ticket_lines where service_ticket_id = ?1))`;
const DECIDED = `insert into authorizations (id, service_ticket_id, estimate_id, at, date, channel, person_name, capacity, staff_user_id,
    additional_net, authorized_net_before, authorized_net_after, total_after, decisions)
  values (?1, ?1, ?1, '2026-11-20T09:30:00.000Z', '2026-11-20', 'in_person', 'x', 'owner', 1, 0, 0, 0, 0,
    (select json_group_array(json_object('line_id', l.value ->> 'id', 'job_id', null, 'decision', 'declined', 'net', l.value ->> 'net',
      'words', l.value ->> 'words', 'description', l.value ->> 'description')) from estimates e, json_each(e.content, '$.lines') l
      where e.id = ?1))`;
/** A fee on a ticket that is then completed and invoiced. */
const INVOICED = [
  `insert into ticket_lines (service_ticket_id, kind, fee_kind, description, quantity, unit_price) values (?1, 'fee', 'other', 'x', 1000, 100)`,
  "update service_tickets set status = 'in_progress' where id = ?1",
  "update service_tickets set status = 'completed' where id = ?1",
  `insert into invoices (id, kind, service_ticket_id, customer_id, vehicle_id, year, sequence, at, date, supplied_on, due_date, lines_net,
      discount_amount, net, tax, total, labor, part, sublet, fee, content)
    select ?1, 'invoice', id, customer_id, vehicle_id, 2026, (select ifnull(max(sequence), 0) + 1 from invoices), '2026-11-20T09:30:00.000Z',
      '2026-11-20', '2026-11-20', '2026-11-20', 100, 0, 100, 0, 100, 0, 0, 0, 100, (select json_object('taxes', json('[]'), 'mechanics', json('[]'),
        'lines', json_group_array(json_object('id', id, 'kind', kind, 'description', description, 'words', words, 'quantity', quantity, 'net', net,
          'share', 0, 'discount_amount', 0, 'unit_cost', null, 'mechanic_id', null, 'taxes', json('[]'))))
        from ticket_lines where service_ticket_id = ?1) from service_tickets where id = ?1`,
];
const TICKET = `insert into service_tickets (id, customer_id, vehicle_id, service_desc, service_date, created_at, updated_at)
  values (?1, 1, 1, 'x', '2026-01-01', 'x', 'x')`;

/** A row of each table that refers to another, and one more of the named table that nothing else holds. */
const A_ROW: Readonly<Record<string, string | readonly string[]>> = {
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
  "ticket_jobs.service_ticket_id": "insert into ticket_jobs (service_ticket_id, title, position, created_at) values (?1, 'x', 1, 'x')",
  "ticket_jobs.mechanic_id":
    "insert into ticket_jobs (service_ticket_id, title, position, mechanic_id, created_at) values (1, 'x', 1, ?1, 'x')",
  "ticket_lines.job_id":
    "insert into ticket_lines (service_ticket_id, kind, description, quantity, unit_price, job_id) values (1, 'labor', 'x', 1000, 1, ?1)",
  "ticket_lines.mechanic_id":
    "insert into ticket_lines (service_ticket_id, kind, description, quantity, unit_price, mechanic_id) values (1, 'labor', 'x', 1000, 1, ?1)",
  "estimates.service_ticket_id": [LINE_ON, ESTIMATE_OF],
  "estimates.customer_id": [TICKET_OF, LINE_ON, ESTIMATE_OF],
  "authorizations.service_ticket_id": [LINE_ON, ESTIMATE_OF, DECIDED],
  "authorizations.estimate_id": DECIDED,
  "authorization_decisions.authorization_id": `insert into authorization_decisions (authorization_id, position, service_ticket_id, line_id, decision,
    net, words, description, at) values (?1, 0, 1, 1, 'declined', 1, 'x', 'x', 'x')`,
  "invoices.service_ticket_id": INVOICED,
  "invoices.customer_id": [TICKET_OF, ...INVOICED],
  "share_links.service_ticket_id": `insert into share_links (service_ticket_id, may, hash, created_by, created_at, expires_at)
    values (?1, 'view', printf('%064x', ?1), 1, '2026-11-20T09:30:00.000Z', '2026-11-21T09:30:00.000Z')`,
  "payments.invoice_id": `insert into payments (invoice_id, kind, amount, method, received_on, created_at, effect, paid_after)
    values (?1, 'payment', 100, 'cash', '2026-11-20', '2026-11-20T09:30:00.000Z', 100, 100)`,
  "service_package_lines.service_package_id": `insert into service_package_lines (service_package_id, position, kind, description, quantity, unit_price)
    values (?1, 1, 'labor', 'x', 1000, 1)`,
  "service_package_lines.inventory_id": `insert into service_package_lines (service_package_id, position, kind, inventory_id, condition, quantity)
    values (1, 1, 'part', ?1, 'new', 1000)`,
  "vehicles.customer_id":
    "insert into vehicles (vin, customer_id, created_at, updated_at) values (substr('1M8GDM9AXKP' || (100000 + ?1), 1, 17), ?1, 'x', 'x')",
};

/** The statements that make such a row. */
const statementsOf = (name: string): readonly string[] => [A_ROW[name] ?? []].flat();

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
  service_tickets: [TICKET],
  users: [
    "insert into users (id, email, role, status, password_hash, created_at, updated_at) values (?1, 'u' || ?1, 'admin', 'active', '', 'x', 'x')",
  ],
  ticket_jobs: ["insert into ticket_jobs (id, service_ticket_id, title, position, created_at) values (?1, 1, 'x', 1, 'x')"],
  service_packages: ["insert into service_packages (id, name, created_at, updated_at) values (?1, 'x', 'x', 'x')"],
  estimates: [TICKET, LINE_ON, ESTIMATE_OF],
  authorizations: [TICKET, LINE_ON, ESTIMATE_OF, DECIDED],
  invoices: [TICKET, ...INVOICED],
  sessions: ["insert into sessions (id, user_id, created_at, last_used_at, expires_at) values (?1, 1, 'x', 'x', 'x')"],
};

/** The code of the failure that the first of the statements ends in that is refused, or `done`. */
const codeOf = async (statements: readonly string[], id: number): Promise<string> => {
  try {
    for (const statement of statements) await rows(statement, id);
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
    await rows("update shop set authorization = 'none', address = 'x'");
    for (const table of ["users", "customers", "vehicles", "mechanics", "parts", "service_tickets", "sessions", "service_packages"])
      for (const statement of NAMED[table] ?? []) await rows(statement, 1);
  });

  it("is named here with what refuses a row that breaks it", () => {
    expect(keys.map(({ name }) => name).sort()).toEqual(Object.keys(FOREIGN_KEYS).sort());
    expect(Object.keys(A_ROW).sort()).toEqual(Object.keys(FOREIGN_KEYS).sort());
  });

  it.each(keys)("$name is never an error that nobody named, whoever breaks it", async ({ name, named }) => {
    expect(await codeOf(statementsOf(name), 77_777), "a row that names nothing").toBe(FOREIGN_KEYS[name]?.missing);
    const id = 100 + keys.findIndex((key) => key.name === name);
    for (const statement of NAMED[named] ?? []) await rows(statement, id);
    expect(await codeOf(statementsOf(name), id)).toBe(FOREIGN_KEYS[name]?.added ?? "done");
    expect(await codeOf([`delete from ${named} where id = ?`], id), "removing what is named").toBe(FOREIGN_KEYS[name]?.removed);
  });
});

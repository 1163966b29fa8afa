/** How many rows of each kind the local database is given; everything else follows from these. */
export interface Sizes {
  readonly customers: number;
  readonly tickets: number;
  readonly mechanics: number;
  readonly parts: number;
}

/** Rows that one statement inserts. */
const CHUNK = 10_000;

const AT = "2026-11-20T09:30:00.000Z";

/** Numbers from..to as a table `n(i)`. */
const numbers = (from: number, to: number): string =>
  `with recursive n(i) as (select ${from} union all select i + 1 from n where i < ${to})`;

/** The insertion of `count` rows, in statements of at most 10,000; `row` is made of `i`, which begins at 1. */
const fill = (count: number, into: string, row: string): string[] =>
  Array.from({ length: Math.ceil(count / CHUNK) }, (_, chunk) => {
    const from = chunk * CHUNK + 1;
    return `${numbers(from, Math.min(from + CHUNK - 1, count))} insert into ${into} select ${row} from n`;
  });

/** A VIN that only this number has. */
const VIN = "'1M8GDM9AXKP' || substr('000000' || i, -6)";

const statements = ({ customers, tickets, mechanics, parts }: Sizes, passwordHash: string): string[] => [
  ...fill(
    customers,
    "customers (name, email, phone, address, created_at, updated_at)",
    `'Customer ' || i, 'customer' || i || '@example.com', '+1 555 ' || i, i || ' Garage Lane', '${AT}', '${AT}'`,
  ),
  ...fill(
    customers,
    "vehicles (vin, make, model, year, customer_id, created_at, updated_at)",
    `${VIN}, 'Example', 'Wagon', 2019, i, '${AT}', '${AT}'`,
  ),
  ...fill(
    mechanics,
    "mechanics (name, email, phone, salary, status, created_at, updated_at)",
    `'Mechanic ' || i, 'mechanic' || i || '@example.com', '+1 555 ' || i, 5000000, 'active', '${AT}', '${AT}'`,
  ),
  ...fill(
    mechanics,
    "users (email, role, status, password_hash, mechanic_id, created_at, updated_at)",
    `'mechanic' || i || '@example.com', 'mechanic', 'active', '${passwordHash}', i, '${AT}', '${AT}'`,
  ),
  ...fill(mechanics, "sessions (user_id, created_at, last_used_at, expires_at)", `i, '${AT}', '${AT}', '9999-12-31T23:59:59.999Z'`),
  ...fill(
    parts,
    "parts (name, part_number, price, cost, created_at, updated_at)",
    `'Part ' || i, 'P-' || i, 1000 + i, 500 + i, '${AT}', '${AT}'`,
  ),
  ...fill(parts, "stock_movements (at, inventory_id, kind, quantity, balance)", `'${AT}', i, 'received', 1000000000, 1000000000`),
  ...fill(
    tickets,
    "service_tickets (customer_id, vehicle_id, service_desc, service_date, created_at, updated_at)",
    `1 + (i - 1) % ${customers}, 1 + (i - 1) % ${customers}, 'Service number ' || i, date('2026-01-01', '+' || (i % 300) || ' days'), '${AT}', '${AT}'`,
  ),
  ...fill(tickets, "assignments (service_ticket_id, mechanic_id, created_at)", `i, 1 + i % ${mechanics}, '${AT}'`),
  ...fill(
    tickets,
    "ticket_parts (service_ticket_id, inventory_id, quantity, unit_price, unit_cost)",
    `i, 1 + i % ${parts}, 1000, 1000 + 1 + i % ${parts}, 500 + 1 + i % ${parts}`,
  ),
];

/** Fills an empty database that has the migrations: each ticket with a mechanic and a part, each mechanic with an account and a session. */
export const loadRows = async (db: D1Database, sizes: Sizes, passwordHash: string): Promise<void> => {
  for (const statement of statements(sizes, passwordHash)) await db.prepare(statement).run();
};

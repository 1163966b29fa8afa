import { ADMIN, type Called } from "./caller.ts";
import type { Bench, Operation } from "./operations.ts";

type Body = Called["body"];

/** A listing without a filter: where it is, the list in its answer, its table, and its sorts with their keys in SQL. */
interface Listed {
  readonly path: string;
  readonly list: string;
  readonly table: string;
  readonly sorts: Readonly<Record<string, string>>;
}

const BY_NAME = { id: "id", name: "search_terms ->> 'name'" };
const LISTED: readonly Listed[] = [
  {
    path: "/customers",
    list: "customers",
    table: "customers",
    sorts: { ...BY_NAME, created_at: "created_at", ticket_count: "ticket_count" },
  },
  {
    path: "/mechanics",
    list: "mechanics",
    table: "mechanics",
    sorts: { ...BY_NAME, created_at: "created_at", ticket_count: "ticket_count", completed_count: "completed_count" },
  },
  { path: "/vehicles", list: "vehicles", table: "vehicles", sorts: { id: "id", created_at: "created_at" } },
  {
    path: "/service-tickets",
    list: "service_tickets",
    table: "service_tickets",
    sorts: { id: "id", service_date: "service_date", created_at: "created_at" },
  },
  { path: "/assignments", list: "assignments", table: "assignments", sorts: { id: "id" } },
  { path: "/inventory", list: "inventory", table: "parts", sorts: { ...BY_NAME, price: "price", quantity: "quantity" } },
  { path: "/estimates", list: "estimates", table: "estimates", sorts: { id: "id", date: "date" } },
  { path: "/invoices", list: "invoices", table: "invoices", sorts: { id: "id", date: "date", balance: "balance" } },
  { path: "/invoice-lines", list: "invoice_lines", table: "invoice_lines", sorts: { id: "id", date: "date" } },
  { path: "/invoice-taxes", list: "invoice_taxes", table: "invoice_taxes", sorts: { id: "id", date: "date" } },
  { path: "/service-packages", list: "service_packages", table: "service_packages", sorts: BY_NAME },
  { path: "/users", list: "users", table: "users", sorts: { id: "id", status: "status" } },
  { path: "/audit-log", list: "audit_log", table: "audit_log", sorts: { id: "id", at: "at" } },
];

/** Lists whose rows have a vehicle and a customer in them, as tickets do. */
const TICKETS: ReadonlySet<string> = new Set(["service_tickets", "tickets", "bookings"]);

type Shown = Readonly<Record<string, { readonly lines: number }>>;

/** What a page of estimates may cost: 6 for each, 6 for each line, whose decision is looked up, and 20. */
const estimatesBudget = (estimates: readonly { readonly decisions: Shown }[]): number =>
  6 * estimates.flatMap(({ decisions }) => Object.values(decisions)).reduce((sum, { lines }) => sum + lines, estimates.length) + 20;

/** What a page may cost: 3 for each row and 20; of tickets 4, but 3 of closed ones, which keep their words; and 3 for each mechanic shown. */
export const pageBudget =
  (list: string) =>
  (body: Body): number => {
    if (list === "estimates") return estimatesBudget(body.estimates);
    const rows: readonly { mechanics?: readonly unknown[]; status?: string }[] = body[list];
    const kept = TICKETS.has(list) ? rows.filter(({ status }) => status === "closed").length : 0;
    const mechanics = rows.flatMap((row) => row.mechanics ?? []).length;
    return (TICKETS.has(list) ? 4 : 3) * rows.length - kept + 3 * mechanics + 20;
  };

/** A cursor behind the row that is `skip` rows from the first, made as the app makes its own. */
const cursorAt = async ({ d1 }: Bench, { table, sorts }: Listed, sort: string, skip: number): Promise<string> => {
  const [name, direction] = sort.startsWith("-") ? [sort.slice(1), "desc"] : [sort, "asc"];
  const key = sorts[name] ?? "id";
  const row = await d1
    .prepare(`select ${key} as key, id from ${table} order by ${key} ${direction}, id ${direction} limit 1 offset ${skip}`)
    .first<{ key: string | number; id: number }>();
  if (!row) throw new Error(`${table} has no row ${skip}`);
  return btoa(JSON.stringify([sort, row.key, row.id]))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
};

const countOf = async ({ d1 }: Bench, { table }: Listed): Promise<number> =>
  (await d1.prepare(`select count(*) as n from ${table}`).first<number>("n")) ?? 0;

const sortsOf = ({ sorts }: Listed): string[] => Object.keys(sorts).flatMap((sort) => [sort, `-${sort}`]);

const operationsOf = (listed: Listed): Operation[] => {
  const { path, list } = listed;
  const budget = pageBudget(list);
  const each = (bench: Bench, queryOf: (sort: string) => string | Promise<string>): Promise<Called[]> => {
    const one = async (done: Promise<Called[]>, sort: string) => [
      ...(await done),
      await bench.call(ADMIN, "GET", `${path}?sort=${sort}&${await queryOf(sort)}`),
    ];
    return sortsOf(listed).reduce(one, Promise.resolve([]));
  };
  const after = (where: (count: number) => number) => async (bench: Bench) => {
    const skip = where(await countOf(bench, listed));
    return each(bench, async (sort) => `cursor=${await cursorAt(bench, listed, sort, skip)}`);
  };
  return [
    { name: `${path}, page 1, each sort`, run: (bench) => each(bench, () => ""), budget },
    { name: `${path}, page of 100, each sort`, run: (bench) => each(bench, () => "per_page=100"), budget },
    { name: `${path}, cursor near the start, each sort`, run: after(() => 9), budget },
    { name: `${path}, cursor in the middle, each sort`, run: after((count) => Math.floor(count / 2)), budget },
    { name: `${path}, cursor near the end, each sort`, run: after((count) => count - 11), budget },
    {
      name: `${path}, page 11 (offset 100), each sort`,
      run: (bench) => each(bench, () => "page=11"),
      budget: (body) => budget(body) + 100,
    },
  ];
};

/** Every listing without a filter, in each of its sorts up and down. */
export const listingOperations: readonly Operation[] = LISTED.flatMap(operationsOf);

import type { Actor } from "../../src/core/actor.ts";
import { ADMIN, type Called, customer, mechanic } from "./caller.ts";
import { pageBudget } from "./listing-operations.ts";
import type { Bench, Operation } from "./operations.ts";

/** How many candidates a filter may have looked through to count them. */
const CANDIDATES = 1_001;

/** A filtered listing: its path, the list in its answer, the query, and what a candidate costs. */
interface Filtered {
  readonly path: string;
  readonly list: string;
  readonly query: string;
  readonly as?: Actor;
  /** Rows that are read of one candidate: 1 of the index, and 1 for each further row that is looked at. */
  readonly each?: number;
  /** Where several filters meet: how many candidates it takes, in the rows of a load, to find 11 that match. */
  readonly looks?: number;
}

const followed = async ({ call }: Bench, actor: Actor, path: string): Promise<Called[]> => {
  const first = await call(actor, "GET", path);
  const { next_cursor } = first.body.pagination;
  return next_cursor === null ? [first] : [first, await call(actor, "GET", `${path}&cursor=${next_cursor}`)];
};

/** With several filters the end of the candidates is looked up too. */
const operationOf = ({ path, list, query, as = ADMIN, each = 1, looks = 0 }: Filtered): Operation => ({
  name: `${path}?${query}${as.role === "admin" ? "" : ` (${as.role})`}`,
  run: (bench) => followed(bench, as, `${path}?${query}`),
  budget: (body) => pageBudget(list)(body) + looks * each,
  counts: CANDIDATES * (looks > 0 ? each + 1 : each) + 2,
  varies: looks > 0,
});

const at = (path: string, list: string, queries: readonly string[], more: Pick<Filtered, "as" | "each" | "looks"> = {}): Filtered[] =>
  queries.map((query) => ({ path, list, query, ...more }));

/** The listings of `Filtered` with one filter, by the filter. */
const ONE: readonly Filtered[] = [
  ...at("/customers", "customers", ["q=a", "q=customer1", "q=customer150%40", "q=1555", "q=nobody", "q=stone%20ada", "q=st%20a"], {
    each: 2,
  }),
  ...at("/mechanics", "mechanics", ["q=a", "q=mechanic7"], { each: 2 }),
  ...at("/mechanics", "mechanics", ["status=active"]),
  ...at("/vehicles", "vehicles", ["customer_id=5", "vin=1M8GDM9A000000005"]),
  ...at("/vehicles", "vehicles", ["q=wagon%20example", "q=00000005"], { each: 2 }),
  ...at("/vehicles", "vehicles", ["per_page=10"], { as: customer(5) }),
  ...at("/service-tickets", "service_tickets", ["q=service%207"], { each: 2 }),
  ...at("/service-tickets", "service_tickets", [
    "status=open",
    "status=open&sort=-service_date",
    "customer_id=1",
    "customer_id=1&sort=-service_date",
    "customer_id=7",
    "mechanic_id=2&sort=-id",
    "vehicle_id=1",
    "vehicle_id=1&sort=service_date",
    "from=2026-03-01&to=2026-06-30",
    "from=2026-03-01&sort=-service_date",
    "status=open,in_progress",
    "status=open,in_progress,cancelled&sort=service_date",
    "customer_id=1&from=2026-03-01&to=2026-06-30",
    "vehicle_id=1&from=2026-03-01",
    "customer_id=1&status=closed",
    "customer_id=1&status=open,closed",
    "from=2026-03-01&status=open",
    "from=2026-03-01&status=open,in_progress",
    "to=2026-03-01",
  ]),
  ...at("/service-tickets", "service_tickets", ["per_page=10", "status=closed"], { as: customer(1) }),
  ...at("/customers/my-tickets", "tickets", ["per_page=10", "status=closed", "status=open,in_progress"], { as: customer(1) }),
  ...at("/mechanics/my-tickets", "tickets", ["sort=-id"], { as: mechanic(2) }),
  ...at("/assignments", "assignments", ["service_ticket_id=10", "mechanic_id=2"]),
  ...at("/inventory", "inventory", ["q=part", "q=p-250"], { each: 2 }),
  ...at("/inventory", "inventory", ["category=Category%203"]),
  ...at("/inventory/low-stock", "inventory", ["per_page=10", "threshold=900000"]),
  ...at("/inventory/5/movements", "movements", ["per_page=10", "sort=id"]),
  ...at("/estimates", "estimates", ["service_ticket_id=50", "customer_id=1"]),
  ...at("/estimates", "estimates", ["per_page=10"], { as: customer(1) }),
  ...at("/estimates", "estimates", ["from=2026-01-01", "from=2026-01-01&to=2026-01-31&sort=date"]),
  ...at("/service-tickets", "service_tickets", ["unbilled=true"]),
  ...at("/invoices", "invoices", [
    "service_ticket_id=50",
    "customer_id=1",
    "from=2026-03-01&to=2026-06-30",
    "from=2026-03-01&sort=-date",
    "owed=true",
    "owed=true&sort=due_date",
    "overdue=true",
    "due_from=2026-03-01&due_to=2026-04-30",
    "refundable=true",
    "refundable=true&customer_id=1",
  ]),
  ...at("/invoices", "invoices", ["per_page=10"], { as: customer(1) }),
  ...at("/invoice-lines", "invoice_lines", ["mechanic_id=11", "kind=part", "kind=part&from=2026-03-01", "from=2026-03-01&to=2026-03-31"]),
  ...at("/invoice-taxes", "invoice_taxes", ["from=2026-03-01&to=2026-03-31", "from=2026-03-01&sort=date"]),
  ...at("/payments", "payments", ["method=cash", "invoice_id=5", "from=2026-03-01", "from=2026-03-01&method=card", "kind=refund"]),
  ...at("/service-packages", "service_packages", ["q=package"], { each: 2 }),
  ...at("/service-packages", "service_packages", ["category=Category%203"]),
  ...at("/auth/sessions", "sessions", ["per_page=10"], { as: mechanic(2), each: 2 }),
  ...at("/users", "users", ["role=customer", "status=active", "role=customer&status=active", "email=customer5%40example.com"]),
  ...at("/audit-log", "audit_log", [
    "entity=service_ticket",
    "entity=service_ticket&entity_id=5",
    "actor=7",
    "from=2026-01-01&to=2026-12-31",
    "from=2026-01-01&sort=at",
    "entity=service_ticket&from=2026-01-01",
    "actor=7&from=2026-01-01&to=2026-12-31",
    "entity=customer&actor=7",
    "entity=customer&actor=7&from=2026-01-01",
  ]),
  ...at("/mechanics/2/schedule", "bookings", [
    "per_page=10",
    "from=2026-01-01T04:00:00Z&to=2026-01-01T20:00:00Z",
    "from=2026-01-01T04:30:00Z",
  ]),
];

/** With several: one leads, and the others are looked at for each candidate. */
const SEVERAL: readonly Filtered[] = [
  ...at("/mechanics", "mechanics", ["q=a&status=active"], { each: 3, looks: 11 }),
  ...at("/vehicles", "vehicles", ["vin=1M8GDM9A000000005&customer_id=5"], { each: 2, looks: 1 }),
  ...at("/service-tickets", "service_tickets", ["vehicle_id=1&status=closed", "mechanic_id=2&status=closed"], { each: 2, looks: 25 }),
  ...at("/mechanics/my-tickets", "tickets", ["status=closed"], { as: mechanic(2), each: 2, looks: 25 }),
  ...at("/assignments", "assignments", ["service_ticket_id=10&mechanic_id=11"], { each: 2, looks: 2 }),
  ...at("/inventory", "inventory", ["q=part&category=Category%203"], { each: 3, looks: 220 }),
  ...at("/estimates", "estimates", ["status=current", "customer_id=1&status=current"], { each: 3, looks: 33 }),
  ...at("/estimates", "estimates", ["from=2026-01-01&superseded=false"], { each: 3, looks: 33 }),
  ...at("/invoices", "invoices", ["status=unpaid", "kind=credit_note", "owed=false", "overdue=false"], {
    each: 3,
    looks: 300,
  }),
  ...at("/invoices", "invoices", ["customer_id=1&owed=true"], { each: 3, looks: 1_001 }),
  ...at("/invoices", "invoices", ["mechanic_id=11"], { each: 5, looks: 1_001 }),
  ...at("/payments", "payments", ["kind=payment", "from=2026-03-01&kind=payment"], { each: 3, looks: 300 }),
  ...at("/invoice-lines", "invoice_lines", ["document_kind=credit_note", "cost=known", "mechanic_id=11&kind=labor"], {
    each: 3,
    looks: 300,
  }),
  ...at("/invoice-taxes", "invoice_taxes", ["name=Tax%201", "rate=1", "from=2026-03-01&name=Tax%201&rate=1"], { each: 3, looks: 60 }),
  ...at("/users", "users", ["email=customer5%40example.com&role=customer"], { each: 2, looks: 1 }),
  ...at("/audit-log", "audit_log", ["entity=service_ticket&entity_id=5&actor=7"], { each: 2, looks: 1 }),
  ...at("/mechanics/available", "mechanics", ["start=2026-11-20T09:00:00Z&end=2026-11-20T10:00:00Z"], { each: 3, looks: 12 }),
  ...at("/mechanics/available", "mechanics", ["start=2026-01-01T04:00:00Z&end=2026-01-01T05:00:00Z"], { each: 3, looks: 20 }),
];

/** Every filter alone, some together, and every search: the first page and the one after it. */
export const filterOperations: readonly Operation[] = [...ONE, ...SEVERAL].map(operationOf);

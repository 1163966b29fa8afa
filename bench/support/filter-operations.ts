import type { Actor } from "../../src/core/actor.ts";
import { ADMIN, type Called, customer, mechanic } from "./caller.ts";
import { pageBudget } from "./listing-operations.ts";
import type { Bench, Operation } from "./operations.ts";

/** How many candidates a filter may have looked through to count them. */
const CANDIDATES = 1_001;

interface Filtered {
  readonly path: string;
  readonly list: string;
  readonly query: string;
  readonly as?: Actor;
  /** Rows that one candidate costs where the rows are counted: 1 for the index, 1 for each look at another row. */
  readonly perCandidate?: number;
  /** Rows that it costs to look at one candidate for the page, where several filters meet. */
  readonly perLook?: number;
  /** At most so many candidates are looked at for a page of 10. */
  readonly looks?: number;
}

const followed = async ({ call }: Bench, actor: Actor, path: string): Promise<Called[]> => {
  const first = await call(actor, "GET", path);
  const { next_cursor } = first.body.pagination;
  return next_cursor === null ? [first] : [first, await call(actor, "GET", `${path}&cursor=${next_cursor}`)];
};

const operationOf = ({ path, list, query, as = ADMIN, perCandidate = 1, perLook = 0, looks = 0 }: Filtered): Operation => {
  const budget = pageBudget(list);
  const edge = looks > 0 ? CANDIDATES : 0;
  return {
    name: `${path}?${query}${as.role === "admin" ? "" : ` (${as.role})`}`,
    run: (bench) => followed(bench, as, `${path}?${query}`),
    budget: (body) => budget(body) + looks * perLook,
    counts: CANDIDATES * perCandidate + edge + 2,
  };
};

const CUSTOMERS = { path: "/customers", list: "customers" };
const MECHANICS = { path: "/mechanics", list: "mechanics" };
const VEHICLES = { path: "/vehicles", list: "vehicles" };
const TICKETS = { path: "/service-tickets", list: "service_tickets" };
const ASSIGNMENTS = { path: "/assignments", list: "assignments" };
const INVENTORY = { path: "/inventory", list: "inventory" };
const USERS = { path: "/users", list: "users" };
const AUDIT = { path: "/audit-log", list: "audit_log" };
const SCHEDULE = { path: "/mechanics/2/schedule", list: "bookings" };

/** Of two filters, one leads and the other is looked at for each candidate, of which the page needs 11 that match. */
const FILTERED: readonly Filtered[] = [
  { ...CUSTOMERS, query: "q=an", perCandidate: 2 },
  { ...CUSTOMERS, query: "q=customer1", perCandidate: 2 },
  { ...CUSTOMERS, query: "q=customer150%40", perCandidate: 2 },
  { ...CUSTOMERS, query: "q=1555", perCandidate: 2 },
  { ...CUSTOMERS, query: "q=nobody" },
  { ...CUSTOMERS, query: "q=ada", perCandidate: 2 },
  { ...MECHANICS, query: "q=an", perCandidate: 2 },
  { ...MECHANICS, query: "status=active" },
  { ...MECHANICS, query: "q=an&status=active", perCandidate: 3, perLook: 1, looks: 13 },
  { ...VEHICLES, query: "customer_id=5" },
  { ...VEHICLES, query: "vin=1M8GDM9A000000005" },
  { ...VEHICLES, query: "vin=1M8GDM9A000000005&customer_id=5", perCandidate: 2, perLook: 1, looks: 1 },
  { ...VEHICLES, query: "per_page=10", as: customer(5) },
  { ...TICKETS, query: "status=open" },
  { ...TICKETS, query: "status=open&sort=-service_date" },
  { ...TICKETS, query: "customer_id=1" },
  { ...TICKETS, query: "customer_id=1&sort=-service_date" },
  { ...TICKETS, query: "customer_id=7" },
  { ...TICKETS, query: "mechanic_id=2&sort=-id" },
  { ...TICKETS, query: "vehicle_id=1" },
  { ...TICKETS, query: "vehicle_id=1&sort=service_date" },
  { ...TICKETS, query: "from=2026-03-01&to=2026-06-30" },
  { ...TICKETS, query: "from=2026-03-01&sort=-service_date" },
  { ...TICKETS, query: "to=2026-03-01" },
  { ...TICKETS, query: "per_page=10", as: customer(1) },
  { ...TICKETS, query: "customer_id=1&status=closed", perCandidate: 2, perLook: 1, looks: 40 },
  { ...TICKETS, query: "mechanic_id=2&status=closed", perCandidate: 2, perLook: 1, looks: 40 },
  { ...TICKETS, query: "from=2026-03-01&status=open", perCandidate: 2, perLook: 1, looks: 100 },
  { ...TICKETS, query: "status=closed", as: customer(1), perCandidate: 2, perLook: 1, looks: 40 },
  { path: "/customers/my-tickets", list: "tickets", query: "per_page=10", as: customer(1) },
  { path: "/customers/my-tickets", list: "tickets", query: "status=closed", as: customer(1), perCandidate: 2, perLook: 1, looks: 40 },
  { path: "/mechanics/my-tickets", list: "tickets", query: "sort=-id", as: mechanic(2) },
  { path: "/mechanics/my-tickets", list: "tickets", query: "status=closed", as: mechanic(2), perCandidate: 2, perLook: 1, looks: 40 },
  { ...ASSIGNMENTS, query: "service_ticket_id=10" },
  { ...ASSIGNMENTS, query: "mechanic_id=2" },
  { ...ASSIGNMENTS, query: "service_ticket_id=10&mechanic_id=11", perCandidate: 2, perLook: 1, looks: 2 },
  { ...INVENTORY, query: "q=part", perCandidate: 2 },
  { ...INVENTORY, query: "q=p-250", perCandidate: 2 },
  { ...INVENTORY, query: "category=Category%203" },
  { ...INVENTORY, query: "q=part&category=Category%203", perCandidate: 3, perLook: 2, looks: 250 },
  { path: "/inventory/low-stock", list: "inventory", query: "per_page=10" },
  { path: "/inventory/low-stock", list: "inventory", query: "threshold=1000000" },
  { path: "/inventory/5/movements", list: "movements", query: "per_page=10" },
  { path: "/inventory/5/movements", list: "movements", query: "sort=id" },
  { ...USERS, query: "role=customer" },
  { ...USERS, query: "status=active" },
  { ...USERS, query: "role=customer&status=active" },
  { ...USERS, query: "email=customer5%40example.com" },
  { ...USERS, query: "email=customer5%40example.com&role=customer", perCandidate: 2, perLook: 1, looks: 1 },
  { ...AUDIT, query: "entity=service_ticket" },
  { ...AUDIT, query: "entity=service_ticket&entity_id=5" },
  { ...AUDIT, query: "actor=7" },
  { ...AUDIT, query: "from=2026-01-01&to=2026-12-31" },
  { ...AUDIT, query: "entity=customer&actor=7", perCandidate: 2, perLook: 1, looks: 250 },
  { ...SCHEDULE, query: "per_page=10" },
  { ...SCHEDULE, query: "from=2026-01-01T04:00:00Z&to=2026-01-01T11:00:00Z" },
  { ...SCHEDULE, query: "from=2026-01-01T04:30:00Z" },
  {
    path: "/mechanics/available",
    list: "mechanics",
    query: "start=2026-11-20T09:00:00Z&end=2026-11-20T10:00:00Z",
    perCandidate: 3,
    perLook: 2,
    looks: 12,
  },
  {
    path: "/mechanics/available",
    list: "mechanics",
    query: "start=2026-01-01T04:00:00Z&end=2026-01-01T05:00:00Z",
    perCandidate: 3,
    perLook: 2,
    looks: 200,
  },
];

/** Every filter alone, some together, and every search: the first page and the one after it. */
export const filterOperations: readonly Operation[] = FILTERED.map(operationOf);

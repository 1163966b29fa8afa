import type { Actor } from "../../src/core/actor.ts";
import { ADMIN, ANYONE, type Called, customer, mechanic } from "./caller.ts";
import type { Operation } from "./operations.ts";

export type Body = Called["body"];

/** One read, by an admin unless said. */
export const one = (name: string, path: string, budget: (body: Body) => number, actor: Actor = ADMIN): Operation => ({
  name,
  run: async ({ call }) => [await call(actor, "GET", path)],
  budget,
});

/** What a single record may cost. */
export const record = (): number => 20;
const ranked = (list: string) => (body: Body) => 5 * body[list].length + 20;
const ticket = ({ mechanics, parts }: Body): number => 30 + 3 * (mechanics.length + parts.length);
const whole = (list: string) => (body: Body) => 30 + 3 * body[list].length + 6;

/** Each ticket is read twice, to choose and to show it, and each part by two rows; the mechanics come over a link table. */
const logged = ({ visits }: Body): number =>
  40 + visits.reduce((sum: number, { parts, mechanics, jobs }: Body) => sum + 8 + 4 * (parts.length + mechanics.length + jobs.length), 0);

/** Top lists, single records, and what they hold. A nested ticket reads its vehicle for the VIN; a mechanic's come over a link table. */
export const recordOperations: readonly Operation[] = [
  one("/customers/top", "/customers/top", ranked("customers")),
  one("/customers/top?limit=100", "/customers/top?limit=100", ranked("customers")),
  one("/mechanics/top", "/mechanics/top", ranked("mechanics"), ANYONE),
  one("/mechanics/top?limit=100", "/mechanics/top?limit=100", ranked("mechanics"), ANYONE),
  one("/mechanics/leaderboard", "/mechanics/leaderboard", ranked("mechanics"), ANYONE),
  one("/mechanics/leaderboard, page of 100", "/mechanics/leaderboard?per_page=100", ranked("mechanics"), ANYONE),
  one("/mechanics/leaderboard, page 11 (offset 100)", "/mechanics/leaderboard?page=11", (body) => ranked("mechanics")(body) + 100, ANYONE),
  {
    name: "/mechanics/leaderboard, cursor",
    run: async ({ call }) => {
      const { body } = await call(ANYONE, "GET", "/mechanics/leaderboard");
      return [await call(ANYONE, "GET", `/mechanics/leaderboard?cursor=${body.pagination.next_cursor}`)];
    },
    budget: ranked("mechanics"),
  },
  one("/customers/1: 20 newest tickets of many", "/customers/1", (body) => 20 + body.vehicles.length + 2 * body.service_tickets.length),
  one(
    "/customers/5: 2 vehicles, 10 tickets",
    "/customers/5",
    (body) => 20 + body.vehicles.length + 2 * body.service_tickets.length,
    customer(5),
  ),
  one("/mechanics/2: 20 newest tickets", "/mechanics/2", (body) => 20 + 3 * body.service_tickets.length),
  one("/vehicles/5", "/vehicles/5", record),
  one("/vehicles/5/history", "/vehicles/5/history", logged),
  one("/vehicles/5/history (customer)", "/vehicles/5/history", logged, customer(5)),
  {
    name: "a question about a vehicle",
    run: async ({ call }) => [
      await call(customer(5), "POST", "/assistant/questions", { question: "When were the brakes done?", vehicle_id: 5 }),
    ],
    budget: ({ tickets }) => 30 + 30 * tickets.read,
  },
  one("/service-tickets/50: 2 mechanics, 2 parts", "/service-tickets/50", ticket),
  one("/service-tickets/3: 1 mechanic", "/service-tickets/3", ticket),
  one("/service-tickets/5 (customer)", "/service-tickets/5", ticket, customer(5)),
  one("/service-tickets/50/mechanics", "/service-tickets/50/mechanics", whole("mechanics")),
  one("/service-tickets/50/parts", "/service-tickets/50/parts", whole("parts")),
  one("/assignments/5", "/assignments/5", record),
  one("/inventory/5", "/inventory/5", record),
  one("/users/5", "/users/5", record),
  one("/auth/me (customer)", "/auth/me", record, customer(5)),
  one("/auth/me (mechanic)", "/auth/me", record, mechanic(2)),
  // Six rows for each entry: it, its seal, and four to add up the bytes of a page before it is read.
  one("/audit-log/verify?limit=100", "/audit-log/verify?limit=100", ({ checked }) => 6 * Math.max(checked, 101) + 20),
];

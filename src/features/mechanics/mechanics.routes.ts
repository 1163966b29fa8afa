import { type Actor, isStaff, mechanicOf } from "../../core/actor.ts";
import { presentBookings, type WithBookings } from "../../db/records/bookings-ahead.ts";
import { MECHANIC } from "../../db/records/mechanic.ts";
import { present, presentToStaff } from "../../db/records/record.ts";
import { presentNested } from "../../db/records/ticket.ts";
import { byId, Deleted, deleted, deletedExample, PasswordAgain } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample, topPage } from "../../http/page.ts";
import { ADMIN, EVERYONE, orOwn, STAFF } from "../../http/policy.ts";
import { putAndPatch, route } from "../../http/route.ts";
import { createMechanic, deleteMechanic, updateMechanic } from "./mechanics.commands.ts";
import { findMechanic, listMechanics, type MechanicDetailRow, type MechanicRow, rankMechanics, topMechanics } from "./mechanics.queries.ts";
import {
  ChangedMechanic,
  Leaderboard,
  LeaderboardQuery,
  Mechanic,
  MechanicChange,
  MechanicDetail,
  MechanicList,
  MechanicQuery,
  NewMechanic,
  newMechanicExample,
  TopMechanics,
  TopMechanicsQuery,
} from "./mechanics.schemas.ts";

const tag = "Mechanics";
const CACHED = { tags: ["mechanics"], seconds: 60 } as const;
const SELF_OR_ADMIN = orOwn(ADMIN, "mechanic", "path", 403);

const presentOne = (row: MechanicRow, actor: Actor, isOwn = mechanicOf(actor) === row.id) => ({
  body: present(MECHANIC, row, actor, isOwn),
  version: row.version,
});

const presentChanged = (row: WithBookings<MechanicRow>, actor: Actor) => {
  const { version, body } = presentOne(row, actor);
  return { version, body: { ...body, ...presentBookings(row) } };
};

/** A caller who is not staff is registering themselves. */
const presentNew = (actor: Actor, row: MechanicRow) => ({
  ...presentOne(row, actor, !isStaff(actor) || mechanicOf(actor) === row.id),
  location: `/mechanics/${row.id}`,
});

const presentDetail = (actor: Actor, row: MechanicDetailRow) => {
  const { version, body } = presentOne(row, actor);
  const service_tickets = row.service_tickets.map((ticket) => presentNested(ticket, actor));
  const totals = { service_tickets: row.ticket_count };
  const links = { service_tickets: `/service-tickets?mechanic_id=${row.id}` };
  return { version, body: { ...body, service_tickets, totals, links } };
};

export const mechanicRoutes = [
  route(
    { access: EVERYONE, limit: "register", invalidates: ["mechanics"], fails: ["email_taken", "signup_closed"] },
    {
      method: "post",
      path: "/mechanics",
      operationId: "createMechanic",
      tag,
      summary: "Sign up as a mechanic, or add a mechanic",
      description:
        "A mechanic added by an admin is active. A mechanic who signs up is pending until an admin activates the account; the salary is a request.",
      body: NewMechanic,
      bodyExample: newMechanicExample,
      status: 201,
      versioned: true,
      answer: Mechanic,
      example: { ...MECHANIC.example, status: "pending", ticket_count: 0, completed_count: 0 },
    },
    async (context, { body }) => presentNew(context.actor, await createMechanic(context, body)),
  ),
  route(
    { access: STAFF, cache: CACHED, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/mechanics",
      operationId: "listMechanics",
      tag,
      summary: "List or search mechanics",
      query: MechanicQuery,
      answer: MechanicList,
      example: { mechanics: [MECHANIC.listedExample], pagination: paginationExample },
    },
    async ({ db }, { query }) =>
      pageResult("/mechanics", "mechanics", query, await listMechanics(db, query, pageRequest(query)), (row) =>
        presentToStaff(MECHANIC, row),
      ),
  ),
  route(
    { access: EVERYONE, cache: CACHED, fails: ["page_too_deep"] },
    {
      method: "get",
      path: "/mechanics/top",
      operationId: "listTopMechanics",
      tag,
      summary: "List the mechanics with the most tickets",
      query: TopMechanicsQuery,
      answer: TopMechanics,
      example: { mechanics: [{ id: 12, name: "Max Example", ticket_count: 9 }], pagination: paginationExample },
    },
    async ({ db }, { query }) => {
      const asked = topPage(query);
      return pageResult("/mechanics/top", "mechanics", asked, await topMechanics(db, query, pageRequest(asked)), (row) => row);
    },
  ),
  route(
    { access: EVERYONE, cache: CACHED, fails: ["page_too_deep"] },
    {
      method: "get",
      path: "/mechanics/leaderboard",
      operationId: "rankMechanics",
      tag,
      summary: "Rank mechanics by completed tickets",
      description: "Counts completed and closed tickets.",
      query: LeaderboardQuery,
      answer: Leaderboard,
      example: { mechanics: [{ id: 12, name: "Max Example", completed_count: 7 }], pagination: paginationExample },
    },
    async ({ db }, { query }) => {
      const page = await rankMechanics(db, pageRequest({ ...query, sort: "-completed_count" }));
      return pageResult("/mechanics/leaderboard", "mechanics", query, page, (row) => row);
    },
  ),
  route(
    { access: STAFF, fails: ["not_found"] },
    {
      method: "get",
      path: "/mechanics/{id}",
      operationId: "getMechanic",
      tag,
      summary: "Get a mechanic with their newest tickets",
      params: byId,
      versioned: true,
      answer: MechanicDetail,
      example: {
        ...MECHANIC.example,
        service_tickets: [],
        totals: { service_tickets: 9 },
        links: { service_tickets: "/service-tickets?mechanic_id=12" },
      },
    },
    async ({ db, actor }, { params }) => presentDetail(actor, await findMechanic(db, params.id)),
  ),
  ...putAndPatch((method) =>
    route(
      {
        access: SELF_OR_ADMIN,
        invalidates: ["mechanics", "service_tickets"],
        asksPassword: "to change the e-mail, and to make an admin active",
        fails: ["email_taken", "last_admin"],
      },
      {
        method,
        path: "/mechanics/{id}",
        operationId: method === "put" ? "updateMechanic" : "patchMechanic",
        tag,
        summary: "Update the given fields of a mechanic",
        description:
          "Only admins can change the salary and the status. A mechanic who is not active goes on no ticket, and `bookings_ahead` names those that they still have.",
        params: byId,
        body: MechanicChange,
        bodyExample: { phone: "+1 555 0201" },
        versioned: true,
        answer: ChangedMechanic,
        example: MECHANIC.example,
      },
      async (context, { params, body }) => presentChanged(await updateMechanic(context, params.id, body), context.actor),
    ),
  ),
  route(
    {
      access: SELF_OR_ADMIN,
      limit: "destroy",
      invalidates: ["mechanics"],
      asksPassword: "to delete an account",
      fails: ["mechanic_has_tickets", "last_admin"],
    },
    {
      method: "delete",
      path: "/mechanics/{id}",
      operationId: "deleteMechanic",
      tag,
      summary: "Delete a mechanic with their account",
      params: byId,
      body: PasswordAgain,
      bodyExample: {},
      removesVersioned: true,
      answer: Deleted,
      example: deletedExample("Mechanic"),
    },
    async (context, { params, body }) => {
      await deleteMechanic(context, params.id, body);
      return deleted("Mechanic", params.id);
    },
  ),
];

import type { Actor } from "../../core/actor.ts";
import { presentBookings, type WithBookings } from "../../db/records/bookings-ahead.ts";
import { present } from "../../db/records/record.ts";
import { USER } from "../../db/records/user.ts";
import { byId, Deleted, deleted, deletedExample, PasswordAgain } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { ADMIN, type Policy, STAFF } from "../../http/policy.ts";
import { putAndPatch, route } from "../../http/route.ts";
import { createUser, deleteUser, updateUser } from "./users.commands.ts";
import { findUser, listUsers, type UserRow } from "./users.queries.ts";
import { ChangedUser, NewUser, User, UserChange, UserList, UserQuery } from "./users.schemas.ts";

const tag = "Users";

const presentOne = (row: UserRow, actor: Actor) => ({ body: present(USER, row, actor), version: row.version });

const presentChanged = (row: WithBookings<UserRow>, actor: Actor) => {
  const { version, body } = presentOne(row, actor);
  return { version, body: { ...body, ...presentBookings(row) } };
};

const presentNew = (row: UserRow, actor: Actor) => ({ ...presentOne(row, actor), location: `/users/${row.id}` });

export const userRoutes = [
  route(
    {
      access: ADMIN,
      invalidates: ["mechanics"],
      asksPassword: "to add an admin",
      fails: ["reference_not_found", "account_exists", "email_taken", "email_needed", "customer_erased"],
    },
    {
      method: "post",
      path: "/users",
      operationId: "createUser",
      tag,
      summary: "Add an admin, or the account of a record",
      description: "With `customer_id` or `mechanic_id`, the account takes its role and e-mail from that record.",
      body: NewUser,
      bodyExample: { email: "grace@example.com", password: "correct horse battery", role: "admin" },
      status: 201,
      versioned: true,
      answer: User,
      example: USER.example,
    },
    async (context, { body }) => presentNew(await createUser(context, body), context.actor),
  ),
  route(
    { access: STAFF, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/users",
      operationId: "listUsers",
      tag,
      summary: "List accounts",
      description: "Sort by `id` or `status`; with `role=` by `status`, with `email=` by `role`.",
      query: UserQuery,
      answer: UserList,
      example: { users: [USER.example], pagination: paginationExample },
    },
    async ({ db, actor }, { query }) =>
      pageResult("/users", "users", query, await listUsers(db, query, pageRequest(query)), (row) => present(USER, row, actor)),
  ),
  route(
    { access: STAFF, fails: ["not_found"] },
    {
      method: "get",
      path: "/users/{id}",
      operationId: "getUser",
      tag,
      summary: "Get an account",
      params: byId,
      versioned: true,
      answer: User,
      example: USER.example,
    },
    async ({ db, actor }, { params }) => presentOne(await findUser(db, params.id), actor),
  ),
  ...putAndPatch((method) =>
    route(
      {
        access: ADMIN,
        invalidates: ["customers", "mechanics"],
        asksPassword: "to change the e-mail, and to make an admin or make one active",
        fails: ["not_found", "email_taken", "last_admin", "role_not_available"],
      } satisfies Policy,
      {
        method,
        path: "/users/{id}",
        operationId: method === "put" ? "updateUser" : "patchUser",
        tag,
        summary: "Change the e-mail, status or role of an account",
        description:
          "The account's customer or mechanic gets the same e-mail and status. A mechanic can become an admin and back; no other role can change. " +
          "A new role, or a status other than `active`, ends all sessions; `bookings_ahead` names what a mechanic who is not active still has to do.",
        params: byId,
        body: UserChange,
        bodyExample: { status: "active" },
        versioned: true,
        answer: ChangedUser,
        example: USER.example,
      },
      async (context, { params, body }) => presentChanged(await updateUser(context, params.id, body), context.actor),
    ),
  ),
  route(
    { access: ADMIN, asksPassword: "always", fails: ["not_found", "last_admin"] },
    {
      method: "delete",
      path: "/users/{id}",
      operationId: "deleteUser",
      tag,
      summary: "Delete an account",
      description: "The customer or mechanic stays on record. All sessions of the account end.",
      params: byId,
      body: PasswordAgain,
      bodyExample: {},
      removesVersioned: true,
      answer: Deleted,
      example: deletedExample("User"),
    },
    async (context, { params, body }) => {
      await deleteUser(context, params.id, body);
      return deleted("User", params.id);
    },
  ),
];

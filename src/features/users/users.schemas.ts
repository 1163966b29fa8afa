import type { z } from "@hono/zod-openapi";
import { atLeastOneOf, Password } from "../../http/fields.ts";
import { listOf, listQuery } from "../../http/page.ts";
import { userInput, userRow } from "../../http/rows.ts";

export const User = userRow
  .pick({ id: true, email: true, role: true, status: true, customer_id: true, mechanic_id: true, created_at: true, last_login_at: true })
  .openapi("User");

const { email, role, status } = userInput.shape;

export const NewUser = userInput
  .pick({ customer_id: true, mechanic_id: true })
  .extend({
    email: email.optional().openapi({ description: "Needed for an admin; the account of a record has the record's." }),
    password: Password,
    role: role.optional().openapi({ description: "`admin`, unless the account is for a record, whose role it has." }),
    status: status.optional().openapi({ description: "`active`, or the mechanic's own, unless said." }),
  })
  .strict()
  .openapi("NewUser");
export type NewUser = z.output<typeof NewUser>;

export const UserChange = atLeastOneOf(userInput.pick({ email: true, role: true, status: true }).strict()).openapi("UserChange");
export type UserChange = z.output<typeof UserChange>;

export const USER_SORTS = ["id", "status", "role"] as const;

export const UserQuery = listQuery(USER_SORTS, {
  role: role.optional().openapi({ description: "Accounts of this role.", example: "mechanic" }),
  status: status.optional().openapi({ description: "Accounts in this status.", example: "pending" }),
  email: email.optional().openapi({ description: "The accounts of this e-mail, at most one per role.", example: "ada@example.com" }),
});
export type UserQuery = z.output<typeof UserQuery>;

export const UserList = listOf("users", User).openapi("UserList");

export const userExample = {
  id: 12,
  email: "ada@example.com",
  role: "customer",
  status: "active",
  customer_id: 12,
  mechanic_id: null,
  created_at: "2026-11-20T09:30:00.000Z",
  last_login_at: "2026-11-20T09:31:00.000Z",
};

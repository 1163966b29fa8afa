import type { z } from "@hono/zod-openapi";
import { USER } from "../../db/records/user.ts";
import { atLeastOneOf, Password } from "../../http/fields.ts";
import { listOf, listQuery } from "../../http/page.ts";

export const User = USER.answer.openapi("User");

const { email, role, status } = USER.input.shape;

export const NewUser = USER.input
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

export const UserChange = atLeastOneOf(USER.input.pick({ email: true, role: true, status: true }).strict()).openapi("UserChange");
export type UserChange = z.output<typeof UserChange>;

export const UserQuery = listQuery(["id", "status", "role"], {
  role: role.optional().openapi({ description: "Accounts of this role.", example: "mechanic" }),
  status: status.optional().openapi({ description: "Accounts in this status.", example: "pending" }),
  email: email.optional().openapi({ description: "The accounts of this e-mail, at most one per role.", example: "ada@example.com" }),
});
export type UserQuery = z.output<typeof UserQuery>;

export const UserList = listOf("users", User).openapi("UserList");

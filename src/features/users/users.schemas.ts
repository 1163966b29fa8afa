import { z } from "@hono/zod-openapi";
import { BookingsAhead } from "../../db/records/bookings-ahead.ts";
import { USER } from "../../db/records/user.ts";
import { atLeastOneOf, CurrentPassword, Password } from "../../http/fields.ts";
import { listOf, listQuery } from "../../http/page.ts";

export const User = USER.answer.openapi("User");

/** An account after a change. */
export const ChangedUser = User.extend({ bookings_ahead: BookingsAhead }).openapi("ChangedUser");

const { email, role, status } = USER.input.shape;

export const NewUser = USER.input
  .pick({ customer_id: true, mechanic_id: true })
  .extend({
    email: email
      .optional()
      .openapi({ description: "Required for an admin. Leave it out with `customer_id` or `mechanic_id`: the record's e-mail is used." }),
    password: Password,
    role: role.optional().openapi({ description: "`admin`; with `customer_id` or `mechanic_id` the role follows from the record." }),
    status: status.optional().openapi({ description: "Default: `active`, or the mechanic's present status." }),
    current_password: CurrentPassword,
  })
  .strict()
  .openapi("NewUser");
export type NewUser = z.output<typeof NewUser>;

export const UserChange = atLeastOneOf(
  USER.input
    .pick({ email: true, role: true, status: true })
    .extend({
      email_verified: z.literal(true).optional().openapi({ description: "You vouch that the e-mail belongs to the person." }),
      current_password: CurrentPassword,
    })
    .strict(),
).openapi("UserChange");
export type UserChange = z.output<typeof UserChange>;

export const UserQuery = listQuery(["id", "status", "role"], {
  role: role.optional().openapi({ description: "Only accounts with this role.", example: "mechanic" }),
  status: status.optional().openapi({ description: "Only accounts with this status.", example: "pending" }),
  email: email.optional().openapi({ description: "Only accounts with this e-mail; at most one per role.", example: "ada@example.com" }),
});
export type UserQuery = z.output<typeof UserQuery>;

export const UserList = listOf("users", User).openapi("UserList");

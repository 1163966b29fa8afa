import { CUSTOMER } from "../../db/records/customer.ts";
import { MECHANIC } from "../../db/records/mechanic.ts";
import { byId } from "../../http/fields.ts";
import { ADMIN, STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { Message } from "./auth.schemas.ts";
import { invite } from "./invitation.commands.ts";

const INVITED = "The invitation is on its way.";

/** Staff invite the people whose records they keep to an account of their own. */
export const invitationRoutes = [["customer", CUSTOMER, STAFF] as const, ["mechanic", MECHANIC, ADMIN] as const].map(
  ([who, entity, access]) =>
    route(
      { access, fails: ["not_found", "email_needed", "account_exists", "mailed_enough"] },
      {
        method: "post",
        path: `/${who}s/{id}/invite`,
        operationId: who === "customer" ? "inviteCustomer" : "inviteMechanic",
        tag: who === "customer" ? "Customers" : "Mechanics",
        summary: `Invite a ${who} to an account of their own`,
        description: `Mails the e-mail of the ${who} a token, with which they make an account within 7 days (POST /auth/invitation/accept).`,
        params: byId,
        answer: Message,
        example: { message: INVITED },
      },
      async (context, { params }) => {
        await invite(context, entity, params.id);
        return { body: { message: INVITED } };
      },
    ),
);

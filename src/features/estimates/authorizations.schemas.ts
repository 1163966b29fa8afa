import { z } from "@hono/zod-openapi";
import { Id, Money, oneOf, text } from "../../db/fields.ts";
import { AUTHORIZATION } from "../../db/records/authorization.ts";
import { listOf, listQuery } from "../../http/page.ts";

export const ANSWERS = ["approved", "declined"] as const;

/** The most lines that a ticket has, and so the most that is decided at once. */
const MAX_DECISIONS = 300;

export const Authorization = AUTHORIZATION.listedAnswer
  .extend({
    by: z
      .object({ user_id: Id.optional(), share_link_id: Id.optional() })
      .openapi({ description: "The account that recorded it, or the link by which the customer did." }),
    decisions: z
      .array(z.object({ line_id: Id, description: text(300), net: Money, decision: oneOf(ANSWERS) }))
      .max(MAX_DECISIONS)
      .openapi({ description: "Each as it was shown." }),
  })
  .openapi("Authorization");

export const AuthorizationList = listOf("authorizations", Authorization).openapi("AuthorizationList");

export const AuthorizationQuery = listQuery(["id"], {}).omit({ sort: true });

const Decision = z
  .strictObject({ job_id: Id.optional(), line_id: Id.optional(), decision: oneOf(ANSWERS) })
  .refine(({ job_id, line_id }) => (job_id === undefined) !== (line_id === undefined), {
    message: "Send either job_id or line_id.",
  })
  .openapi("Decision");

const isNamedBefore = (decisions: readonly z.output<typeof Decision>[], index: number): boolean =>
  decisions.findIndex(({ job_id, line_id }) => job_id === decisions[index]?.job_id && line_id === decisions[index]?.line_id) < index;

const { channel, person_name, capacity, contact, replaced_parts, note } = AUTHORIZATION.staffInput.shape;

const decisions = z
  .array(Decision)
  .min(1)
  .max(MAX_DECISIONS)
  .superRefine((said, { addIssue }) => {
    for (const index of said.keys())
      if (isNamedBefore(said, index))
        addIssue({ code: "custom", path: [index], message: "It was decided on before in this list.", input: said });
  })
  .openapi({
    description: "A job stands for all of its lines; a line of a job that is decided as a whole goes with all others of it.",
  });

export const NewAuthorization = z
  .strictObject({
    channel: channel.optional().openapi({
      description: "Staff says how they were told, and neither `portal` nor `link`. Customers need not send it: theirs is always `portal`.",
    }),
    person_name: person_name.optional().openapi({ description: "Who decided. Default for customers: the name of their record." }),
    capacity: capacity.optional().openapi({ description: "Required of staff. A customer is always `owner`." }),
    contact: contact.openapi({ description: "Required for `phone`, `text` and `email`: the number or address. Only staff sends it." }),
    replaced_parts,
    note,
    decisions,
  })
  .openapi("NewAuthorization");
export type NewAuthorization = z.output<typeof NewAuthorization>;

/** What the holder of a link decides. A person types their name: nothing is decided by whatever only opens links. */
export const SharedDecision = z
  .strictObject({
    estimate_id: Id,
    person_name: person_name.openapi({ description: "Who decides, as they typed it." }),
    replaced_parts,
    note,
    decisions,
  })
  .openapi("SharedDecision");
export type SharedDecision = z.output<typeof SharedDecision>;

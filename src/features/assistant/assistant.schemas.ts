import { z } from "@hono/zod-openapi";
import { Count, Id, longText, oneOf, text } from "../../db/fields.ts";
import { MAX_VISITS } from "../../db/service-log.ts";

const QUESTION = "What you want to know of the service of the vehicle, or of the customer's vehicles.";

export const Question = z
  .strictObject({
    question: text(500).openapi({ description: QUESTION, example: "When were the front brakes done?" }),
    vehicle_id: Id.optional(),
    customer_id: Id.optional(),
  })
  .refine(({ vehicle_id, customer_id }) => (vehicle_id === undefined) !== (customer_id === undefined), {
    path: ["vehicle_id"],
    params: { code: "required" },
    message: "Send vehicle_id or customer_id, and not both.",
  })
  .openapi("Question");
export type Question = z.output<typeof Question>;

export const Answer = z
  .object({
    source: oneOf(["rules", "model"]).openapi({
      description:
        "`model`: a language model worded the facts, and each was found in the tickets that it names. Show who reads it that a machine wrote it.",
    }),
    statements: z
      .array(
        z
          .object({
            kind: oneOf(["fact", "quote"]).openapi({ description: "A `quote` repeats what somebody wrote on a ticket, true or not." }),
            text: longText(1_000),
            ticket_ids: z.array(Id).max(MAX_VISITS).openapi({ description: "The tickets that it rests on." }),
          })
          .openapi("Answered"),
      )
      .max(50)
      .openapi({ description: "Plain text. None where no ticket says anything." }),
    tickets: z.object({ read: Count, left_out: Count, exact: z.boolean() }),
  })
  .openapi("Answer");

import { orOwn, STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { answerQuestion } from "./assistant.queries.ts";
import { Answer, Question } from "./assistant.schemas.ts";

export const assistantRoutes = [
  route(
    // A question changes nothing: there is nothing to keep for a repeated one.
    { access: orOwn(STAFF, "customer", "query"), limit: "assistant", ignoresIdempotencyKey: true, fails: ["not_found", "merged"] },
    {
      method: "post",
      path: "/assistant/questions",
      operationId: "askAssistant",
      tag: "Assistant",
      summary: "Ask about the service of a vehicle, or of a customer's vehicles",
      description:
        "Answered from the tickets that you may read, at most 50 and those whose words match; each statement names its tickets. By rules, or, where " +
        "the shop has set one up, worded by a language model, of which only statements are shown that the tickets prove. It changes nothing.",
      body: Question,
      bodyExample: { question: "When were the front brakes done?", vehicle_id: 7 },
      answer: Answer,
      example: {
        source: "rules",
        statements: [
          { kind: "fact", text: 'Job "Front brakes": last on 2026-11-24 at 84120, 1 time.', ticket_ids: [31] },
          { kind: "quote", text: 'The ticket of 2026-11-24 says: "Front brakes grind: replace pads, check discs"', ticket_ids: [31] },
        ],
        tickets: { read: 2, left_out: 0, exact: true },
      },
    },
    async ({ db, actor, services }, { body }) => {
      const { statements, ...answer } = await answerQuestion(db, actor, services.languageModel, body);
      return { body: { ...answer, statements: statements.map((said) => ({ ...said, ticket_ids: [...said.ticket_ids] })) } };
    },
  ),
];

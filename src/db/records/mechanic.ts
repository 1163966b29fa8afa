import { phoneWords, wordsOf } from "../../core/search-words.ts";
import { Count, Email, Id, longText, MONEY, oneOf, Phone, Timestamp, text } from "../fields.ts";
import { byWords } from "../list/search.ts";
import { ACCOUNT_STATUSES, mechanics } from "../schema/mechanics.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

export const MECHANIC = entityOf(
  "mechanic",
  recordOf(mechanics, {
    id: { use: "shown", audited: true, type: Id, example: 12 },
    name: { use: "shown", audited: true, input: true, searched: wordsOf, type: text(120), example: "Max Example" },
    email: { use: "shown", audited: true, input: true, type: Email, example: "max@example.com" },
    phone: { use: "shown", audited: true, input: true, searched: phoneWords, type: Phone, example: "+1 555 0200" },
    address: { use: "shown", audited: true, input: true, type: longText(300), example: "1 Garage Lane, Springfield" },
    specialty: { use: "shown", audited: true, input: true, type: text(120), example: "Brakes" },
    salary: { use: "private", audited: true, input: true, money: true, type: MONEY, example: 52_000.5 },
    ticket_count: { use: "shown", type: Count, example: 9 },
    completed_count: { use: "shown", type: Count, example: 7 },
    status: { use: "shown", audited: true, type: oneOf(ACCOUNT_STATUSES), example: "active" },
    search_terms: { use: "hidden" },
    version: { use: "hidden" },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
    updated_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  }),
  {
    counter: "mechanics",
    newestFirst: true,
    sorts: {
      id: mechanics.id,
      name: byWords("name"),
      created_at: mechanics.created_at,
      ticket_count: mechanics.ticket_count,
      completed_count: mechanics.completed_count,
    },
  },
);

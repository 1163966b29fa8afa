import type { Actor } from "../../core/actor.ts";
import { type Answered, answerByRules, factsOf, type NamedLog, type Passage } from "../../core/answer-by-rules.ts";
import { checked } from "../../core/answer-check.ts";
import { claimsIn, promptOf } from "../../core/answer-wording.ts";
import { anyOf, askedIn } from "../../core/answer-words.ts";
import type { LanguageModel } from "../../core/ports.ts";
import { serviceLogOf } from "../../core/service-history.ts";
import type { TicketsRead } from "../../core/service-log.ts";
import type { Db } from "../../db/client.ts";
import { readPassages, readVehicleNames } from "../../db/passages.ts";
import { type FoundLog, type LogScope, readServiceLog } from "../../db/service-log.ts";
import type { Question } from "./assistant.schemas.ts";

/** An answer, who worded it, and how much was read for it. */
export interface FoundAnswer {
  readonly source: "rules" | "model";
  readonly statements: readonly Answered[];
  readonly tickets: TicketsRead;
}

const NO_VEHICLE = "Without a vehicle";

/** A log for each vehicle: mileages of several say nothing together. */
const logsOf = async (db: Db, scope: LogScope, { tickets, visits, declined }: FoundLog): Promise<readonly NamedLog[]> => {
  if ("vehicle_id" in scope) return [{ name: null, log: serviceLogOf(tickets, visits, declined) }];
  const byVehicle = Map.groupBy(visits, ({ vehicle_id }) => vehicle_id);
  const names = await readVehicleNames(
    db,
    [...byVehicle.keys()].filter((id) => id !== null),
  );
  return [...byVehicle].map(([id, own]) => {
    const ids = new Set(own.map(({ ticket_id }) => ticket_id));
    const refused = declined.filter(({ service_ticket_id }) => ids.has(service_ticket_id));
    return { name: (id === null ? undefined : names.get(id)) ?? NO_VEHICLE, log: serviceLogOf(tickets, own, refused) };
  });
};

/** What is left of what a model says, or null: it failed, or nothing that it said was proven. */
const wordedBy = async (
  model: LanguageModel,
  question: string,
  { visits }: FoundLog,
  logs: readonly NamedLog[],
  passages: readonly Passage[],
): Promise<readonly Answered[] | null> => {
  const facts = factsOf(logs);
  const answer = await model.complete(promptOf(question, facts, visits, passages));
  const proven = answer === null ? [] : checked(claimsIn(answer), facts, new Map(visits.map((visit) => [visit.ticket_id, visit])));
  return proven.length > 0 ? proven : null;
};

/**
 * Answers a question from the tickets that the actor may see, and from nothing else. Throws `not_found` for a vehicle or customer
 * that is not there for the actor, and to staff `merged`.
 */
export const answerQuestion = async (
  db: Db,
  actor: Actor,
  model: LanguageModel | null,
  { question, vehicle_id, customer_id }: Question,
): Promise<FoundAnswer> => {
  const scope: LogScope = vehicle_id === undefined ? { customer_id: customer_id ?? 0 } : { vehicle_id };
  const [found, passages] = await Promise.all([readServiceLog(db, actor, scope), readPassages(db, actor, scope, anyOf(askedIn(question)))]);
  const logs = await logsOf(db, scope, found);
  const byRules = answerByRules(question, logs, passages);
  const worded = model && found.visits.length > 0 ? await wordedBy(model, question, found, logs, passages) : null;
  const quotes = byRules.filter(({ kind }) => kind === "quote");
  return {
    source: worded ? "model" : "rules",
    statements: worded ? [...worded, ...quotes] : byRules,
    tickets: found.tickets,
  };
};

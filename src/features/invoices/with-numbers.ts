import { failureIn } from "../../core/errors.ts";
import type { GivenNumber } from "../../core/ports.ts";
import { RESTORED } from "../../db/alarms.ts";
import type { Precondition } from "../../db/write/commit.ts";
import { requiresNumbers } from "../../db/write/document-numbers.ts";
import type { WriteContext } from "../../http/app-env.ts";
import type { InvoiceRow, OnDay } from "./invoices.queries.ts";

/** The operator hears at once of what was refused, with the numbers that were given and those that the database knows. */
const warn = (error: unknown): void => {
  const failure = failureIn(error);
  if (failure?.code !== "numbers_behind") return;
  console.error(JSON.stringify({ alarm: "invoice_numbers_behind", ...failure.details, advice: RESTORED }));
};

/**
 * Posts a document unless the database was set back behind numbers that were given, and has its own number remembered outside of it.
 * What is not remembered now, the job of every minute makes up for. Throws `unavailable`, `numbers_behind`, and what posting throws.
 */
export const withNumbers = async (
  { services, beforeAnswer }: WriteContext,
  post: (requiresKnown: Precondition) => Promise<OnDay<InvoiceRow>>,
): Promise<OnDay<InvoiceRow>> => {
  const requiresKnown = requiresNumbers(await services.numbers.given());
  const made = await post(requiresKnown).catch((error: unknown) => {
    warn(error);
    throw error;
  });
  const { kind, year, sequence } = made.found;
  const given: GivenNumber = { kind, year, last: sequence };
  beforeAnswer(services.numbers.raise([given]).catch(() => undefined));
  return made;
};

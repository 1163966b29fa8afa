import { env } from "cloudflare:workers";
import { brokenRules as brokenRulesOf } from "../../scripts/backup/recount.ts";

/** The names of all rules that a database breaks, that of the tests unless said, with how many rows break them. */
export const brokenRules = (db: D1Database = env.DB): Promise<Record<string, number>> => brokenRulesOf(db);

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import recorded from "./statements.jsonl?raw";

/** Texts and names in quotes, and the places for values outside of them. */
const TOKENS = /'(?:''|[^'])*'|"[^"]*"|\?/g;

/** How many values a statement takes. */
const placesIn = (sql: string): number => [...sql.matchAll(TOKENS)].filter(([token]) => token === "?").length;

/** With names in backticks: SQLite takes a name in double quotes that it does not know for a text. */
const withStrictNames = (sql: string): string =>
  sql.replaceAll(TOKENS, (token) => (token.startsWith('"') ? `\`${token.slice(1, -1)}\`` : token));

/** Why SQLite cannot prepare a statement, with all triggers that it would run; null if it can. */
const refusalOf = async (sql: string): Promise<string | null> =>
  env.DB.prepare(`explain ${withStrictNames(sql)}`)
    .bind(...Array(placesIn(sql)).fill(null))
    .all()
    .then(
      () => null,
      (error: unknown) => `${error instanceof Error ? error.message : error}: ${sql}`,
    );

const statements = recorded
  .trim()
  .split("\n")
  .map((line): string => JSON.parse(line));

describe("the statements of the last release", () => {
  it("are prepared by the schema of this one, which is there before its app is deployed", async () => {
    const refused: string[] = [];
    for (const sql of statements) {
      const refusal = await refusalOf(sql);
      if (refusal !== null) refused.push(refusal);
    }
    expect(refused).toEqual([]);
  });

  it("are those of all kinds of work, and a column that was dropped would be noticed", async () => {
    expect(statements.length).toBeGreaterThan(150);
    const isAsked = (start: string) => statements.some((sql) => new RegExp(start, "i").test(sql));
    for (const table of ["customers", "service_tickets", "sessions", "idempotency_keys"])
      for (const verb of ["insert into", "update", "delete from", "from"])
        expect(isAsked(`\\b${verb} "?${table}\\b`), `${verb} ${table}`).toBe(true);
    for (const table of ["audit_log", "audit_seals"]) expect(isAsked(`insert into "?${table}\\b`), table).toBe(true);
    expect(await refusalOf('select "no_such_column" from "customers" where id = ?')).toMatch(/no such column/);
    expect(await refusalOf('select "name" from "customers" where id = ?')).toBeNull();
  });
});

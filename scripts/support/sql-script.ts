import type { Query } from "./recorder.ts";

/** A value as a literal of SQLite. Throws for what does not stand on one line. */
const literal = (value: unknown): string => {
  if (value === null) return "NULL";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value !== "string" || /\p{Cc}/u.test(value)) throw new Error(`no literal for ${JSON.stringify(value)}`);
  return `'${value.replaceAll("'", "''")}'`;
};

/** Texts and names in quotes, which stay as they are; a line break with its indent; a place for a value. */
const TOKENS = /'(?:''|[^'])*'|"[^"]*"|\s*\n\s*|\?/g;

const inline = ({ sql, params }: Query): string => {
  const values = [...params];
  const text = sql.replace(TOKENS, (token) => {
    if (token === "?") return literal(values.shift() ?? null);
    return token.includes("\n") && token.trim() === "" ? " " : token;
  });
  if (values.length > 0) throw new Error(`${values.length} values too many for: ${sql}`);
  return text;
};

/** The statements as a script with one statement per line, the form that D1 runs as one transaction. */
export const toScript = (queries: readonly Query[]): string => queries.map((query) => `${inline(query)};`).join("\n");

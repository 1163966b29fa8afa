/** What D1 documents as its limits (Cloudflare: D1, Limits), in bytes where it is not a number of things; workerd allows more. */
export const D1_LIMITS = { sql: 100_000, parameters: 100, arguments: 32, row: 2_000_000, pattern: 50, columns: 100 } as const;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** Words of SQL that may stand before a parenthesis without being a function. */
const NO_FUNCTIONS = new Set(
  "all and any as by case check distinct else except exists filter from having in intersect into is key not on or over references select set then union unique using values when where with".split(
    " ",
  ),
);

/** Texts, quoted names and comments, which may hold anything, and names of tables, which a list of columns may follow. */
const OPAQUE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\b(?:into|table|on|references)\s+\w+/gi;

/** The functions of a statement that are given more arguments than D1 takes. */
const longCalls = (sql: string): string[] => {
  const calls: { readonly name: string; commas: number }[] = [];
  const found: string[] = [];
  for (const [token] of sql.replace(OPAQUE, " ? ").matchAll(/[A-Za-z_]\w*\s*\(|[(),]/g)) {
    const last = calls.at(-1);
    if (token === "," && last) last.commas += 1;
    else if (token === ")") {
      const call = calls.pop();
      if (call && call.name !== "" && call.commas >= D1_LIMITS.arguments) found.push(`${call.name}() has ${call.commas + 1} arguments`);
    } else if (token.endsWith("(")) {
      const name = token.slice(0, -1).trim().toLowerCase();
      calls.push({ name: NO_FUNCTIONS.has(name) ? "" : name, commas: 0 });
    }
  }
  return found;
};

/** Which limits of D1 a statement passes, in words. */
export const passedLimits = (sql: string): string[] => [
  ...(bytes(sql) > D1_LIMITS.sql ? [`${bytes(sql)} bytes of SQL`] : []),
  ...longCalls(sql),
  ...[...sql.matchAll(/\b(?:like|glob)\s+'((?:[^']|'')*)'/gi)].flatMap(([, pattern = ""]) =>
    bytes(pattern) > D1_LIMITS.pattern ? [`a pattern of ${bytes(pattern)} bytes`] : [],
  ),
];

/** Which limits of D1 the values of a statement pass, in words. They may all go into one row. */
export const passedByValues = (values: readonly unknown[]): string[] => {
  const size = values.reduce<number>((sum, value) => sum + (typeof value === "string" ? bytes(value) : 8), 0);
  return [
    ...(values.length > D1_LIMITS.parameters ? [`${values.length} parameters`] : []),
    ...(size > D1_LIMITS.row ? [`${size} bytes of values`] : []),
  ];
};

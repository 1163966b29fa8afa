/** What a request of the app asked D1, and what it was answered with; `varies` is the number that others have another of. */
export interface Recorded {
  readonly body: string;
  readonly statements: readonly { readonly sql: string; readonly params: readonly unknown[] }[];
  readonly varies: number;
}

/** The highest number that stands in the place of the one that varies. */
export const MOST = 90_000;

const HASH = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** A value as another request would have it: its own id, its own hash, another number. */
const another = (value: unknown, varies: number, number: number, id: string): unknown => {
  if (value === varies) return number;
  if (typeof value !== "string") return value;
  if (HASH.test(value)) return id.replaceAll("-", "").repeat(2);
  return UUID.test(value) ? id : value.replaceAll(String(varies), String(number));
};

/** The bytes to answer, and the same question to D1, with other values each time. */
export const ceilingOf = ({ body, statements, varies }: Recorded, d1: D1Database) => {
  const prepared = statements.map(({ sql, params }) => ({ statement: d1.prepare(sql), params }));
  const query = async (): Promise<void> => {
    const id = crypto.randomUUID();
    const number = 1 + Math.floor(Math.random() * MOST);
    const bound = prepared.map(({ statement, params }) => statement.bind(...params.map((value) => another(value, varies, number, id))));
    const [first, ...rest] = bound;
    await (first && rest.length === 0 ? first.raw() : d1.batch(bound));
  };
  return { body, query };
};

import { env } from "cloudflare:workers";
import { type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { describe, expect, it } from "vitest";
import { type Fields, jsonArray, jsonObject } from "../../src/db/json.ts";

const textOf = async (expression: SQL): Promise<unknown> => (await drizzle(env.DB).get<{ x: string }>(sql`select ${expression} as x`)).x;

/** So many fields: texts that look like JSON, numbers, nulls and lists. */
const values = (count: number): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`field_${i}`, [`{"a":"'${i}"}`, i / 4, null, [i, null]][i % 4]]));

const asSql = (value: unknown): SQL =>
  Array.isArray(value) ? jsonArray(sql`value`, sql`json_each(${JSON.stringify(value)})`) : sql`${value}`;

const fieldsOf = (row: Record<string, unknown>): Fields =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asSql(value)]));

describe("a JSON object of SQL", () => {
  it.each([1, 15, 16, 17, 31, 32, 46, 47, 60])("has %i fields in their order, with nulls and lists as they are", async (count) => {
    const row = values(count);
    expect(await textOf(jsonObject(fieldsOf(row)))).toBe(JSON.stringify(row));
  });

  it("is an object within another one and within a list, however long it is", async () => {
    const row = values(20);
    const object = jsonObject(fieldsOf(row));
    expect(await textOf(jsonObject({ object }))).toBe(JSON.stringify({ object: row }));
    expect(await textOf(jsonArray(object, sql`json_each('[1,2]')`))).toBe(JSON.stringify([row, row]));
  });
});

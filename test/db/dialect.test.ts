import { env } from "cloudflare:workers";
import { and, asc, desc, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { alias } from "drizzle-orm/sqlite-core";
import { expect, it } from "vitest";
import type { Db } from "../../src/db/client.ts";
import { render } from "../../src/db/dialect.ts";
import { eachOf } from "../../src/db/json.ts";
import { TICKET } from "../../src/db/records/ticket.ts";
import { customers } from "../../src/db/schema/customers.ts";
import { serviceTickets } from "../../src/db/schema/service-tickets.ts";
import { testDeps } from "../support/client.ts";

const ours = testDeps().primary();
const theirs = drizzle(env.DB);
const row = { name: "Ada", email: null, phone: "555", created_at: "c", updated_at: "u", search_terms: "{}" };
const other = alias(serviceTickets, "other");

const builders: Readonly<Record<string, (db: Db) => { toSQL(): unknown }>> = {
  insert: (db) => db.insert(customers).values(row),
  "insert of several, with an expression": (db) => db.insert(customers).values([row, { ...row, name: sql`upper(${"x"})` }]),
  update: (db) =>
    db
      .update(customers)
      .set({ name: "New", version: sql`${customers.version} + 1` })
      .where(and(eq(customers.id, 7), isNull(customers.email)))
      .returning({ id: customers.id }),
  delete: (db) => db.delete(customers).where(or(eq(customers.id, 7), inArray(customers.id, [1, 2, 3]))),
  "delete of all": (db) => db.delete(customers),
  select: (db) =>
    db
      .select({ json: TICKET.json, n: sql<number>`count(*)`.as("n") })
      .from(serviceTickets)
      .innerJoin(customers, eq(customers.id, serviceTickets.customer_id))
      .where(gt(serviceTickets.service_date, "2026-01-01"))
      .orderBy(asc(serviceTickets.id), desc(customers.name))
      .limit(5)
      .offset(2),
  "select of a list, a name and nothing": (db) =>
    db.select({ v: sql`${sql.identifier('odd"name')}` }).from(sql`${eachOf([1, 2])} where 1 in ${[1, 2]} ${undefined} and ${null} is null`),
  "select from an alias": (db) => db.select().from(other).where(eq(other.id, 3)),
  "select from a subquery": (db) => {
    const inner = db.select({ id: customers.id }).from(customers).where(eq(customers.id, 4)).as("inner");
    return db.select().from(inner).where(gt(inner.id, 1));
  },
  "values in the text": (db) => db.select({ v: sql`${sql`${5}`.inlineParams()}` }).from(customers),
  "a placeholder": (db) =>
    db
      .select()
      .from(customers)
      .where(eq(customers.id, sql.placeholder("id"))),
};

it.each(Object.entries(builders))("%s has the text and the values that Drizzle gives it", (_, build) => {
  expect(build(ours).toSQL()).toEqual(build(theirs).toSQL());
});

it("renders parts after a head as one statement, values bound, whatever they are", () => {
  const parts = [sql`${customers.name} = `, "x", sql` and `, null, sql` is ${sql`${1}`.inlineParams()}`];
  expect(render("select ", parts.slice(0, 4))).toEqual({ sql: 'select "customers"."name" = ? and ?', params: ["x", null] });
  expect(render("select ", parts)).toEqual({ sql: 'select "customers"."name" = ? and ? is 1', params: ["x", null] });
});

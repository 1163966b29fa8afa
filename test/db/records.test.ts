import { z } from "@hono/zod-openapi";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { expect, it } from "vitest";
import { type Actor, ANONYMOUS } from "../../src/core/actor.ts";
import type { Cents } from "../../src/core/money.ts";
import { cents } from "../../src/db/columns.ts";
import { MONEY, wholeNumber } from "../../src/db/fields.ts";
import { entityOf } from "../../src/db/records/entity.ts";
import { present, presentToStaff, recordOf } from "../../src/db/records/record.ts";
import { EVERYONE } from "../../src/http/policy.ts";
import { route } from "../../src/http/route.ts";

const things = sqliteTable("things", {
  id: integer().primaryKey(),
  label: text(),
  discount: cents().notNull(),
  wage: cents().notNull(),
  secret: text().notNull(),
});

const declared = {
  id: { use: "shown", audited: true, type: wholeNumber(1, 9), example: 1 },
  label: { use: "shown", audited: true, input: true, type: z.string(), example: "a" },
  discount: { use: "staff", input: true, money: true, type: MONEY, example: 1.5 },
  wage: { use: "private", audited: true, money: true, type: MONEY, example: 2.5 },
  secret: { use: "hidden" },
} as const;

const THING = recordOf(things, declared);
const row = { id: 1, label: null, discount: 150 as Cents, wage: 250 as Cents, secret: "s3cret", more: "not a column" };

const session = { sid: "1", gen: 1 };
const customer: Actor = { role: "customer", userId: 1, customerId: 1, session };
const mechanic: Actor = { role: "mechanic", userId: 2, mechanicId: 2, session };
const admin: Actor = { role: "admin", userId: 3, mechanicId: null, session };

it("shows a column to those who may see it, and nothing that is not declared", () => {
  expect(present(THING, row, ANONYMOUS)).toEqual({ id: 1, label: null });
  expect(present(THING, row, customer)).toEqual({ id: 1, label: null });
  expect(present(THING, row, customer, true)).toEqual({ id: 1, label: null, wage: 2.5 });
  expect(present(THING, row, mechanic)).toEqual({ id: 1, label: null, discount: 1.5 });
  expect(present(THING, row, mechanic, true)).toEqual({ id: 1, label: null, discount: 1.5, wage: 2.5 });
  expect(present(THING, row, admin)).toEqual({ id: 1, label: null, discount: 1.5, wage: 2.5 });
  expect(presentToStaff(THING, row)).toEqual({ id: 1, label: null, discount: 1.5 });
});

it("reads, takes and audits the columns that are said to be read, taken and audited", () => {
  expect(Object.keys(THING.columns)).toEqual(["id", "label", "discount", "wage"]);
  expect(Object.keys(THING.listedColumns)).toEqual(["id", "label", "discount"]);
  expect(Object.keys(THING.audited)).toEqual(["id", "label", "wage"]);
  expect(THING.moneyColumns).toEqual(["discount", "wage"]);
});

it("makes answers and input of what the column allows", () => {
  expect(THING.answer.safeParse({ id: 1, label: null }).success).toBe(true);
  expect(THING.answer.safeParse({ id: 1 }).success).toBe(false);
  expect(THING.staffAnswer.safeParse({ id: 1, label: null }).success).toBe(false);
  expect(THING.staffInput.parse({ discount: 1.5 })).toEqual({ discount: 150 });
  expect(THING.staffInput.safeParse({ label: "a" }).success).toBe(false);
});

it("does not compile when a column is not declared, or money not declared as such", () => {
  const { secret: _secret, ...undeclared } = declared;
  // @ts-expect-error: the column `secret` has no declaration.
  const missing = () => recordOf(things, undeclared);
  // @ts-expect-error: `discount` holds cents.
  const notMoney = () => recordOf(things, { ...declared, discount: { use: "staff", type: z.number(), example: 1 } });
  expect([missing, notMoney]).toHaveLength(2);
});

it("does not compile when what a request may set is not audited", () => {
  const said = { ...declared, discount: { use: "staff", input: true, audited: true, money: true, type: MONEY, example: 1.5 } } as const;
  const silent = { ...said, label: { use: "shown", input: true, type: z.string(), example: "a" } } as const;
  const listed = { counter: null, sorts: { id: things.id } };
  // @ts-expect-error: `label` can be set and has no `audited`.
  const forgotten = entityOf("thing", recordOf(things, silent), listed);
  expect([entityOf("thing", recordOf(things, said), listed).name, forgotten.name]).toEqual(["thing", "thing"]);
});

it("does not take what is for staff from others", () => {
  expect(Object.keys(THING.input.shape)).toEqual(["label"]);
  expect(Object.keys(THING.staffInput.shape)).toEqual(["label", "discount"]);
});

it("does not compile when an answer has a field that its schema does not show", () => {
  const spec = { method: "get", path: "/things", operationId: "x", tag: "x", summary: "x", example: {} } as const;
  const answer = z.object({ things: z.array(z.object({ id: z.number() })) });
  const more = async () => ({ body: { things: [{ id: 1, secret: "s3cret" }] } });
  // @ts-expect-error: `secret` is in the answer and not in its schema.
  const leaks = route({ access: EVERYONE }, { ...spec, answer }, more);
  const shows = route({ access: EVERYONE }, { ...spec, answer }, async () => ({ body: { things: [{ id: 1 }] } }));
  expect([leaks.spec.path, shows.spec.path]).toEqual(["/things", "/things"]);
});

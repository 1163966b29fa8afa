import { z } from "@hono/zod-openapi";
import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { type Actor, isStaff } from "../../core/actor.ts";
import { type Cents, fromCents } from "../../core/money.ts";
import { fromPpm, type Ppm } from "../../core/percent.ts";
import { fromThousandths, type Thousandths } from "../../core/quantity.ts";
import { type JsonOf, jsonObject, type RowOf } from "../json.ts";

/**
 * Who sees a column in answers. `shown`: everybody who may read the record; `staff`: mechanics and admins; `private`:
 * admins and the person whose record it is; `hidden`: nobody.
 */
type Audience = "shown" | "staff" | "private" | "hidden";

/** One zod schema for both answers and input, or one for each. */
type FieldType = z.ZodType | { readonly answer: z.ZodType; readonly input: z.ZodType };
type AnswerOf<F> = F extends z.ZodType ? F : F extends { readonly answer: infer A extends z.ZodType } ? A : never;
type InputOf<F> = F extends z.ZodType ? F : F extends { readonly input: infer I extends z.ZodType } ? I : never;

interface VisibleColumn {
  readonly use: Exclude<Audience, "hidden">;
  /** The column is part of the images in the audit log. */
  readonly audited?: true;
  /** Requests may set the column. */
  readonly input?: true;
  /** The record is found by the column: how its value is turned into words. */
  readonly searched?: (value: string) => string;
  readonly type: FieldType;
  readonly example: unknown;
}
interface HiddenColumn {
  readonly use: "hidden";
  readonly audited?: true;
}
type Column = VisibleColumn | HiddenColumn;
/**
 * Money: cents in the database, a number with two decimals in answers. Quantities: thousandths, and three decimals. Rates:
 * parts per million, and a percentage with four decimals.
 */
type Scale = "money" | "quantity" | "percent";
type Mark<S extends Scale> = { readonly [K in S]: true } & { readonly [K in Exclude<Scale, S>]?: never };

export type RecordTable = SQLiteTable & { readonly id: SQLiteColumn };
type ColumnsOf<T extends RecordTable> = T["_"]["columns"];

type MarkOf<D> = D extends Cents
  ? Mark<"money">
  : D extends Thousandths
    ? Mark<"quantity">
    : D extends Ppm
      ? Mark<"percent">
      : { readonly [K in Scale]?: never };

/** The required declaration of every column of a table. A column that is not declared is a compile error. */
type Declaration<T extends RecordTable> = {
  readonly [K in keyof ColumnsOf<T>]: Column & MarkOf<ColumnsOf<T>[K]["_"]["data"]>;
};

type KeysOf<C, U extends Audience> = { [K in keyof C]: C[K] extends { readonly use: U } ? K : never }[keyof C];
type VisibleKeys<C> = KeysOf<C, "shown" | "staff" | "private">;
type InputKeys<C> = { [K in keyof C]: C[K] extends { readonly input: true } ? K : never }[keyof C];
type AuditedKeys<C> = { [K in keyof C]: C[K] extends { readonly audited: true } ? K : never }[keyof C];
type TypeOf<D> = D extends { readonly type: infer F } ? F : never;

type Nullable<Col extends SQLiteColumn, S extends z.ZodType> = Col["_"]["notNull"] extends true ? S : z.ZodNullable<S>;
type Settable<Col extends SQLiteColumn, S extends z.ZodType> = Col["_"]["notNull"] extends true
  ? Col["_"]["hasDefault"] extends true
    ? z.ZodOptional<S>
    : S
  : z.ZodOptional<z.ZodNullable<S>>;

type AnswerShape<T extends RecordTable, C, Always extends Audience, Keys extends keyof C = VisibleKeys<C>> = {
  [K in Keys & keyof ColumnsOf<T>]: C[K] extends { readonly use: Always }
    ? Nullable<ColumnsOf<T>[K], AnswerOf<TypeOf<C[K]>>>
    : z.ZodOptional<Nullable<ColumnsOf<T>[K], AnswerOf<TypeOf<C[K]>>>>;
};
type InputShape<T extends RecordTable, C, Keys = InputKeys<C>> = {
  [K in Keys & keyof C & keyof ColumnsOf<T>]: Settable<ColumnsOf<T>[K], InputOf<TypeOf<C[K]>>>;
};
type VersionKey<T extends RecordTable> = "version" & keyof ColumnsOf<T>;
type ListedKeys<C> = KeysOf<C, "shown" | "staff">;

/** Everything that is derived from the declaration of one table's columns. */
export interface RecordOf<T extends RecordTable = RecordTable, C = unknown> {
  readonly table: T;
  /** The columns that are read for an answer: every column that anybody may see, and the version. */
  readonly columns: Pick<ColumnsOf<T>, (VisibleKeys<C> & keyof ColumnsOf<T>) | VersionKey<T>>;
  /** The same columns as one JSON object. */
  readonly json: SQL<RowOf<Pick<ColumnsOf<T>, (VisibleKeys<C> & keyof ColumnsOf<T>) | VersionKey<T>>>>;
  /** The columns of a record in a list or inside another record: without private ones and without the version. */
  readonly listedColumns: Pick<ColumnsOf<T>, ListedKeys<C> & keyof ColumnsOf<T>>;
  readonly listed: SQL<RowOf<Pick<ColumnsOf<T>, ListedKeys<C> & keyof ColumnsOf<T>>>>;
  /** The schema of an answer; columns that not everybody sees are optional. */
  readonly answer: z.ZodObject<AnswerShape<T, C, "shown">, z.core.$strip>;
  /** The schema of a record in a list or inside another record. */
  readonly listedAnswer: z.ZodObject<AnswerShape<T, C, "shown", ListedKeys<C> & keyof C>, z.core.$strip>;
  /** The schema of a record in an answer that only staff gets. */
  readonly staffAnswer: z.ZodObject<AnswerShape<T, C, "shown" | "staff", ListedKeys<C> & keyof C>, z.core.$strip>;
  /** The schema of what a request may set, whoever sends it: nothing that is for staff. */
  readonly input: z.ZodObject<InputShape<T, C, Exclude<InputKeys<C>, KeysOf<C, "staff">>>, z.core.$strip>;
  /** The schema of what a request that only staff may send may set. */
  readonly staffInput: z.ZodObject<InputShape<T, C>, z.core.$strip>;
  /** The example of a record for the OpenAPI document, with all visible columns. */
  readonly example: { readonly [K in VisibleKeys<C>]: unknown };
  readonly listedExample: { readonly [K in ListedKeys<C>]: unknown };
  /** The audited columns by name. */
  readonly audited: { readonly [K in AuditedKeys<C>]: SQLiteColumn | SQL };
  /** The columns by which the record is found, and how their values are turned into words. */
  readonly searched: Readonly<Record<string, (value: string) => string>>;
  readonly moneyColumns: readonly string[];
  readonly uses: ReadonlyMap<string, { readonly use: Audience; readonly scale: Scale | undefined }>;
}

/** The parts of a record that `present` needs. */
type Presentable = Pick<RecordOf, "uses"> & { readonly answer: z.ZodType; readonly staffAnswer: z.ZodType; readonly listed: SQL };

/** The type of a row that was read with `json`, and of one that was read with `listed`. */
export type RowIn<R extends { readonly json: SQL }> = JsonOf<R["json"]>;
export type ListedRowIn<R extends { readonly listed: SQL }> = JsonOf<R["listed"]>;

const isVisible = (column: Column): column is VisibleColumn => column.use !== "hidden";
const SCALES = ["money", "quantity", "percent"] as const satisfies readonly Scale[];
const scaleOf = (said: { readonly [K in Scale]?: true }): Scale | undefined => SCALES.find((scale) => said[scale]);
const answerType = (type: FieldType): z.ZodType => ("answer" in type ? type.answer : type);
const inputType = (type: FieldType): z.ZodType => ("input" in type ? type.input : type);

const NOTES: Partial<Record<Audience, string>> = { staff: "For staff.", private: "Shown to the person themselves and to admins." };

/**
 * Declares a record: for each column of its table who sees it, whether requests may set it, whether it is audited, and
 * its type. The schemas of answers and input, the audit image and the examples are derived from this.
 */
export const recordOf = <T extends RecordTable, const C extends Declaration<T>>(table: T, declared: C): RecordOf<T, C> => {
  const entries = Object.entries<Column & { readonly [K in Scale]?: true }>(declared).map(([name, said]) => ({
    name,
    said,
    scale: scaleOf(said),
    column: columnOf(table, name),
  }));
  const visible = entries.flatMap(({ name, said, column }) => (isVisible(said) ? [{ name, said, column }] : []));
  const listed = visible.filter(({ said }) => said.use !== "private");
  const version = entries.filter(({ name }) => name === "version");

  const shapeOf = (fields: typeof visible, always: readonly Audience[]) =>
    Object.fromEntries(
      fields.map(({ name, said, column }) => {
        const type = answerType(said.type);
        const schema = column.notNull ? type : type.nullable();
        const note = NOTES[said.use];
        return [name, always.includes(said.use) ? schema : schema.optional().openapi({ ...(note && { description: note }) })];
      }),
    );
  const inputShapeOf = (fields: typeof visible) =>
    Object.fromEntries(
      fields.flatMap(({ name, said, column }) => {
        if (!said.input) return [];
        const type = inputType(said.type);
        return [[name, column.notNull ? (column.hasDefault ? type.optional() : type) : type.nullish()] as const];
      }),
    );
  const columnsOf = (fields: readonly { name: string; column: SQLiteColumn }[]) =>
    Object.fromEntries(fields.map(({ name, column }) => [name, column]));

  return asDeclared<T, C>({
    table,
    columns: columnsOf([...visible, ...version]),
    json: jsonObject(columnsOf([...visible, ...version])),
    listedColumns: columnsOf(listed),
    listed: jsonObject(columnsOf(listed)),
    answer: z.object(shapeOf(visible, ["shown"])),
    listedAnswer: z.object(shapeOf(listed, ["shown"])),
    staffAnswer: z.object(shapeOf(listed, ["shown", "staff"])),
    input: z.object(inputShapeOf(visible.filter(({ said }) => said.use !== "staff"))),
    staffInput: z.object(inputShapeOf(visible)),
    example: Object.fromEntries(visible.map(({ name, said }) => [name, said.example])),
    listedExample: Object.fromEntries(listed.map(({ name, said }) => [name, said.example])),
    audited: Object.fromEntries(
      entries.flatMap(({ name, said, column }) => (said.audited ? [[name, imageOf(column, said)] as const] : [])),
    ),
    searched: Object.fromEntries(visible.flatMap(({ name, said }) => (said.searched ? [[name, said.searched] as const] : []))),
    moneyColumns: entries.flatMap(({ name, said }) => (said.money ? [name] : [])),
    uses: new Map(entries.map(({ name, said, scale }) => [name, { use: said.use, scale }])),
  });
};

/** Quantities and percentages stand in images as on the wire: the images from before there were fractions have whole numbers. */
const imageOf = (
  column: SQLiteColumn,
  { quantity, percent }: { readonly quantity?: true; readonly percent?: true },
): SQLiteColumn | SQL => {
  if (percent) return sql`${column} / 10000.0`;
  return quantity ? sql`${column} / 1000.0` : column;
};

const columnOf = (table: RecordTable, name: string): SQLiteColumn => {
  const column = getTableColumns(table)[name];
  if (!column) throw new Error(`no column ${name}`);
  return column;
};

/** Safe: every property is built from the declaration by the same rule as its type. */
const asDeclared = <T extends RecordTable, C>(record: { readonly [K in keyof RecordOf<T, C>]: unknown }) => record as RecordOf<T, C>;

/** Whether this actor sees such columns; `isOwn`: the record is the actor's own. */
const sees = (use: Audience, actor: Actor, isOwn: boolean): boolean =>
  use === "shown" || (use === "staff" && isStaff(actor)) || (use === "private" && (isOwn || actor.role === "admin"));

/** How a number of this scale stands on the wire. Safe: only columns that are declared with the scale reach it. */
const toWire = (value: unknown, scale: Scale | undefined): unknown => {
  if (typeof value !== "number" || scale === undefined) return value;
  if (scale === "percent") return fromPpm(value as Ppm);
  return scale === "money" ? fromCents(value as Cents) : fromThousandths(value as Thousandths);
};

const pick = (uses: RecordOf["uses"], row: object, isSeen: (use: Audience) => boolean): Record<string, unknown> => {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    const said = uses.get(name);
    if (said && isSeen(said.use)) body[name] = toWire(value, said.scale);
  }
  return body;
};

/**
 * The part of a row that this actor may see, with money and quantities as decimal numbers. Fields that the record does not declare are
 * left out. Safe: the schema of the answer is made from the same columns.
 */
export const present = <R extends Presentable>(record: R, row: ListedRowIn<R>, actor: Actor, isOwn = false): z.input<R["answer"]> =>
  pick(record.uses, row as object, (use) => sees(use, actor, isOwn)) as z.input<R["answer"]>;

/** The same for routes that only staff may call: only private and hidden columns are left out. */
export const presentToStaff = <R extends Presentable>(record: R, row: ListedRowIn<R>): z.input<R["staffAnswer"]> =>
  pick(record.uses, row as object, (use) => use === "shown" || use === "staff") as z.input<R["staffAnswer"]>;

import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Actor } from "../../core/actor.ts";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { jsonObject, parseRow } from "../../db/json.ts";
import { orMerged } from "../../db/records/merged.ts";
import { findRow } from "../../db/records/read.ts";
import { customers } from "../../db/schema/customers.ts";
import type { Precondition } from "../../db/write/commit.ts";
import { byFreshLogin } from "../../db/write/proof.ts";
import type { ReadContext } from "../../http/app-env.ts";
import { type Item, KINDS, SECTIONS, type Section } from "./export-kinds.ts";

/** How much of a person one page of the export has: items of one kind, and bytes in all; a single item may be larger. */
export const ITEMS = 200;
const BYTES = 500_000;

/** Where an export goes on: after which item of which kind. */
export interface Place {
  readonly section: Section;
  readonly after: number;
}

export interface ExportPage {
  readonly sections: Readonly<Record<Section, Item[]>>;
  readonly next: Place | null;
}

/** The next items of one kind within the bytes that are left, at least one; `isWhole`: there are no more. */
const readItems = async (db: Db, actor: Actor, id: number, { section, after }: Place, bytes: number) => {
  const { table, row, ofPerson, item } = KINDS[section];
  const text = sql<string>`${row}`.mapWith(String);
  const found = await db
    .select({ id: sql<number>`id`.as("i"), text: sql<string>`t`.as("x"), total: sql<number>`sum(length(t)) over (order by id)`.as("n") })
    .from(
      sql`(select ${table.id} as id, ${text} as t from ${table} where ${and(ofPerson(id), gt(table.id, after))} order by ${table.id} limit ${ITEMS + 1})`,
    )
    .orderBy(asc(sql`id`));
  const fits = found.filter(({ total }, index) => index === 0 || total <= bytes).slice(0, ITEMS);
  return {
    items: fits.map((each) => item(parseRow<never>(each.text), actor)),
    isWhole: fits.length === found.length,
    last: fits.at(-1)?.id ?? after,
    bytes: fits.at(-1)?.total ?? 0,
  };
};

const requireFreshLogin = async (db: Db, conditions: readonly Precondition[]): Promise<void> => {
  const [found] = await db.all<{ ok: number }>(sql`select (${and(...conditions.map(({ condition }) => condition))}) as ok`);
  if (!found?.ok) throw new Failure("password_needed");
};

/**
 * One page of everything about a person, from `from` on. Throws `not_found`, `merged`; and `password_needed` when a customer asks
 * who has not logged in within five minutes.
 */
export const exportCustomer = async ({ db, actor, now }: ReadContext, id: number, from: Place): Promise<ExportPage> => {
  if (actor.role === "customer") await requireFreshLogin(db, byFreshLogin(actor, now)(sql`true`));
  await findRow(db, customers, jsonObject({ id: customers.id }), eq(customers.id, id)).catch(orMerged(db, "customer", id));
  const sections: Record<Section, Item[]> = {
    customer: [],
    account: [],
    sessions: [],
    vehicles: [],
    service_tickets: [],
    estimates: [],
    authorizations: [],
    share_links: [],
    invoices: [],
    payments: [],
    mails: [],
    audit_log: [],
  };
  let left = BYTES;
  for (const section of SECTIONS.slice(SECTIONS.indexOf(from.section))) {
    const after = section === from.section ? from.after : 0;
    if (left <= 0) return { sections, next: { section, after } };
    const { items, isWhole, last, bytes } = await readItems(db, actor, id, { section, after }, left);
    sections[section] = items;
    left -= bytes;
    if (!isWhole) return { sections, next: { section, after: last } };
  }
  return { sections, next: null };
};

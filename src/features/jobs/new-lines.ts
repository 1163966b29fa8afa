import { type SQL, sql } from "drizzle-orm";
import type { Statement } from "../../db/client.ts";
import { eachOf } from "../../db/json.ts";
import { discountColumns } from "../../db/records/discount.ts";
import { parts } from "../../db/schema/inventory.ts";
import { servicePackageLines } from "../../db/schema/service-packages.ts";
import { shop } from "../../db/schema/shop.ts";
import { ticketLines } from "../../db/schema/ticket-lines.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import type { NewLine } from "./lines.schemas.ts";

/** The fields of a new line as they were sent, or as a package has them. */
const FIELDS = [
  "kind",
  "description",
  "inventory_id",
  "part_number",
  "condition",
  "fee_kind",
  "provider",
  "quantity",
  "unit_price",
  "flat_amount",
  "unit_cost",
  "discount_percent",
  "discount_value",
] as const;
type Said = { readonly [K in (typeof FIELDS)[number]]: SQL };

/**
 * A row of `ticket_lines`: what is not said of a part comes from the stock, whose row is joined as `parts`; labour without a
 * price has the shop's rate.
 */
const rowOf = ({ kind, description, inventory_id, part_number, unit_price, flat_amount, unit_cost, ...said }: Said) => ({
  ...said,
  kind,
  inventory_id,
  flat_amount,
  description: sql`coalesce(${description}, ${parts.name})`,
  part_number: sql`coalesce(${part_number}, ${parts.part_number})`,
  unit_price: sql`iif(${flat_amount} is null, coalesce(${unit_price}, iif(${kind} = 'labor', (select ${shop.labor_rate} from ${shop}), ${parts.price})), null)`,
  unit_cost: sql`coalesce(${unit_cost}, ${parts.cost})`,
});

const value = (name: string): SQL => sql.raw(`value ->> '${name}'`);

/** The named fields, each as an expression. Safe: `of` is called with each name. */
const saidBy = (of: (name: (typeof FIELDS)[number]) => SQL) =>
  Object.fromEntries(FIELDS.map((name) => [name, of(name)])) as unknown as Said;

/**
 * Inserts lines of a ticket. Triggers refuse unknown parts, mechanics and jobs.
 * @param job the job that they all belong to; without it each says its own
 */
export const insertLines = (ticket: number, lines: readonly NewLine[], job?: SQL<number>): Statement[] => {
  if (lines.length === 0) return [];
  const sent = lines.map(({ discount = null, ...line }) => ({ ...line, ...discountColumns(discount) }));
  const row = {
    ...rowOf(saidBy(value)),
    service_ticket_id: ticket,
    job_id: job ?? value("job_id"),
    mechanic_id: value("mechanic_id"),
    taxable: sql`coalesce(${value("taxable")}, 1)`,
  };
  return [insertFrom(ticketLines, row, sql`from ${eachOf(sent)} left join ${parts} on ${parts.id} = ${value("inventory_id")}`)];
};

/** Inserts copies of the lines of a service package into a job. */
export const insertPackage = (ticket: number, servicePackage: number, job: SQL<number>): Statement => {
  const said = saidBy((name) => sql`${servicePackageLines[name]}`);
  const row = {
    ...rowOf({ ...said, condition: sql`iif(${said.kind} = 'part', coalesce(${said.condition}, 'new'), null)` }),
    service_ticket_id: ticket,
    job_id: job,
    taxable: sql`${servicePackageLines.taxable}`,
  };
  const from = sql`from ${servicePackageLines} left join ${parts} on ${parts.id} = ${servicePackageLines.inventory_id}
    where ${servicePackageLines.service_package_id} = ${servicePackage} order by ${servicePackageLines.position}`;
  return insertFrom(ticketLines, row, from);
};

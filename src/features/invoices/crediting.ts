import { type SQL, sql } from "drizzle-orm";
import { eachOf } from "../../db/json.ts";
import { invoices } from "../../db/schema/invoices.ts";
import { LINE_KINDS } from "../../db/schema/ticket-lines.ts";

/** What a credit note takes back of a line, in cents, without its taxes. */
export interface CreditedNet {
  readonly line_id: number;
  readonly net: number;
}

/** What has been taken back of something, in proportion to the net, half up; all of it once all of the invoice is credited. */
const proportion = (whole: SQL, had: SQL): SQL =>
  sql`iif(is_all or ${whole} is null, ${whole}, iif(full_net = 0, ${had}, (2 * ${whole} * credited_net + full_net) / (2 * full_net)))`;

const LINE = ["quantity", "discount", "cost"] as const;
const raw = sql.raw;

/** The lines of the invoice, with what the last credit note says was taken back of each, and what is wanted now. */
const wanted = (lines: readonly CreditedNet[] | null): SQL => {
  const before = (name: string) => raw(`ifnull(before ->> ('$.lines[' || l.key || '].credited_${name}'), 0) as had_${name}`);
  const left = sql`(l.value ->> 'net') - (l.value ->> 'share') - ifnull(before ->> ('$.lines[' || l.key || '].credited_net'), 0)`;
  const asked =
    lines === null
      ? left
      : sql`ifnull((select a.value ->> 'net' from ${eachOf(lines)} a where a.value ->> 'line_id' = l.value ->> 'id'), 0)`;
  return sql`select l.key, l.value, (l.value ->> 'net') - (l.value ->> 'share') as full_net, l.value ->> 'quantity' as full_quantity,
      (l.value ->> 'discount_amount') + (l.value ->> 'share') as full_discount, l.value ->> 'cost' as full_cost,
      ${before("net")}, ${before("quantity")}, ${before("discount")}, ${before("cost")}, ${asked} as net
    from doc, json_each(doc.content, '$.lines') l`;
};

/** The part of a line on which the tax `x` falls. */
const isTaxed = raw("exists (select 1 from json_each(k.value, '$.taxes') where value = x.value ->> 'id')");

/**
 * One row `r` for a credit note over lines of an invoice: `net`, `tax`, its net by kind of line, `is_all` (nothing is left of the invoice),
 * and its `content`. Of each tax it takes what is missing to the tax on all that has been credited, so that any pieces add up to the
 * invoice to the cent; quantities, discounts and costs go the same way.
 * @param lines the nets to take back, or null for all that is left
 */
export const credited = (invoice: number, lines: readonly CreditedNet[] | null): SQL => {
  const byKind = raw(LINE_KINDS.map((kind) => `ifnull(sum(net) filter (where kind = '${kind}'), 0) as "${kind}"`).join(", "));
  const reached = sql.join(
    LINE.map((name) => sql`${proportion(raw(`full_${name}`), raw(`had_${name}`))} as ${raw(`credited_${name}`)}`),
    sql`, `,
  );
  const pieces = raw(LINE.map((name) => `'${name}', credited_${name} - had_${name}, 'credited_${name}', credited_${name}`).join(", "));
  return sql`(with doc as materialized (select i.content, p.content as before, i.id, i.number, i.date from ${invoices} i
      left join ${invoices} p on p.id = (select max(id) from ${invoices} where credits_id = ${invoice}) where i.id = ${invoice}),
    asked as materialized (${wanted(lines)}),
    summed as materialized (select *, had_net + net as credited_net, (select sum(had_net + net) = sum(full_net) from asked) as is_all from asked),
    k as materialized (select *, value ->> 'kind' as kind, ${reached} from summed),
    taxed as materialized (select x.key, x.value, x.value ->> 'base' as full_base, x.value ->> 'amount' as full_amount,
        ifnull(before ->> ('$.taxes[' || x.key || '].credited_base'), 0) as had_base,
        ifnull(before ->> ('$.taxes[' || x.key || '].credited_amount'), 0) as had_amount,
        (select ifnull(sum(k.net), 0) from k where ${isTaxed}) as base
      from doc, json_each(doc.content, '$.taxes') x),
    t as materialized (select *, had_base + base as credited_base,
        (2 * full_amount * (had_base + base) + full_base) / (2 * full_base) as credited_amount from taxed)
    select sum(net) as net, ${byKind}, max(is_all) as is_all, (select ifnull(sum(credited_amount - had_amount), 0) from t) as tax,
      (select json_object('credits', json_object('id', doc.id, 'number', doc.number, 'date', doc.date), 'seller', doc.content -> '$.seller',
        'buyer', doc.content -> '$.buyer', 'vehicle', doc.content -> '$.vehicle', 'po_number', doc.content ->> '$.po_number',
        'promised_at', doc.content ->> '$.promised_at', 'completed_at', doc.content ->> '$.completed_at', 'mechanics', doc.content -> '$.mechanics',
        'print', doc.content -> '$.print',
        'lines', json((select json_group_array(json_object('id', value ->> 'id', 'job_id', value ->> 'job_id', 'kind', kind,
            'description', value ->> 'description', 'mechanic_id', value ->> 'mechanic_id', 'net', net, 'credited_net', credited_net, ${pieces},
            'taxes', value -> '$.taxes') order by key) from k)),
        'taxes', json((select json_group_array(json_object('id', value ->> 'id', 'name', value ->> 'name', 'rate', value ->> 'rate', 'base', base,
            'amount', credited_amount - had_amount, 'credited_base', credited_base, 'credited_amount', credited_amount) order by key) from t)))
        from doc) as content
    from k) r`;
};

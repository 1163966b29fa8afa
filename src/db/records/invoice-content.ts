import { type SQL, sql } from "drizzle-orm";
import { type Cents, fromCents } from "../../core/money.ts";
import type { Thousandths } from "../../core/quantity.ts";
import { type JsonOf, jsonArray, jsonObject } from "../json.ts";
import type { PricedTax } from "../pricing.ts";
import { customers } from "../schema/customers.ts";
import { authorizations, estimates } from "../schema/estimates.ts";
import { mechanics } from "../schema/mechanics.ts";
import { assignments, serviceTickets } from "../schema/service-tickets.ts";
import { shop } from "../schema/shop.ts";
import { type LineKind, ticketJobs, ticketLines } from "../schema/ticket-lines.ts";
import { vehicles } from "../schema/vehicles.ts";
import { discount, LINE_SHOWN, PRINTING, SHOP_HEAD, sharesOf, VEHICLE_SHOWN } from "./estimate-content.ts";

/** What an invoice freezes: everything that it shows, but for its own columns. Amounts are cents, quantities thousandths. */

const seller = jsonObject({ ...SHOP_HEAD, text: shop.invoice_text });

const buyer = jsonObject({
  id: customers.id,
  name: customers.name,
  email: customers.email,
  phone: customers.phone,
  address: customers.address,
  tax_exempt_reason: customers.tax_exempt_reason,
  tax_exempt_certificate: customers.tax_exempt_certificate,
});

const vehicle = jsonObject({
  ...VEHICLE_SHOWN,
  mileage_in: sql<number | null>`coalesce(${serviceTickets.mileage}, ${vehicles.mileage})`,
  mileage_out: serviceTickets.mileage_out,
});

const job = jsonObject({
  id: ticketJobs.id,
  title: ticketJobs.title,
  position: ticketJobs.position,
  concern: ticketJobs.concern,
  correction: ticketJobs.correction,
  note: ticketJobs.note,
});

const mechanic = sql<
  number | null
>`iif(${ticketLines.kind} = 'labor', coalesce(${ticketLines.mechanic_id}, ${ticketJobs.mechanic_id}), null)`;

/** A line with who did it, what it cost the shop, and the ids of the taxes that fall on it, in a query over `priced`. */
const lineOf = (priced: SQL) =>
  jsonObject({
    ...LINE_SHOWN,
    mechanic_id: mechanic,
    mechanic: sql<string | null>`(select ${mechanics.name} from ${mechanics} where ${mechanics.id} = ${mechanic})`,
    unit_cost: ticketLines.unit_cost,
    cost: sql<Cents | null>`(${ticketLines.quantity} * ${ticketLines.unit_cost} + 500) / 1000`,
    taxes: sql<readonly number[]>`json((select json_group_array(x.value ->> 'id') from json_each(${priced}, '$.taxes') x
      where ${ticketLines.taxable} and instr(x.value ->> 'applies_to', '"' || ${ticketLines.kind} || '"') > 0))`,
  });

const authorization = jsonObject({
  id: authorizations.id,
  estimate_id: authorizations.estimate_id,
  at: authorizations.at,
  channel: authorizations.channel,
  person_name: authorizations.person_name,
  capacity: authorizations.capacity,
  contact: authorizations.contact,
  additional_net: authorizations.additional_net,
  replaced_parts: authorizations.replaced_parts,
});

const worker = jsonObject({ id: mechanics.id, name: mechanics.name });

export type InvoiceLine = JsonOf<ReturnType<typeof lineOf>>;

/** An invoice as it was frozen. */
export interface InvoiceContent {
  readonly seller: JsonOf<typeof seller>;
  readonly buyer: JsonOf<typeof buyer>;
  readonly vehicle: JsonOf<typeof vehicle> | null;
  readonly po_number: string | null;
  readonly promised_at: string | null;
  readonly completed_at: string | null;
  readonly discount: JsonOf<typeof discount> | null;
  readonly jobs: readonly JsonOf<typeof job>[];
  readonly lines: readonly InvoiceLine[];
  readonly taxes: readonly PricedTax[];
  readonly estimates: readonly { readonly id: number; readonly number: string }[];
  readonly authorizations: readonly JsonOf<typeof authorization>[];
  readonly mechanics: readonly JsonOf<typeof worker>[];
  /** Not in those from before a shop could set it. */
  readonly print?: JsonOf<typeof PRINTING> | null | undefined;
}

/** What a credit note takes back of a line, and what has been taken back of it with this note. */
export interface CreditedLine {
  readonly id: number;
  readonly job_id: number | null;
  readonly kind: LineKind;
  readonly description: string;
  readonly mechanic_id: number | null;
  readonly net: Cents;
  readonly quantity: Thousandths;
  readonly discount: Cents;
  readonly cost: Cents | null;
  readonly credited_net: Cents;
  readonly taxes: readonly number[];
}

/** A credit note as it was frozen; `lines` has each line of the invoice, also those that it takes nothing of. */
export interface CreditContent extends Pick<InvoiceContent, "seller" | "buyer" | "vehicle" | "po_number" | "print"> {
  readonly credits: { readonly id: number; readonly number: string; readonly date: string };
  readonly lines: readonly CreditedLine[];
  readonly taxes: readonly PricedTax[];
}

/**
 * The content of an invoice as JSON, in a query over `service_tickets`.
 * @param priced JSON of `Pricing` of the lines that it bills
 */
export const invoiceContentOf = (priced: SQL): SQL => {
  const shares = sharesOf(priced);
  const ofTicket = sql`service_ticket_id = ${serviceTickets.id}`;
  return sql`json_object(
    'seller', json((select ${seller} from ${shop})),
    'buyer', json((select ${buyer} from ${customers} where ${customers.id} = ${serviceTickets.customer_id})),
    'vehicle', json((select ${vehicle} from ${vehicles} where ${vehicles.id} = ${serviceTickets.vehicle_id})),
    'po_number', ${serviceTickets.po_number},
    'promised_at', ${serviceTickets.promised_at},
    'completed_at', ${serviceTickets.completed_at},
    'discount', json(iif(${serviceTickets.discount_reason} is null, null, ${discount})),
    'jobs', json((select json_group_array(${job} order by ${ticketJobs.position}, ${ticketJobs.id}) from ${ticketJobs}
      where ${ticketJobs.service_ticket_id} = ${serviceTickets.id} and exists (select 1 from ${ticketLines} where ${ticketLines.job_id} = ${ticketJobs.id} and ${ticketLines.decision} <> 'declined'))),
    'lines', json((select json_group_array(${lineOf(priced)} order by ${ticketLines.id}) from ${shares}
      left join ${ticketJobs} on ${ticketJobs.id} = ${ticketLines.job_id})),
    'taxes', ${priced} -> '$.taxes',
    'estimates', ${jsonArray(jsonObject({ id: estimates.id, number: estimates.number }), sql`${estimates} where ${ofTicket}`)},
    'authorizations', ${jsonArray(authorization, sql`${authorizations} where ${ofTicket}`)},
    'mechanics', json((select json_group_array(${worker}) from ${mechanics} where ${mechanics.id} in (
      select ${assignments.mechanic_id} from ${assignments} where ${assignments.service_ticket_id} = ${serviceTickets.id}
      union all select ${mechanic} from ${ticketLines} left join ${ticketJobs} on ${ticketJobs.id} = ${ticketLines.job_id}
        where ${ticketLines.service_ticket_id} = ${serviceTickets.id} and ${ticketLines.kind} = 'labor' and ${ticketLines.decision} <> 'declined'))),
    'print', json((select ${PRINTING} from ${shop})))`;
};

/** An amount in cents on the wire, or null. */
export const orNull = (cents: Cents | null): number | null => (cents === null ? null : fromCents(cents));

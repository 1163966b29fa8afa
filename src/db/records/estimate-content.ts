import { type SQL, sql } from "drizzle-orm";
import { type Cents, fromCents } from "../../core/money.ts";
import { fromThousandths } from "../../core/quantity.ts";
import { type JsonOf, jsonObject } from "../json.ts";
import type { PricedTax } from "../pricing.ts";
import { customers } from "../schema/customers.ts";
import { serviceTickets } from "../schema/service-tickets.ts";
import { shop } from "../schema/shop.ts";
import { ticketJobs, ticketLines } from "../schema/ticket-lines.ts";
import { vehicles } from "../schema/vehicles.ts";
import { presentDiscount } from "./discount.ts";
import { presentTaxAmount } from "./tax-amount.ts";

/** What an estimate freezes: everything that it shows, but for its own columns. Amounts are cents, quantities thousandths. */

/** What documents say of the shop, but for a text. */
export const SHOP_HEAD = {
  name: shop.name,
  legal_name: shop.legal_name,
  address: shop.address,
  phone: shop.phone,
  email: shop.email,
  registration_number: shop.registration_number,
  tax_number: shop.tax_number,
  epa_number: shop.epa_number,
  currency: shop.currency,
};
const shopHead = jsonObject({ ...SHOP_HEAD, text: shop.estimate_text });

/** How documents are printed, whatever the shop sets later. */
export const PRINTING = jsonObject({ paper: shop.paper, locale: shop.locale });

const customer = jsonObject({ id: customers.id, name: customers.name });

/** What documents say of the vehicle, but for its mileage. */
export const VEHICLE_SHOWN = {
  id: vehicles.id,
  vin: vehicles.vin,
  serial_number: vehicles.serial_number,
  make: vehicles.make,
  model: vehicles.model,
  year: vehicles.year,
  color: vehicles.color,
  license_plate: vehicles.license_plate,
  description: vehicles.description,
};
const vehicle = jsonObject({
  ...VEHICLE_SHOWN,
  mileage: sql<number | null>`coalesce(${serviceTickets.mileage}, ${vehicles.mileage})`,
});

/** The discount of the ticket as documents keep it. */
export const discount = jsonObject({
  percent: serviceTickets.discount_percent,
  value: serviceTickets.discount_value,
  reason: serviceTickets.discount_reason,
});

const job = jsonObject({
  id: ticketJobs.id,
  title: ticketJobs.title,
  position: ticketJobs.position,
  by_line: ticketJobs.by_line,
  concern: ticketJobs.concern,
  note: ticketJobs.note,
});

/** What documents keep of a line, in a query over `s`, the shares of the priced lines, and their lines. */
export const LINE_SHOWN = {
  id: ticketLines.id,
  job_id: ticketLines.job_id,
  kind: ticketLines.kind,
  description: ticketLines.description,
  inventory_id: ticketLines.inventory_id,
  part_number: ticketLines.part_number,
  condition: ticketLines.condition,
  fee_kind: ticketLines.fee_kind,
  provider: ticketLines.provider,
  quantity: ticketLines.quantity,
  unit_price: ticketLines.unit_price,
  flat_amount: ticketLines.flat_amount,
  discount_percent: ticketLines.discount_percent,
  discount_value: ticketLines.discount_value,
  taxable: ticketLines.taxable,
  gross: ticketLines.gross,
  discount_amount: ticketLines.discount_amount,
  net: ticketLines.net,
  share: sql<Cents>`s.value ->> 'share'`,
  words: ticketLines.words,
};
const line = jsonObject({
  ...LINE_SHOWN,
  /** The job that the line is decided with, or null where it is decided by itself. */
  together: sql<number | null>`iif(${ticketJobs.by_line} = 0, ${ticketJobs.id}, null)`,
});

/** An estimate as it was frozen. */
export interface Content {
  readonly shop: JsonOf<typeof shopHead>;
  readonly customer: JsonOf<typeof customer>;
  readonly vehicle: JsonOf<typeof vehicle> | null;
  readonly discount: JsonOf<typeof discount> | null;
  readonly jobs: readonly JsonOf<typeof job>[];
  readonly lines: readonly JsonOf<typeof line>[];
  readonly taxes: readonly PricedTax[];
  /** Not in those from before a shop could set it. */
  readonly print?: JsonOf<typeof PRINTING> | null | undefined;
}

/** The shares `s` of priced lines with the lines. */
export const sharesOf = (priced: SQL): SQL =>
  sql`json_each(${priced}, '$.shares') s join ${ticketLines} on ${ticketLines.id} = s.value ->> 'id'`;

/**
 * The content of an estimate as JSON, in a query over `service_tickets`.
 * @param priced JSON of `Pricing` of the lines that it shows
 */
export const contentOf = (priced: SQL): SQL => {
  const shares = sharesOf(priced);
  return sql`json_object(
    'shop', json((select ${shopHead} from ${shop})),
    'customer', json((select ${customer} from ${customers} where ${customers.id} = ${serviceTickets.customer_id})),
    'vehicle', json((select ${vehicle} from ${vehicles} where ${vehicles.id} = ${serviceTickets.vehicle_id})),
    'discount', json(iif(${serviceTickets.discount_reason} is null, null, ${discount})),
    'jobs', json((select json_group_array(${job} order by ${ticketJobs.position}, ${ticketJobs.id}) from ${ticketJobs}
      where ${ticketJobs.service_ticket_id} = ${serviceTickets.id} and ${ticketJobs.id} in (select ${ticketLines.job_id} from ${shares}))),
    'lines', json((select json_group_array(${line} order by ${ticketLines.id}) from ${shares}
      left join ${ticketJobs} on ${ticketJobs.id} = ${ticketLines.job_id})),
    'taxes', ${priced} -> '$.taxes',
    'print', json((select ${PRINTING} from ${shop})))`;
};

const money = (cents: Cents | null): number | null => (cents === null ? null : fromCents(cents));

/** The discount of the ticket on the wire, or null. */
export const presentTicketDiscount = (found: Content["discount"]) =>
  found && {
    ...presentDiscount({ discount_percent: found.percent, discount_value: found.value }),
    ...(found.reason === null ? {} : { reason: found.reason }),
  };

/** A line on the wire. */
export const presentLine = ({
  words: _words,
  together: _together,
  discount_percent,
  discount_value,
  share,
  ...shown
}: Content["lines"][number]) => ({
  ...shown,
  quantity: fromThousandths(shown.quantity),
  unit_price: money(shown.unit_price),
  flat_amount: money(shown.flat_amount),
  discount: presentDiscount({ discount_percent, discount_value }),
  gross: fromCents(shown.gross),
  discount_amount: fromCents(shown.discount_amount),
  net: fromCents(shown.net),
  discount_share: fromCents(share),
});

/** All of it on the wire. */
export const presentContent = (content: Content) => ({
  ...content,
  discount: presentTicketDiscount(content.discount),
  lines: content.lines.map(presentLine),
  taxes: content.taxes.map(presentTaxAmount),
});

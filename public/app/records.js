import { stateOf } from "./columns.js";
import { h, table } from "./dom.js";
import { car, day, heed, hours, money, number, time, words } from "./format.js";
import { listed } from "./list.js";
import { place } from "./places.js";
import { account, api } from "./session.js";
import { failed, section, status } from "./shell.js";

/** One record each: what it is, and where it leads. */

const facts = (pairs) =>
  h(
    "dl",
    { class: "facts" },
    Object.entries(pairs)
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );

const head = (title, ...beside) => h("div", { class: "title" }, h("h1", {}, title), beside);
const isStaff = () => account()?.role !== "customer";
const personLink = ({ id, name }) => h("a", { href: place.customer(id) }, name);
const carLink = (vehicle) => (vehicle.id ? h("a", { href: place.vehicle(vehicle.id) }, car(vehicle)) : car(vehicle));

/** A listing as a part of a record; what it may not show is said in its place. */
const related = async (title, path) => section(title, {}, await listed(path).then(({ parts }) => parts, failed));

const lineColumns = (decides) => [
  { head: "Line", of: ({ description }) => description },
  { head: "Kind", of: ({ kind, automatic }) => (automatic ? `${kind}, from stock` : kind) },
  { head: "Quantity", number: true, of: ({ quantity }) => number(quantity, Number.isInteger(quantity) ? 0 : 2) },
  { head: "Net", number: true, of: ({ net }) => money(net) },
  ...(decides
    ? [
        {
          head: "Decision",
          of: ({ decision }) => status(words(decision), decision === "declined" ? "bad" : decision === "approved" ? "good" : "warn"),
        },
      ]
    : []),
];

/** The jobs of a ticket, an estimate or an invoice with their lines. */
const jobs = ({ jobs: all, lines = [] }, decides = false) => {
  const others = lines.length > 0 ? [{ title: "Other", lines }] : [];
  return [...all, ...others].map(({ title, concern, lines: of }) =>
    h(
      "div",
      { class: "job" },
      h("h3", {}, title),
      concern && h("p", { class: "muted" }, concern),
      table(title, lineColumns(decides), of).element,
    ),
  );
};

const sums = ({ discount_amount, net, taxes, total }, more = {}) =>
  facts({
    Discount: discount_amount > 0 ? money(-discount_amount) : null,
    Net: money(net),
    ...Object.fromEntries(taxes.map(({ name, rate, amount }) => [`${name} ${number(rate, 2)} %`, money(amount)])),
    Total: h("strong", {}, money(total)),
    ...more,
  });

const ticket = async (id) => {
  const [record, pricing] = await Promise.all([api(`/service-tickets/${id}`), api(`/service-tickets/${id}/pricing`)]);
  const { customer, mechanics, scheduled_start, scheduled_end, vehicle_id } = record;
  return {
    title: `Ticket ${id}`,
    parts: [
      head(`Ticket #${id}`, stateOf(record)),
      section(
        record.service_desc,
        {},
        facts({
          Customer: personLink(customer),
          Vehicle: h("a", { href: place.vehicle(vehicle_id) }, record.VIN ?? "Vehicle"),
          Date: day(record.service_date),
          Booked: scheduled_start && hours(scheduled_start, scheduled_end),
          Promised: record.promised_at && time(record.promised_at),
          Mechanics: mechanics.map(({ name }) => name).join(", "),
          Mileage: record.mileage && number(record.mileage),
          Notes: record.notes,
          Invoice: record.invoice_id && h("a", { href: place.invoice(record.invoice_id) }, "Open the invoice"),
        }),
      ),
      section("What it costs", {}, jobs(pricing, true), sums(pricing)),
      await related("Estimates", `/estimates?service_ticket_id=${id}`),
    ],
  };
};

const customer = async (id) => {
  const record = await api(`/customers/${id}`);
  const [vehicles, tickets, invoices] = await Promise.all([
    related("Vehicles", `/vehicles?customer_id=${id}`),
    related("Tickets", `/service-tickets?customer_id=${id}&sort=-id`),
    related("Invoices", `/invoices?customer_id=${id}&sort=-id`),
  ]);
  const { name, phone, email, address, created_at } = record;
  return {
    title: name,
    parts: [
      head(name),
      section("Contact", {}, facts({ Phone: phone, "E-mail": email, Address: address, Since: day(created_at.slice(0, 10)) })),
      vehicles,
      tickets,
      invoices,
    ],
  };
};

const vehicle = async (id) => {
  const record = await api(`/vehicles/${id}`);
  const tickets = await related("Tickets", `/service-tickets?vehicle_id=${id}&sort=-id`);
  const { vin, serial_number, color, mileage, customer_id } = record;
  const owner = customer_id && h("a", { href: place.customer(customer_id) }, "Open the owner");
  return {
    title: car(record),
    parts: [
      head(car(record)),
      section(
        "Vehicle",
        {},
        facts({ VIN: vin, "Serial number": serial_number, Color: color, Mileage: mileage && number(mileage), Owner: owner }),
      ),
      tickets,
    ],
  };
};

const document = async (kind, id) => {
  const record = await api(`/${kind}s/${id}`);
  heed({ currency: record.currency ?? record.shop?.currency });
  const isInvoice = kind === "invoice";
  const paid = isInvoice
    ? {
        Paid: money(record.paid),
        Credited: record.credited > 0 ? money(record.credited) : null,
        Balance: h("strong", {}, money(record.balance)),
      }
    : {};
  const name = `${record.kind === "credit_note" ? "Credit note" : isInvoice ? "Invoice" : "Estimate"} ${record.number}`;
  return {
    title: name,
    parts: [
      head(name, stateOf(record)),
      section(
        "Document",
        {},
        facts({
          Customer: personLink(record.customer),
          Vehicle: carLink(record.vehicle),
          Date: day(record.date),
          Due: record.due_date && day(record.due_date),
          "Valid until": record.valid_until && day(record.valid_until),
          Ticket: h("a", { href: place.ticket(record.service_ticket_id) }, `#${record.service_ticket_id}`),
          Message: record.message,
          Undecided: record.decisions && `${number(record.decisions.open.lines)} lines, ${money(record.decisions.open.net)}`,
        }),
      ),
      section("Lines", {}, jobs(record), sums(record, paid)),
    ],
  };
};

/** The pages of records, by the first word of their place. */
export const RECORDS = {
  ticket,
  customer,
  vehicle,
  invoice: (id) => document("invoice", id),
  estimate: (id) => document("estimate", id),
};

/** The first page of who is not an admin: what their role may see. */
export const mine = async () => {
  const { role, name, customer_id } = account();
  if (isStaff())
    return { title: "My work", parts: [head(name), await related("My open tickets", "/mechanics/my-tickets?status=open,in_progress")] };
  // The invoices first: they tell the currency.
  const invoices = await related("Invoices", "/invoices?sort=-id");
  const [tickets, estimates, vehicles] = await Promise.all([
    related("My tickets", "/customers/my-tickets"),
    related("Estimates", "/estimates?sort=-id"),
    related("My vehicles", "/vehicles"),
  ]);
  const parts = [tickets, estimates, invoices, vehicles];
  return { title: role, parts: [head(name, h("a", { href: place.customer(customer_id) }, "My record")), parts] };
};

import { h } from "./dom.js";
import { car, day, money, number, time, words } from "./format.js";
import { place } from "./places.js";
import { status } from "./shell.js";

/** What a listing shows of its rows, by the last word of its path that is no id. */

const link = (href, text) => h("a", { href }, text);
const amount = (head, of) => ({ head, number: true, of: (row) => money(of(row), { currency: row.currency }) });
/** The same, where most rows have nothing. */
const rest = (head, of) => ({ ...amount(head, of), of: (row) => (of(row) === 0 ? "–" : money(of(row), { currency: row.currency })) });
const count = (head, of) => ({
  head,
  number: true,
  of: (row) => (of(row) === null ? "–" : number(of(row), Number.isInteger(of(row)) ? 0 : 2)),
});
const customer = { head: "Customer", of: (row) => link(place.customer(row.customer.id), row.customer.name) };
const TONES = { unpaid: "warn", partly_paid: "warn", paid: "good", in_progress: "busy", expired: "warn" };
export const stateOf = (row) => (row.overdue ? status("overdue", "bad") : status(words(row.status), TONES[row.status]));
const state = { head: "Status", of: stateOf };

const invoices = {
  title: "Invoices and credit notes",
  columns: [
    { head: "Number", of: (row) => link(place.invoice(row.id), row.number) },
    { head: "Date", of: ({ date }) => day(date) },
    customer,
    { head: "Vehicle", wide: true, of: ({ vehicle }) => car(vehicle) },
    { head: "Status", of: (row) => (row.kind === "credit_note" ? status("credit note") : stateOf(row)) },
    amount("Net", (row) => (row.kind === "credit_note" ? -row.net : row.net)),
    amount("Total", (row) => (row.kind === "credit_note" ? -row.total : row.total)),
    rest("Balance", ({ balance }) => balance),
  ],
};

const tickets = {
  title: "Service tickets",
  columns: [
    { head: "Ticket", of: ({ id }) => link(place.ticket(id), `#${id}`) },
    { head: "Date", of: ({ service_date }) => day(service_date) },
    customer,
    { head: "Work", wide: true, of: ({ service_desc }) => service_desc },
    { head: "Mechanics", of: ({ mechanics }) => mechanics.map(({ name }) => name).join(", ") || "–" },
    state,
    amount("Unbilled", ({ unbilled_net }) => unbilled_net),
  ],
};

const estimates = {
  title: "Estimates",
  columns: [
    { head: "Number", of: (row) => link(place.estimate(row.id), row.number) },
    { head: "Date", of: ({ date }) => day(date) },
    customer,
    { head: "Vehicle", wide: true, of: ({ vehicle }) => car(vehicle) },
    state,
    amount("Net", ({ lines_net }) => lines_net),
    amount("Approved", ({ authorized_net }) => authorized_net),
    rest("Undecided", ({ decisions }) => decisions.open.net),
  ],
};

const document = {
  head: "Document",
  of: (row) => link(place.invoice(row.invoice_id), row.number ?? row.invoice_number ?? `#${row.invoice_id}`),
};

/** Of a line of a credit note, which takes away. */
const signed = (row, value) => (value !== null && row.document_kind === "credit_note" ? -value : value);

const lines = {
  title: "What was sold",
  columns: [
    document,
    { head: "Date", of: ({ date }) => day(date) },
    { head: "Kind", of: ({ kind, document_kind }) => (document_kind === "credit_note" ? `${kind}, credited` : kind) },
    { head: "Description", wide: true, of: ({ description }) => description },
    count("Quantity", (row) => signed(row, row.quantity)),
    amount("Net", (row) => signed(row, row.net)),
    amount("Cost", (row) => signed(row, row.cost)),
  ],
};

const taxes = {
  title: "Taxes",
  columns: [
    document,
    { head: "Date", of: ({ date }) => day(date) },
    { head: "Tax", of: ({ name }) => name },
    { head: "Rate", number: true, of: ({ rate }) => `${number(rate, 2)} %` },
    amount("Base", (row) => signed(row, row.base)),
    amount("Tax", (row) => signed(row, row.amount)),
  ],
};

const payments = {
  title: "Payments",
  columns: [
    document,
    { head: "Day", of: ({ received_on }) => day(received_on) },
    { head: "Kind", of: ({ kind }) => kind },
    { head: "Method", of: ({ method }) => words(method) },
    { head: "Reference", wide: true, of: ({ reference }) => reference ?? "–" },
    amount("Amount", ({ effect }) => effect),
  ],
};

const customers = {
  title: "Customers",
  columns: [
    { head: "Name", of: ({ id, name }) => link(place.customer(id), name) },
    { head: "Phone", of: ({ phone }) => phone ?? "–" },
    { head: "E-mail", wide: true, of: ({ email }) => email ?? "–" },
    count("Tickets", ({ ticket_count }) => ticket_count),
  ],
};

const vehicles = {
  title: "Vehicles",
  columns: [
    { head: "Vehicle", of: (row) => link(place.vehicle(row.id), car(row)) },
    { head: "VIN", of: ({ vin, serial_number }) => vin ?? serial_number ?? "–" },
    { head: "Color", of: ({ color }) => color ?? "–" },
    count("Mileage", ({ mileage }) => mileage),
  ],
};

const parts = {
  title: "Parts",
  columns: [
    { head: "Part", of: ({ name }) => name },
    { head: "Number", of: ({ part_number }) => part_number ?? "–" },
    { head: "Category", wide: true, of: ({ category }) => category ?? "–" },
    count("In stock", ({ quantity }) => quantity),
    count("Order at", ({ reorder_point }) => reorder_point),
    amount("Price", ({ price }) => price),
  ],
};

const movements = {
  title: "What moved in stock",
  columns: [
    { head: "When", of: ({ created_at }) => time(created_at) },
    { head: "Kind", of: ({ kind }) => words(kind ?? "") },
    { head: "Why", wide: true, of: ({ reason }) => reason ?? "–" },
    count("Change", (row) => row.change ?? row.quantity ?? null),
    count("In stock then", (row) => row.balance ?? null),
  ],
};

/** By the last word of the path. */
export const LISTINGS = {
  invoices,
  "service-tickets": tickets,
  // What is not billed yet is not for customers.
  "my-tickets": { ...tickets, columns: tickets.columns.slice(0, -1) },
  estimates,
  "invoice-lines": lines,
  "invoice-taxes": taxes,
  payments,
  customers,
  vehicles,
  inventory: parts,
  "low-stock": { ...parts, title: "Low stock" },
  movements,
};

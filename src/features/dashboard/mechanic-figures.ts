import { MECHANICS } from "./daily.ts";
import { figuresOf, linkTo, type Period } from "./figure.ts";

const LABOR =
  "Labor of a mechanic on invoices and credit notes by their date in the shop's time zone, after all discounts and without taxes. Credit notes are taken off on their own date.";
const TICKETS =
  "Tickets that a mechanic worked on, by the date of their invoice in the shop's time zone. A credit note with which nothing of the invoice is left takes the ticket off, on its own date.";

/** The figures of a mechanic over a period, by name. */
export const figuresOfMechanic = (mechanic_id: number) => {
  const lines = (period: Period): string => linkTo("/invoice-lines", { ...period, mechanic_id });
  const tickets = (period: Period): string => linkTo("/invoices", { ...period, mechanic_id });
  return figuresOf(MECHANICS, {
    hours_sold: {
      unit: "hours",
      basis: LABOR,
      formula: "Sum of `quantity`, less that of lines of credit notes.",
      value: ["thousandths", ({ hours }) => hours],
      drilldown: lines,
    },
    revenue_labor: {
      unit: "money",
      basis: LABOR,
      formula: "Sum of `net`, less that of lines of credit notes.",
      value: ["cents", ({ labor }) => labor],
      drilldown: lines,
    },
    effective_labor_rate: {
      unit: "money",
      basis: LABOR,
      formula: "`revenue_labor` divided by `hours_sold`: what an hour was sold for.",
      value: ["cents", ({ labor }) => labor],
      per: ["thousandths", ({ hours }) => hours],
      drilldown: lines,
    },
    tickets: {
      unit: "count",
      basis: TICKETS,
      formula: "Number of invoices, less that of credit notes with `credits.in_full`.",
      value: ["number", (sums) => sums.tickets],
      drilldown: tickets,
    },
    promised: {
      unit: "count",
      basis: TICKETS,
      formula: "The same of those with a `promised_at`.",
      value: ["number", ({ promised }) => promised],
      drilldown: tickets,
    },
    on_time: {
      unit: "count",
      basis: TICKETS,
      formula: "The same of those with a `completed_at` that is not after `promised_at`.",
      value: ["number", (sums) => sums.on_time],
      drilldown: tickets,
    },
    on_time_rate: {
      unit: "percent",
      basis: TICKETS,
      formula: "`on_time` divided by `promised`.",
      value: ["number", (sums) => sums.on_time],
      per: ["number", ({ promised }) => promised],
      drilldown: tickets,
    },
  });
};

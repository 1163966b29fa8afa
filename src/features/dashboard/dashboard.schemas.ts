import { z } from "@hono/zod-openapi";
import { INTERVALS } from "../../core/days.ts";
import { CalendarDate, Count, Id, Money, oneOf, Percent, pattern, SignedMoney, Timestamp, text, wholeNumber } from "../../db/fields.ts";
import { PathId, queryBoolean } from "../../http/fields.ts";
import { listOf, listQuery, MAX_IN_RECORD } from "../../http/page.ts";
import { AGES } from "./aging.ts";
import { UNITS } from "./figure.ts";
import { FIGURES, STANDING } from "./figures.ts";
import { namesOf } from "./in-period.ts";
import { figuresOfMechanic } from "./mechanic-figures.ts";
import { MECHANIC_SORTS } from "./mechanics.queries.ts";
import { MAX_DAYS } from "./period.ts";
import { RECEIVABLE_SORTS } from "./receivables.queries.ts";

/** The path of a listing with its query, in which the name of a tax may be long. */
const Link = pattern(1_500, /^\/[\w./?=&%+*-]*$/).openapi({ format: "uri-reference" });

/** The same schema for each name. Safe: each name gets it. */
const forEach = <K extends string, S extends z.ZodType>(object: Readonly<Record<K, unknown>>, schema: S) =>
  z.object(Object.fromEntries(namesOf(object).map((name) => [name, schema])) as Record<K, S>);

const Value = z.number().openapi({ format: "double" });

export const Figure = z
  .object({
    value: Value.nullable().openapi({
      description: "Null unless the divisor is more than nothing. Less than nothing where more was taken off than added.",
    }),
    previous: Value.nullable().optional().openapi({ description: "The value over the period before, if it was asked for." }),
    unit: oneOf(UNITS).openapi({ description: "`money` is in the shop's currency." }),
    basis: text(300).openapi({ description: "What is counted." }),
    formula: text(300).openapi({ description: "How the value follows from the rows that `drilldown` lists." }),
    drilldown: Link.openapi({ description: "The listing of what the value is made of." }),
  })
  .openapi("Figure");

const TaxFigure = Figure.extend({
  name: text(120),
  rate: Percent,
  base: SignedMoney.openapi({ description: "What the tax fell on." }),
}).openapi("TaxFigure");

const Period = z.object({ from: CalendarDate, to: CalendarDate }).openapi("Period");

const Head = z.object({
  as_of: Timestamp.openapi({ description: "When it was read." }),
  time_zone: text(60).openapi({ description: "The shop's, by which its days are told." }),
  currency: text(3),
});
const PeriodHead = Period.extend(Head.shape);

export const Dashboard = PeriodHead.extend({
  previous: Period.nullable().openapi({ description: "The period of the same length before, if it was asked for." }),
  figures: forEach({ ...FIGURES, ...STANDING }, Figure),
  taxes: z.array(TaxFigure).max(MAX_IN_RECORD).openapi({ description: "`tax_collected`, by the name and rate of the tax." }),
}).openapi("Dashboard");

const asked = {
  from: CalendarDate.optional().openapi({ description: "First day, in the shop's time zone. Default: the first of the month of `to`." }),
  to: CalendarDate.optional().openapi({ description: `Last day. Default: today. At most ${MAX_DAYS} days in all.` }),
};

export const DashboardQuery = z.strictObject({
  ...asked,
  previous: queryBoolean.optional().openapi({ description: "`true`: with the values over the period of the same length before." }),
});

export const SeriesQuery = z.strictObject({
  figure: oneOf(namesOf(FIGURES)),
  interval: oneOf(INTERVALS).optional().openapi({ description: "Default: `day`. Weeks begin on Monday." }),
  ...asked,
});

export const Series = PeriodHead.extend({
  figure: oneOf(namesOf(FIGURES)),
  interval: oneOf(INTERVALS),
  ...Figure.pick({ unit: true, basis: true, formula: true }).shape,
  points: z
    .array(Period.extend({ value: Figure.shape.value, drilldown: Link }))
    .max(MAX_DAYS)
    .openapi({ description: "The earliest first. The first and the last are cut at `from` and `to`." }),
}).openapi("Series");

const MechanicFigures = z
  .object({
    id: Id,
    name: text(120).nullable().openapi({ description: "Null once the record was deleted." }),
    figures: forEach(figuresOfMechanic(0), Figure),
  })
  .openapi("MechanicFigures");

export const MechanicsQuery = listQuery(namesOf(MECHANIC_SORTS), asked);
export const MechanicList = PeriodHead.extend(listOf("mechanics", MechanicFigures).shape).openapi("MechanicFiguresList");

const Aged = z.object({
  value: Money.openapi({ description: "Sum of `balance`." }),
  drilldown: Link,
});
const Aging = Aged.extend({
  least_days: wholeNumber(0, 1_000).nullable().openapi({ description: "Days since it was due, at least; null without a bound." }),
  most_days: wholeNumber(0, 1_000).nullable().openapi({ description: "At most; null without a bound." }),
});

const OwedByCustomer = z
  .object({
    customer: z.object({ id: Id, name: text(120) }),
    invoices: Count.openapi({ description: "Those with a balance." }),
    balance: Money,
    overdue: Money,
    refundable: Money,
    oldest_due: CalendarDate.nullable().openapi({ description: "The first due date of those with a balance." }),
    aging: forEach(AGES, Aged),
    drilldowns: z.object({ balance: Link, overdue: Link, refundable: Link }),
  })
  .openapi("OwedByCustomer");

export const ReceivablesQuery = listQuery(namesOf(RECEIVABLE_SORTS), { customer_id: PathId.optional() });
export const Receivables = Head.extend({
  today: CalendarDate.openapi({ description: "The day in the shop's time zone by which it is told how late something is." }),
  figures: forEach({ receivables: null, overdue: null, refundable: null }, Figure),
  invoices: Count.openapi({ description: "Those with a balance." }),
  aging: forEach(AGES, Aging),
  ...listOf("customers", OwedByCustomer).shape,
}).openapi("Receivables");

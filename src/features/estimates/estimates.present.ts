import type { z } from "@hono/zod-openapi";
import type { Actor } from "../../core/actor.ts";
import { fromCents } from "../../core/money.ts";
import { ESTIMATE } from "../../db/records/estimate.ts";
import { presentLine, presentTicketDiscount } from "../../db/records/estimate-content.ts";
import { present } from "../../db/records/record.ts";
import { presentTaxAmount } from "../../db/records/tax-amount.ts";
import type { EstimateRow, ListedEstimateRow, OnDay, Tallies } from "./estimates.queries.ts";
import type { Estimate, EstimateStatus, EstimateSummary } from "./estimates.schemas.ts";

const statusOf = ({ is_superseded, valid_until }: ListedEstimateRow, date: string): EstimateStatus => {
  if (is_superseded) return "superseded";
  return valid_until < date ? "expired" : "current";
};

const tallied = ({ lines, net }: Tallies["open"]) => ({ lines, net: fromCents(net) });

/** An estimate in a list; `date` is the day in the shop's time zone. */
export const presentSummary = (row: ListedEstimateRow, date: string, actor: Actor): z.input<typeof EstimateSummary> => ({
  ...present(ESTIMATE, row, actor),
  status: statusOf(row, date),
  // Whose it is may follow a merged record; the name is the one that was shown.
  customer: { id: row.customer_id, name: row.customer.name },
  vehicle: row.vehicle,
  discount: presentTicketDiscount(row.discount),
  taxes: row.taxes.map(presentTaxAmount),
  decisions: {
    approved: tallied(row.decisions.approved),
    declined: tallied(row.decisions.declined),
    open: tallied(row.decisions.open),
  },
});

/** All that an estimate shows; `date` is the day in the shop's time zone. */
export const presentWhole = (row: EstimateRow, date: string, actor: Actor): z.input<typeof Estimate> => ({
  ...presentSummary(row, date, actor),
  shop: row.shop,
  jobs: row.jobs.map(({ position: _position, ...job }) => ({
    ...job,
    lines: row.lines.filter(({ job_id }) => job_id === job.id).map(presentLine),
  })),
  lines: row.lines.filter(({ job_id }) => job_id === null).map(presentLine),
});

/** An estimate as an answer, with the version of its ticket. */
export const presentOne = ({ found, date }: OnDay<EstimateRow>, actor: Actor) => ({
  body: presentWhole(found, date, actor),
  version: found.version,
});

/** The same of one that was just presented. */
export const presentNew = (made: OnDay<EstimateRow>, actor: Actor) => ({
  ...presentOne(made, actor),
  location: `/estimates/${made.found.id}`,
});

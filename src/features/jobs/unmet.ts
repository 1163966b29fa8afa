import { fromCents } from "../../core/money.ts";
import { fromThousandths, type Thousandths } from "../../core/quantity.ts";
import { coveredOf } from "./coverage.ts";
import { counts, drawnOf } from "./jobs.present.ts";
import type { LineRow, PricingRow } from "./pricing.queries.ts";
import type { Pricing } from "./pricing.schemas.ts";

type Unmet = NonNullable<Pricing["unmet"]>[number];

/** Lines that are open, or that cost more than was approved where the rest of their job does not make up for it. */
const notApproved = ({ lines, jobs, shop }: PricingRow): Unmet[] => {
  if (shop.authorization === "none") return [];
  const covered = coveredOf({ lines, jobs });
  const isBeyond = ({ id, net, authorized_net }: LineRow): boolean => !covered.has(id) && net > (authorized_net ?? 0);
  return lines
    .filter((line) => line.decision === "open" || (line.decision === "approved" && isBeyond(line)))
    .map(({ id, description, net, authorized_net }) => ({
      code: "line_not_approved",
      line_id: id,
      description,
      net: fromCents(net),
      authorized_net: authorized_net === null ? null : fromCents(authorized_net),
    }));
};

/** Safe: whole thousandths add up to whole thousandths. */
const quantityOf = (lines: readonly LineRow[]): Thousandths => lines.reduce<number>((sum, line) => sum + line.quantity, 0) as Thousandths;

const partsThatDiffer = ({ lines, parts }: PricingRow): Unmet[] => {
  const drawn = drawnOf({ parts });
  const byPart = Map.groupBy(lines, ({ inventory_id }) => inventory_id);
  const ids = new Set([...drawn.keys(), ...lines.flatMap(({ inventory_id }) => inventory_id ?? [])]);
  return [...ids].flatMap((id) => {
    const ofPart = byPart.get(id) ?? [];
    const [billed, left] = [quantityOf(ofPart.filter(counts)), drawn.get(id) ?? quantityOf([])];
    const name = ofPart[0]?.description ?? `Part ${id}`;
    return billed === left
      ? []
      : [{ code: "parts_differ", inventory_id: id, name, drawn: fromThousandths(left), billed: fromThousandths(billed) }];
  });
};

/** Who did the labour is said by the line, or by its job. */
const laborWithoutMechanic = ({ lines, jobs }: PricingRow): Unmet[] => {
  const byJob = new Map(jobs.map(({ id, mechanic_id }) => [id, mechanic_id]));
  return lines
    .filter((line) => line.kind === "labor" && counts(line) && (line.mechanic_id ?? byJob.get(line.job_id ?? 0) ?? null) === null)
    .map(({ id }) => ({ code: "labor_without_mechanic", line_id: id }));
};

const shopIncomplete = ({ shop }: PricingRow): Unmet[] =>
  (["name", "address"] as const).filter((field) => !shop[field]).map((field) => ({ code: "shop_incomplete", field }));

/** All that stands in the way of an invoice for the ticket. */
export const unmetOf = (row: PricingRow): Unmet[] => [
  ...notApproved(row),
  ...partsThatDiffer(row),
  ...laborWithoutMechanic(row),
  ...shopIncomplete(row),
  ...(row.lines.some(counts) ? [] : [{ code: "nothing_to_bill" as const }]),
  ...(row.status === "completed" || row.status === "closed" ? [] : [{ code: "status" as const, status: row.status }]),
];

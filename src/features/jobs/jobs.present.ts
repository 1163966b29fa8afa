import { type Actor, isStaff } from "../../core/actor.ts";
import { type Cents, fromCents } from "../../core/money.ts";
import { fromThousandths, type Thousandths } from "../../core/quantity.ts";
import { presentDiscount } from "../../db/records/discount.ts";
import { present } from "../../db/records/record.ts";
import { TICKET_JOB } from "../../db/records/ticket-job.ts";
import { TICKET_LINE } from "../../db/records/ticket-line.ts";
import { coveredOf } from "./coverage.ts";
import type { JobRow, LineRow, SoldRow } from "./pricing.queries.ts";

/** The sum of amounts. Safe: whole cents add up to whole cents. */
export const sumOf = (amounts: readonly Cents[]): Cents => amounts.reduce<number>((sum, amount) => sum + amount, 0) as Cents;

/** Safe: whole thousandths add up to whole thousandths. */
const inThousandths = (quantity: number): Thousandths => quantity as Thousandths;

export const counts = ({ decision }: Pick<LineRow, "decision">): boolean => decision !== "declined";

/** How much has left the stock of each part. */
export const drawnOf = ({ parts }: Pick<SoldRow, "parts">): ReadonlyMap<number, Thousandths> =>
  new Map(parts.map(({ inventory_id, drawn }) => [inventory_id, drawn]));

/**
 * How much has left the stock for each line of a part, by the id of the line: an automatic line has what it stands for; what
 * remains goes to the others in the order of their ids, to each up to its quantity, and nothing to those that are declined.
 */
export const drawnByLine = ({ lines, parts }: Pick<SoldRow, "lines" | "parts">): ReadonlyMap<number, Thousandths> => {
  const left = new Map<number | null, number>(drawnOf({ parts }));
  const take = ({ id, inventory_id, quantity }: LineRow, most: number): readonly [number, Thousandths] => {
    const had = left.get(inventory_id) ?? 0;
    const taken = Math.min(most, quantity, had);
    left.set(inventory_id, had - taken);
    return [id, inThousandths(taken)];
  };
  const stocked = lines.filter(({ inventory_id }) => inventory_id !== null);
  const automatic = stocked.filter((line) => line.automatic).map((line) => take(line, line.quantity));
  const planned = stocked.filter((line) => !line.automatic).map((line) => take(line, counts(line) ? line.quantity : 0));
  return new Map([...automatic, ...planned]);
};

/** The jobs of a ticket with their lines, and the lines without a job, as the actor may see them. */
export const presentSold = (sold: SoldRow, actor: Actor) => {
  const byJob = Map.groupBy(sold.lines, ({ job_id }) => job_id);
  const [drawn, covered] = [drawnByLine(sold), coveredOf(sold)];
  const drawnFor = (id: number): number | null => {
    const quantity = drawn.get(id);
    return quantity === undefined ? null : fromThousandths(quantity);
  };
  const presentLine = (line: LineRow) => ({
    ...present(TICKET_LINE, line, actor),
    discount: presentDiscount(line),
    covered: covered.has(line.id),
    ...(isStaff(actor) && { drawn: drawnFor(line.id) }),
  });
  const presentJob = (job: JobRow, lines: readonly LineRow[]) => {
    const counted = lines.filter(counts);
    return {
      ...present(TICKET_JOB, job, actor),
      lines: lines.map(presentLine),
      net: fromCents(sumOf(counted.map(({ net }) => net))),
      authorized_net: fromCents(sumOf(counted.flatMap(({ authorized_net }) => authorized_net ?? []))),
      covered: counted.length > 0 && counted.every(({ id }) => covered.has(id)),
    };
  };
  return {
    jobs: sold.jobs.map((job) => presentJob(job, byJob.get(job.id) ?? [])),
    lines: (byJob.get(null) ?? []).map(presentLine),
  };
};

import type { SoldRow } from "./pricing.queries.ts";

/**
 * The ids of the lines that the customer's yes covers, as the view `line_coverage` tells it, which rules ask: approved lines that
 * cost at most what was approved; in a job that is decided together all of them together, and none while one is open.
 */
export const coveredOf = ({ jobs, lines }: Pick<SoldRow, "jobs" | "lines">): ReadonlySet<number> => {
  const together = new Set(jobs.flatMap(({ id, by_line }) => (by_line ? [] : [id])));
  const groups = Map.groupBy(lines, ({ id, job_id }) => (job_id !== null && together.has(job_id) ? `job ${job_id}` : `line ${id}`));
  return new Set(
    [...groups.values()].flatMap((group) => {
      const approved = group.filter(({ decision }) => decision === "approved");
      const beyond = approved.reduce((sum, { net, authorized_net }) => sum + net - (authorized_net ?? 0), 0);
      const isCovered = beyond <= 0 && !group.some(({ decision }) => decision === "open");
      return isCovered ? approved.map(({ id }) => id) : [];
    }),
  );
};

import type { z } from "@hono/zod-openapi";
import { pageResult } from "../../http/page.ts";
import { presentFigures, presentHead } from "./dashboard.present.ts";
import type { MechanicsQuery } from "./dashboard.schemas.ts";
import type { Period } from "./figure.ts";
import { figuresOfMechanic } from "./mechanic-figures.ts";
import type { MechanicSums, readMechanics } from "./mechanics.queries.ts";

/** A mechanic with their figures over a period. */
export const presentMechanic = ({ id, name, sums }: MechanicSums, period: Period) => ({
  id,
  name,
  figures: presentFigures(figuresOfMechanic(id), sums, period),
});

/** A page of them. `now` is ISO 8601. */
export const presentMechanics = (read: Awaited<ReturnType<typeof readMechanics>>, query: z.output<typeof MechanicsQuery>, now: string) => {
  const { body, ...paged } = pageResult("/dashboard/mechanics", "mechanics", query, read.page, (row) => presentMechanic(row, read.period));
  return { ...paged, body: { ...presentHead(read, now), ...body } };
};

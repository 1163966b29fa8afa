import type { z } from "@hono/zod-openapi";
import { and, gte, lte, sql } from "drizzle-orm";
import { TimestampInput } from "../../db/fields.ts";
import { indexed, type Listing, readPage } from "../../db/list/listing.ts";
import { type ListedRowIn, presentToStaff } from "../../db/records/record.ts";
import { REFUSAL } from "../../db/records/refusal.ts";
import { refusals } from "../../db/schema/audit.ts";
import { OTHERS, ROWS_PER_HOUR } from "../../db/write/audit-refusal.ts";
import { inOrder, listOf, listQuery, pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { ADMIN } from "../../http/policy.ts";
import { route } from "../../http/route.ts";

type Row = ListedRowIn<typeof REFUSAL>;

/** Since the first of all times, unless the request says since when. */
const EVER = "0000-01-01T00:00:00.000Z";

const BY_HOUR = { hour: refusals.hour };
const listing: Listing<Row> = { ...REFUSAL, counter: null, newestFirst: true, sorts: BY_HOUR };

const Refusals = listOf("refusals", REFUSAL.staffAnswer.openapi("Refusal")).openapi("Refusals");
const RefusalQuery = inOrder(
  listQuery(["hour"], {
    from: TimestampInput.optional().openapi({ description: "Only hours that began at this time or later." }),
    to: TimestampInput.optional().openapi({ description: "Only hours that began at this time or earlier." }),
  }),
);
type RefusalQuery = z.output<typeof RefusalQuery>;

const filtersOf = ({ from, to }: RefusalQuery) => {
  const since = and(gte(refusals.hour, from ?? EVER), to === undefined ? undefined : lte(refusals.hour, to));
  return [indexed(refusals, sql`${since}`, BY_HOUR)];
};

export const refusalRoute = route(
  { access: ADMIN, fails: ["sort_not_available", "page_too_deep"] },
  {
    method: "get",
    path: "/audit-log/refusals",
    operationId: "listRefusals",
    tag: "Audit log",
    summary: "List how often requests and logins were refused, by hour",
    description:
      "One row for each hour, what was refused, and the network of a stranger (`user_id` is 0) or the account. An hour has at most " +
      `${ROWS_PER_HOUR} rows; further networks count together as \`${OTHERS}\`. Rows are kept for 30 days.`,
    query: RefusalQuery,
    answer: Refusals,
    example: { refusals: [REFUSAL.listedExample], pagination: paginationExample },
  },
  async ({ db }, { query }) =>
    pageResult("/audit-log/refusals", "refusals", query, await readPage(db, listing, filtersOf(query), pageRequest(query)), (row) =>
      presentToStaff(REFUSAL, row),
    ),
);

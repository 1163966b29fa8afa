import { eq, type SQL, sql } from "drizzle-orm";
import { type Actor, isStaff, seesOf } from "../../core/actor.ts";
import { revised } from "../../db/columns.ts";
import { eachOf } from "../../db/json.ts";
import { pricingOf } from "../../db/pricing.ts";
import { AUTHORIZATION } from "../../db/records/authorization.ts";
import { TICKET } from "../../db/records/ticket.ts";
import { customers } from "../../db/schema/customers.ts";
import { authorizations, estimates } from "../../db/schema/estimates.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { ticketLines } from "../../db/schema/ticket-lines.ts";
import { onShopDay, requiresShopDay } from "../../db/shop-day.ts";
import { commit, created, newest, type Precondition, requires } from "../../db/write/commit.ts";
import { idAfterLost } from "../../db/write/ids-after-restore.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type AuthorizationRow, authorizationById } from "./authorizations.queries.ts";
import type { NewAuthorization } from "./authorizations.schemas.ts";
import { saidBy } from "./said-by.ts";

type Decisions = NewAuthorization["decisions"];

const named = (decisions: Decisions, by: "job_id" | "line_id"): number[] => decisions.flatMap((each) => each[by] ?? []);

/** The lines that an estimate shows, as `l.value`. */
const shownLines = (estimate: number): SQL => sql`${estimates} e, json_each(e.content, '$.lines') l where e.id = ${estimate}`;

/** Every line and job that is decided on was shown. */
const requiresShown = (estimate: number, decisions: Decisions): Precondition[] =>
  (["line", "job"] as const).flatMap((entity) => {
    const ids = named(decisions, `${entity}_id`);
    const column = sql.raw(entity === "line" ? "'id'" : "'job_id'");
    const unknown = sql`(select value as id from ${eachOf(ids)} except select l.value ->> ${column} from ${shownLines(estimate)})`;
    const details = sql`(select json_object('entity', ${entity}, 'id', id) from ${unknown} limit 1)`;
    return ids.length === 0 ? [] : [requires("reference_not_found", sql`not exists ${unknown}`, details)];
  });

/** No line is decided on by itself and with its job. */
const requiresOnce = (estimate: number, decisions: Decisions): Precondition[] => {
  const [jobs, lines] = [named(decisions, "job_id"), named(decisions, "line_id")];
  if (jobs.length === 0 || lines.length === 0) return [];
  const both = sql`(select l.value ->> 'job_id' as id from ${shownLines(estimate)}
    and l.value ->> 'id' in (select value from ${eachOf(lines)}) and l.value ->> 'job_id' in (select value from ${eachOf(jobs)}))`;
  const details = sql`(select json_object('job_id', j.value ->> 'id', 'job_title', j.value ->> 'title') from ${estimates} e, json_each(e.content, '$.jobs') j
    where e.id = ${estimate} and j.value ->> 'id' in ${both} limit 1)`;
  return [requires("decide_whole_job", sql`not exists ${both}`, details)];
};

/** What is decided, line by line, and what all of it comes to, as one row `r`. */
const reckoned = (estimate: number, ticket: SQL<number>, decisions: Decisions, date: string): SQL => {
  const approved = sql`select l.id, l.kind, l.taxable, coalesce(d.net, l.authorized_net) as net from ${ticketLines} l
    left join decided d on d.line_id = l.id where l.service_ticket_id = ${ticket} and coalesce(d.decision, l.decision) = 'approved'`;
  return sql`(with shown as materialized (
      select l.value ->> 'id' as line_id, l.value ->> 'job_id' as job_id, l.value ->> 'net' as net, l.value ->> 'words' as words,
        l.value ->> 'description' as description from ${shownLines(estimate)}),
    named as materialized (
      select value ->> 'line_id' as line_id, value ->> 'job_id' as job_id, value ->> 'decision' as decision from ${eachOf(decisions)}),
    decided as materialized (
      select s.*, n.decision from named n join shown s on s.line_id = n.line_id
      union all select s.*, n.decision from named n join shown s on s.job_id = n.job_id),
    summed as materialized (select
      (select ifnull(sum(authorized_net), 0) from ${ticketLines} where ${ticketLines.service_ticket_id} = ${ticket}) as net_before,
      (select ifnull(sum(net), 0) from (${approved})) as net_after)
    select net_before, net_after, max(0, net_after - net_before) as additional,
      ${pricingOf(approved, date)} ->> 'total' as total,
      (select json_group_array(json_object('line_id', line_id, 'job_id', job_id, 'decision', decision, 'net', net, 'words', words,
        'description', description) order by line_id) from decided) as decisions
    from summed, ${serviceTickets} where ${eq(serviceTickets.id, ticket)}) r`;
};

/** The tickets that the actor may decide on: staff on all, customers on their own, the holder of a link on one. */
const decidableBy = (actor: Actor): { readonly scope?: SQL } => {
  if (isStaff(actor)) return {};
  return { scope: actor.role === "link" ? eq(serviceTickets.id, actor.ticketId) : eq(serviceTickets.customer_id, seesOf(actor)) };
};

/**
 * Records what a customer decided on an estimate; its lines, and what may be done to the ticket, follow. Throws `not_found`,
 * `invalid`, `reference_not_found`, `decide_whole_job`, `estimate_superseded`, `estimate_expired`, `ticket_closed`, `line_changed`,
 * `part_drawn`, and `link_ended` when the link by which it comes has ended meanwhile.
 */
export const authorize = async (context: WriteContext, estimate: number, body: NewAuthorization): Promise<AuthorizationRow> => {
  const { db, writer, now, actor } = context;
  const { person_name, ...said } = saidBy(actor, body);
  const ticket = sql<number>`(select service_ticket_id from ${estimates} where ${estimates.id} = ${estimate})`;
  const isTicket = eq(serviceTickets.id, ticket);
  const customersName = sql<string>`(select ${customers.name} from ${customers} join ${estimates} on ${estimates.customer_id} = ${customers.id}
    where ${estimates.id} = ${estimate})`;
  return onShopDay(db, now, (day) =>
    commit(db, writer, {
      target: { entity: TICKET, id: ticket, ...decidableBy(actor) },
      preconditions: [requiresShopDay(day), ...requiresShown(estimate, body.decisions), ...requiresOnce(estimate, body.decisions)],
      changes: [
        insertFrom(
          authorizations,
          {
            id: idAfterLost(authorizations),
            ...said,
            service_ticket_id: ticket,
            estimate_id: estimate,
            at: now,
            date: day.date,
            person_name: person_name ?? customersName,
            address: isStaff(actor) ? null : writer.address,
            replaced_parts: body.replaced_parts ?? null,
            note: body.note ?? null,
            additional_net: sql`r.additional`,
            authorized_net_before: sql`r.net_before`,
            authorized_net_after: sql`r.net_after`,
            total_after: sql`r.total`,
            decisions: sql`r.decisions`,
          },
          sql`from ${reckoned(estimate, ticket, body.decisions, day.date)}`,
        ),
        db.update(serviceTickets).set(revised(serviceTickets, now)).where(isTicket),
      ],
      audit: [created(AUTHORIZATION), { entity: TICKET, verb: "authorized", where: isTicket }],
      answer: authorizationById(newest(AUTHORIZATION)),
    }),
  );
};

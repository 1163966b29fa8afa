import type { z } from "@hono/zod-openapi";
import type { Actor } from "../../core/actor.ts";
import { fromCents } from "../../core/money.ts";
import type { DeclinedRow } from "../../db/declined.ts";
import { AUTHORIZATION, presentDecided } from "../../db/records/authorization.ts";
import { present } from "../../db/records/record.ts";
import type { AuthorizationRow, ListedAuthorizationRow } from "./authorizations.queries.ts";
import type { Authorization } from "./authorizations.schemas.ts";

/** An authorisation as the actor may see it. */
export const presentAuthorization = (row: ListedAuthorizationRow, actor: Actor): z.input<typeof Authorization> => ({
  ...present(AUTHORIZATION, row, actor),
  by: row.share_link_id === null ? { user_id: row.user_id ?? undefined } : { share_link_id: row.share_link_id },
  decisions: row.decided.map(presentDecided),
});

/** One that was just recorded, with the version of its ticket. */
export const presentNewAuthorization = (row: AuthorizationRow, actor: Actor) => ({
  body: presentAuthorization(row, actor),
  version: row.version,
  location: `/service-tickets/${row.service_ticket_id}/authorizations`,
});

/** A declined line on the wire. */
export const presentDeclined = ({ net, date: _date, ...row }: DeclinedRow) => ({ ...row, net: fromCents(net) });

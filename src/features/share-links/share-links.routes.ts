import { presentToStaff } from "../../db/records/record.ts";
import { SHARE_LINK } from "../../db/records/share-link.ts";
import { byId } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { createShareLink, type Made, revokeShareLink } from "./share-links.commands.ts";
import { listShareLinks, type ShareLinkRow } from "./share-links.queries.ts";
import { byLink, MadeShareLink, madeExample, NewShareLink, ShareLink, ShareLinkList, ShareLinkQuery } from "./share-links.schemas.ts";

const tag = "Share links";

const present = (row: ShareLinkRow) => presentToStaff(SHARE_LINK, row);

/** The token stands after the #, which browsers send to nobody. */
const presentMade = ({ row, token }: Made, origin: string) => ({
  body: { ...present(row), token, url: `${origin}/s#${token}` },
  location: `/service-tickets/${row.service_ticket_id}/share-links`,
});

export const shareLinkRoutes = [
  route(
    { access: STAFF, ignoresIdempotencyKey: true, fails: ["not_found", "customer_erased"] },
    {
      method: "post",
      path: "/service-tickets/{id}/share-links",
      operationId: "createShareLink",
      tag,
      summary: "Make a link by which a customer without an account sees a ticket's documents",
      description:
        "Whoever has the link sees the ticket's estimate and invoices until it ends, and decides on the estimate with `decide`. The token is " +
        "told this once. `Idempotency-Key` is ignored, so that no answer with a token is kept: a repeated request makes another link.",
      params: byId,
      body: NewShareLink,
      bodyExample: { may: "decide", sent_to: "+1 555 0100" },
      status: 201,
      answer: MadeShareLink,
      example: madeExample,
    },
    async (context, { params, body }) => presentMade(await createShareLink(context, params.id, body), context.origin),
  ),
  route(
    { access: STAFF, fails: ["not_found", "page_too_deep"] },
    {
      method: "get",
      path: "/service-tickets/{id}/share-links",
      operationId: "listShareLinks",
      tag,
      summary: "List the links of a ticket, the newest first, also those that have ended",
      params: byId,
      query: ShareLinkQuery,
      answer: ShareLinkList,
      example: { share_links: [SHARE_LINK.example], pagination: paginationExample },
    },
    async ({ db }, { params, query }) => {
      const page = await listShareLinks(db, params.id, pageRequest(query));
      return pageResult(`/service-tickets/${params.id}/share-links`, "share_links", query, page, present);
    },
  ),
  route(
    { access: STAFF, fails: ["not_found"] },
    {
      method: "delete",
      path: "/service-tickets/{id}/share-links/{link_id}",
      operationId: "revokeShareLink",
      tag,
      summary: "End a link at once",
      description: "The link stays in the list, with when it ended. One that has ended already stays as it is.",
      params: byLink,
      answer: ShareLink,
      example: { ...SHARE_LINK.example, revoked_at: "2026-11-27T08:15:00.000Z" },
    },
    async (context, { params }) => ({ body: present(await revokeShareLink(context, params.id, params.link_id)) }),
  ),
];

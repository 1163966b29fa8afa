import { customerExample } from "../../db/records/customer.ts";
import { byId, PasswordAgain } from "../../http/fields.ts";
import { ADMIN, orOwn } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { eraseCustomer } from "./erase.commands.ts";
import { Erasure, Export, ExportQuery, erasureExample, erasureOf, exportOf } from "./erase.schemas.ts";
import { exportCustomer } from "./export.queries.ts";

const tag = "Customers";
const ADMIN_OR_SELF = orOwn(ADMIN, "customer", "path");

/** What a person may ask for about themselves (GDPR art. 15, 17 and 20). */
export const personRoutes = [
  route(
    {
      access: ADMIN_OR_SELF,
      limit: "destroy",
      invalidates: ["customers", "service_tickets", "vehicles"],
      asksPassword: "to erase a person",
      fails: ["not_found", "merged", "customer_erased", "customer_has_open_tickets"],
    },
    {
      method: "post",
      path: "/customers/{id}/erase",
      operationId: "eraseCustomer",
      tag,
      summary: "Erase a person, and keep their tickets",
      description:
        "Name, e-mail, phone, address, account, sessions and mails are gone for good, and so are the images of them in the audit log, whose " +
        "seals still verify. Links to their tickets end. Tickets, estimates with the decisions on them, invoices, payments and stock stay; the answer says what is kept and why.",
      params: byId,
      body: PasswordAgain,
      bodyExample: {},
      answer: Erasure,
      example: erasureExample,
    },
    async (context, { params, body }) => ({ body: erasureOf(params.id, await eraseCustomer(context, params.id, body)) }),
  ),
  route(
    { access: ADMIN_OR_SELF, readsPrimary: true, fails: ["not_found", "merged", "password_needed"] },
    {
      method: "get",
      path: "/customers/{id}/export",
      operationId: "exportCustomer",
      tag,
      summary: "Get everything about a person",
      description:
        "Record, account, sessions, vehicles, tickets with their parts, estimates and decisions on them, links to tickets, invoices and payments, mails and entries of the audit log, page by page: " +
        "send `next_after` as `after` until it is null. A customer must have logged in within five minutes.",
      params: byId,
      query: ExportQuery,
      answer: Export,
      example: {
        customer_id: 12,
        exported_at: "2026-11-20T09:30:00.000Z",
        customer: [customerExample],
        account: [],
        sessions: [],
        vehicles: [],
        service_tickets: [],
        estimates: [],
        authorizations: [],
        share_links: [],
        invoices: [],
        payments: [],
        mails: [],
        audit_log: [],
        next_after: null,
      },
    },
    async (context, { params, query }) => {
      const from = query.after ?? { section: "customer", after: 0 };
      return { body: exportOf(params.id, context.now, await exportCustomer(context, params.id, from)) };
    },
  ),
];

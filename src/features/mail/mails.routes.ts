import type { FailureCode } from "../../core/errors.ts";
import { MAIL } from "../../db/records/mail.ts";
import { presentToStaff } from "../../db/records/record.ts";
import { byId } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { findMail, listMails, type MailRow } from "./mails.queries.ts";
import { Mail, MailList, MailQuery, NewMail } from "./mails.schemas.ts";
import { sendEstimate, sendInvoice } from "./send.commands.ts";

const tag = "Mail";

const NOT_MAILABLE: readonly FailureCode[] = [
  "not_found",
  "customer_erased",
  "mail_not_wanted",
  "mail_address_missing",
  "mail_address_unproven",
  "mail_suppressed",
  "mail_sent_already",
];

const HOW =
  "It leaves within a minute or two, as text and HTML with the document as a PDF; GET /mails/{id} says what became of it. The customer " +
  "must not have refused documents by e-mail. One document goes to one address once within ten minutes, unless the mail has failed.";

const invoiceMail = { ...MAIL.listedExample, kind: "invoice", estimate_id: null, share_link_id: null, invoice_id: 388, message: null };

const presentNew = (row: MailRow) => ({ body: presentToStaff(MAIL, row), location: `/mails/${row.id}` });

export const mailRoutes = [
  route(
    { access: STAFF, limit: "mail", fails: [...NOT_MAILABLE, "estimate_superseded", "estimate_expired"] },
    {
      method: "post",
      path: "/estimates/{id}/send",
      operationId: "sendEstimate",
      tag,
      summary: "Mail an estimate to its customer",
      description: `The current estimate of its ticket, while it can be decided on, with a link by which its reader decides for a week. ${HOW}`,
      params: byId,
      body: NewMail,
      bodyExample: { message: "Pads are at 1 mm." },
      status: 201,
      answer: Mail,
      example: MAIL.listedExample,
    },
    async (context, { params, body }) => presentNew(await sendEstimate(context, params.id, body)),
  ),
  route(
    { access: STAFF, limit: "mail", fails: NOT_MAILABLE },
    {
      method: "post",
      path: "/invoices/{id}/send",
      operationId: "sendInvoice",
      tag,
      summary: "Mail an invoice or a credit note to its customer",
      description: HOW,
      params: byId,
      body: NewMail,
      bodyExample: { to: "accounts@fleet.example" },
      status: 201,
      answer: Mail,
      example: invoiceMail,
    },
    async (context, { params, body }) => presentNew(await sendInvoice(context, params.id, body)),
  ),
  route(
    { access: STAFF, fails: ["page_too_deep"] },
    {
      method: "get",
      path: "/mails",
      operationId: "listMails",
      tag,
      summary: "List the mail that the shop sent to its customers, the newest first",
      description:
        "Estimates, invoices, receipts and reminders of appointments, and what became of them. They are kept for 30 days after they were written.",
      query: MailQuery,
      answer: MailList,
      example: { mails: [MAIL.listedExample], pagination: paginationExample },
    },
    async ({ db }, { query }) =>
      pageResult("/mails", "mails", query, await listMails(db, query, pageRequest(query)), (row) => presentToStaff(MAIL, row)),
  ),
  route(
    { access: STAFF, fails: ["not_found"] },
    {
      method: "get",
      path: "/mails/{id}",
      operationId: "getMail",
      tag,
      summary: "Get a mail of the shop, and what became of it",
      params: byId,
      answer: Mail,
      example: MAIL.listedExample,
    },
    async ({ db }, { params }) => ({ body: presentToStaff(MAIL, await findMail(db, params.id)) }),
  ),
];

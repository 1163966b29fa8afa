import type { ReadContext } from "../../http/app-env.ts";
import { csvFile } from "../../http/csv.ts";
import { byId } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { ADMIN, BY_LINK, orOwn, STAFF } from "../../http/policy.ts";
import { pdfRoute, route } from "../../http/route.ts";
import { renderInvoice } from "../../paper/render.ts";
import { creditInvoice } from "./credit-notes.commands.ts";
import { postInvoice } from "./invoices.commands.ts";
import { INVOICE_COLUMNS } from "./invoices.csv.ts";
import { creditNoteExample, invoiceExample, summaryExample } from "./invoices.examples.ts";
import { presentNew, presentOne, presentSummary } from "./invoices.present.ts";
import { findInvoice, listInvoices } from "./invoices.queries.ts";
import { Invoice, InvoiceList, InvoiceQuery, NewCreditNote, NewInvoice } from "./invoices.schemas.ts";

const tag = "Invoices";
const STAFF_OR_OWN = orOwn(STAFF, "customer", "query");

const printed = async ({ db, actor, now, services }: ReadContext, { params }: { readonly params: { readonly id: number } }) =>
  renderInvoice((await findInvoice(db, actor, now, params.id)).found, services.fonts);

export const invoiceRoutes = [
  route(
    {
      access: STAFF,
      invalidates: ["service_tickets"],
      fails: [
        "not_found",
        "already_invoiced",
        "not_postable",
        "amount_too_large",
        "document_too_large",
        "invalid_period",
        "numbers_behind",
      ],
    },
    {
      method: "post",
      path: "/service-tickets/{id}/invoice",
      operationId: "postInvoice",
      tag,
      summary: "Post the invoice of a ticket",
      description:
        "Freezes what the ticket sells, under the next number and dated today in the shop's time zone. Neither the invoice nor what it bills " +
        "changes afterwards: credit notes correct it. A 409 `not_postable` names all that is in the way. The `ETag` and `If-Match` are those of " +
        "the ticket.",
      params: byId,
      body: NewInvoice,
      bodyExample: { due_date: "2026-12-26" },
      status: 201,
      versioned: true,
      answer: Invoice,
      example: invoiceExample,
    },
    async (context, { params, body }) => presentNew(await postInvoice(context, params.id, body), context.actor),
  ),
  route(
    { access: STAFF_OR_OWN, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/invoices",
      operationId: "listInvoices",
      tag,
      summary: "List invoices and credit notes, the newest first",
      description:
        "Customers see their own. Each is without its lines. As `text/csv` all of them, amounts of credit notes less than nothing.",
      query: InvoiceQuery,
      csv: ({ db, actor, now }, { query }) =>
        csvFile("invoices", INVOICE_COLUMNS, query, async (request) => (await listInvoices(db, actor, now, query, request)).found),
      answer: InvoiceList,
      example: { invoices: [summaryExample], pagination: paginationExample },
    },
    async ({ db, actor, now }, { query }) => {
      const { found, date } = await listInvoices(db, actor, now, query, pageRequest(query));
      return pageResult("/invoices", "invoices", query, found, (row) => presentSummary(row, date, actor));
    },
  ),
  route(
    { access: STAFF_OR_OWN, fails: ["not_found"] },
    {
      method: "get",
      path: "/invoices/{id}",
      operationId: "getInvoice",
      tag,
      summary: "Get an invoice or a credit note as it was posted",
      description:
        "What was posted never changes; `status`, `credited`, `paid`, `balance` and `refundable` say how it stands now. " +
        "As `application/pdf` the document, without them and with an `ETag` of its own.",
      params: byId,
      versioned: true,
      pdf: printed,
      answer: Invoice,
      example: invoiceExample,
    },
    async ({ db, actor, now }, { params }) => presentOne(await findInvoice(db, actor, now, params.id), actor),
  ),
  pdfRoute(
    { access: STAFF_OR_OWN, fails: ["not_found"] },
    {
      path: "/invoices/{id}/pdf",
      operationId: "printInvoice",
      tag,
      summary: "Get an invoice or a credit note as a PDF",
      description: "What was posted, in the form and on the paper that the shop had set. The bytes are always the same.",
      params: byId,
      pdf: printed,
    },
  ),
  pdfRoute(
    { ...BY_LINK, fails: ["not_found"] },
    {
      path: "/shared/invoices/{id}/pdf",
      operationId: "printSharedInvoice",
      tag: "Share links",
      summary: "Get an invoice or a credit note of a link's ticket as a PDF",
      description: "The same bytes as for staff.",
      params: byId,
      pdf: printed,
    },
  ),
  route(
    {
      access: ADMIN,
      invalidates: ["service_tickets"],
      fails: ["not_found", "not_an_invoice", "reference_not_found", "credit_exceeds", "numbers_behind"],
    },
    {
      method: "post",
      path: "/invoices/{id}/credit-notes",
      operationId: "creditInvoice",
      tag,
      summary: "Credit an invoice, or parts of it",
      description:
        "Taxes follow from the lines, so that all credit notes of an invoice together come to just what it came to. Once all of it is credited " +
        "its ticket is free again. The `ETag` and `If-Match` are those of the ticket.",
      params: byId,
      body: NewCreditNote,
      bodyExample: { reason: "Pads were faulty", lines: [{ line_id: 3002, net: 89.99 }] },
      status: 201,
      versioned: true,
      answer: Invoice,
      example: creditNoteExample,
    },
    async (context, { params, body }) => presentNew(await creditInvoice(context, params.id, body), context.actor),
  ),
];

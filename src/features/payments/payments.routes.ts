import type { ReadContext } from "../../http/app-env.ts";
import { csvFile } from "../../http/csv.ts";
import { byId } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { ADMIN, orOwn, STAFF } from "../../http/policy.ts";
import { pdfRoute, route } from "../../http/route.ts";
import { renderReceipt } from "../../paper/render.ts";
import { recordPayment, recordRefund, reversePayment } from "./payments.commands.ts";
import { PAYMENT_COLUMNS } from "./payments.csv.ts";
import { paymentExample, recordedExample, refundExample, reversalExample, tillExample } from "./payments.examples.ts";
import { presentFound, presentPayment, presentRecorded, presentTill } from "./payments.present.ts";
import { findPayment, findReceipt, listInvoicePayments, listPayments, listPaymentsWithTill } from "./payments.queries.ts";
import {
  InvoicePaymentList,
  InvoicePaymentQuery,
  NewPayment,
  NewRefund,
  NewReversal,
  Payment,
  PaymentList,
  PaymentQuery,
  RecordedPayment,
} from "./payments.schemas.ts";

const tag = "Payments";

const printed = async ({ db, services }: ReadContext, { params }: { readonly params: { readonly id: number } }) =>
  renderReceipt(await findReceipt(db, params.id), services.fonts);

export const paymentRoutes = [
  route(
    { access: STAFF, requiresIdempotencyKey: true, fails: ["not_found", "not_an_invoice", "overpaid", "reference_taken"] },
    {
      method: "post",
      path: "/invoices/{id}/payments",
      operationId: "recordPayment",
      tag,
      summary: "Record what was paid on an invoice",
      description:
        "At most the balance, in as many parts as it takes. The number of a slip, cheque or transfer counts once for each method, in upper or " +
        "lower case, unless what it was recorded with is reversed.",
      params: byId,
      body: NewPayment,
      bodyExample: { amount: 282.81, method: "card", reference: "T-20261126-0091" },
      status: 201,
      answer: RecordedPayment,
      example: recordedExample,
    },
    async (context, { params, body }) => presentRecorded(await recordPayment(context, params.id, body), context.actor),
  ),
  route(
    { access: orOwn(STAFF, "customer", "query"), fails: ["not_found", "page_too_deep"] },
    {
      method: "get",
      path: "/invoices/{id}/payments",
      operationId: "listInvoicePayments",
      tag,
      summary: "List what was paid on an invoice and given back, the newest first",
      params: byId,
      query: InvoicePaymentQuery,
      answer: InvoicePaymentList,
      example: { payments: [paymentExample], pagination: paginationExample },
    },
    async ({ db, actor }, { params, query }) => {
      const page = await listInvoicePayments(db, actor, params.id, pageRequest(query));
      return pageResult(`/invoices/${params.id}/payments`, "payments", query, page, (row) => presentPayment(row, actor));
    },
  ),
  route(
    { access: ADMIN, requiresIdempotencyKey: true, fails: ["not_found", "not_an_invoice", "nothing_to_refund", "reference_taken"] },
    {
      method: "post",
      path: "/invoices/{id}/refunds",
      operationId: "recordRefund",
      tag,
      summary: "Record what was given back of an invoice",
      description: "At most what is owed back, its `refundable`: what was paid beyond what the credit notes left of it.",
      params: byId,
      body: NewRefund,
      bodyExample: { method: "card", reference: "T-20261128-0007" },
      status: 201,
      answer: RecordedPayment,
      example: refundExample,
    },
    async (context, { params, body }) => presentRecorded(await recordRefund(context, params.id, body), context.actor),
  ),
  route(
    { access: STAFF, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/payments",
      operationId: "listPayments",
      tag,
      summary: "List payments, refunds and reversals, the newest first, and the till",
      description:
        "With a first and a last day `till` says what came in by each method less what went out: the sum of `effect`. As `text/csv` all " +
        "entries, with `effect` as their amount.",
      query: PaymentQuery,
      csv: ({ db }, { query }) => csvFile("payments", PAYMENT_COLUMNS, query, (request) => listPayments(db, query, request)),
      answer: PaymentList,
      example: { payments: [paymentExample], pagination: paginationExample, till: tillExample },
    },
    async ({ db, actor }, { query }) => {
      const { page, till } = await listPaymentsWithTill(db, query, pageRequest(query));
      const result = pageResult("/payments", "payments", query, page, (row) => presentPayment(row, actor));
      return { ...result, body: { ...result.body, till: presentTill(till) } };
    },
  ),
  route(
    { access: STAFF, fails: ["not_found", "no_receipt"] },
    {
      method: "get",
      path: "/payments/{id}",
      operationId: "getPayment",
      tag,
      summary: "Get a payment, a refund or a reversal",
      description:
        "What was recorded never changes; `reversed_by_id` says whether it was a mistake. As `application/pdf` the receipt, with an `ETag` of " +
        "its own.",
      params: byId,
      versioned: true,
      pdf: printed,
      answer: Payment,
      example: paymentExample,
    },
    async ({ db, actor }, { params }) => presentFound(await findPayment(db, params.id), actor),
  ),
  pdfRoute(
    { access: STAFF, fails: ["not_found", "no_receipt"] },
    {
      path: "/payments/{id}/pdf",
      operationId: "printReceipt",
      tag,
      summary: "Get the receipt of a payment or a refund as a PDF",
      description:
        "What was paid or given back and how, what the invoice came to, and what was paid of it with this, in the form and on the paper of the " +
        "invoice. The bytes are always the same. A reversal and what it takes back have no receipt.",
      params: byId,
      pdf: printed,
    },
  ),
  route(
    {
      access: ADMIN,
      requiresIdempotencyKey: true,
      fails: ["not_found", "not_reversible", "already_reversed", "payment_refunded", "overpaid"],
    },
    {
      method: "post",
      path: "/payments/{id}/reversal",
      operationId: "reversePayment",
      tag,
      summary: "Reverse a payment or a refund that was recorded by mistake",
      description:
        "The reversal is an entry of its own, of today. It takes the whole amount out of the till and off the invoice again, and its reference is free.",
      params: byId,
      body: NewReversal,
      bodyExample: { note: "Recorded on the wrong invoice." },
      status: 201,
      answer: RecordedPayment,
      example: reversalExample,
    },
    async (context, { params, body }) => presentRecorded(await reversePayment(context, params.id, body), context.actor),
  ),
];

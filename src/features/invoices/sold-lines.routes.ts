import { INVOICE_LINE } from "../../db/records/invoice-line.ts";
import { INVOICE_TAX } from "../../db/records/invoice-tax.ts";
import { presentToStaff } from "../../db/records/record.ts";
import { csvFile } from "../../http/csv.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { TAX_COLUMNS } from "./invoices.csv.ts";
import { invoiceTaxExample, soldLineExample } from "./invoices.examples.ts";
import { InvoiceTaxList, InvoiceTaxQuery, SoldLineList, SoldLineQuery } from "./invoices.schemas.ts";
import { listInvoiceTaxes, listSoldLines } from "./sold-lines.queries.ts";

const tag = "Invoices";

export const soldLineRoutes = [
  route(
    { access: STAFF, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/invoice-lines",
      operationId: "listInvoiceLines",
      tag,
      summary: "List what was sold, line by line, the newest first",
      description: "The lines of invoices, and what credit notes took back of them: what figures of sales are made of.",
      query: SoldLineQuery,
      answer: SoldLineList,
      example: { invoice_lines: [soldLineExample], pagination: paginationExample },
    },
    async ({ db }, { query }) =>
      pageResult("/invoice-lines", "invoice_lines", query, await listSoldLines(db, query, pageRequest(query)), (row) =>
        presentToStaff(INVOICE_LINE, row),
      ),
  ),
  route(
    { access: STAFF, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/invoice-taxes",
      operationId: "listInvoiceTaxes",
      tag,
      summary: "List the taxes of invoices and credit notes, the newest first",
      description: "As `text/csv` all of them, amounts of credit notes less than nothing.",
      query: InvoiceTaxQuery,
      csv: ({ db }, { query }) => csvFile("taxes", TAX_COLUMNS, query, (request) => listInvoiceTaxes(db, query, request)),
      answer: InvoiceTaxList,
      example: { invoice_taxes: [invoiceTaxExample], pagination: paginationExample },
    },
    async ({ db }, { query }) =>
      pageResult("/invoice-taxes", "invoice_taxes", query, await listInvoiceTaxes(db, query, pageRequest(query)), (row) => ({
        ...presentToStaff(INVOICE_TAX, row),
        number: row.number,
      })),
  ),
];

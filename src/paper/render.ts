import { createHash } from "node:crypto";
import type { FontStore } from "../core/paper-ports.ts";
import type { Receipt } from "../db/records/receipt.ts";
import { estimatePaper, type FrozenEstimate } from "./estimate-paper.ts";
import { type FrozenInvoice, invoicePaper } from "./invoice-paper.ts";
import type { Paper } from "./paper.ts";
import { print } from "./print.ts";
import { receiptPaper } from "./receipt-paper.ts";
import { type ServiceLog, serviceLogPaper } from "./service-log.ts";

/** Raised whenever a document that is already there would print differently: then its ETag differs, too. */
const LAYOUT = 1;

/** A document that can be printed. */
export interface Printable {
  /** The name of the file, without its ending: the shop, the kind of document and its number. */
  readonly name: string;
  /** A strong ETag: the same for the same bytes. */
  readonly etag: string;
  /** Its bytes, always the same. Throws `unavailable` when a font cannot be read. */
  readonly render: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** pdfkit is loaded with the first PDF, since most requests need none. */
const printed = (shop: string, paper: Paper, fonts: FontStore): Printable => ({
  name: `${shop} - ${paper.title}`,
  etag: `"pdf${LAYOUT}.${createHash("sha256").update(JSON.stringify(paper)).digest("hex").slice(0, 32)}"`,
  render: async () => print(paper, fonts, await import("./pdfkit.mjs")),
});

/** An estimate as a PDF, of what was frozen and of nothing else. */
export const renderEstimate = (estimate: FrozenEstimate, fonts: FontStore): Printable =>
  printed(estimate.shop.name, estimatePaper(estimate), fonts);

/** An invoice or a credit note as a PDF, of what was frozen and of nothing else. */
export const renderInvoice = (invoice: FrozenInvoice, fonts: FontStore): Printable =>
  printed(invoice.content.seller.name, invoicePaper(invoice), fonts);

/** The receipt of a payment or a refund as a PDF, of what was frozen and of nothing else. */
export const renderReceipt = (receipt: Receipt, fonts: FontStore): Printable =>
  printed(receipt.invoice.seller.name, receiptPaper(receipt), fonts);

/** The service log of a vehicle as a PDF. */
export const renderServiceLog = (log: ServiceLog, fonts: FontStore): Printable => printed(log.shop.name, serviceLogPaper(log), fonts);

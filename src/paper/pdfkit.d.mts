/** pdfkit and what it reads fonts with, in one file that `npm run assets` makes of their packages. */
export { create } from "fontkit";
export { default as PDFDocument } from "pdfkit";

export type Pdfkit = typeof import("./pdfkit.mjs");

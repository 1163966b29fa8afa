/** A document as a PDF. Its bytes are made when a client does not have them yet. */
export interface PdfFile {
  /** Without the ending. */
  readonly name: string;
  /** Strong: the same for the same bytes. */
  readonly etag: string;
  /** Makes the bytes. Throws a Failure. */
  readonly render: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** A PDF as the body of an answer. */
export class PdfBody {
  readonly file: PdfFile;
  constructor(file: PdfFile) {
    this.file = file;
  }
}

/** What no name of a file may have on some system, and quotes. */
const NOT_IN_NAMES = /[\p{Cc}\p{Cf}"*/:<>?\\|%]/gu;

/** RFC 8187, 3.2: what may stand in an extended value as it is. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/['()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);

/** `Content-Disposition` (RFC 6266) of a file that browsers show: an ASCII name, and the whole one where it has other letters (RFC 8187). */
export const inline = (name: string): string => {
  const whole = name.toWellFormed().replaceAll(NOT_IN_NAMES, "").trim();
  const ascii = whole
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^ -~]/g, "_");
  return `inline; filename="${ascii}.pdf"${ascii === whole ? "" : `; filename*=UTF-8''${encoded(`${whole}.pdf`)}`}`;
};

/** A value that can stand in a problem document. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Details = { readonly [key: string]: Json };

/** One kind of failure. */
export interface Entry {
  readonly status: number;
  readonly title: string;
  /** The advice, made from the details of the failure. */
  readonly say: (details: Details) => string;
}

/** An entry of the catalogue. */
export const entry = (status: number, title: string, say: string | ((d: Details) => string)): Entry => ({
  status,
  title,
  say: typeof say === "string" ? () => say : say,
});

import { z } from "@hono/zod-openapi";
import { Failure, type FieldError } from "../../core/errors.ts";
import { answerWithin, NO_ANSWER, withTimeout } from "../../core/timeout.ts";
import type { AppContext } from "../app-env.ts";
import { canonicalQuery } from "./legacy-paths.ts";

/** The largest body of a route that names no other size, in bytes. */
export const BODY_BYTES = 65_536;
/** How many wrong places an answer names, and how much of each step of the way there. */
const MAX_ERRORS = 20;
const MAX_STEP = 100;

/** A request before validation. `body` is undefined if none was sent. */
export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** The `Cookie` header, or null: for the routes of pages only. */
  readonly cookie: string | null;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** How much a body may have, in bytes, and how long all of it may take, in milliseconds. */
export interface BodyBounds {
  readonly bytes: number;
  readonly ms: number;
}

/** How much of a body that is too long is read all the same, in bytes and in milliseconds. Nothing of it is kept. */
const DRAIN_BYTES = 2_000_000;
const DRAIN_MS = 1_000;

const drain = async (reader: Reader): Promise<void> => {
  for (let size = 0; size < DRAIN_BYTES; ) {
    const { done, value } = await reader.read();
    if (done) return;
    size += value.byteLength;
  }
};

/** The body as it comes, or null when it is too long. */
const readAll = async (reader: Reader, most: number): Promise<Uint8Array | null> => {
  const chunks: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    size += value.byteLength;
    if (size > most) return null;
    chunks.push(value);
  }
};

/**
 * Reads a body within its bounds, also one without a declared length. Throws 413, and 408 when it does not come in time.
 * workerd drops the connection of a body that was read in part, and the client's next request with it: the rest of
 * a body that is too long is drained within bounds. Bodies that are never read need nothing.
 */
export const readBytes = async ({ headers, body }: Request, { bytes: most, ms }: BodyBounds): Promise<Uint8Array> => {
  const tooLarge = new Failure("payload_too_large", { max_bytes: most });
  if (Number(headers.get("Content-Length") ?? 0) > most) throw tooLarge;
  const reader: Reader | undefined = body?.getReader();
  if (!reader) return new Uint8Array();
  const bytes = await withTimeout(readAll(reader, most), ms);
  if (bytes === NO_ANSWER) throw new Failure("body_too_slow", { seconds: Math.ceil(ms / 1_000) });
  if (bytes) return bytes;
  await answerWithin(drain(reader), DRAIN_MS);
  throw tooLarge;
};

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    throw new Failure("malformed_request");
  }
};

/** Does a `Content-Type` say JSON? */
export const isJson = (contentType: string | null): boolean => /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? "");

/** Is the body sent as it is? Nothing here unpacks what a coding (RFC 9110, 8.4) made of it. */
const isPlain = (contentEncoding: string | null): boolean => /^\s*(?:identity\s*)?$/i.test(contentEncoding ?? "");

/** The JSON of the body, or undefined without one. Throws 408, 413, 415, 400. */
const readJson = async (request: Request, bounds: BodyBounds): Promise<unknown> => {
  const bytes = await readBytes(request, bounds);
  if (bytes.byteLength === 0) return undefined;
  if (!isPlain(request.headers.get("Content-Encoding"))) throw new Failure("unsupported_encoding", { accept_encoding: "identity" });
  if (!isJson(request.headers.get("Content-Type"))) throw new Failure("unsupported_media_type");
  return parseJson(bytes);
};

/** Is every `%` of the text part of percent-encoded UTF-8? */
const isPercentEncoded = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

/**
 * The query: a parameter that is given once is a text, one that is given more often stays a list and fails its schema.
 * Throws 400 for a text that cannot be decoded, of which Hono would keep the percent signs.
 */
const readQuery = (c: AppContext): Record<string, string | readonly string[]> => {
  const start = c.req.url.indexOf("?");
  if (start >= 0 && !isPercentEncoded(c.req.url.slice(start))) throw new Failure("malformed_request");
  return Object.fromEntries(
    Object.entries(canonicalQuery(c.req.method, c.req.path, c.req.queries())).map(([name, values]) => [
      name,
      values.length === 1 ? (values[0] ?? "") : values,
    ]),
  );
};

/** The parameters, query and body of a request as they were sent, without cookies. Throws 400, 408, 413, 415. */
export const readInput = async (c: AppContext, bounds: BodyBounds): Promise<RawInput> => ({
  cookie: null,
  params: c.req.param(),
  query: readQuery(c),
  body: c.req.method === "GET" || c.req.method === "HEAD" ? undefined : await readJson(c.req.raw, bounds),
});

const stepOf = (key: PropertyKey): string => String(key).slice(0, MAX_STEP).replaceAll("~", "~0").replaceAll("/", "~1");

const pointerOf = (part: string, path: readonly PropertyKey[]): string => `/${[part, ...path].map(stepOf).join("/")}`;

/** The code of an issue: the one in its params, if a schema sets one there, or that of zod. */
const codeOf = (issue: z.core.$ZodIssue): string =>
  issue.code === "custom" && typeof issue.params?.code === "string" ? issue.params.code : issue.code;

/** One error per place, and one per unknown field. */
const errorsOf = (part: string, error: z.ZodError): FieldError[] =>
  error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          pointer: pointerOf(part, [...issue.path, key]),
          code: "unknown_field",
          detail: "Unknown field.",
        }))
      : [{ pointer: pointerOf(part, issue.path), code: codeOf(issue), detail: issue.message }],
  );

/** The schema of a query, path or body without fields. */
export const NOTHING = z.strictObject({});
export type Nothing = typeof NOTHING;

/** Validates path, query and body together. Throws 422 with the first of the invalid places, and how many more there are. */
export const parseInput = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  raw: RawInput,
  schemas: { readonly params: P; readonly query: Q; readonly body: B },
): { params: z.output<P>; query: z.output<Q>; body: z.output<B> } => {
  const params = schemas.params.safeParse(raw.params);
  const query = schemas.query.safeParse(raw.query);
  const body = schemas.body.safeParse(raw.body === undefined ? {} : raw.body);
  if (params.success && query.success && body.success) return { params: params.data, query: query.data, body: body.data };
  const parts = { path: params, query, body };
  const errors = Object.entries(parts).flatMap(([part, { error }]) => (error ? errorsOf(part, error) : []));
  const left = errors.length - MAX_ERRORS;
  throw new Failure("invalid", left > 0 ? { more_errors: left } : {}, errors.slice(0, MAX_ERRORS));
};

import { z } from "@hono/zod-openapi";
import type { ClientKey } from "../core/ports.ts";
import type { ReadContext, Result, Services, WriteContext } from "./app-env.ts";
import { type CsvFile, openCsv } from "./csv.ts";
import { PdfBody, type PdfFile } from "./pdf.ts";
import { refreshTokenIn } from "./pipeline/refresh-cookie.ts";
import { NOTHING, type Nothing, parseInput, type RawInput } from "./pipeline/request.ts";
import type { Policy } from "./policy.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** What a route takes and answers, for validation and for the document. */
export interface Spec<M, P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A> {
  readonly method: M;
  readonly path: `/${string}`;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly bodyExample?: unknown;
  /** The client that the input names, which its request counts for; or null, then it counts for its address. */
  clientOf?: (services: Services, input: Pick<Input<P, Q, B>, "body" | "refreshToken">) => ClientKey | null;
  readonly answer: A;
  readonly example: unknown;
  /** Default 200. */
  readonly status?: 200 | 201;
  /** The answer is a record with a version: it has an ETag, and If-Match and If-None-Match are compared with it. */
  readonly versioned?: true;
  /** The route removes a record with a version, which If-Match is compared with. */
  readonly removesVersioned?: true;
  /** The listing as a file, for clients that accept `text/csv`. Not for cached listings. */
  csv?: (context: ReadContext, input: ReadInput<P, Q>) => CsvFile;
  /** The record as a document, for clients that accept `application/pdf`. */
  pdf?: (context: ReadContext, input: ReadInput<P, Q>) => Promise<PdfFile>;
}

/** What a read takes. */
interface ReadInput<P extends z.ZodType, Q extends z.ZodType> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
}

/** As what an answer may be sent besides JSON, or, for a document with an address of its own, in its place. */
export type FileKind = "csv" | "pdf" | "pdf only";

/** Reads get a context to read with, writes one that also says who writes. */
type ContextOf<M> = M extends "get" ? ReadContext : WriteContext;

type AnySpec = Omit<Spec<Method, z.ZodObject, z.ZodObject, z.ZodType, z.ZodType>, "csv" | "pdf"> &
  Schemas & { readonly file: FileKind | null };

/** A validated request of a route: what to run, and what the cache needs to know of it. */
export interface Validated {
  readonly spec: AnySpec;
  readonly run: (context: ReadContext | WriteContext) => Promise<Result<unknown>>;
  /** The same as a file, where there is one. */
  readonly runFile?: (context: ReadContext) => Promise<Result<unknown>>;
  /** The client that the input names, or null. */
  readonly clientOf?: (services: Services) => ClientKey | null;
  /** The parsed input as text: the same for the same request. */
  readonly key: string;
}

/** What the guard runs: a route, or, without a spec, what answers the requests that no route takes. */
export interface Guarded {
  readonly policy: Policy;
  readonly spec: AnySpec | null;
  /** Does a request name the client that it counts for, instead of its token? */
  readonly namesClient?: boolean;
  /** The name under which requests are counted. PUT and PATCH of a path share one. */
  readonly bucket: string;
  /** Loads and validates a request. Throws 400, 413, 415, or 422 `invalid`, which names every wrong place. */
  readonly validate: (load: () => Promise<RawInput>) => Promise<Validated>;
}

/** A route as the app mounts it, the guard runs it and the document shows it. */
export interface Endpoint extends Guarded {
  readonly spec: AnySpec;
}

interface Schemas {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType;
}

interface Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  /** The token of the cookie, for routes of our own pages; else null. */
  readonly refreshToken: string | null;
}

/** The fields, at any depth, that an answer has and its schema `A` does not show. */
type Undeclared<A, T> = unknown extends A
  ? never
  : T extends readonly (infer U)[]
    ? Undeclared<A extends readonly (infer B)[] ? B : unknown, U>
    : T extends object
      ? {
          [K in keyof T]-?: K extends keyof A ? (unknown extends A[K] ? never : Undeclared<NonNullable<A[K]>, NonNullable<T[K]>>) : K;
        }[keyof T]
      : never;

/** The same of what a handler returns: its parts are those of a `Result`. */
type Unknown<A extends z.ZodType, R extends Result<unknown>> = Undeclared<z.input<A>, R["body"]> | Exclude<keyof R, keyof Result<unknown>>;

/** Safe: the guard gives a writer to every route that does not read, and to no other. */
const contextFor = <M>(context: ReadContext | WriteContext): ContextOf<M> => context as ContextOf<M>;

/** Safe: a part that a route does not declare has the type, and gets the schema, that takes nothing. */
const orNothing = <S extends z.ZodType>(schema: S | undefined): S => schema ?? (NOTHING as z.ZodType as S);

const fileOf = ({ csv, pdf }: { readonly csv?: unknown; readonly pdf?: unknown }): FileKind | null => {
  if (csv) return "csv";
  return pdf ? "pdf" : null;
};

/**
 * The only way to add an endpoint: its policy is enforced by the guard and written into the document.
 * @param handler validated input in, one command or query, answer out; one whose answer has a field that its schema does
 *   not show fails to compile for want of `undeclaredFields`, whose type names the field
 */
export const route = <
  M extends Method,
  A extends z.ZodType,
  P extends z.ZodObject = Nothing,
  Q extends z.ZodObject = Nothing,
  B extends z.ZodType = Nothing,
  R extends Result<z.input<A>> = Result<z.input<A>>,
>(
  policy: Policy,
  spec: Spec<M, P, Q, B, A>,
  handler: (context: ContextOf<M>, input: Input<P, Q, B>) => Promise<R>,
  ..._undeclared: [Unknown<A, R>] extends [never] ? [] : [undeclaredFields: Unknown<A, R>]
): Endpoint => {
  const schemas = { params: orNothing(spec.params), query: orNothing(spec.query), body: orNothing(spec.body) };
  const { clientOf, csv, pdf, ...described } = spec;
  const file = fileOf(spec);
  const full = { ...described, ...schemas, file };
  return {
    policy,
    spec: full,
    namesClient: clientOf !== undefined,
    bucket: `${spec.method === "patch" ? "PUT" : spec.method.toUpperCase()} ${spec.path}`,
    validate: async (load) => {
      const raw = await load();
      const input = { ...parseInput(raw, schemas), refreshToken: refreshTokenIn(raw.cookie) };
      return {
        spec: full,
        run: (context) => handler(contextFor<M>(context), input),
        ...(csv ? { runFile: async (context: ReadContext) => ({ body: await openCsv(csv(context, input)) }) } : {}),
        ...(pdf ? { runFile: async (context: ReadContext) => ({ body: new PdfBody(await pdf(context, input)) }) } : {}),
        ...(clientOf ? { clientOf: (services: Services) => clientOf(services, input) } : {}),
        key: JSON.stringify([input.params, input.query, input.body]),
      };
    },
  };
};

export const isWrite = ({ spec }: Guarded): boolean => spec !== null && spec.method !== "get";

/**
 * Does the endpoint change or remove a record whose version and time it compares with the conditions of the request? A POST
 * without an id makes a record, which has no version yet.
 */
export const heedsConditions = (endpoint: Guarded): boolean => {
  const { method = "get", path = "", versioned, removesVersioned } = endpoint.spec ?? {};
  return isWrite(endpoint) && (method !== "post" || path.includes("{id}")) && (versioned ?? removesVersioned ?? false);
};

/** PUT and PATCH of a path mean the same: both change only the fields that are sent. */
export const putAndPatch = (make: (method: "put" | "patch") => Endpoint): readonly [Endpoint, Endpoint] => [make("put"), make("patch")];

/** A document under an address of its own, for links: a PDF, whatever the client accepts. */
export const pdfRoute = <P extends z.ZodObject>(
  policy: Policy,
  spec: Pick<Spec<"get", P, Nothing, Nothing, z.ZodType>, "path" | "operationId" | "tag" | "summary" | "description" | "params"> &
    Required<Pick<Spec<"get", P, Nothing, Nothing, z.ZodType>, "pdf">>,
): Endpoint => {
  const { pdf, ...described } = spec;
  const endpoint = route(
    policy,
    { ...described, method: "get", versioned: true, answer: z.unknown(), example: {} },
    async (context, input) => ({
      body: new PdfBody(await pdf(context, input)),
    }),
  );
  return { ...endpoint, spec: { ...endpoint.spec, file: "pdf only" } };
};

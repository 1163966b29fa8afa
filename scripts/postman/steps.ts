/** One request of the collection: which operation, who asks, with what, and what later ones need of its answer. */
export interface Step {
  /** As the document has it: `GET /customers/{id}`. */
  readonly operation: `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;
  /** Who asks; the admin unless said. The holder of a link sends its token in a header of its own. */
  readonly as?: "nobody" | "customer" | "mechanic" | "admin" | "link";
  /** Variables for the parameters of the path; `id` is the one of the chapter unless said. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** The example of the document unless said; `number("customerId")` stands for a variable that is a number. */
  readonly body?: unknown;
  /** The status of a refusal, where no run of the collection can have what the request needs: a token that was mailed. */
  readonly refusedWith?: 401 | 409;
  /** Lines of a script that runs before the request. */
  readonly before?: readonly string[];
  /** Variables, and the fields of the answer that they take their values from. */
  readonly keep?: Readonly<Record<string, string>>;
}

/** Requests on one kind of record, in a folder of their own. */
export interface Chapter {
  readonly name: string;
  readonly description: string;
  /** The variable for `{id}` in the paths of this chapter. */
  readonly id: string;
  readonly steps: readonly Step[];
}

/** A variable whose value stands in a body without quotes. */
export const number = (variable: string): string => `{{#${variable}}}`;

/** A body as text, with its variables. */
export const textOf = (body: unknown): string => JSON.stringify(body, null, 2).replaceAll(/"\{\{#(\w+)\}\}"/g, "{{$1}}");

/** The same requests under a legacy prefix of their paths. */
export const under = (legacy: string, canonical: string, steps: readonly Step[]): Step[] =>
  steps.flatMap((step) => {
    const [method, path = ""] = step.operation.split(" ");
    // Safe: the method is the step's own, and the legacy prefix begins with a slash.
    const operation = `${method} ${legacy}${path.slice(canonical.length)}` as Step["operation"];
    return path.startsWith(canonical) ? [{ ...step, operation }] : [];
  });

import { z } from "@hono/zod-openapi";
import { CalendarDate, Id, text } from "../../db/fields.ts";

/** A tool of the Model Context Protocol: a read of this API, by the path that it asks for. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** Of its arguments, as JSON Schema. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** The path and query for these arguments, or null where they are none of this tool. */
  readonly pathFor: (given: unknown) => string | null;
}

const ROWS = "10";

/** A tool whose arguments are those of the schema. */
const tool = <S extends z.ZodObject>(
  name: string,
  description: string,
  fields: { readonly schema: S; readonly properties: Readonly<Record<string, unknown>> },
  path: (given: z.output<S>) => string,
): Tool => ({
  name,
  description,
  inputSchema: { type: "object", properties: fields.properties, required: Object.keys(fields.properties), additionalProperties: false },
  pathFor: (given) => {
    const { data } = fields.schema.safeParse(given ?? {});
    return data === undefined ? null : path(data);
  },
});

const words = (description: string) => ({
  schema: z.strictObject({ words: text(100) }),
  properties: { words: { type: "string", minLength: 1, maxLength: 100, description } },
});
const id = (description: string) => ({
  schema: z.strictObject({ id: Id }),
  properties: { id: { type: "integer", minimum: 1, description } },
});

const searching = (path: string) => (given: { readonly words: string }) =>
  `${path}?${new URLSearchParams({ q: given.words, per_page: ROWS })}`;

/** Every tool. None changes anything, and each may do what its caller may do by the route that it asks. */
export const TOOLS: readonly Tool[] = [
  tool("find_customer", "Finds customers by name, phone or e-mail.", words("Beginnings of words, in any order"), searching("/customers")),
  tool(
    "find_vehicle",
    "Finds vehicles by plate, VIN or its end, make or model.",
    words("Beginnings of words, in any order"),
    searching("/vehicles"),
  ),
  tool(
    "find_ticket",
    "Finds service tickets by description, customer's name or plate.",
    words("Beginnings of words, in any order"),
    searching("/service-tickets"),
  ),
  tool(
    "get_ticket",
    "Gets one service ticket with its mechanics and parts.",
    id("The ticket's id"),
    (given) => `/service-tickets/${given.id}`,
  ),
  tool(
    "get_vehicle_history",
    "Tells what was done on a vehicle when and at which mileage, what is open and what was declined, each with the tickets that it rests on.",
    id("The vehicle's id"),
    (given) => `/vehicles/${given.id}/history`,
  ),
  tool(
    "list_low_stock",
    "Lists parts that have to be ordered again.",
    { schema: z.strictObject({}), properties: {} },
    () => "/inventory/low-stock?per_page=100",
  ),
  tool(
    "get_figures",
    "Tells what the shop sold and earned on a day, in its time zone, and what is owed to it now.",
    {
      schema: z.strictObject({ date: CalendarDate }),
      properties: { date: { type: "string", format: "date", description: "YYYY-MM-DD" } },
    },
    (given) => `/dashboard?from=${given.date}&to=${given.date}`,
  ),
];

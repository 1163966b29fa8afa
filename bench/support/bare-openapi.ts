import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";

/** What the import of the app is held against: a bare zod-openapi app with as many routes, which the build defines. */
declare const ROUTES: number;

const app = new OpenAPIHono();

const Problem = z.object({ type: z.url(), title: z.string(), status: z.int(), detail: z.string() }).openapi("Problem");
const problem = { description: "It went wrong", content: { "application/problem+json": { schema: Problem } } };

for (let n = 0; n < ROUTES; n += 1) {
  const Thing = z
    .object({
      id: z.int().positive(),
      name: z.string().min(1).max(120),
      email: z.email(),
      phone: z.string().max(30).nullable(),
      status: z.enum(["open", "closed"]),
      price: z.number().min(0),
      created_at: z.iso.datetime(),
      updated_at: z.iso.datetime(),
    })
    .openapi(`Thing${n}`);
  const route = createRoute({
    method: n % 2 === 0 ? "get" : "post",
    path: `/things-${n}/{id}`,
    request: {
      params: z.object({ id: z.coerce.number().int().positive() }),
      query: z.object({ page: z.coerce.number().int().optional(), per_page: z.coerce.number().int().max(100).optional() }),
      ...(n % 2 === 0 ? {} : { body: { required: true, content: { "application/json": { schema: Thing } } } }),
    },
    responses: { 200: { description: "A thing", content: { "application/json": { schema: Thing } } }, 404: problem, 422: problem },
  });
  app.openapi(route, (c) => c.json({} as never, 200));
}

export default app;

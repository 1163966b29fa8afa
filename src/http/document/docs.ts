import type { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { send, setHeader } from "../pipeline/answer.ts";
import { otherMethods } from "../pipeline/mount.ts";

/** Everything the page needs is served from here; nothing is fetched from elsewhere, no script or style is inline. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Mechanic Shop API</title>
    <link rel="stylesheet" href="/assets/swagger-ui.css">
    <link rel="icon" href="/assets/favicon-32x32.png" sizes="32x32">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/assets/swagger-ui-bundle.js"></script>
    <script src="/assets/docs.js"></script>
  </body>
</html>
`;

/**
 * Serves the OpenAPI document and Swagger UI over it; neither is limited.
 * @param makeDocument called once, at the first request, since it takes tens of milliseconds
 */
export const mountDocs = (app: Hono<AppEnv>, makeDocument: () => object): void => {
  let text: string | undefined;
  app.get("/openapi.json", (c) => {
    text ??= JSON.stringify(makeDocument());
    setHeader(c, "Cache-Control", "no-cache");
    setHeader(c, "Content-Type", "application/json");
    return send(c, 200, text);
  });
  app.get("/docs", (c) => {
    setHeader(c, "Cache-Control", "no-cache");
    setHeader(c, "Content-Security-Policy", POLICY);
    setHeader(c, "Content-Type", "text/html; charset=UTF-8");
    return send(c, 200, PAGE);
  });
  for (const path of ["/openapi.json", "/docs"]) app.all(path, otherMethods("GET, HEAD, OPTIONS"));
};

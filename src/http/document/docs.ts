import { createHash } from "node:crypto";
import type { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { send, setHeader } from "../pipeline/answer.ts";
import { isNamed } from "../pipeline/conditions.ts";
import { otherMethods } from "../pipeline/mount.ts";

/** The page loads only from this server, and has no inline script or style. */
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

/** Each path and the document that is served there. */
export type Documents = Readonly<Record<`/${string}`, () => object>>;

/** How long anybody may keep a document, in seconds. */
const MAX_AGE = 300;

const withEtag = (text: string) => ({ text, etag: `"${createHash("sha256").update(text).digest("hex").slice(0, 32)}"` });

const serveDocument = (app: Hono<AppEnv>, path: string, makeDocument: () => object): void => {
  let made: { readonly text: string; readonly etag: string } | undefined;
  app.get(path, (c) => {
    made ??= withEtag(JSON.stringify(makeDocument()));
    setHeader(c, "ETag", made.etag);
    setHeader(c, "Cache-Control", `public, max-age=${MAX_AGE}`);
    if (isNamed(c.req.header("If-None-Match"), made.etag)) return send(c, 304, null);
    setHeader(c, "Content-Type", "application/json");
    return send(c, 200, made.text);
  });
};

/**
 * Serves the OpenAPI documents, and Swagger UI for them. None of them has a limit.
 * @param documents each is made once, at its first request, since that takes tens of milliseconds
 */
export const mountDocs = (app: Hono<AppEnv>, documents: Documents): void => {
  for (const [path, makeDocument] of Object.entries(documents)) serveDocument(app, path, makeDocument);
  app.get("/docs", (c) => {
    setHeader(c, "Cache-Control", "no-cache");
    setHeader(c, "Content-Security-Policy", POLICY);
    setHeader(c, "Content-Type", "text/html; charset=UTF-8");
    return send(c, 200, PAGE);
  });
  for (const path of [...Object.keys(documents), "/docs"]) app.all(path, otherMethods("GET, HEAD, OPTIONS"));
};

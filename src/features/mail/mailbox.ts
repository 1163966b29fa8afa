import { createHash } from "node:crypto";
import type { Hono } from "hono";
import { Failure, invalid } from "../../core/errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { send, setHeader } from "../../http/pipeline/answer.ts";
import { otherMethods, unknownRoute } from "../../http/pipeline/mount.ts";
import { escapeHtml } from "./mail.render.ts";
import { findAttachment, listMail, MAILBOX_PATH, type Mail } from "./mailbox.queries.ts";

const PATH = MAILBOX_PATH;
const FILE = `${PATH}/:mail{[1-9][0-9]{0,14}}/:file{[1-9]\\.pdf}`;
const SHOWN = 20;
const MOST = 50;

const STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 48rem; padding: 0 1rem }
article { border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: .5rem; margin: 1.5rem 0; padding: 0 1rem 1rem }
h2 { font-size: 1.1rem; margin-bottom: 0 } pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
p.about { margin: 0; opacity: .8 } iframe { background: #fff; border: 1px solid; height: 22rem; width: 100% }`;

/** Nothing of a page runs, loads, frames or is sent; only this style counts. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

const articleOf = ({ id, recipient, created_at, state, failure, attempts, kind, subject, text, html, documents }: Mail): string => {
  const about = [`#${id}`, kind, created_at, state, `attempts: ${attempts}`, ...(failure === null ? [] : [failure])].join(" · ");
  return `<article>
<h2>${escapeHtml(subject)}</h2>
<p class="about">To ${escapeHtml(recipient)}<br>${escapeHtml(about)}</p>
<pre>${escapeHtml(text)}</pre>
${documents.map(({ title, path }) => `<p><a href="${path}">The ${title} as a PDF</a></p>`).join("\n")}
<details><summary>As HTML</summary><iframe sandbox title="As HTML" srcdoc="${escapeHtml(html)}"></iframe></details>
</article>`;
};

const pageOf = (all: readonly Mail[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Mailbox</h1>
<p>The newest mails of this development server, also those that wait for the job of the next minute.</p>
${all.length === 0 ? "<p>There is no mail yet.</p>" : all.map(articleOf).join("\n")}
</body>
</html>
`;

/** How many mails are asked for. Throws `invalid`. */
const limitOf = (text: string | undefined): number => {
  if (text === undefined) return SHOWN;
  if (/^[1-9]\d?$/.test(text) && Number(text) <= MOST) return Number(text);
  throw invalid("/query/limit", "invalid_limit", `A whole number from 1 to ${MOST}.`);
};

/**
 * Serves the mail of the outbox as a page, or as JSON to who accepts only that; in development only. It shows tokens, so a
 * request that came through Cloudflare's network finds nothing here, whatever the variables of its Worker say.
 */
export const mountMailbox = (app: Hono<AppEnv>): void => {
  app.get(PATH, async (c) => {
    if (c.req.header("CF-Ray") !== undefined) return unknownRoute(c);
    const { primary, emailTokens, mail } = c.get("deps");
    const all = await listMail(primary(), emailTokens, mail, limitOf(c.req.query("limit")));
    const isJson = c.req.header("Accept")?.includes("application/json") ?? false;
    setHeader(c, "Cache-Control", "no-store");
    setHeader(c, "Vary", "Accept");
    setHeader(c, "Content-Security-Policy", POLICY);
    setHeader(c, "Content-Type", isJson ? "application/json" : "text/html; charset=UTF-8");
    return send(c, 200, isJson ? JSON.stringify({ mails: all }) : pageOf(all));
  });
  app.get(FILE, async (c) => {
    if (c.req.header("CF-Ray") !== undefined) return unknownRoute(c);
    const { primary, fonts } = c.get("deps");
    const place = Number.parseInt(c.req.param("file"), 10);
    const file = await findAttachment(primary(), fonts, Number(c.req.param("mail")), place);
    if (!file) throw new Failure("not_found");
    setHeader(c, "Cache-Control", "no-store");
    setHeader(c, "Content-Type", file.type);
    setHeader(c, "Content-Disposition", `inline; filename="${file.filename}"`);
    return send(c, 200, new Blob([file.content]).stream());
  });
  for (const path of [PATH, FILE]) app.all(path, otherMethods("GET, HEAD, OPTIONS"));
};

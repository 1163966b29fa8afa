import type { MailSettings } from "../../http/app-env.ts";
import type { Params } from "./mail.schemas.ts";
import { type Block, TEMPLATES, type TokenUse, timeOf } from "./mail.templates.ts";

/** A token as it is mailed. */
export interface Token {
  readonly text: string;
  /** ISO 8601. */
  readonly expires_at: string;
}

/** What a mail is made from. */
export interface About {
  readonly kind: keyof typeof TEMPLATES;
  readonly params: Params;
  /** Null in a mail without a token. */
  readonly token: Token | null;
}

/** A mail as a person reads it. */
export interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as it stands in HTML, also within the quotes of an attribute. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

const textOf = (block: Block): string => {
  if (typeof block === "string") return block;
  return "link" in block ? block.link : block.copy.replaceAll(/^(?=.)/gm, "    ");
};

const htmlOf = (block: Block): string => {
  if (typeof block === "string") return `<p>${escapeHtml(block)}</p>`;
  if ("copy" in block) return `<pre>${escapeHtml(block.copy)}</pre>`;
  const link = escapeHtml(block.link);
  return `<p><a href="${link}">${link}</a></p>`;
};

/** How a token is used: by a link where the shop has a page for it, else by a request to the API. */
const useOf = (kind: string, { path, needs, loggedIn }: TokenUse, token: Token, links: string): Block[] => {
  const until = `It works once, until ${timeOf(token.expires_at)}.`;
  if (links !== "") return ["Open this link:", { link: links.replace("{kind}", kind).replace("{token}", token.text) }, until];
  const headers = loggedIn ? "Authorization: Bearer <your access token>\n" : "";
  const request = `POST ${path}\n${headers}\n${JSON.stringify({ token: token.text, ...needs }, null, 2)}`;
  const how = `${loggedIn ? "Log in, then send" : "Send"} it to the shop's API:`;
  return ["This is the token:", { copy: token.text }, until, how, { copy: request }];
};

/**
 * A mail in plain text and HTML, which say the same. HTML has no images, styles or scripts, and what the text names is escaped.
 * @throws Error when a mail that is about a token has none
 */
export const renderMail = ({ kind, params, token }: About, { shopName, links }: Pick<MailSettings, "shopName" | "links">): Rendered => {
  const { subject, before, use, after } = TEMPLATES[kind];
  if (use && !token) throw new Error(`a mail of kind ${kind} without its token`);
  const used = use && token ? useOf(kind, use, token, links) : [];
  const blocks = [...before(params, shopName), ...used, ...after, `${shopName}. This mail was written by a machine: nobody reads answers.`];
  const title = subject(shopName);
  const body = blocks.map(htmlOf).join("\n");
  return {
    subject: title,
    text: `${blocks.map(textOf).join("\n\n")}\n`,
    html: `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>\n<body>\n${body}\n</body>\n</html>\n`,
  };
};

import { isShopMailKind, type MailKind, type NoticeKind, type ShopMailKind } from "../../db/schema/mails.ts";
import type { MailSettings } from "../../http/app-env.ts";
import type { Params } from "./mail.schemas.ts";
import { type Block, TEMPLATES, type TokenUse, timeOf } from "./mail.templates.ts";
import type { AboutShopMail } from "./shop-mail.about.ts";
import { type Link, sayShopMail, signatureOf } from "./shop-mail.templates.ts";

/** A token as it is mailed. */
export interface Token {
  readonly text: string;
  /** ISO 8601. */
  readonly expires_at: string;
}

/** What a mail to an account is made from. */
export interface AboutNotice {
  readonly kind: NoticeKind;
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
  if (typeof block === "string") return `<p>${escapeHtml(block).replaceAll(/\r?\n/g, "<br>\n")}</p>`;
  if ("copy" in block) return `<pre>${escapeHtml(block.copy)}</pre>`;
  const link = escapeHtml(block.link);
  return `<p><a href="${link}">${link}</a></p>`;
};

/** The same blocks as plain text and HTML. HTML has no images, styles or scripts, and what the text names is escaped. */
const layOut = (subject: string, blocks: readonly Block[]): Rendered => ({
  subject,
  text: `${blocks.map(textOf).join("\n\n")}\n`,
  html: `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>\n<body>\n${blocks
    .map(htmlOf)
    .join("\n")}\n</body>\n</html>\n`,
});

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
 * A mail to an account.
 * @throws Error when a mail that is about a token has none
 */
export const renderNotice = (
  { kind, params, token }: AboutNotice,
  { shopName, links }: Pick<MailSettings, "shopName" | "links">,
): Rendered => {
  const { subject, before, use, after } = TEMPLATES[kind];
  if (use && !token) throw new Error(`a mail of kind ${kind} without its token`);
  const used = use && token ? useOf(kind, use, token, links) : [];
  const end = `${shopName}. This mail was written by a machine: nobody reads answers.`;
  return layOut(subject(shopName), [...before(params, shopName), ...used, ...after, end]);
};

/** The page of the link that a token opens, which stands after the #, so that no browser sends it to anybody; null without a token. */
const linkOf = ({ origin }: Params, token: Token | null): Link | null =>
  token && { url: `${origin}/s#${token.text}`, until: token.expires_at };

/**
 * A mail of the shop to a customer.
 * @throws Error when what it is about is gone
 */
const renderShopMail = (kind: ShopMailKind, about: AboutShopMail, link: Link | null): Rendered => {
  const { subject, blocks } = sayShopMail(kind, about, link);
  return layOut(subject, [...blocks, signatureOf(about.shop)]);
};

/** What a mail is made from. */
export interface AboutMail extends Omit<AboutNotice, "kind"> {
  readonly kind: MailKind;
  /** What a mail of the shop tells of. */
  readonly about: AboutShopMail | null;
}

/** Does a mail of this kind carry a token? */
export const needsToken = (kind: MailKind): boolean => (isShopMailKind(kind) ? kind === "estimate" : TEMPLATES[kind].use !== undefined);

/**
 * A mail in plain text and HTML, which say the same.
 * @throws Error when a mail that is about a token, a document or an appointment has none
 */
export const renderMail = ({ kind, about, ...notice }: AboutMail, settings: Pick<MailSettings, "shopName" | "links">): Rendered => {
  if (!isShopMailKind(kind)) return renderNotice({ kind, ...notice }, settings);
  if (!about) throw new Error(`a mail of kind ${kind} about nothing`);
  return renderShopMail(kind, about, linkOf(notice.params, notice.token));
};

import type { Hono } from "hono";
import { Failure } from "../../core/errors.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { send, setHeader } from "../../http/pipeline/answer.ts";
import { otherMethods } from "../../http/pipeline/mount.ts";
import { BODY_BYTES, readInput } from "../../http/pipeline/request.ts";
import {
  ANSWERS,
  errorOf,
  INVALID_PARAMS,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  type Message,
  messageIn,
  resultOf,
  VERSIONS,
} from "./mcp.protocol.ts";
import { TOOLS } from "./mcp.tools.ts";

const PATH = "/mcp";
/** The most of an answer that a tool hands on, in characters. */
const MOST_ANSWERED = 200_000;

/** Asks the API itself for a path, as the caller. */
type Ask = (path: string) => Promise<Response>;

const json = (c: AppContext, status: 200 | 400, body: unknown): Response => {
  setHeader(c, "Cache-Control", "private, no-store");
  setHeader(c, "Content-Type", "application/json");
  return send(c, status, JSON.stringify(body));
};

/** Headers that say by whom and from where a request is, which the question to the API has too. */
const OF_THE_CALLER = ["Authorization", "CF-Connecting-IP"];

/** The same app answers, so that limits, rights and the log are those of its routes. */
const asking = (app: Hono<AppEnv>, c: AppContext): Ask => {
  const headers = OF_THE_CALLER.flatMap((name): [string, string][] => {
    const value = c.req.header(name);
    return value === undefined ? [] : [[name, value]];
  });
  return async (path) => app.fetch(new Request(new URL(path, c.req.url), { headers }), c.env, c.executionCtx);
};

/** Refuses pages of other origins: a browser would send them here for whoever looks at them. Throws `forbidden`. */
const checkOrigin = (c: AppContext): void => {
  const origin = c.req.header("Origin");
  if (origin === undefined || origin === new URL(c.req.url).origin || c.get("deps").allowedOrigins.has(origin)) return;
  throw new Failure("forbidden");
};

/** What a tool found, or why it did not, as text that a model reads. */
const handedOn = async (response: Response) => {
  const text = await response.text();
  const isTooLong = text.length > MOST_ANSWERED;
  const shown = isTooLong ? "The answer is too long for a tool; ask the API itself." : text;
  return { content: [{ type: "text", text: shown }], isError: isTooLong || !response.ok };
};

/** Hands on what only the transport can say: that the token is not good, or that the caller asks too often. */
const refusalIn = (c: AppContext, response: Response): Response | null => {
  if (response.status !== 401 && response.status !== 429) return null;
  for (const name of ["WWW-Authenticate", "Retry-After", "Content-Type"]) {
    const value = response.headers.get(name);
    if (value !== null) setHeader(c, name, value);
  }
  setHeader(c, "Cache-Control", "private, no-store");
  return send(c, response.status, response.body);
};

const callTool = async (c: AppContext, ask: Ask, { id, params }: Message): Promise<Response> => {
  const tool = TOOLS.find(({ name }) => name === params.name);
  const path = tool?.pathFor(params.arguments) ?? null;
  const response = await ask(path ?? "/auth/me");
  const refusal = refusalIn(c, response);
  if (refusal) return refusal;
  if (!tool) return json(c, 200, errorOf(id, INVALID_PARAMS, "There is no such tool.", { tools: TOOLS.map(({ name }) => name) }));
  if (path === null) return json(c, 200, errorOf(id, INVALID_PARAMS, "These are no arguments of the tool.", tool.inputSchema));
  return json(c, 200, resultOf(id, await handedOn(response)));
};

const answer = async (app: Hono<AppEnv>, c: AppContext): Promise<Response> => {
  checkOrigin(c);
  if (c.req.header("Authorization") === undefined) throw new Failure("unauthenticated");
  const { body } = await readInput(c, { bytes: BODY_BYTES, ms: c.get("deps").bodyTimeoutMs });
  const message = messageIn(body);
  if (!message) return json(c, 400, errorOf(null, INVALID_REQUEST, "Send one message of JSON-RPC 2.0."));
  const { id, method, params } = message;
  const version = c.req.header("MCP-Protocol-Version");
  if (version !== undefined && !VERSIONS.includes(version))
    return json(c, 400, errorOf(id, INVALID_REQUEST, "The version is not known here.", { supported: VERSIONS }));
  if (id === null) return send(c, 202, null);
  const ask = asking(app, c);
  if (method === "tools/call") return callTool(c, ask, message);
  // Whoever may log in may see which tools there are; this counts the request, and refuses a token that is none.
  const refusal = refusalIn(c, await ask("/auth/me"));
  const reply = Object.hasOwn(ANSWERS, method) ? ANSWERS[method] : undefined;
  if (refusal) return refusal;
  return json(c, 200, reply ? resultOf(id, reply(params)) : errorOf(id, METHOD_NOT_FOUND, "There is no such method."));
};

/**
 * Serves the Model Context Protocol at `/mcp`, without sessions: tools that read, each by a route of the app, with the caller's
 * own token.
 */
export const mountMcp = (app: Hono<AppEnv>): void => {
  app.post(PATH, (c) => answer(app, c));
  app.all(PATH, otherMethods("POST, OPTIONS"));
};

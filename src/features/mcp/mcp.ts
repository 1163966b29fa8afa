import type { Hono } from "hono";
import { Failure } from "../../core/errors.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { send, setHeader } from "../../http/pipeline/answer.ts";
import { countAndFail, otherMethods } from "../../http/pipeline/mount.ts";
import { BODY_BYTES, readInput } from "../../http/pipeline/request.ts";
import {
  ANSWERS,
  errorOf,
  generationOf,
  INVALID_PARAMS,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  type Message,
  messageIn,
  resultOf,
} from "./mcp.protocol.ts";
import { TOOLS, type Tool } from "./mcp.tools.ts";

const PATH = "/mcp";
/** Whom a token is of: asked where no tool is called, so that every request is counted and needs a token that holds. */
const WHO = "/auth/me";
/** The most of an answer that a tool hands on, in bytes. */
const MOST_ANSWERED = 200_000;

/** Asks the API itself for a path, as the caller. */
type Ask = (path: string) => Promise<Response>;

const json = (c: AppContext, status: 200 | 400 | 404, body: unknown): Response => {
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

/** Is the request of a page of another origin? A browser would send it for whoever looks at that page. */
const isOfOtherPage = (c: AppContext): boolean => {
  const origin = c.req.header("Origin");
  return origin !== undefined && origin !== new URL(c.req.url).origin && !c.get("deps").allowedOrigins.has(origin);
};

/** What a tool found, or why it did not, as text that a model reads. */
const handedOn = async (response: Response) => {
  const bytes = await response.arrayBuffer();
  const isTooLong = bytes.byteLength > MOST_ANSWERED;
  const shown = isTooLong ? "The answer is too long for a tool; ask the API itself." : new TextDecoder().decode(bytes);
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

const resultOfTool = async (id: Message["id"], tool: Tool | undefined, path: string | null, response: Response) => {
  if (!tool) return errorOf(id, INVALID_PARAMS, "There is no such tool.", { tools: TOOLS.map(({ name }) => name) });
  if (path === null) return errorOf(id, INVALID_PARAMS, "These are no arguments of the tool.", tool.inputSchema);
  return resultOf(id, await handedOn(response));
};

/** Answers one message. A token that does not hold and too many requests come first, then what cannot be read or is at fault. */
const reply = async (c: AppContext, ask: Ask, message: Message | null): Promise<Response> => {
  const generation = message ? generationOf(message, (name) => c.req.header(name)) : null;
  const isSound = typeof generation === "string";
  const isCall = isSound && message?.method === "tools/call" && message.id !== null;
  const tool = isCall ? TOOLS.find(({ name }) => name === message.params.name) : undefined;
  const path = (isCall && tool?.pathFor(message.params.arguments)) || null;
  const response = await ask(path ?? WHO);
  const refusal = refusalIn(c, response);
  if (refusal) return refusal;
  if (!message || generation === null) return json(c, 400, errorOf(null, INVALID_REQUEST, "Send one message of JSON-RPC 2.0."));
  const { id, method, params } = message;
  if (!isSound) return json(c, 400, errorOf(id, generation.code, generation.message, generation.data));
  if (id === null) return send(c, 202, null);
  if (isCall) return json(c, 200, await resultOfTool(id, tool, path, response));
  const answers = ANSWERS[generation];
  const found = Object.hasOwn(answers, method) ? answers[method] : undefined;
  if (found) return json(c, 200, resultOf(id, found(params)));
  return json(c, generation === "stateless" ? 404 : 200, errorOf(id, METHOD_NOT_FOUND, "There is no such method."));
};

const answer = async (app: Hono<AppEnv>, c: AppContext): Promise<Response> => {
  if (isOfOtherPage(c)) return countAndFail(new Failure("forbidden"))(c);
  const { body } = await readInput(c, { bytes: BODY_BYTES, ms: c.get("deps").bodyTimeoutMs });
  return reply(c, asking(app, c), messageIn(body));
};

/**
 * Serves the Model Context Protocol at `/mcp`, without sessions: tools that read, each by a route of the app, with the caller's
 * own token.
 */
export const mountMcp = (app: Hono<AppEnv>): void => {
  app.post(PATH, (c) => answer(app, c));
  app.all(PATH, otherMethods("POST, OPTIONS"));
};

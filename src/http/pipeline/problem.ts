import type { ContentfulStatusCode } from "hono/utils/http-status";
import { FAILURES, Failure, failureIn } from "../../core/errors.ts";
import type { AppContext } from "../app-env.ts";
import { send, setHeader } from "./answer.ts";

/** When to try again after a 503, in seconds. */
const RETRY_SECONDS = "5";

/** Safe: every status of the catalogue allows a body. */
const statusOf = (failure: Failure): ContentfulStatusCode => failure.status as ContentfulStatusCode;

/** A failure as application/problem+json (RFC 9457), with the headers that its status asks for. */
export const problem = (c: AppContext, failure: Failure): Response => {
  const { code, details, errors, message } = failure;
  if (failure.status === 401) setHeader(c, "WWW-Authenticate", "Bearer");
  if (failure.status === 503) setHeader(c, "Retry-After", RETRY_SECONDS);
  if (typeof details.retry_after === "number") setHeader(c, "Retry-After", String(details.retry_after));
  if (typeof details.accept_encoding === "string") setHeader(c, "Accept-Encoding", details.accept_encoding);
  if (typeof details.allow === "string") setHeader(c, "Allow", details.allow);
  setHeader(c, "Cache-Control", "private, no-store");
  setHeader(c, "Content-Type", "application/problem+json");
  return send(
    c,
    statusOf(failure),
    JSON.stringify({
      ...details,
      type: `https://mechanic-shop.example/problems/${code}`,
      title: FAILURES[code].title,
      status: failure.status,
      detail: message,
      code,
      message,
      request_id: c.get("requestId"),
      ...(errors.length > 0 ? { errors } : {}),
    }),
  );
};

/**
 * The answer to everything that is thrown. What is no `Failure` is a 500 without details; the log names the places.
 * Throws the error again when the answer has not begun: then only the last resort can answer.
 */
export const onError = (error: unknown, c: AppContext): Response => {
  if (!c.get("requestId")) throw error;
  const failure = failureIn(error);
  if (failure) return problem(c, failure);
  const name = error instanceof Error ? error.name : typeof error;
  const line = { request_id: c.get("requestId"), error: name, where: placesOf(error) };
  console.error(JSON.stringify(c.get("deps").isDevelopment ? { ...line, messages: messagesOf(error) } : line));
  return problem(c, new Failure("internal"));
};

/** What an error says, and what each of its causes says. Only for a developer: messages of the database carry bound values. */
const messagesOf = (error: unknown): string[] =>
  error instanceof Error ? [error.message, ...(error.cause === undefined ? [] : messagesOf(error.cause))] : [String(error)];

/** Where an error was thrown, without its message: messages of the database can hold bound values. */
const placesOf = (error: unknown): string[] =>
  error instanceof Error
    ? (error.stack ?? "")
        .split("\n")
        .filter((line) => /^\s+at /.test(line))
        .slice(0, 8)
        .map((line) => line.trim())
    : [];

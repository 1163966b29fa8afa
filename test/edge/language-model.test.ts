import { describe, expect, it, vi } from "vitest";
import { createLanguageModel } from "../../src/edge/language-model.ts";
import { testDeps } from "../support/client.ts";

const AT = { url: "https://model.shop/v1/chat/completions", model: "small", key: "sk-123" };
const ASKED = { system: "Word it.", user: "{}" };
const saying = (content: unknown) => Response.json({ choices: [{ message: { content } }] });
/** What a model says, and the lines of the log. */
const ask = async (send: (request: Request) => Promise<Response>, timeoutMs?: number) => {
  const lines: unknown[] = [];
  const said = await createLanguageModel(AT, (line) => lines.push(line), send, timeoutMs).complete(ASKED);
  return { said, lines };
};
/** A body that gives a piece each millisecond, whatever is asked of it, and never ends. */
const dripping = () =>
  new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      await new Promise((next) => setTimeout(next, 1));
      controller.enqueue(new TextEncoder().encode(" "));
    },
  });

describe("a language model", () => {
  it("is asked at the address of the configuration, with its key, without tools and without following where it points", async () => {
    const received: Request[] = [];
    const answer = await ask(async (request) => {
      received.push(request);
      return saying('{"statements": []}');
    });
    expect(answer).toEqual({ said: '{"statements": []}', lines: [] });
    const [request] = received;
    expect([request?.method, request?.url, request?.redirect, request?.headers.get("Authorization")]).toEqual([
      ...["POST", AT.url, "manual", "Bearer sk-123"],
    ]);
    const body = JSON.parse((await request?.text()) ?? "");
    expect(Object.keys(body).sort()).toEqual(["max_tokens", "messages", "model", "response_format", "temperature"]);
    expect(body.messages).toEqual([
      { role: "system", content: "Word it." },
      { role: "user", content: "{}" },
    ]);
  });

  it.each([
    ["answers an error", "status_500", () => new Response("no", { status: 500 })],
    ["points elsewhere", "status_302", () => Response.redirect("https://evil.shop/")],
    ["answers no JSON", "no_json", () => new Response("<html>")],
    ["answers something else", "no_text", () => Response.json({ choices: [] })],
    ["says no text", "no_text", () => saying(["a"])],
    ["floods", "too_long", () => saying("a".repeat(70_000))],
    ["floods without an end", "too_long", () => new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(30_000)) }))],
  ])("that %s has said nothing, and the log has why", async (_what, failure, response) => {
    expect(await ask(async () => response())).toEqual({ said: null, lines: [{ error: "language_model", failure }] });
  });

  it("that answers too late, or never comes to an end, has said nothing", async () => {
    const late = ({ signal }: Request) =>
      new Promise<Response>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const timedOut = { said: null, lines: [{ error: "language_model", failure: "timeout" }] };
    expect(await ask(late, 20)).toEqual(timedOut);
    expect(await ask(async () => new Response(dripping()), 20)).toEqual(timedOut);
  });

  it("that fails writes neither its key nor what was asked into the log", async () => {
    const printed = (["log", "info", "warn", "error", "debug"] as const).map((name) => vi.spyOn(console, name));
    const { said, lines } = await ask((request) => Promise.reject(new TypeError(`no ${request.headers.get("Authorization")}`)));
    expect({ said, lines }).toEqual({ said: null, lines: [{ error: "language_model", failure: "unreachable" }] });
    for (const print of printed) expect(print).not.toHaveBeenCalled();
  });

  it("is there only with its address, its name and its key", () => {
    const [url, model, key] = [{ ASSISTANT_URL: AT.url }, { ASSISTANT_MODEL: "small" }, { ASSISTANT_API_KEY: "sk-123" }];
    expect(testDeps().languageModel).toBeNull();
    expect(testDeps(key).languageModel).toBeNull();
    expect(testDeps({ ...url, ...model, ...key }).languageModel).not.toBeNull();
    expect(() => testDeps({ ...url, ...key })).toThrow("ASSISTANT_MODEL");
    expect(() => testDeps({ ...model, ...key })).toThrow("ASSISTANT_URL");
    expect(() => testDeps({ ...url, ...model })).toThrow("ASSISTANT_API_KEY");
    expect(() => testDeps({ ...model, ...key, ASSISTANT_URL: "http://model.shop/" })).toThrow("ASSISTANT_URL");
  });
});

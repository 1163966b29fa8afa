import { describe, expect, it } from "vitest";
import { createLanguageModel } from "../../src/edge/language-model.ts";
import { testDeps } from "../support/client.ts";

const AT = { url: "https://model.shop/v1/chat/completions", model: "small", key: "sk-123" };
const ASKED = { system: "Word it.", user: "{}" };
const saying = (content: unknown) => Response.json({ choices: [{ message: { content } }] });
const answering = (response: () => Response, timeoutMs?: number) =>
  createLanguageModel(AT, async () => response(), timeoutMs).complete(ASKED);

describe("a language model", () => {
  it("is asked at the address of the configuration, with its key, without tools and without following where it points", async () => {
    const received: Request[] = [];
    const model = createLanguageModel(AT, async (request) => {
      received.push(request);
      return saying('{"statements": []}');
    });
    expect(await model.complete(ASKED)).toBe('{"statements": []}');
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
    ["answers an error", () => new Response("no", { status: 500 })],
    ["points elsewhere", () => Response.redirect("https://evil.shop/")],
    ["answers no JSON", () => new Response("<html>")],
    ["answers something else", () => Response.json({ choices: [] })],
    ["says no text", () => saying(["a"])],
    ["floods", () => saying("a".repeat(70_000))],
  ])("that %s has said nothing", async (_what, response) => {
    expect(await answering(response)).toBeNull();
  });

  it("that is away, or answers too late, has said nothing", async () => {
    expect(await createLanguageModel(AT, () => Promise.reject(new TypeError("refused"))).complete(ASKED)).toBeNull();
    const late = createLanguageModel(
      AT,
      ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      20,
    );
    expect(await late.complete(ASKED)).toBeNull();
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

import { type LanguageModel, MODEL_TIMEOUT_MS } from "../core/ports.ts";

/** Where a model answers, its name there, and the key. */
interface Endpoint {
  readonly url: string;
  readonly model: string;
  readonly key: string;
}

/** The most of an answer that is read, in bytes, and the most tokens that a model may say. */
const MOST_BYTES = 65_536;
const MOST_TOKENS = 1_500;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

/** The body as text, or null when it is longer than what is read. */
const readUpTo = async (response: Response, most: number): Promise<string | null> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > most) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

/** What the first choice says. */
const contentOf = (body: unknown): string | null => {
  const choice: unknown = isRecord(body) && Array.isArray(body.choices) ? body.choices[0] : null;
  const message = isRecord(choice) ? choice.message : null;
  return isRecord(message) && typeof message.content === "string" ? message.content : null;
};

/**
 * A model behind OpenAI's "chat completions", which most providers and local servers offer.
 * @param send how requests are sent; tests bring their own
 */
export const createLanguageModel = (
  { url, model, key }: Endpoint,
  send: (request: Request) => Promise<Response> = (request) => fetch(request),
  timeoutMs = MODEL_TIMEOUT_MS,
): LanguageModel => ({
  complete: async ({ system, user }) => {
    const messages = [
      { role: "system", content: system },
      { role: "user", content: user },
    ];
    try {
      const request = new Request(url, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
        body: JSON.stringify({ model, messages, temperature: 0, max_tokens: MOST_TOKENS, response_format: { type: "json_object" } }),
        // The key goes to the address of the configuration, and nowhere else.
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const response = await send(request);
      if (!response.ok) {
        await response.body?.cancel();
        return null;
      }
      const text = await readUpTo(response, MOST_BYTES);
      return text === null ? null : contentOf(JSON.parse(text));
    } catch {
      return null;
    }
  },
});

import { type LanguageModel, MODEL_TIMEOUT_MS } from "../core/ports.ts";
import { readApiUrl } from "./api-url.ts";

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

/** The body as text, or null when it is longer than what is read, or does not end before the signal. */
const readUpTo = async (body: ReadableStream<Uint8Array>, most: number, signal: AbortSignal): Promise<string | null> => {
  const reader = body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done && size <= most; next = await reader.read()) {
    size += next.value.byteLength;
    chunks.push(next.value);
  }
  if (size <= most && !signal.aborted) return Buffer.concat(chunks).toString();
  stop();
  return null;
};

/** What the first choice says. */
const contentOf = (body: unknown): string | null => {
  const choice: unknown = isRecord(body) && Array.isArray(body.choices) ? body.choices[0] : null;
  const message = isRecord(choice) ? choice.message : null;
  return isRecord(message) && typeof message.content === "string" ? message.content : null;
};

type Log = (line: Readonly<Record<string, unknown>>) => void;

/** What became of a question: what the model said, or a code of ours for why it said nothing. */
type Outcome = { readonly said: string } | { readonly failure: string };

const readAnswer = async (response: Response, signal: AbortSignal): Promise<Outcome> => {
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    return { failure: `status_${response.status}` };
  }
  const text = await readUpTo(response.body, MOST_BYTES, signal);
  if (text === null) return { failure: signal.aborted ? "timeout" : "too_long" };
  const said = contentOf(JSON.parse(text));
  return said === null ? { failure: "no_text" } : { said };
};

const failureOf = (error: unknown, signal: AbortSignal): string => {
  if (signal.aborted) return "timeout";
  return error instanceof SyntaxError ? "no_json" : "unreachable";
};

/**
 * A model behind OpenAI's "chat completions", which most providers and local servers offer. Failures are logged as a code, without
 * anything that was asked or answered.
 * @param send how requests are sent; tests bring their own
 */
export const createLanguageModel = (
  { url, model, key }: Endpoint,
  log: Log,
  send: (request: Request) => Promise<Response> = (request) => fetch(request),
  timeoutMs = MODEL_TIMEOUT_MS,
): LanguageModel => ({
  complete: async ({ system, user }) => {
    const messages = [
      { role: "system", content: system },
      { role: "user", content: user },
    ];
    const signal = AbortSignal.timeout(timeoutMs);
    const ask = async (): Promise<Outcome> => {
      const request = new Request(url, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
        body: JSON.stringify({ model, messages, temperature: 0, max_tokens: MOST_TOKENS, response_format: { type: "json_object" } }),
        // The key goes to the address of the configuration, and nowhere else.
        redirect: "manual",
        signal,
      });
      return readAnswer(await send(request), signal);
    };
    const outcome = await ask().catch((error: unknown): Outcome => ({ failure: failureOf(error, signal) }));
    if ("said" in outcome) return outcome.said;
    log({ error: "language_model", failure: outcome.failure });
    return null;
  },
});

/** The variables of a model, as the configuration has them. */
interface Settings {
  readonly ASSISTANT_URL: string;
  readonly ASSISTANT_MODEL: string;
  readonly ASSISTANT_API_KEY?: string;
}

/** The model that words answers, or null where none is configured. Throws where a variable is missing or cannot be used. */
export const readLanguageModel = (
  { ASSISTANT_URL, ASSISTANT_MODEL: model, ASSISTANT_API_KEY: key }: Settings,
  log: Log,
): LanguageModel | null => {
  if (ASSISTANT_URL === "" && model === "") return null;
  if (!model) throw new Error("ASSISTANT_URL is set, but ASSISTANT_MODEL is empty; it is the name of a model there.");
  if (!key) throw new Error("ASSISTANT_URL is set, but the secret ASSISTANT_API_KEY is missing.");
  const url = readApiUrl("ASSISTANT_URL", ASSISTANT_URL, "https://api.example/v1/chat/completions");
  return createLanguageModel({ url, model, key }, log);
};

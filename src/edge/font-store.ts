import { Failure } from "../core/errors.ts";
import type { FontStore } from "../core/paper-ports.ts";
import { answerWithin, NO_ANSWER } from "../core/timeout.ts";
import { BoundedMap } from "./bounded-map.ts";

/** How long a static asset may take to come, in milliseconds. */
const TIMEOUT_MS = 5_000;
/** The memory that fonts may take in an isolate, in bytes, and how many of them there are at most. */
const KEPT = { items: 64, weight: 4_000_000, weigh: (font: Uint8Array) => font.byteLength };

/** Reads fonts from the static assets of the Worker, each once for an isolate as long as there is room. */
export const createFontStore = (assets: Pick<Fetcher, "fetch">): FontStore => {
  const kept = new BoundedMap<Uint8Array>(KEPT);
  const fetchBytes = async (name: string): Promise<Uint8Array> => {
    const response = await assets.fetch(`https://assets.invalid/fonts/${name}`);
    if (!response.ok) throw new Error(`no font ${name}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  return {
    read: async (name) => {
      const known = kept.get(name);
      if (known) return known;
      const font = await answerWithin(fetchBytes(name), TIMEOUT_MS);
      if (font === NO_ANSWER) throw new Failure("unavailable");
      kept.set(name, font);
      return font;
    },
  };
};

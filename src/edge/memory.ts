import { BoundedMap } from "./bounded-map.ts";

/** How long an isolate answers from its own memory, in milliseconds, and how much it keeps there. */
const HOT_MS = 2_000;
const MAX_ITEMS = 256;

/** Remembers what was just read for two seconds. */
export const createMemory = <T>() => {
  const items = new BoundedMap<{ readonly value: T; readonly at: number }>(MAX_ITEMS);
  return {
    get: (key: string, now: number): T | null => {
      const item = items.get(key);
      return item && now >= item.at && now - item.at < HOT_MS ? item.value : null;
    },
    set: (key: string, value: T, now: number): void => items.set(key, { value, at: now }),
  };
};

import { BoundedMap } from "./bounded-map.ts";

/** How long an isolate trusts what it was told, in milliseconds, and how much of it there is at most. */
const HOT_MS = 2_000;
const MAX_ITEMS = 256;

/** Was it less than two seconds ago? What lies ahead was not. */
export const isRecent = (at: number, now: number): boolean => now >= at && now - at < HOT_MS;

/** Remembers for two seconds what it was told at a time. */
export const createMemory = <T>() => {
  const items = new BoundedMap<{ readonly value: T; readonly at: number }>(MAX_ITEMS);
  return {
    get: (key: string, now: number): T | null => {
      const item = items.get(key);
      return item && isRecent(item.at, now) ? item.value : null;
    },
    set: (key: string, value: T, at: number): void => items.set(key, { value, at }),
  };
};

/** How long an isolate answers from its own memory, in milliseconds, and how much it keeps there. */
const HOT_MS = 2_000;
const MAX_ITEMS = 256;

/** Remembers what was just read for two seconds; what came first goes first when there is too much. */
export const createMemory = <T>() => {
  const items = new Map<string, { readonly value: T; readonly at: number }>();
  return {
    get: (key: string, now: number): T | null => {
      const item = items.get(key);
      return item && now >= item.at && now - item.at < HOT_MS ? item.value : null;
    },
    set: (key: string, value: T, now: number): void => {
      items.delete(key);
      items.set(key, { value, at: now });
      const [oldest] = items.size > MAX_ITEMS ? items.keys() : [];
      if (oldest !== undefined) items.delete(oldest);
    },
  };
};

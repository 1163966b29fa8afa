import type { Bookmark } from "./ports.ts";

/** The later of two points in history; null is before all. */
export const later = (a: Bookmark | null | undefined, b: Bookmark | null | undefined): Bookmark | null => {
  if (!a || !b) return a ?? b ?? null;
  return a > b ? a : b;
};

/** Is what was read at `seen` at least as new as `needed`? */
export const reaches = (seen: Bookmark | null, needed: Bookmark | null | undefined): boolean =>
  !needed || (seen !== null && seen >= needed);

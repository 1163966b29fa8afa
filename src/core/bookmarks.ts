import type { Bookmark } from "./ports.ts";

/** The later of two bookmarks; null counts as earlier than any. */
export const later = (a: Bookmark | null | undefined, b: Bookmark | null | undefined): Bookmark | null => {
  if (!a || !b) return a ?? b ?? null;
  return a > b ? a : b;
};

/** Is a read at the bookmark `seen` at least as new as `needed`? Without `needed` every read is. */
export const reaches = (seen: Bookmark | null, needed: Bookmark | null | undefined): boolean =>
  !needed || (seen !== null && seen >= needed);

import type { Bookmark } from "../core/ports.ts";

/** The form of D1's bookmarks: four hexadecimal numbers. As texts they sort in the order of history. */
const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;

const isBookmark = (text: string): text is Bookmark => BOOKMARK.test(text);

/** A bookmark with the epoch of its database, as it is stored outside of D1. */
export const stamp = (epoch: string, bookmark: Bookmark): string => `${epoch}|${bookmark}`;

/** The bookmark in a stamp, or null when it is of another epoch or malformed. */
export const unstamp = (epoch: string, text: unknown): Bookmark | null => {
  if (typeof text !== "string" || !text.startsWith(`${epoch}|`)) return null;
  const bookmark = text.slice(epoch.length + 1);
  return isBookmark(bookmark) ? bookmark : null;
};

/** The later of two stamps of one epoch. */
export const laterStamp = (known: string | undefined, coming: string): string => (known !== undefined && known > coming ? known : coming);

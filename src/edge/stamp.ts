import type { Bookmark } from "../core/ports.ts";

/** The form of D1's bookmarks: four hexadecimal numbers, which sort as the history does. */
const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;

const isBookmark = (text: string): text is Bookmark => BOOKMARK.test(text);

/** A bookmark as it is kept outside of D1: with the epoch of the database that it belongs to. */
export const stamp = (epoch: string, bookmark: Bookmark): string => `${epoch}|${bookmark}`;

/** The bookmark of a stamp, or null when it is of another epoch or not a bookmark. */
export const unstamp = (epoch: string, text: unknown): Bookmark | null => {
  if (typeof text !== "string" || !text.startsWith(`${epoch}|`)) return null;
  const bookmark = text.slice(epoch.length + 1);
  return isBookmark(bookmark) ? bookmark : null;
};

/** The later of two stamps; one of another epoch gives way to the one that comes now. */
export const laterStamp = (known: string | undefined, coming: string): string => {
  const sameEpoch = known?.split("|")[0] === coming.split("|")[0];
  return known !== undefined && sameEpoch && known > coming ? known : coming;
};

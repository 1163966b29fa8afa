/** What shows nothing by itself: controls, format characters, separators, marks without a base, and blanks of other scripts. */
const BLANK = /[\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/gu;

/** Does the text show anything? A name of zero-width characters, fillers or blank patterns does not. */
export const isVisible = (text: string): boolean => text.replace(BLANK, "") !== "";

/** Embeddings, overrides and isolates of direction (Unicode UAX 9), which can show a text in another order than it has. */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/;

/** Can the text be shown in another order than it is stored in? */
export const hasDirectionControls = (text: string): boolean => DIRECTION_CONTROLS.test(text);

/** Is every surrogate paired (ECMA-262 `isWellFormed`)? Else the text cannot be stored as UTF-8. */
export const isWellFormed = (text: string): boolean => text.isWellFormed();

/** Marks of direction, byte order and width, which come along when a number is pasted. */
const INVISIBLE = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
/** Dashes that are typed or pasted for a hyphen. */
const DASHES = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g;
/** Blanks within a line. */
const BLANKS = /[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]/g;

/** A number or code as it was pasted, with plain hyphens and blanks, and without what does not show. */
export const asTyped = (text: string): string => text.replace(INVISIBLE, "").replace(DASHES, "-").replace(BLANKS, " ").trim();

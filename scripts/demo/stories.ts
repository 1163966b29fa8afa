import type { CHANNELS } from "../../src/db/schema/estimates.ts";
import { at } from "./random.ts";

/** How a ticket came to the customer's yes, or did not. */
export interface Story {
  /** How they said it; without it they have said nothing. Who has no account says by phone what others say in the portal. */
  readonly yes?: (typeof CHANNELS)[number];
  /** More work was offered together with the first, and declined. */
  readonly declines?: true;
  /** More was found at work, for which a second estimate needed a second yes. */
  readonly finds?: true;
}

/** The newest tickets with jobs, by how many tickets were booked after them. Every twelfth from the last is the first customer's. */
const STORIES: Readonly<Record<number, Story>> = {
  0: {},
  10: { yes: "text" },
  11: { yes: "phone" },
  12: { yes: "portal", finds: true },
  13: { yes: "phone" },
  15: { yes: "text", declines: true },
  16: { yes: "in_person" },
  18: { yes: "email" },
  19: { yes: "phone", finds: true },
  20: { yes: "in_person" },
  21: { yes: "phone", declines: true },
  23: { yes: "text" },
  24: { yes: "portal", declines: true },
  26: { yes: "in_person", declines: true },
  27: { yes: "phone" },
  28: { yes: "in_person", finds: true },
  29: { yes: "text", declines: true },
  30: { yes: "portal" },
  31: { yes: "phone" },
};
/** The last of them; older tickets have stories by a pattern. */
const NEWEST = 31;

/** How others said yes, one after the other. */
const YES = ["phone", "in_person", "portal", "text", "in_person", "email", "phone"] as const;

/** The story of an older ticket. One in thirteen has none: its parts were put on it as clients of the older systems do. */
const olderStory = (bookedAfter: number, isCancelled: boolean): Story | null => {
  if (bookedAfter % 13 === 4) return null;
  if (isCancelled) return {};
  const declines = bookedAfter % 6 === 1 ? ({ declines: true } as const) : {};
  const finds = bookedAfter % 9 === 2 ? ({ finds: true } as const) : {};
  return { yes: at(YES, bookedAfter % YES.length), ...declines, ...finds };
};

/** The story of a ticket, if it has jobs, by how many tickets were booked after it. */
export const storyOf = (bookedAfter: number, isCancelled: boolean): Story | null =>
  STORIES[bookedAfter] ?? (bookedAfter > NEWEST ? olderStory(bookedAfter, isCancelled) : null);

import type { CHANNELS } from "../../src/db/schema/estimates.ts";

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
  // Never answered, and cancelled: its estimate has expired.
  54: {},
};

/** The story of a ticket, if it has jobs. */
export const storyOf = (bookedAfter: number): Story | null => STORIES[bookedAfter] ?? null;

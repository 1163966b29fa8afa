/** Rate-limit policies; each is set by the variable RATE_LIMIT_<NAME>. */
export const POLICY_NAMES = [
  "default",
  "staff",
  "login",
  "login_account",
  "register",
  "destroy",
  "destroy_staff",
  "ticket_edit",
  "health",
] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

/** At most `limit` requests inside any `ms` milliseconds; `name` is the policy's name with the window's. */
export interface Window {
  readonly name: string;
  readonly limit: number;
  readonly ms: number;
}

export type Limits = Readonly<Record<PolicyName, readonly Window[]>>;

const UNITS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const TERM = /^(\d{1,9})\/(?:(\d{1,4}) )?(second|minute|hour|day)s?$/;

const isUnit = (text: string | undefined): text is keyof typeof UNITS => text !== undefined && Object.hasOwn(UNITS, text);

/**
 * Reads the notation `"50/hour;200/day"`, also `"30/5 minutes"`.
 * @returns the windows, or null when the text is missing or not in the notation
 */
export const parseLimit = (policy: string, text: string | undefined): readonly Window[] | null => {
  const windows: Window[] = [];
  for (const term of (text ?? "").split(";")) {
    const [, limit, count, unit] = TERM.exec(term.trim()) ?? [];
    if (!isUnit(unit)) return null;
    const times = Number(count ?? 1);
    if (Number(limit) < 1 || times < 1) return null;
    windows.push({
      name: `${policy.replaceAll("_", "-")}-${count ? `${count}-${unit}s` : unit}`,
      limit: Number(limit),
      ms: times * UNITS[unit],
    });
  }
  return windows;
};

/** One log of hits that a request counts in, and the windows it must pass. */
export interface Rule {
  /** The name under which hits are counted, such as `GET /customers`. */
  readonly log: string;
  readonly policy: PolicyName;
  readonly windows: readonly Window[];
  /** Hits of this rule are on disk before the answer. */
  readonly durable: boolean;
}

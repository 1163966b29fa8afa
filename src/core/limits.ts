/** Rate-limit policies. The variable RATE_LIMIT_<NAME> sets each of them. */
export const POLICY_NAMES = [
  "default",
  "staff",
  "login",
  "login_account",
  "register",
  "destroy",
  "destroy_staff",
  "ticket_edit",
  "settings",
  "mail",
  "link",
  "link_guess",
  "assistant",
  "health",
] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

/** At most `limit` requests within any `ms` milliseconds. `name` is the policy and the window, such as `staff-hour`. */
export interface Window {
  readonly name: string;
  readonly limit: number;
  readonly ms: number;
}

export type Limits = Readonly<Record<PolicyName, readonly Window[]>>;

/** The longest window, in milliseconds: so long do gates keep what they have counted. */
const MAX_WINDOW_MS = 86_400_000;
const UNITS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const TERM = /^(\d{1,9})\/(?:(\d{1,4}) )?(second|minute|hour|day)s?$/;

const isUnit = (text: string | undefined): text is keyof typeof UNITS => text !== undefined && Object.hasOwn(UNITS, text);

/**
 * Parses limits such as `"50/hour;200/day"` or `"30/5 minutes"`.
 * @returns the windows, or null when the text is missing or malformed, or a window is longer than a day
 */
export const parseLimit = (policy: string, text: string | undefined): readonly Window[] | null => {
  const windows: Window[] = [];
  for (const term of (text ?? "").split(";")) {
    const [, limit, count, unit] = TERM.exec(term.trim()) ?? [];
    if (!isUnit(unit)) return null;
    const times = Number(count ?? 1);
    if (Number(limit) < 1 || times < 1 || times * UNITS[unit] > MAX_WINDOW_MS) return null;
    windows.push({
      name: `${policy.replaceAll("_", "-")}-${count ? `${count}-${unit}s` : unit}`,
      limit: Number(limit),
      ms: times * UNITS[unit],
    });
  }
  return windows;
};

/** Where a request is counted, and the windows that it must pass. */
export interface Rule {
  /** The name under which requests are counted together, such as `GET /customers`. */
  readonly bucket: string;
  readonly policy: PolicyName;
  readonly windows: readonly Window[];
  /** Are hits stored before the answer? Otherwise they are stored shortly after it. */
  readonly durable: boolean;
  /** Is the hit taken back when the request succeeds? Then the gate has to be told how it ended. */
  readonly failuresOnly?: boolean;
}

import { type From, isLinkTemplate, isReserved, parseFrom } from "./core/email.ts";
import { type Limits, POLICY_NAMES, type PolicyName, parseLimit } from "./core/limits.ts";
import type { Clock } from "./core/ports.ts";
import { roundTrip } from "./core/round-trips.ts";
import { openSession } from "./db/client.ts";
import { DATABASE_TIMEOUT_MS } from "./db/retry.ts";
import { readApiUrl } from "./edge/api-url.ts";
import { createArchiveStore } from "./edge/archive-store.ts";
import { createAnchor, createNumberAnchor } from "./edge/audit-anchor.ts";
import { createEmailTokens } from "./edge/email-tokens.ts";
import { createFingerprints } from "./edge/fingerprints.ts";
import { createFontStore } from "./edge/font-store.ts";
import { createGate, createLoginGate, GATE_TIMEOUT_MS } from "./edge/gate/gate-client.ts";
import { createLocalGate } from "./edge/gate/local-gate.ts";
import { rememberDenials } from "./edge/gate/remembered-denials.ts";
import { readLanguageModel } from "./edge/language-model.ts";
import { CACHE_TIMEOUT_MS, createListingCache } from "./edge/listing-cache.ts";
import { createApiSender } from "./edge/mail/api-sender.ts";
import { createBindingSender } from "./edge/mail/binding-sender.ts";
import { checked } from "./edge/mail/checked.ts";
import { exceptReserved, MAILBOX } from "./edge/mail/mailbox.ts";
import { createMailEvents, parseWebhookSecret } from "./edge/mail/webhook.ts";
import { passwords } from "./edge/passwords.ts";
import { PROTOCOL } from "./edge/protocol.ts";
import { createRefreshTokens } from "./edge/refresh-tokens.ts";
import { createSealer } from "./edge/seals.ts";
import { createSecondFactors } from "./edge/second-factors.ts";
import { createTokens } from "./edge/tokens.ts";
import { type DateBounds, type Deps, type MailSettings, MECHANIC_SIGNUPS, SECOND_FACTOR_RULES } from "./http/app-env.ts";

const MIN_SECRET = 32;

const variableOf = (policy: PolicyName) => `RATE_LIMIT_${policy.toUpperCase()}` as `RATE_LIMIT_${Uppercase<PolicyName>}`;

/** Reads every limit. Throws an error that names the variable whose text is not in the notation. */
const readLimits = (env: Env): Limits => {
  const entries = POLICY_NAMES.map((policy) => {
    const name = variableOf(policy);
    const windows = parseLimit(policy, env[name]);
    if (!windows)
      throw new Error(
        `${name} is ${JSON.stringify(env[name])}; the notation is "50/hour;200/day", also "30/5 minutes", and no window is longer than a day.`,
      );
    return [policy, windows] as const;
  });
  // Safe: the entries are made from all names of the policies.
  return Object.fromEntries(entries) as Limits;
};

/** Reads a variable that is one of these texts. */
const readOneOf = <T extends string>(name: string, text: string, allowed: readonly T[]): T => {
  const found = allowed.find((known) => known === text);
  if (!found) throw new Error(`${name} is ${JSON.stringify(text)}; it is one of ${allowed.join(", ")}.`);
  return found;
};

/** Reads a variable that is a whole number from 1 on. */
const readNumber = (name: string, text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`${name} is ${JSON.stringify(text)}; it is a whole number from 1 to 99999.`);
  return Number(text);
};

const readDateBounds = (env: Env): DateBounds => ({
  pastYears: readNumber("DATES_PAST_YEARS", env.DATES_PAST_YEARS),
  futureYears: readNumber("DATES_FUTURE_YEARS", env.DATES_FUTURE_YEARS),
  bookingDays: readNumber("BOOKING_DAYS", env.BOOKING_DAYS),
});

/** The epoch in the variable, which names Durable Objects and stands in tokens. */
const readEpoch = (text: string): string => {
  if (/^[\w.-]{1,40}$/.test(text)) return text;
  throw new Error(`DATABASE_EPOCH is ${JSON.stringify(text)}; it is 1 to 40 letters, digits, dots, hyphens and underscores.`);
};

/** The origins of the list, which stand apart by spaces or commas. Throws for what is no origin as browsers send it. */
const readOrigins = (text: string): ReadonlySet<string> => {
  const origins = text.split(/[\s,]+/).filter(Boolean);
  const wrong = origins.find((origin) => !/^https?:\/\/[^*]+$/.test(origin) || URL.parse(origin)?.origin !== origin);
  if (wrong !== undefined)
    throw new Error(`CORS_ORIGINS has ${JSON.stringify(wrong)}; an origin is like https://shop.example, without a path.`);
  return new Set(origins);
};

/** Bindings and variables, and those that are there only for a time or with some senders of mail. */
type Bindings = Env & {
  readonly JWT_SECRET_PREVIOUS?: string;
  readonly MAIL?: SendEmail;
  readonly MAIL_API_KEY?: string;
  readonly MAIL_WEBHOOK_SECRET?: string;
  readonly ASSISTANT_API_KEY?: string;
  readonly ARCHIVE?: R2Bucket;
};

const readFrom = (text: string): From => {
  const from = parseFrom(text);
  if (!from) throw new Error(`MAIL_FROM is ${JSON.stringify(text)}; it is a name and an address, like Mechanic Shop <mail@shop.example>.`);
  return from;
};

const readLinks = (text: string): string => {
  if (isLinkTemplate(text)) return text;
  throw new Error(
    `MAIL_LINKS is ${JSON.stringify(text)}; it is empty, or like https://shop.example/{kind}#{token}, with {token} after the #.`,
  );
};

const readIsDevelopment = (env: Bindings): boolean =>
  readOneOf("ENVIRONMENT", env.ENVIRONMENT, ["production", "development"]) === "development";

const SENDERS: Readonly<Record<string, (env: Bindings, from: From) => MailSettings["sender"]>> = {
  mailbox: (env) => (readIsDevelopment(env) ? checked(MAILBOX) : null),
  binding: ({ MAIL }, from) => {
    if (MAIL) return checked(exceptReserved(createBindingSender(MAIL, from)));
    throw new Error("MAIL_SENDER is binding, but there is no binding MAIL; wrangler.toml has it as a comment.");
  },
  api: ({ MAIL_API_URL, MAIL_API_KEY: key }, from) => {
    if (!key) throw new Error("MAIL_SENDER is api, but the secret MAIL_API_KEY is missing.");
    const url = readApiUrl("MAIL_API_URL", MAIL_API_URL, "https://api.resend.com/emails");
    return checked(exceptReserved(createApiSender({ url, key }, from)));
  },
};

const readMailEvents = ({ MAIL_WEBHOOK_SECRET: text }: Bindings): MailSettings["events"] => {
  if (!text) return null;
  const key = parseWebhookSecret(text);
  if (key) return createMailEvents(key);
  throw new Error("MAIL_WEBHOOK_SECRET cannot be used; it is whsec_ and at least 24 bytes in base64, as the provider shows it.");
};

const readMail = (env: Bindings): MailSettings => {
  const [from, name] = [readFrom(env.MAIL_FROM), env.MAIL_SENDER];
  const make = Object.hasOwn(SENDERS, name) ? SENDERS[name] : undefined;
  if (!make) throw new Error(`MAIL_SENDER is ${JSON.stringify(name)}; it is one of ${Object.keys(SENDERS).join(", ")}.`);
  if (name !== "mailbox" && isReserved(from.email))
    throw new Error(`MAIL_FROM is ${JSON.stringify(env.MAIL_FROM)}; nobody can send from such an address. Use one of your own domain.`);
  return { sender: make(env, from), events: readMailEvents(env), shopName: from.name, links: readLinks(env.MAIL_LINKS) };
};

/** Names of secrets that are missing or shorter than 32 characters. */
const weakSecrets = (env: Bindings): string[] => [
  ...(["JWT_SECRET", "AUDIT_SEAL_KEY"] as const).filter((name) => (env[name] ?? "").length < MIN_SECRET),
  ...(env.JWT_SECRET_PREVIOUS && env.JWT_SECRET_PREVIOUS.length < MIN_SECRET ? ["JWT_SECRET_PREVIOUS"] : []),
];

/** The epoch in which nothing is answered and no job runs: while a backup is put back. */
const CLOSED = "closed";

/** How long a client may take to send a body, in milliseconds. */
const BODY_TIMEOUT_MS = 10_000;

/** The real time, timeouts (in milliseconds) and log; tests bring their own. */
const REAL = {
  clock: Date.now as Clock,
  sleep: (ms: number): Promise<void> => scheduler.wait(ms),
  timeouts: { gate: GATE_TIMEOUT_MS, cache: CACHE_TIMEOUT_MS, database: DATABASE_TIMEOUT_MS, body: BODY_TIMEOUT_MS },
  log: ((line) => console.log(JSON.stringify(line))) as Deps["log"],
};

/**
 * The composition root: the only place that reads bindings and variables.
 * @returns the app's parts, or null when a secret is missing or short, or the epoch is "closed"; then the log says so
 * @throws Error that names a variable whose text cannot be read, which stops the start
 */
export const createDeps = (env: Bindings, { clock, sleep, log, timeouts } = REAL): Deps | null => {
  const limits = readLimits(env);
  const mechanicSignup = readOneOf("MECHANIC_SIGNUP", env.MECHANIC_SIGNUP, MECHANIC_SIGNUPS);
  const secondFactorRule = readOneOf("SECOND_FACTOR", env.SECOND_FACTOR, SECOND_FACTOR_RULES);
  const dateBounds = readDateBounds(env);
  const epoch = readEpoch(env.DATABASE_EPOCH);
  const isDevelopment = readIsDevelopment(env);
  const auditKeptMs = readNumber("AUDIT_KEPT_DAYS", env.AUDIT_KEPT_DAYS) * 86_400_000;
  const allowedOrigins = readOrigins(env.CORS_ORIGINS);
  const mail = readMail(env);
  const languageModel = readLanguageModel(env, log);
  const weak = weakSecrets(env);
  if (weak.length > 0) {
    console.error(JSON.stringify({ error: "misconfigured", secrets: weak, needed: `at least ${MIN_SECRET} characters each` }));
    return null;
  }
  if (epoch === CLOSED) {
    console.error(JSON.stringify({ error: "closed", variable: "DATABASE_EPOCH" }));
    return null;
  }
  const previous = env.JWT_SECRET_PREVIOUS ? [env.JWT_SECRET_PREVIOUS] : [];
  const gate = rememberDenials(createGate(env.GATES, epoch, timeouts.gate));
  const retry = { sleep, timeoutMs: timeouts.database };
  return {
    epoch,
    d1: env.DB,
    retry,
    gate,
    logins: createLoginGate(env.GATES, epoch, timeouts.gate),
    localGate: createLocalGate(),
    cache: createListingCache(env.LISTINGS, {
      epoch,
      version: env.VERSION.id,
      sleep,
      now: clock,
      timeoutMs: timeouts.cache,
    }),
    tokens: createTokens(epoch, env.JWT_SECRET, ...previous),
    refreshTokens: createRefreshTokens(env.JWT_SECRET, ...previous),
    emailTokens: createEmailTokens(env.JWT_SECRET, ...previous),
    passwords,
    fonts: createFontStore(env.ASSETS),
    secondFactors: createSecondFactors(env.AUDIT_SEAL_KEY),
    secondFactorRule,
    fingerprints: createFingerprints(env.JWT_SECRET, ...previous),
    sealer: createSealer(env.AUDIT_SEAL_KEY),
    archive: createArchiveStore(env.ARCHIVE),
    auditKeptMs,
    anchor: createAnchor(env.AUDIT_ANCHOR, epoch),
    numbers: createNumberAnchor(env.AUDIT_ANCHOR),
    languageModel,
    epochSeen: { isNoted: false },
    anchorOf: (earlier) => createAnchor(env.AUDIT_ANCHOR, earlier),
    primary: () => openSession(env.DB, "first-primary", retry).db,
    limits,
    mechanicSignup,
    dateBounds,
    mail,
    clock,
    bodyTimeoutMs: timeouts.body,
    allowedOrigins,
    isDevelopment,
    log,
    newId: () => crypto.randomUUID(),
    probes: {
      database: () => roundTrip("d1", env.DB.prepare("select 1").run()),
      cache: () => roundTrip("kv", env.LISTINGS.get("health")),
      gate: () => roundTrip("gate", env.GATES.getByName("address:health").enter({ rules: [], now: clock() }, PROTOCOL)),
    },
  };
};

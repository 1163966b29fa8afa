import type { Chance } from "./chance.ts";
import type { Profile } from "./profiles.ts";
import { answerWhileAlive } from "./requests.ts";
import type { Time } from "./time.ts";

/** How long Cloudflare may take until a put is seen everywhere. */
const KV_LATE_MS = 60_000;
const PUT_EVERY_MS = 1_000;

/** What a key held from some moment on; null for nothing, also once its life is over. */
interface Version {
  readonly from: number;
  readonly value: string | null;
}

/** Told of what isolates put, when they send it and when it takes effect. */
export interface KvWatch {
  readonly sent: (isolate: string, key: string, value: string) => void;
  readonly put: (key: string, value: string) => void;
}

/**
 * A model of KV: each place shows what it last read of a key, a miss too, for up to 60 seconds, also past the end of the
 * key's life; a second put within a second to one key is refused; calls may fail, puts also after they took effect.
 */
export const createKv = (time: Time, chance: Chance, profile: Profile, watch: KvWatch) => {
  const keys = new Map<string, Version[]>();
  const lastPuts = new Map<string, number>();
  const seen = new Map<string, { readonly value: string | null; readonly until: number }>();

  const versionsOf = (key: string): Version[] => keys.get(key) ?? [{ from: Number.NEGATIVE_INFINITY, value: null }];
  const current = (key: string): string | null => versionsOf(key).findLast(({ from }) => from <= time.now())?.value ?? null;

  const travel = (): Promise<void> => time.sleep(chance.percent(95) ? chance.between(0, 15) : chance.between(15, 400));
  const mayFail = (): void => {
    if (chance.percent(profile.kvFails)) throw new Error("KV is away");
  };

  const get = async (place: number, key: string): Promise<string | null> => {
    await travel();
    mayFail();
    const known = seen.get(`${place} ${key}`);
    const value = known && known.until > time.now() ? known.value : current(key);
    if (value !== known?.value || known.until <= time.now()) {
      const hold = chance.pick([0, 1_000, 30_000, profile.kvHoldMs]);
      seen.set(`${place} ${key}`, { value, until: time.now() + hold });
    }
    await travel();
    return value;
  };

  const put = async (key: string, value: string, seconds: number): Promise<void> => {
    if (seconds < 60) throw new Error("KV PUT failed: 400 Invalid expiration_ttl");
    await travel();
    const now = time.now();
    if (now - (lastPuts.get(key) ?? Number.NEGATIVE_INFINITY) < PUT_EVERY_MS) throw new Error("KV PUT failed: 429 Too Many Requests");
    const isLost = chance.percent(profile.kvFails);
    if (isLost && chance.percent(50)) throw new Error("KV is away");
    lastPuts.set(key, now);
    const before = versionsOf(key).filter(({ from }) => from <= now);
    keys.set(key, [...before, { from: now, value }, { from: now + seconds * 1_000, value: null }]);
    watch.put(key, value);
    await travel();
    if (isLost) throw new Error("KV is away");
  };

  return {
    at: (place: number, isolate: string): KVNamespace => {
      const binding = {
        get: (key: string) => answerWhileAlive(() => get(place, key)),
        put: (key: string, value: string, { expirationTtl = 0 }: KVNamespacePutOptions = {}) => {
          watch.sent(isolate, key, value);
          return answerWhileAlive(() => put(key, value, expirationTtl));
        },
      };
      // Safe: the cache calls nothing else.
      return binding as unknown as KVNamespace;
    },
    /** All that places may show of a key between two moments: what it held some time from 60 seconds before on. */
    mayShow: (key: string, from: number, to: number): (string | null)[] =>
      versionsOf(key)
        .filter((version, index, all) => version.from <= to && (all[index + 1]?.from ?? Number.POSITIVE_INFINITY) > from - KV_LATE_MS)
        .map(({ value }) => value),
  };
};

export type KvModel = ReturnType<typeof createKv>;

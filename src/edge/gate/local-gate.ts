import type { Gate } from "../../core/ports.ts";
import { type HitStore, SlidingLogs } from "./sliding-log.ts";

const EMPTY: HitStore = { last: () => null, at: () => undefined };

/** How many clients an isolate keeps while gates are silent; then it forgets them all at once. */
const MAX_CLIENTS = 10_000;

/** Limits for while the gates are silent: the same windows, known to this isolate only. */
export const createLocalGate = (): Gate => {
  const clients = new Map<string, SlidingLogs>();
  return {
    enter: async (client, { rules, now }) => {
      if (clients.size > MAX_CLIENTS) clients.clear();
      const logs = clients.get(client) ?? new SlidingLogs(EMPTY);
      clients.set(client, logs);
      const { quotas, full } = logs.take(rules, now);
      return full
        ? { kind: "denied", quotas, ...full, revoked: false }
        : { kind: "admitted", quotas, unsettled: true, revoked: false, bookmark: null };
    },
    settle: async () => undefined,
    revoke: async () => undefined,
    end: async () => undefined,
  };
};

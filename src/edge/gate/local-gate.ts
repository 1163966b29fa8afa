import type { Gate } from "../../core/ports.ts";
import { type HitStore, SlidingLogs } from "./sliding-log.ts";

const EMPTY: HitStore = { last: () => null, at: () => undefined };

/** How many clients an isolate counts; with one more it forgets them all and begins again. */
const MAX_CLIENTS = 10_000;

/** Stands in for gates that are unreachable: limits with the same windows, counted in this isolate only. */
export const createLocalGate = (): Gate => {
  const clients = new Map<string, SlidingLogs>();
  return {
    enter: async (client, { rules, now }) => {
      if (clients.size > MAX_CLIENTS) clients.clear();
      const logs = clients.get(client) ?? new SlidingLogs(EMPTY);
      clients.set(client, logs);
      const { quotas, full } = logs.take(rules, now);
      return full
        ? { kind: "denied", quotas, ...full, revoked: false, isOpen: false }
        : { kind: "admitted", quotas, hasPendingWrite: true, revoked: false, bookmark: null };
    },
    remembered: () => null,
    completeWrite: async () => undefined,
    decide: async () => undefined,
    revoke: async () => undefined,
    end: async () => undefined,
  };
};

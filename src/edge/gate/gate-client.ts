import { createHash } from "node:crypto";
import { later } from "../../core/bookmarks.ts";
import { Failure } from "../../core/errors.ts";
import type { Rule } from "../../core/limits.ts";
import type { Admission, Bookmark, Denial, Entry, Gate, LoginGate, Silence } from "../../core/ports.ts";
import { trip } from "../../core/round-trips.ts";
import { inTime, SILENCE } from "../../core/timeout.ts";
import { stamp, unstamp } from "../stamp.ts";
import type { ClientGate, EnterAnswer } from "./client-gate.ts";
import type { Verdict } from "./sliding-log.ts";

/** How long a gate may take to answer, in milliseconds; after that it counts as silent. */
export const PATIENCE_MS = 500;

const SILENT: Silence = { kind: "silent" };

/** Asks a gate: its answer, or silence when it fails or takes too long. */
const askFor =
  (patienceMs: number) =>
  <T>(call: Promise<T>): Promise<T | typeof SILENCE> =>
    trip("gate", inTime(call, patienceMs));

const denial = ({ quotas, full }: Verdict, revoked: boolean): Denial | null => full && { kind: "denied", quotas, ...full, revoked };

const admission = ({ quotas, unsettled, revoked, stamps }: EnterAnswer, epoch: string): Admission => {
  const bookmark = stamps.reduce<Bookmark | null>((known, text) => later(known, unstamp(epoch, text)), null);
  return { kind: "admitted", quotas, unsettled, revoked, bookmark };
};

/** Calls the gates of clients; `epoch` tells bookmarks of this database from those of an earlier one. */
export const createGate = (gates: DurableObjectNamespace<ClientGate>, epoch: string, patienceMs = PATIENCE_MS): Gate => {
  const ask = askFor(patienceMs);
  // An object that was reset under the call answers the next one.
  const tell = async (call: () => Promise<void>): Promise<void> => {
    if ((await ask(call())) === SILENCE && (await ask(call())) === SILENCE) throw new Failure("unavailable");
  };
  return {
    enter: async (client, entry: Entry) => {
      const answer = await ask<EnterAnswer>(gates.getByName(client).enter(entry));
      if (answer === SILENCE) return SILENT;
      return denial(answer, answer.revoked) ?? admission(answer, epoch);
    },
    settle: async (client, { write, bookmark, tags, now }) => {
      const answer = await ask<void>(gates.getByName(client).settle({ write, stamp: bookmark && stamp(epoch, bookmark), tags, now }));
      if (answer === SILENCE) return SILENT;
    },
    revoke: (client, gen, now) => tell(() => gates.getByName(client).revokeBelow(gen, now)),
    end: (client, sid, now) => tell(() => gates.getByName(client).end(sid, now)),
  };
};

/** The gate of a login name: a hash, so that no e-mail stands in the name of a Durable Object. */
const nameOf = (account: string): string => `login:${createHash("sha256").update(account).digest("hex")}`;

export const createLoginGate = (gates: DurableObjectNamespace<ClientGate>, patienceMs = PATIENCE_MS): LoginGate => {
  const ask = askFor(patienceMs);
  return {
    attempt: async (account, address, rule: Rule, now) => {
      const verdict = await ask<Verdict>(gates.getByName(nameOf(account)).attempt(address, rule, now));
      if (verdict === SILENCE) return SILENT;
      return denial(verdict, false) ?? { kind: "admitted", quotas: [], unsettled: false, revoked: false, bookmark: null };
    },
    forgive: async (account, address, rule, now, succeeded) => {
      await ask<void>(gates.getByName(nameOf(account)).forgive(address, rule, now, succeeded));
    },
  };
};

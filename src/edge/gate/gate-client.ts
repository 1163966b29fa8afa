import { createHash } from "node:crypto";
import { later } from "../../core/bookmarks.ts";
import { nameIn } from "../../core/epoch.ts";
import { Failure } from "../../core/errors.ts";
import type { Rule } from "../../core/limits.ts";
import type { Admission, Bookmark, ClientKey, Gate, GateRequest, LoginGate, RateLimited, Unreachable } from "../../core/ports.ts";
import { roundTrip } from "../../core/round-trips.ts";
import { answerWithin, NO_ANSWER } from "../../core/timeout.ts";
import { PROTOCOL } from "../protocol.ts";
import { stamp, unstamp } from "../stamp.ts";
import type { ClientGate } from "./client-gate.ts";
import type { AttemptAnswer, EnterAnswer } from "./messages.ts";
import type { Verdict } from "./sliding-log.ts";

/** How long a gate may take to answer, in milliseconds. After that it counts as unreachable. */
export const GATE_TIMEOUT_MS = 500;

const UNREACHABLE: Unreachable = { kind: "unreachable" };

/** Calls a gate. Gives its answer, or `NO_ANSWER` when the call fails or takes too long. */
const askFor =
  (timeoutMs: number) =>
  <T>(call: Promise<T>): Promise<T | typeof NO_ANSWER> =>
    roundTrip("gate", answerWithin(call, timeoutMs));

const denial = ({ quotas, full }: Verdict, isOpen = false): RateLimited | null =>
  full && { kind: "denied", quotas, ...full, revoked: false, isOpen };

const admission = ({ quotas, hasPendingWrite, revoked, stamps }: EnterAnswer, epoch: string): Admission => {
  const bookmark = stamps.reduce<Bookmark | null>((known, text) => later(known, unstamp(epoch, text)), null);
  return { kind: "admitted", quotas, hasPendingWrite, revoked, bookmark };
};

/** Calls the gates of clients: those of this database by its epoch, since ids and sessions of another one are not the same. */
export const createGate = (gates: DurableObjectNamespace<ClientGate>, epoch: string, timeoutMs = GATE_TIMEOUT_MS): Gate => {
  const ask = askFor(timeoutMs);
  const gateOf = (client: ClientKey) => gates.getByName(nameIn(epoch, client));
  // A Durable Object that was reset during a call can answer the next one.
  const callTwice = async (call: () => Promise<void>): Promise<void> => {
    if ((await ask(call())) === NO_ANSWER && (await ask(call())) === NO_ANSWER) throw new Failure("unavailable");
  };
  return {
    enter: async (client, request: GateRequest) => {
      const answer = await ask<EnterAnswer>(gateOf(client).enter(request, PROTOCOL));
      if (answer === NO_ANSWER) return UNREACHABLE;
      return denial(answer, answer.isOpen) ?? admission(answer, epoch);
    },
    remembered: () => null,
    completeWrite: async (client, { write, bookmark, tags, now }) => {
      const answer = await ask<void>(
        gateOf(client).completeWrite({ write, stamp: bookmark && stamp(epoch, bookmark), tags, now }, PROTOCOL),
      );
      if (answer === NO_ANSWER) return UNREACHABLE;
    },
    decide: async (client, rules, hasFailed) => {
      await ask<void>(gateOf(client).decide(rules, hasFailed, PROTOCOL));
    },
    revoke: (client, gen, now) => callTwice(() => gateOf(client).revokeBelow(gen, now, PROTOCOL)),
    end: (client, sid, now) => callTwice(() => gateOf(client).end(sid, now, PROTOCOL)),
  };
};

/** The name of the gate of an account: a hash, so that Durable Objects are not named after e-mail addresses. */
const nameOf = (account: string): string => `login:${createHash("sha256").update(account).digest("hex")}`;

/** Calls the gates that limit failed logins, one for each account of this database. */
export const createLoginGate = (gates: DurableObjectNamespace<ClientGate>, epoch: string, timeoutMs = GATE_TIMEOUT_MS): LoginGate => {
  const ask = askFor(timeoutMs);
  const gateOf = (account: string) => gates.getByName(nameIn(epoch, nameOf(account)));
  return {
    countAttempt: async (account, address, rule: Rule, now) => {
      const verdict = await ask<AttemptAnswer>(gateOf(account).countAttempt(address, rule, now, PROTOCOL));
      if (verdict === NO_ANSWER) return UNREACHABLE;
      return denial(verdict) ?? { kind: "admitted", isKnown: verdict.isKnown };
    },
    settleAttempt: async (account, address, rule, now, isKnown, outcome) => {
      await ask<void>(gateOf(account).settleAttempt(address, rule, now, isKnown, outcome, PROTOCOL));
    },
  };
};

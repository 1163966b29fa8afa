import { ClientGate } from "../../src/edge/gate/client-gate.ts";
import type { EnterAnswer, EnterMessage } from "../../src/edge/gate/messages.ts";
import { SqlHitStore } from "../../src/edge/gate/sql-hit-store.ts";
import type { Chance } from "./chance.ts";
import { createGateStorage, type GateStorage } from "./gate-storage.ts";
import type { Profile } from "./profiles.ts";
import { answerWhileAlive } from "./requests.ts";
import type { Time } from "./time.ts";

/** What a gate has not stored yet is no older than so many milliseconds. */
export const FLUSH_MS = 50;
/** How long a gate has to be left alone before it may be evicted. */
const IDLE_MS = 10_000;

/** What the gate uses of workerd's base class, which takes nothing but a state that workerd made. */
class PlainObject {
  readonly ctx: unknown;

  constructor(ctx: unknown) {
    this.ctx = ctx;
  }
}

/** A gate on a state of the model. The class has its own base again afterwards, for the other files of the same runtime. */
const newGate = (state: DurableObjectState): ClientGate => {
  const base = Object.getPrototypeOf(ClientGate);
  Object.setPrototypeOf(ClientGate, PlainObject);
  try {
    // Safe: a gate reads nothing of its environment.
    return new ClientGate(state, {} as Env);
  } finally {
    Object.setPrototypeOf(ClientGate, base);
  }
};

interface Incarnation {
  readonly gate: ClientGate;
  isAlive: boolean;
}

interface Place {
  readonly storage: GateStorage;
  incarnation: Incarnation | null;
  lastCall: number;
}

/** Told of what gates decide, and of when they forget. */
export interface GateWatch {
  readonly entered: (name: string, message: EnterMessage, answer: EnterAnswer) => void;
  /** A write is not pending any more. */
  readonly completed: (write: string) => void;
  /** The object is gone from memory; `storedHits` tells the number of the last hit of a log that it had stored. */
  readonly forgotten: (name: string, storedHits: (bucket: string) => number) => void;
  /** The gate has deleted itself. */
  readonly deleted: (name: string) => void;
}

/**
 * A model of the namespace of gates around the real ClientGate: calls take time, are lost before or after they took
 * effect, come late, or find the gates away; objects crash and are evicted, and then begin again from their storage.
 * A crash may take along what was not stored yet.
 */
export const createGates = (time: Time, chance: Chance, profile: Profile, watch: GateWatch) => {
  const places = new Map<string, Place>();
  let awayUntil = 0;

  const schedule = (): void => {
    time.plan(chance.between(1_000, 60_000), () => {
      awayUntil = time.now() + chance.between(200, 8_000);
      schedule();
    });
  };
  if (profile.gatesAway) schedule();

  const wake = (name: string, { storage }: Place): Incarnation => {
    const incarnation: Partial<Incarnation> = { isAlive: true };
    // What a dead object still had to do reaches no storage.
    const sql = { exec: (query: string, ...values: (string | number)[]) => (incarnation.isAlive ? storage.exec(query, ...values) : []) };
    const setAlarm = async (at: number): Promise<void> => {
      storage.setAlarm(at);
      time.plan(at - time.now(), () => {
        if (storage.alarm() === at) ring(name);
      });
    };
    const deleteAll = async (): Promise<void> => {
      storage.deleteAll();
      watch.deleted(name);
    };
    const state = { storage: { sql, setAlarm, deleteAll, sync: async () => undefined }, waitUntil: () => undefined };
    // Safe: this is all that the gate uses of its state.
    const gate = newGate(state as unknown as DurableObjectState);
    return Object.assign(incarnation, { gate, isAlive: true });
  };

  const placeOf = (name: string): Place => {
    const place = places.get(name) ?? { storage: createGateStorage(), incarnation: null, lastCall: 0 };
    places.set(name, place);
    return place;
  };

  const gateAt = (name: string): ClientGate => {
    const place = placeOf(name);
    place.incarnation ??= wake(name, place);
    place.lastCall = time.now();
    return place.incarnation.gate;
  };

  const ring = (name: string): void => {
    placeOf(name).storage.setAlarm(null);
    void gateAt(name).alarm();
  };

  const forget = (name: string): void => {
    const place = placeOf(name);
    if (place.incarnation) place.incarnation.isAlive = false;
    place.incarnation = null;
    // Safe: the store calls nothing but `exec` and what it returns here.
    const stored = new SqlHitStore(place.storage as unknown as SqlStorage);
    watch.forgotten(name, (bucket) => stored.last(bucket)?.n ?? 0);
  };

  const never = new Promise<never>(() => undefined);
  const fail = (): Promise<never> => (chance.percent(50) ? never : Promise.reject(new Error("Network connection lost.")));
  const travel = (): number => (chance.percent(profile.gateSlow) ? chance.between(300, 1_500) : chance.between(1, 25));

  const carryOut = async <T>(name: string, lost: number, run: (gate: ClientGate) => T): Promise<T> => {
    const isLost = chance.percent(lost);
    const isLostBefore = isLost && chance.percent(50);
    await time.sleep(travel());
    if (isLostBefore || time.now() < awayUntil) return fail();
    if (time.now() - placeOf(name).lastCall > IDLE_MS && chance.percent(30)) forget(name);
    if (chance.percent(profile.gateCrashes)) {
      forget(name);
      if (chance.percent(50)) return fail();
    }
    const answer = run(gateAt(name));
    if (isLost) return fail();
    await time.sleep(travel());
    return answer;
  };

  const call = <T>(name: string, lost: number, run: (gate: ClientGate) => T): Promise<T> =>
    answerWhileAlive(() => carryOut(name, lost, run));

  const getByName = (name: string) => ({
    enter: (message: EnterMessage, version: number) =>
      call(name, profile.enterLost, (gate) => {
        const answer = gate.enter(message, version);
        watch.entered(name, message, answer);
        return answer;
      }),
    completeWrite: (message: Parameters<ClientGate["completeWrite"]>[0], version: number) =>
      call(name, profile.settleLost, (gate) => {
        gate.completeWrite(message, version);
        watch.completed(message.write);
      }),
    revokeBelow: (gen: number, now: number, version: number) =>
      call(name, profile.revokeLost, (gate) => gate.revokeBelow(gen, now, version)),
  });
  // Safe: the client of gates calls nothing else here.
  return { getByName } as unknown as DurableObjectNamespace<ClientGate>;
};

import { whileAlive } from "./requests.ts";

/** Ticks of the microtask queue that the code gets between two events; what is not at rest by then goes on after the next. */
const TICKS = 40;
/** How many times more it gets them when no event is left. */
const LAST_SETTLES = 50;

/** A run that takes more events than these never ends. */
const MAX_STEPS = 100_000;

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * Time as a list of events: nothing waits for real. What happens at the same moment happens in the order it was planned,
 * so a run depends on nothing but what it draws from its seed.
 */
export const createTime = (start: number) => {
  const events: Event[] = [];
  let now = start;
  let planned = 0;
  let step = 0;
  let outside: Promise<unknown>[] = [];

  const plan = (ms: number, run: () => void): number => {
    planned += 1;
    const event = { at: now + Math.max(0, ms), order: planned, run };
    let place = events.length;
    while (place > 0 && (events[place - 1]?.at ?? 0) > event.at) place -= 1;
    events.splice(place, 0, event);
    return event.order;
  };

  const cancel = (order: number | undefined): void => {
    const place = events.findIndex((event) => event.order === order);
    if (place >= 0) events.splice(place, 1);
  };

  /** Gives the code its ticks, and the time stands still while something outside of it is waited for. */
  const settle = async (): Promise<void> => {
    for (let tick = 0; tick < TICKS; tick++) await null;
    while (outside.length > 0) {
      const waiting = outside;
      outside = [];
      await Promise.all(waiting);
      for (let tick = 0; tick < TICKS; tick++) await null;
    }
  };

  return {
    now: (): number => now,
    /** How many events have happened. */
    step: (): number => step,
    plan,
    cancel,
    /** Work that only the runtime can do, such as reading a body. */
    outside: <T>(work: Promise<T>): Promise<T> => {
      outside.push(work);
      return work;
    },
    sleep: (ms: number): Promise<void> => new Promise((resolve) => plan(ms, resolve)),
    /** Lets events happen until `isOver`, looked at after each. Throws when nothing is left that could happen. */
    run: async (isOver: () => boolean): Promise<void> => {
      await settle();
      while (!isOver()) {
        const event = events.shift();
        if (event) {
          now = event.at;
          step += 1;
          if (step > MAX_STEPS) throw new Error("the simulation never ends");
          event.run();
          await settle();
          continue;
        }
        for (let again = 0; again < LAST_SETTLES && events.length === 0 && !isOver(); again++) await settle();
        if (events.length === 0 && !isOver()) throw new Error("the simulation stands still");
      }
    },
  };
};

export type Time = ReturnType<typeof createTime>;

const REAL = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, now: Date.now };

/** Makes the timers and the date of the code under test those of a simulated time, until the function that it returns is called. */
export const replaceTimers = (time: () => Time): (() => void) => {
  const timers = {
    setTimeout: (run: () => void, ms = 0): number => time().plan(ms, whileAlive(run)),
    clearTimeout: (id?: number): void => time().cancel(id),
  };
  Object.assign(globalThis, timers);
  Date.now = () => time().now();
  return () => {
    Object.assign(globalThis, { setTimeout: REAL.setTimeout, clearTimeout: REAL.clearTimeout });
    Date.now = REAL.now;
  };
};

/** Lets what is real have its turn, such as the test runner. */
export const realPause = (): Promise<void> => new Promise((resolve) => REAL.setTimeout(resolve, 0));

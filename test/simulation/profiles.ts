/** What goes wrong in a run, and who is there. Shares are percents; times are milliseconds. */
export interface Profile {
  readonly name: string;
  /** How far replicas may lag behind the primary. */
  readonly lagMs: number;
  /** How long a place may go on showing what it last read from KV; 60 seconds is Cloudflare's bound. */
  readonly kvHoldMs: number;
  readonly kvFails: number;
  /** Calls to gates that fail or stay without an answer, half of them after they took effect. */
  readonly enterLost: number;
  readonly settleLost: number;
  readonly revokeLost: number;
  /** Calls to gates that take half a second and more. */
  readonly gateSlow: number;
  /** Chance that all gates are away for some seconds, again and again. */
  readonly gatesAway: boolean;
  /** Calls after which a gate is gone from memory: crashed (with up to 50 ms of hits), or evicted when it was idle. */
  readonly gateCrashes: number;
  /** Writes whose answer is lost, half of them after the commit; writes that are refused. */
  readonly writeLost: number;
  readonly writeRefused: number;
  /** Calls to D1 that take seconds. */
  readonly d1Slow: number;
  /** How far the clocks of isolates are from the time. */
  readonly skewMs: number;
  /** How long an isolate lives at most. */
  readonly isolateMs: number;
  readonly limit: string;
  /** The lengths of the limit's windows. */
  readonly floodMs: readonly number[];
  readonly cast: {
    readonly readers: number;
    readonly writers: number;
    readonly newcomers: number;
    readonly revokers: number;
    readonly floods: number;
  };
  /** Clients that hang up at some moment, and requests that the runtime stops together with what they wait for. */
  readonly hangUps: number;
  readonly stopped: number;
  /** The database is rebuilt from its backup half-way, with a new epoch. */
  readonly rebuilt: boolean;
}

const CALM: Profile = {
  name: "all is well, replicas lag, KV is late",
  lagMs: 5_000,
  kvHoldMs: 60_000,
  kvFails: 0,
  enterLost: 0,
  settleLost: 0,
  revokeLost: 0,
  gateSlow: 0,
  gatesAway: false,
  gateCrashes: 2,
  writeLost: 0,
  writeRefused: 5,
  d1Slow: 1,
  skewMs: 10,
  isolateMs: 120_000,
  limit: "100000/hour",
  floodMs: [0],
  cast: { readers: 2, writers: 2, newcomers: 0, revokers: 0, floods: 0 },
  hangUps: 0,
  stopped: 0,
  rebuilt: false,
};

const NEWCOMERS = { readers: 2, writers: 0, newcomers: 2, revokers: 0, floods: 0 };

export const PROFILES: readonly Profile[] = [
  CALM,
  { ...CALM, name: "replicas lag far behind, D1 is slow", lagMs: 30_000, d1Slow: 10 },
  { ...CALM, name: "the second call of writes is lost", settleLost: 40, lagMs: 20_000, d1Slow: 5, kvFails: 20 },
  { ...CALM, name: "D1 loses answers of writes, before or after the commit", writeLost: 30, settleLost: 5, lagMs: 20_000 },
  { ...CALM, name: "gates are away, slow, and forgotten", gatesAway: true, gateSlow: 5, enterLost: 5, settleLost: 5, gateCrashes: 10 },
  { ...CALM, name: "people register, log in and read", cast: NEWCOMERS, lagMs: 20_000 },
  { ...CALM, name: "they do so while calls are lost", cast: NEWCOMERS, lagMs: 20_000, settleLost: 25, enterLost: 3, gatesAway: true },
  {
    ...CALM,
    name: "tokens are revoked while calls are lost",
    cast: { readers: 1, writers: 0, newcomers: 0, revokers: 1, floods: 0 },
    revokeLost: 40,
    enterLost: 5,
    settleLost: 10,
    gateCrashes: 10,
    limit: "4/minute",
  },
  {
    ...CALM,
    name: "floods from several isolates whose clocks differ",
    cast: { readers: 0, writers: 0, newcomers: 0, revokers: 0, floods: 2 },
    skewMs: 3_000,
    gateCrashes: 5,
    gateSlow: 2,
    limit: "6/10 seconds;20/minute",
    floodMs: [10_000, 10_000, 60_000],
  },
  {
    ...CALM,
    name: "floods go on for days, and gates delete themselves",
    cast: { readers: 0, writers: 1, newcomers: 0, revokers: 0, floods: 1 },
    isolateMs: 43_200_000,
    limit: "4/12 hours;6/day",
    floodMs: [43_200_000, 86_400_000, 90_000_000],
  },
  {
    ...CALM,
    name: "clients hang up in the middle of their requests",
    cast: { readers: 1, writers: 4, newcomers: 1, revokers: 0, floods: 0 },
    hangUps: 40,
    stopped: 10,
    gateCrashes: 0,
    writeRefused: 0,
    isolateMs: 1_000_000,
  },
  { ...CALM, name: "the database is rebuilt", rebuilt: true, isolateMs: 1_000_000 },
];

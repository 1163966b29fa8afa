import { nameIn } from "../../src/core/epoch.ts";
import type { Rule } from "../../src/core/limits.ts";
import type { ClientKey } from "../../src/core/ports.ts";
import { unstamp } from "../../src/edge/stamp.ts";
import type { D1Model } from "./d1.ts";
import { type Content, cellsOf, type Listing } from "./endpoints.ts";
import type { KvModel } from "./kv.ts";
import type { LimitJudge } from "./limit-judge.ts";
import type { Profile } from "./profiles.ts";
import type { Time } from "./time.ts";

/** How long an isolate may answer from its memory. */
const HOT_MS = 2_000;
/** How long a read takes at most in these models; looked after below. */
const READ_MS = 12_000;
/** How often KV takes a put to one key. */
const PUT_EVERY_MS = 1_000;
/** How late KV may be, which is added to an entry's life. */
const LATE_MS = 60_000;

/** Stands for the status of an answer that nobody has waited for. */
export const HUNG_UP = 0;

type Cells = Readonly<Record<string, number>>;

/** The larger of each cell. */
const largest = (one: Cells, other: Cells): Cells => {
  const cells: Record<string, number> = { ...one };
  for (const [cell, value] of Object.entries(other)) cells[cell] = Math.max(value, cells[cell] ?? 0);
  return cells;
};

/** What a token says of itself; it ends so many milliseconds after 1970. */
export interface Claims {
  readonly gen: number;
  readonly ends: number;
}

/** What an answer has to hold against, fixed when its request begins. */
export interface Begun {
  readonly key: ClientKey;
  /** The name of its gate. */
  readonly gate: string;
  readonly claims: Claims | null;
  readonly at: number;
  readonly isolate: string;
  readonly isolateNow: number;
  readonly epoch: string;
  /** What this client has written, and what was written in this isolate. */
  readonly own: Cells;
  readonly here: Cells;
  /** The token was void when `revoke` had returned, or when the request that revoked it was answered. */
  readonly isVoid: boolean;
  readonly isVoidAnswered: boolean;
}

/** A request that has ended without being stopped. */
export interface Ended {
  readonly requestId: string;
  /** Whether its isolate still lives. */
  readonly isAlive: boolean;
}

export interface Answered {
  /** HUNG_UP when the client did not wait for it. */
  readonly status: number;
  readonly cache: string | null;
  readonly requestId: string;
  /** The rules that the gate, or what is remembered of it, said no to. */
  readonly denied: readonly Rule[] | null;
  /** Whether the client's gate gave no answer. */
  readonly wasUnreachable: boolean;
  readonly shown: (Content & { readonly at: string }) | null;
}

/** Safe: entries are made by the code under test from `Shown`, and their first line is its own. */
const parse = <T>(text: string): T => JSON.parse(text) as T;

/** Looks at every answer, and at every put into KV; `fail` is told of the first that breaks a promise. */
export const createJudge = (
  time: Time,
  d1: D1Model,
  kv: () => KvModel,
  { kvFails, settleLost, enterLost, gateSlow, gateCrashes, gatesAway, writeLost }: Profile,
  isFull: LimitJudge["isFull"],
  fail: (message: string) => void,
) => {
  const kvIsSafe = kvFails === 0;
  const gatesAreSafe = settleLost + enterLost + gateSlow + gateCrashes === 0 && !gatesAway;
  const own = new Map<string, Cells>();
  const here = new Map<string, Cells>();
  const lowest = { asked: new Map<string, number>(), returned: new Map<string, number>(), answered: new Map<string, number>() };
  const watermarks = new Map<string, { readonly value: string; readonly at: number }>();
  /** The newest commit that KV was told of, by key; and the writes that gates were told are done. */
  const told = new Map<string, number>();
  const completed = new Set<string>();
  let since = 0;

  const raise = (map: Map<string, number>, key: string, gen: number): void => void map.set(key, Math.max(gen, map.get(key) ?? 0));
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(3)} s`;

  /** The oldest watermark that KV could show between two moments. */
  const watermarkSince = (tag: string, epoch: string, from: number, to: number): number =>
    Math.min(
      ...kv()
        .mayShow(`watermark:${tag}`, from, to)
        .map((text) => d1.indexOf(unstamp(epoch, text) ?? "") ?? 0),
    );

  const judgeCells = (begun: Begun, { cells }: Content, needed: Cells, whose: string): void => {
    for (const [cell, value] of Object.entries(cells))
      if (value < (needed[cell] ?? 0))
        fail(`${begun.key} read ${cell} of commit ${value} in ${begun.isolate}, older than ${whose} of commit ${needed[cell]}`);
  };

  const judgeListing = (begun: Begun, { tags, seconds: life }: Listing, { cache }: Answered, shown: Content & { at: string }): void => {
    const { epoch, at, isolateNow } = begun;
    judgeCells(begun, shown, begun.here, "a write in the same isolate");
    const age = isolateNow - Date.parse(shown.at);
    if (cache === "hit" && age >= life * 1_000) fail(`${begun.key} got an entry of ${seconds(age)}, its life is ${life} s`);
    for (const tag of tags) {
      const [cell = ""] = cellsOf([tag]);
      const value = shown.cells[cell] ?? 0;
      const behind = at - (d1.outdatedSince(cell, value) ?? at);
      if (behind > life * 1_000 + LATE_MS) fail(`${begun.key} got ${cell} ${seconds(behind)} behind the primary`);
      const from = cache === "hit" ? at - HOT_MS - READ_MS : at;
      const watermark = kvIsSafe ? d1.valueAt(cell, watermarkSince(tag, epoch, from, time.now())) : 0;
      if (value < watermark)
        fail(`${begun.key} got a ${cache} with ${cell} of commit ${value}, though all watermarks were at ${watermark}`);
    }
  };

  const isLetIn = (status: number): boolean => ![401, 429, 503].includes(status);

  const judgeAccess = (
    { key, gate, claims, isolateNow, isVoid, isVoidAnswered }: Begun,
    { status, wasUnreachable, denied }: Answered,
  ): void => {
    if (status === 429 && !wasUnreachable && denied && !isFull(gate, denied, isolateNow))
      fail(`${key} was denied though no window is full`);
    if (isLetIn(status) && (wasUnreachable ? isVoidAnswered : isVoid)) fail(`${key} was let in (${status}) with a revoked token`);
    const isValid = claims !== null && claims.ends > isolateNow && claims.gen >= (lowest.asked.get(gate) ?? 0);
    if (status === 401 && isValid) fail(`${key} was refused with a valid token`);
  };

  /** An entry never claims more than it shows. */
  const put = (key: string, text: string): void => {
    const epoch = String(d1.incarnation());
    if (key.startsWith("watermark:")) raise(told, key, d1.indexOf(unstamp(epoch, text) ?? "") ?? 0);
    if (!key.startsWith("listing:")) return;
    const end = text.indexOf("\n");
    const { stamp } = parse<{ stamp: string }>(text.slice(0, end));
    const shown = parse<Content>(text.slice(end + 1));
    const bookmark = unstamp(epoch, stamp);
    if (!bookmark) return;
    const index = d1.indexOf(bookmark);
    if (index === undefined) fail("an entry claims a point in history that never was");
    if (shown.database !== d1.incarnation()) fail("an entry of this epoch shows rows of the database before");
    for (const [cell, value] of Object.entries(shown.cells))
      if (value < d1.valueAt(cell, index ?? 0))
        fail(`an entry with ${cell} of commit ${value} was kept under the bookmark of commit ${index}`);
  };

  /** An isolate puts a watermark once a second at most, as KV wants it, and never lowers it. */
  const sent = (isolate: string, key: string, value: string): void => {
    if (!key.startsWith("watermark:")) return;
    const last = watermarks.get(`${isolate} ${key}`);
    watermarks.set(`${isolate} ${key}`, { value, at: time.now() });
    if (last && time.now() - last.at < PUT_EVERY_MS) fail(`${isolate} put ${key} twice within a second`);
    if (last && value < last.value) fail(`${isolate} lowered ${key}`);
  };

  return {
    kv: { put, sent },

    begin: (key: ClientKey, claims: Claims | null, isolate: string, isolateNow: number, epoch: string): Begun => ({
      key,
      gate: nameIn(epoch, key),
      claims,
      isolate,
      isolateNow,
      epoch,
      at: time.now(),
      own: own.get(key) ?? {},
      here: here.get(isolate) ?? {},
      isVoid: claims !== null && claims.gen < (lowest.returned.get(nameIn(epoch, key)) ?? 0),
      isVoidAnswered: claims !== null && claims.gen < (lowest.answered.get(key) ?? 0),
    }),

    /** A read: of a listing that may be cached, or of anything else. */
    read: (begun: Begun, listing: Listing | null, answered: Answered): void => {
      if (begun.at < since || answered.status === HUNG_UP) return;
      judgeAccess(begun, answered);
      const { shown } = answered;
      if (!shown) return;
      if (time.now() - begun.at > READ_MS) fail(`a read took ${seconds(time.now() - begun.at)}, the models promise less`);
      if (shown.database !== d1.incarnation()) fail(`${begun.key} read from the database before it was rebuilt`);
      judgeCells(begun, shown, begun.own, "its own write");
      if (listing && answered.cache !== null) judgeListing(begun, listing, answered, shown);
    },

    /** A write, which the client knows to have happened or has to reckon with; on success its isolate knows of it too. */
    wrote: (begun: Begun, answered: Answered, seenBy: ClientKey | null): void => {
      if (begun.at < since || answered.status === HUNG_UP) return;
      judgeAccess(begun, answered);
      const { status, requestId } = answered;
      const index = d1.commitOf(requestId);
      if (index === undefined) return;
      own.set(begun.key, largest(own.get(begun.key) ?? {}, d1.cellsOf(index)));
      if (status >= 400) return;
      here.set(begun.isolate, largest(here.get(begun.isolate) ?? {}, d1.cellsOf(index)));
      if (seenBy) own.set(seenBy, [own.get(seenBy) ?? {}, begun.own, d1.cellsOf(index)].reduce(largest));
    },

    completed: (write: string): void => void completed.add(write),

    /** A request that was not stopped is over: if it has committed, its gate and KV know. */
    ended: (begun: Begun, { requestId, isAlive }: Ended): void => {
      const index = d1.commitOf(requestId);
      if (begun.at < since || index === undefined || writeLost > 0) return;
      if (gatesAreSafe && !completed.has(requestId)) fail(`a write of ${begun.key} was committed and never completed at its gate`);
      own.set(begun.key, largest(own.get(begun.key) ?? {}, d1.cellsOf(index)));
      const tags = Object.keys(d1.cellsOf(index)).flatMap((cell) => (cell.startsWith("tag:") ? [cell.slice("tag:".length)] : []));
      const behind = tags.find((tag) => (told.get(`watermark:${tag}`) ?? 0) < index);
      if (kvIsSafe && isAlive && behind) fail(`a write of ${begun.key} was committed and its watermark of ${behind} never put`);
    },

    /** A request still runs long after its last answer. */
    hung: (begun: Begun): void => {
      if (begun.at >= since) fail(`a request of ${begun.key} hung: it waits for what never comes`);
    },

    /** The gate of an account is told of a revocation, and has answered. */
    revoking: (gate: string, gen: number): void => raise(lowest.asked, gate, gen),
    revoked: (gate: string, gen: number): void => raise(lowest.returned, gate, gen),
    revocationAnswered: (key: ClientKey, gen: number): void => raise(lowest.answered, key, gen),

    /** The database was rebuilt: what was written before is gone, and answers to requests from before do not count. */
    rebuilt: (): void => {
      since = time.now();
      own.clear();
      here.clear();
      lowest.answered.clear();
    },
  };
};

export type Judge = ReturnType<typeof createJudge>;

import { DurableObject } from "cloudflare:workers";
import type { Session } from "../../core/actor.ts";
import type { Rule } from "../../core/limits.ts";
import type { AttemptOutcome } from "../../core/ports.ts";
import { PROTOCOL, requireKnown, UNNAMED } from "../protocol.ts";
import { laterStamp } from "../stamp.ts";
import type { AttemptAnswer, CompleteWriteMessage, EnterAnswer, EnterMessage } from "./messages.ts";
import { SlidingLogs } from "./sliding-log.ts";
import { SqlHitStore } from "./sql-hit-store.ts";

/** How long hits may stay unstored, in milliseconds. */
const FLUSH_MS = 50;
/**
 * How long a write stays pending whose end is never reported, in milliseconds. After that time no cached listing from
 * before the write is left: they live 120 seconds at most, and KV may show them 60 seconds longer.
 */
export const PENDING_WRITE_MS = 180_000;
/** How long bookmarks and revocations are kept, in milliseconds: as long as an access token lives. */
const TOKEN_MS = 3_600_000;
/** How long an address that has opened an account is exempt from the limit of its failed logins, in milliseconds. */
const KNOWN_ADDRESS_MS = 30 * 86_400_000;
/** How long a request may take whose hit may be taken back, in milliseconds. */
const OPEN_MS = 10_000;
/** How long an idle gate keeps its hits, in milliseconds: the longest window that a limit may have. */
const WINDOW_MS = 86_400_000;
/** Stands for all tags, and for records. */
const ALL = "*";
/** The name of the fact with the stamps of all tags. They share one row because each written row is billed. */
const STAMPS = "stamps";

/** Safe: only `completeWrite` stores this list. */
const stampsIn = (json: string) => JSON.parse(json) as readonly (readonly [tag: string, stamp: string])[];

/** The answer for a revoked token. */
const REVOKED: EnterAnswer = { quotas: [], full: null, isOpen: false, hasPendingWrite: false, revoked: true, stamps: [] };

/** The rule for what a known address opens. */
const openedFrom = (address: string, rule: Rule): Rule => ({ ...rule, bucket: `opened from ${address}` });

/** Something known of the client until a time, in milliseconds since 1970. */
interface Fact {
  readonly value: string;
  readonly until: number;
}

/**
 * One Durable Object per client. It counts requests against limits and knows the client's pending writes, bookmarks and
 * revocations. It decides in memory. Hits are stored shortly afterwards, all other facts before the answer is sent
 * (Cloudflare: output gates).
 */
export class ClientGate extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #hitStore: SqlHitStore;
  #slidingLogs: SlidingLogs;
  readonly #facts = new Map<string, Fact>();
  readonly #stamps = new Map<string, string>();
  /** When the requests entered, by bucket, whose hits may be taken back. */
  readonly #open = new Map<string, number[]>();
  #flushing = false;
  #alarmSet = false;
  #isAwake = false;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#hitStore = new SqlHitStore(this.#sql);
    this.#slidingLogs = new SlidingLogs(this.#hitStore);
  }

  /**
   * Creates the tables and loads the facts, at the first call and at the first one after the gate has deleted itself. Throws
   * for a message of a later version.
   */
  #wake(version = PROTOCOL): void {
    requireKnown(version);
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#hitStore.create();
    this.#sql.exec("create table if not exists facts (name text primary key, value text not null, until integer not null) without rowid");
    for (const { name, value, until } of this.#sql.exec<{ name: string; value: string; until: number }>("select * from facts"))
      this.#facts.set(name, { value, until });
    for (const [tag, stamp] of stampsIn(this.#facts.get(STAMPS)?.value ?? "[]")) this.#stamps.set(tag, stamp);
  }

  /** Counts a request of the client, and tells what is needed to answer it. One whose token is revoked leaves no trace. */
  enter({ rules, now, write, session, tags = [ALL] }: EnterMessage, version = UNNAMED): EnterAnswer {
    this.#wake(version);
    if (session !== undefined && this.#isRevoked(session, now)) return REVOKED;
    const verdict = this.#slidingLogs.take(rules, now);
    const isOpen = rules.some(({ bucket, failuresOnly }) => failuresOnly && this.#openIn(bucket, now).length > 0);
    for (const { bucket, failuresOnly } of verdict.full === null ? rules : [])
      if (failuresOnly) this.#open.set(bucket, [...this.#openIn(bucket, now), now]);
    const hasPendingWrite = this.#hasPendingWrite(now);
    if (write !== undefined && verdict.full === null) this.#remember(`write:${write}`, "", now + PENDING_WRITE_MS);
    this.#store(rules.some(({ durable }) => durable));
    const stamps = this.#live(STAMPS, now) ? tags.flatMap((tag) => this.#stamps.get(tag) ?? []) : [];
    return { ...verdict, isOpen, hasPendingWrite, revoked: false, stamps };
  }

  /** Ends a request whose hits count only when it fails. */
  decide(rules: readonly Rule[], hasFailed: boolean, version = UNNAMED): void {
    this.#wake(version);
    for (const { bucket, failuresOnly } of rules) {
      const open = this.#open.get(bucket)?.slice(1) ?? [];
      if (open.length > 0) this.#open.set(bucket, open);
      else this.#open.delete(bucket);
      if (failuresOnly && !hasFailed) this.#slidingLogs.giveBack(bucket);
    }
    this.#store(true);
  }

  /** Ends a pending write, and remembers its bookmark under its tags. */
  completeWrite({ write, stamp, tags, now }: CompleteWriteMessage, version = UNNAMED): void {
    this.#wake(version);
    this.#forget(`write:${write}`);
    if (stamp === null) return;
    if (!this.#live(STAMPS, now)) this.#stamps.clear();
    for (const tag of [ALL, ...tags]) this.#stamps.set(tag, laterStamp(this.#stamps.get(tag), stamp));
    this.#remember(STAMPS, JSON.stringify([...this.#stamps]), now + TOKEN_MS);
  }

  /** Revokes all tokens of a generation below `gen`. */
  revokeBelow(gen: number, now: number, version = UNNAMED): void {
    this.#wake(version);
    const known = Number(this.#facts.get("gen")?.value ?? 0);
    this.#remember("gen", String(Math.max(gen, known)), now + TOKEN_MS);
  }

  /** Revokes all tokens of one session. */
  end(sid: string, now: number, version = UNNAMED): void {
    this.#wake(version);
    this.#remember(`ended:${sid}`, "", now + TOKEN_MS);
  }

  /**
   * Counts an attempt to log in to the account of this gate: as a failure until it is known to be none; from an address that has
   * opened this account before, only beside what that address opens.
   */
  countAttempt(address: string, rule: Rule, now: number, version = UNNAMED): AttemptAnswer {
    this.#wake(version);
    const isKnown = this.#live(`known:${address}`, now) !== undefined;
    const verdict = this.#slidingLogs.take([isKnown ? openedFrom(address, rule) : rule], now);
    this.#store(true);
    return { ...verdict, isKnown };
  }

  /** Ends an attempt. An address that has opened the account is known for 30 days. */
  settleAttempt(address: string, rule: Rule, now: number, isKnown: boolean, outcome: AttemptOutcome, version = UNNAMED): void {
    this.#wake(version);
    const isCounted = isKnown ? outcome === "opened" : outcome === "failed";
    if (!isCounted) this.#slidingLogs.giveBack((isKnown ? openedFrom(address, rule) : rule).bucket);
    if (outcome === "opened" && !isKnown) this.#slidingLogs.take([openedFrom(address, rule)], now);
    if (outcome === "opened") this.#remember(`known:${address}`, "", now + KNOWN_ADDRESS_MS);
    this.#store(true);
  }

  /** Removes what has expired. A gate with nothing left deletes itself. */
  override async alarm(): Promise<void> {
    this.#wake();
    const now = Date.now();
    this.#alarmSet = false;
    this.#flush();
    for (const [name, { until }] of this.#facts) if (until <= now) this.#forget(name);
    if (this.#facts.size > 0 || this.#hitStore.newest() > now - WINDOW_MS) return this.#setAlarm();
    this.#slidingLogs = new SlidingLogs(this.#hitStore);
    this.#isAwake = false;
    await this.ctx.storage.deleteAll();
  }

  #isRevoked({ sid, gen }: Session, now: number): boolean {
    return this.#live(`ended:${sid}`, now) !== undefined || gen < Number(this.#live("gen", now)?.value ?? 0);
  }

  #openIn(bucket: string, now: number): number[] {
    return (this.#open.get(bucket) ?? []).filter((at) => at > now - OPEN_MS);
  }

  #hasPendingWrite(now: number): boolean {
    for (const [name, { until }] of this.#facts) if (name.startsWith("write:") && until > now) return true;
    return false;
  }

  #live(name: string, now: number): Fact | undefined {
    const fact = this.#facts.get(name);
    return fact && fact.until > now ? fact : undefined;
  }

  /** Sets a fact, which is stored before the answer is sent. */
  #remember(name: string, value: string, until: number): void {
    this.#facts.set(name, { value, until });
    this.#sql.exec("insert or replace into facts values (?, ?, ?)", name, value, until);
    this.#setAlarm();
  }

  #forget(name: string): void {
    if (this.#facts.delete(name)) this.#sql.exec("delete from facts where name = ?", name);
  }

  /** Stores hits at once or, by a timer of this object, shortly afterwards. */
  #store(now: boolean): void {
    if (now) this.#flush();
    if (now || this.#flushing) return;
    this.#flushing = true;
    setTimeout(() => {
      this.#flush();
      // An eviction waits for this, but not for writes that are only buffered.
      this.ctx.waitUntil(this.ctx.storage.sync());
    }, FLUSH_MS);
  }

  #flush(): void {
    this.#flushing = false;
    const drained = this.#slidingLogs.drain();
    if (drained.length === 0) return;
    this.#hitStore.write(drained);
    this.#setAlarm();
  }

  /** Sets an alarm a day ahead, unless one is set. It looks at what has expired by then. */
  #setAlarm(): void {
    if (this.#alarmSet) return;
    this.#alarmSet = true;
    void this.ctx.storage.setAlarm(Date.now() + WINDOW_MS);
  }
}

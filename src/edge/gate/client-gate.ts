import { DurableObject } from "cloudflare:workers";
import type { Session } from "../../core/actor.ts";
import type { Rule } from "../../core/limits.ts";
import { laterStamp } from "../stamp.ts";
import { SlidingLogs, type Verdict } from "./sliding-log.ts";
import { SqlHitStore } from "./sql-hit-store.ts";

/** How long hits may wait to be stored, in milliseconds. */
const FLUSH_MS = 50;
/**
 * After a write whose end was never heard of, how long the client counts as unsettled: by then every listing from before
 * has ended its life (120 seconds at most), however late KV shows the clock of the write, or if it never does.
 */
export const UNSETTLED_MS = 180_000;
/** How long a bookmark or a revocation matters: one life of an access token. */
const TOKEN_MS = 3_600_000;
/** How long the address of a successful login is exempt from the account's limit of failures. */
const KNOWN_ADDRESS_MS = 30 * 86_400_000;
/** The longest window of hits that an idle gate still keeps. */
const WINDOW_MS = 86_400_000;
/** Stands for all listings and records. */
const ALL = "*";
/** The mark that holds the stamps of all tags: one row, since what is written is billed by the row. */
const STAMPS = "stamps";

/** Safe: only `settle` makes the list. */
const stampsIn = (json: string) => JSON.parse(json) as readonly (readonly [tag: string, stamp: string])[];

export interface EnterMessage {
  readonly rules: readonly Rule[];
  readonly now: number;
  readonly write?: string;
  readonly session?: Session;
  readonly tags?: readonly string[];
}

/** What a gate answers; stamps are the bookmarks, with their epoch, of the tags that were named, or the one of all. */
export interface EnterAnswer extends Verdict {
  readonly unsettled: boolean;
  readonly revoked: boolean;
  readonly stamps: readonly string[];
}

export interface SettleMessage {
  readonly write: string;
  readonly stamp: string | null;
  readonly tags: readonly string[];
  readonly now: number;
}

/** Something to remember of the client until that time, in milliseconds. */
interface Mark {
  readonly value: string;
  readonly until: number;
}

/**
 * All that the edge knows about one client: its hits, its unsettled writes, its bookmarks, its revocations.
 * Decides in memory; hits are stored in one batch soon after, everything else before the answer (Cloudflare: output gates).
 */
export class ClientGate extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #hits: SqlHitStore;
  #logs: SlidingLogs;
  readonly #marks = new Map<string, Mark>();
  readonly #stamps = new Map<string, string>();
  #flushing = false;
  #alarmSet = false;
  #isAwake = false;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#hits = new SqlHitStore(this.#sql);
    this.#logs = new SlidingLogs(this.#hits);
  }

  /** Makes the tables and reads the marks: at the first call, and again after the gate has deleted itself. */
  #wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#hits.create();
    this.#sql.exec("create table if not exists marks (name text primary key, value text not null, until integer not null) without rowid");
    for (const { name, value, until } of this.#sql.exec<{ name: string; value: string; until: number }>("select * from marks"))
      this.#marks.set(name, { value, until });
    for (const [tag, stamp] of stampsIn(this.#marks.get(STAMPS)?.value ?? "[]")) this.#stamps.set(tag, stamp);
  }

  /** Counts one request of the client and tells what the edge must know to answer it. */
  enter({ rules, now, write, session, tags = [ALL] }: EnterMessage): EnterAnswer {
    this.#wake();
    const verdict = this.#logs.take(rules, now);
    const unsettled = this.#isUnsettled(now);
    if (write !== undefined && verdict.full === null) this.#mark(`write:${write}`, "", now + UNSETTLED_MS);
    this.#store(rules.some(({ durable }) => durable));
    const revoked = session !== undefined && this.#isRevoked(session, now);
    const stamps = this.#live(STAMPS, now) ? tags.flatMap((tag) => this.#stamps.get(tag) ?? []) : [];
    return { ...verdict, unsettled, revoked, stamps };
  }

  /** Ends a write: the client is settled again, and remembers where it was committed. */
  settle({ write, stamp, tags, now }: SettleMessage): void {
    this.#wake();
    this.#unmark(`write:${write}`);
    if (stamp === null) return;
    if (!this.#live(STAMPS, now)) this.#stamps.clear();
    for (const tag of [ALL, ...tags]) this.#stamps.set(tag, laterStamp(this.#stamps.get(tag), stamp));
    this.#mark(STAMPS, JSON.stringify([...this.#stamps]), now + TOKEN_MS);
  }

  /** Voids all tokens of a generation below `gen`. */
  revokeBelow(gen: number, now: number): void {
    this.#wake();
    const known = Number(this.#marks.get("gen")?.value ?? 0);
    this.#mark("gen", String(Math.max(gen, known)), now + TOKEN_MS);
  }

  /** Voids all tokens of one session. */
  end(sid: string, now: number): void {
    this.#wake();
    this.#mark(`ended:${sid}`, "", now + TOKEN_MS);
  }

  /** One attempt to log in to the account of this gate; addresses that succeeded before are exempt. */
  attempt(address: string, rule: Rule, now: number): Verdict {
    this.#wake();
    if (this.#live(`known:${address}`, now)) return { quotas: [], full: null };
    const verdict = this.#logs.take([rule], now);
    this.#store(true);
    return verdict;
  }

  /** Gives an attempt back: it was no failure. After a success the address is exempt for 30 days. */
  forgive(address: string, rule: Rule, now: number, succeeded: boolean): void {
    this.#wake();
    if (!this.#live(`known:${address}`, now)) this.#logs.giveBack(rule.log);
    if (succeeded) this.#mark(`known:${address}`, "", now + KNOWN_ADDRESS_MS);
    this.#store(true);
  }

  /** Removes what has expired; a gate with nothing left deletes itself. */
  override async alarm(): Promise<void> {
    this.#wake();
    const now = Date.now();
    this.#alarmSet = false;
    this.#flush();
    for (const [name, { until }] of this.#marks) if (until <= now) this.#unmark(name);
    if (this.#marks.size > 0 || this.#hits.newest() > now - WINDOW_MS) return this.#setAlarm();
    this.#logs = new SlidingLogs(this.#hits);
    this.#isAwake = false;
    await this.ctx.storage.deleteAll();
  }

  #isRevoked({ sid, gen }: Session, now: number): boolean {
    return this.#live(`ended:${sid}`, now) !== undefined || gen < Number(this.#live("gen", now)?.value ?? 0);
  }

  #isUnsettled(now: number): boolean {
    for (const [name, { until }] of this.#marks) if (name.startsWith("write:") && until > now) return true;
    return false;
  }

  #live(name: string, now: number): Mark | undefined {
    const mark = this.#marks.get(name);
    return mark && mark.until > now ? mark : undefined;
  }

  /** Sets a mark that is stored before the answer. */
  #mark(name: string, value: string, until: number): void {
    this.#marks.set(name, { value, until });
    this.#sql.exec("insert or replace into marks values (?, ?, ?)", name, value, until);
    this.#setAlarm();
  }

  #unmark(name: string): void {
    if (this.#marks.delete(name)) this.#sql.exec("delete from marks where name = ?", name);
  }

  #store(now: boolean): void {
    if (now) this.#flush();
    if (now || this.#flushing) return;
    this.#flushing = true;
    setTimeout(() => {
      this.#flush();
      // An eviction waits for this, not for what was merely written.
      this.ctx.waitUntil(this.ctx.storage.sync());
    }, FLUSH_MS);
  }

  #flush(): void {
    this.#flushing = false;
    const drained = this.#logs.drain();
    if (drained.length === 0) return;
    this.#hits.write(drained);
    this.#setAlarm();
  }

  /** One alarm at a time, a day ahead: it looks again at what is left by then. */
  #setAlarm(): void {
    if (this.#alarmSet) return;
    this.#alarmSet = true;
    void this.ctx.storage.setAlarm(Date.now() + WINDOW_MS);
  }
}

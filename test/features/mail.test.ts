import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MAIL_FAILURES, type MailSender } from "../../src/core/mail-ports.ts";
import { MAILBOX } from "../../src/edge/mail/mailbox.ts";
import { removeOldMail } from "../../src/features/mail/mail.commands.ts";
import { sendMail } from "../../src/features/mail/mail.job.ts";
import type { Deps } from "../../src/http/app-env.ts";
import { runJobs } from "../../src/jobs.ts";
import { clock, createClient, START, testDeps } from "../support/client.ts";
import { aNotice, aProvider, aTokenMail, mailOf } from "../support/outbox.ts";
import { anAdmin, rows } from "../support/people.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const deps = testDeps();
const iso = (ms: number): string => new Date(ms).toISOString();

/** The app with this sender. */
const sending = (sender: MailSender | null, more: Partial<Deps> = {}): Deps => ({ ...deps, mail: { ...deps.mail, sender }, ...more });

beforeEach(async () => {
  clock.now = START;
  await rows("delete from mails");
  await rows("delete from email_tokens");
});
afterEach(() => vi.restoreAllMocks());

describe("the job that sends mail", () => {
  it("sends what is due to the address of its account, and notes when", async () => {
    const { userId, email } = await anAdmin();
    const { provider, sender } = aProvider();
    const id = await aNotice(deps, userId);
    clock.now += 40_000;
    await sendMail(sending(sender));
    expect(provider.received.map(({ body }) => [body.to, body.subject])).toEqual([
      [[email], "The password of your account at Mechanic Shop was changed"],
    ]);
    expect(await mailOf(id)).toEqual({ state: "sent", attempts: 1, next_attempt_at: null, sent_at: iso(clock.now), failure: null });
    await sendMail(sending(sender));
    expect(provider.received).toHaveLength(1);
  });

  it("sends each once when runs overlap, twenty in a run, the oldest first", async () => {
    const { userId } = await anAdmin();
    const { provider, sender } = aProvider();
    const ids: number[] = [];
    for (let n = 0; n < 25; n++) {
      clock.now += 1;
      ids.push(await aNotice(deps, userId));
    }
    await sendMail(sending(sender));
    const keys = () => provider.received.map(({ headers }) => headers.get("Idempotency-Key"));
    expect(keys()).toEqual(ids.slice(0, 20).map((id, n) => `mail-${id}-${START + n + 1}`));
    await Promise.all([1, 2, 3].map(() => sendMail(sending(sender))));
    expect(keys()).toHaveLength(25);
    expect(new Set(keys()).size).toBe(25);
  });

  it("leaves a mail to nobody else while its lease lasts, and to the next run when it has ended", async () => {
    const { userId } = await anAdmin();
    const id = await aNotice(deps, userId);
    const { provider, sender } = aProvider();
    let calls = 0;
    const primary = () => {
      calls += 1;
      if (calls > 1) throw new Error("the isolate was stopped");
      return deps.primary();
    };
    await expect(sendMail(sending(MAILBOX, { primary }))).rejects.toThrow("stopped");
    clock.now = START + 5 * MINUTE - 1;
    await sendMail(sending(sender));
    expect(provider.received).toEqual([]);
    clock.now += 1;
    await sendMail(sending(sender));
    expect([provider.received.length, (await mailOf(id)).attempts]).toEqual([1, 2]);
  });

  it("sends the others when one breaks", async () => {
    const { userId } = await anAdmin();
    const [broken, good] = [await aNotice(deps, userId), await aNotice(deps, userId)];
    const { sender } = aProvider();
    const breaks: MailSender = {
      send: (mail) => (mail.key.startsWith(`mail-${broken}-`) ? Promise.reject(new TypeError("broken")) : sender.send(mail)),
    };
    await sendMail(sending(breaks));
    expect(await mailOf(broken)).toMatchObject({ state: "queued", failure: "internal_error" });
    expect(await mailOf(good)).toMatchObject({ state: "sent" });
  });

  it("does not send again what a run sent after its lease had ended", async () => {
    const { userId } = await anAdmin();
    const id = await aNotice(deps, userId);
    const { sender } = aProvider();
    const fails: MailSender = { send: async () => ({ kind: "failed", failure: "timeout" }) };
    const slow: MailSender = {
      send: async (mail) => {
        clock.now += 6 * MINUTE;
        await sendMail(sending(fails));
        return sender.send(mail);
      },
    };
    await sendMail(sending(slow));
    expect(await mailOf(id)).toMatchObject({ state: "sent", attempts: 2, next_attempt_at: null, failure: null });
  });

  it("does not put off a mail that another run has claimed since its lease ended", async () => {
    const { userId } = await anAdmin();
    const id = await aNotice(deps, userId);
    const fails: MailSender = { send: async () => ({ kind: "failed", failure: "timeout" }) };
    const slow: MailSender = {
      send: async () => {
        clock.now += 6 * MINUTE;
        await sendMail(sending(fails));
        clock.now += MINUTE;
        return { kind: "failed", failure: "unreachable" };
      },
    };
    await sendMail(sending(slow));
    expect(await mailOf(id)).toMatchObject({ state: "queued", attempts: 2, failure: "timeout", next_attempt_at: iso(START + 8 * MINUTE) });
  });

  it("tries again after 1, 2, 4, 8 minutes and so on, up to 6 hours, and gives up after a day", async () => {
    const { userId } = await anAdmin();
    const id = await aNotice(deps, userId);
    const { provider, sender } = aProvider();
    provider.status = 503;
    const waits: number[] = [];
    for (let mail = await mailOf(id); mail.next_attempt_at !== null; mail = await mailOf(id)) {
      const due = Date.parse(mail.next_attempt_at);
      waits.push((due - clock.now) / MINUTE);
      clock.now = due - 1;
      await sendMail(sending(sender));
      expect((await mailOf(id)).attempts).toBe(mail.attempts);
      clock.now = due;
      await sendMail(sending(sender));
    }
    expect(waits).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 1_440 - 511 - 720]);
    expect(await mailOf(id)).toEqual({ state: "failed", attempts: 13, next_attempt_at: null, sent_at: null, failure: "provider_error" });
    expect(clock.now).toBe(START + DAY);
    clock.now += DAY;
    await sendMail(sending(sender));
    expect(provider.received).toHaveLength(13);
  });

  it("keeps codes of failures, and nothing that a provider wrote", async () => {
    const { userId } = await anAdmin();
    const lines: object[] = [];
    const log: Deps["log"] = (line) => lines.push(line);
    const { provider, sender } = aProvider();
    for (const [status, failure] of [
      [401, "not_authorized"],
      [403, "not_authorized"],
      [409, "provider_error"],
      [429, "rate_limited"],
      [302, "provider_error"],
      [500, "provider_error"],
    ] as const) {
      const id = await aNotice(deps, userId);
      provider.status = status;
      await sendMail(sending(sender, { log }));
      expect(await mailOf(id), String(status)).toMatchObject({ state: "queued", attempts: 1, failure });
      expect(lines.pop()).toEqual({ mail: id, state: "queued", attempts: 1, failure });
    }
    for (const { failure } of await rows<{ failure: string }>("select failure from mails")) expect(MAIL_FAILURES).toContain(failure);
  });

  it("stops after a batch that does not leave, and asks the database four times at most", async () => {
    const { userId } = await anAdmin();
    for (let n = 0; n < 25; n++) await aNotice(deps, userId);
    const { provider, sender } = aProvider();
    let queries = 0;
    const primary = () => {
      queries += 1;
      return deps.primary();
    };
    provider.status = 503;
    await sendMail(sending(sender, { primary }));
    expect([provider.received.length, queries]).toEqual([10, 2]);
    provider.status = 200;
    await sendMail(sending(sender, { primary }));
    expect([provider.received.length, queries]).toEqual([10 + 15, 2 + 4]);
  });
});

describe("the alarm for mail", () => {
  it("is raised for what has waited for ten minutes, also when it was tried, and ends when it has left", async () => {
    const { userId, token } = await anAdmin();
    const { provider, sender } = aProvider();
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const on = sending(sender);
    const stuck = async () =>
      (await createClient(on).get("/health", { token })).body.alarms.filter(({ name }: { name: string }) => name === "mail_stuck");
    await aNotice(deps, userId);
    provider.status = 503;
    for (let minute = 0; minute <= 10; minute++) {
      clock.now = START + minute * MINUTE;
      await runJobs(on);
    }
    expect([await stuck(), log.mock.calls]).toEqual([[], []]);
    clock.now += 1;
    await runJobs(on);
    expect(await stuck()).toEqual([{ name: "mail_stuck", since: iso(START) }]);
    expect(log.mock.calls).toEqual([[JSON.stringify({ alarm: "mail_stuck", since: iso(START) })]]);
    provider.status = 200;
    clock.now = START + 16 * MINUTE;
    await runJobs(on);
    expect(await stuck()).toEqual([]);
  });
});

describe("the outbox at rest", () => {
  it("holds no token that could be used, whatever became of the mail", async () => {
    const { userId } = await anAdmin();
    const { provider, sender } = aProvider();
    const mails = [await aTokenMail(deps, userId), await aTokenMail(deps, userId, "verification")];
    const everything = async () => JSON.stringify([await rows("select * from mails"), await rows("select * from email_tokens")]);
    const before = await everything();
    await sendMail(sending(sender));
    const after = await everything();
    for (const [n, { text }] of mails.entries()) {
      expect(text).toMatch(/^[\w-]{43}$/);
      expect(provider.received[n]?.body.text).toContain(text);
      expect(before + after).not.toContain(text);
    }
  });

  it("keeps finished mail for 30 days, and tokens until they expire", async () => {
    const { userId } = await anAdmin();
    const { sender } = aProvider();
    const old = [await aNotice(deps, userId), (await aTokenMail(deps, userId)).id];
    await sendMail(sending(sender));
    clock.now += 1;
    const next = await aNotice(deps, userId);
    await sendMail(sending(sender));
    const waiting = await aNotice(deps, userId);
    const left = async () => (await rows<{ id: number }>("select id from mails order by id")).map(({ id }) => id);
    const tokens = async () => (await rows("select 1 from email_tokens")).length;
    await removeOldMail(deps.primary(), START + 3_600_000);
    expect([await left(), await tokens()]).toEqual([[...old, next, waiting], 1]);
    await removeOldMail(deps.primary(), START + 3_600_001);
    expect([await left(), await tokens()]).toEqual([[...old, next, waiting], 0]);
    await removeOldMail(deps.primary(), START + 30 * DAY);
    expect(await left()).toEqual([...old, next, waiting]);
    await removeOldMail(deps.primary(), START + 30 * DAY + 1);
    expect(await left()).toEqual([next, waiting]);
    await removeOldMail(deps.primary(), START + 60 * DAY);
    expect(await left()).toEqual([waiting]);
  });
});

import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { Anchor } from "../../src/core/ports.ts";
import { verifyArchive } from "../../src/features/audit-log/audit-log.archive.ts";
import type { Deps } from "../../src/http/app-env.ts";
import { runJobs } from "../../src/jobs.ts";
import { logRows, seal, tampered } from "../support/audit.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, anAdmin, type Person, rows } from "../support/people.ts";
import { aPart } from "../support/shop.ts";

const client = createClient();
const deps = testDeps();
const DAY = 86_400_000;

const verify = async ({ token }: Person, query = "", by = client) => (await by.get(`/audit-log/verify${query}`, { token })).body;
const standings = async () =>
  (await rows<{ standing: string | null }>("select standing from audit_seals order by id")).map(({ standing }) => standing);
const lastId = async (): Promise<number> => (await rows<{ id: number }>("select max(id) as id from audit_log"))[0]?.id ?? 0;

/** The app with an anchor of its own, which starts where the real one is and does not outlive what is put back. */
const apart = async (): Promise<Deps> => {
  let head = await deps.anchor.head();
  const anchor: Anchor = {
    head: async () => head,
    advance: async (_from, to) => {
      head = to;
    },
  };
  return { ...deps, anchor };
};

/** A change of a customer that the Worker wrote, and that no job has sealed yet. */
const aChange = async (): Promise<{ admin: Person; id: number }> => {
  const [admin, { id }] = [await anAdmin(), await aCustomer()];
  await seal();
  await client.patch(`/customers/${id}`, { address: "1 Garage Lane" }, { token: admin.token });
  return { admin, id: await lastId() };
};

/** What the job says, and what verify finds, after somebody without the key has run this within the minute. */
const foundAfter = async (statement: string, wait = 0) => {
  const { admin, id } = await aChange();
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const here = await apart();
  return tampered(async () => {
    await rows(statement.replaceAll("$id", String(id)));
    clock.now += wait;
    await runJobs(here);
    clock.now -= wait;
    const said = log.mock.calls.flat().map((line) => JSON.parse(String(line)).alarm);
    log.mockRestore();
    return { id, said, standing: (await standings()).at(-1), found: await verify(admin, "", createClient(here)) };
  });
};

const INSERTED = `insert into audit_log (at, user_id, role, action, entity, entity_id, after, request_id)
  select at, user_id, role, action, entity, 4711, '{"id":4711}', request_id from audit_log where id = $id`;

describe("somebody who has the database but not the key, before an entry is sealed", () => {
  it("is found when they insert an entry", async () => {
    const { id, said, standing, found } = await foundAfter(INSERTED);
    expect(standing).toBe("foreign");
    expect(said).toContain("audit_entry_foreign");
    expect(found).toMatchObject({ ok: false, first_broken: null, flagged: { foreign: 1, first_id: id + 1 } });
  });

  it("is found when the entry they insert has the code of another entry of its request", async () => {
    const copied = INSERTED.replace("request_id)", "request_id, mac)").replace("request_id from", "request_id, mac from");
    expect(await foundAfter(copied, 61_000)).toMatchObject({ standing: "unwitnessed", found: { flagged: { unwitnessed: 1 } } });
  });

  it.each(["after = '{}'", "before = null", "entity_id = 4711", "customer_id = null", "address = '192.0.2.1'"])(
    "is found when they set %s",
    async (change) => {
      const { id, said, standing, found } = await foundAfter(`update audit_log set ${change} where id = $id`);
      expect(standing).toBe("changed");
      expect(said).toContain("audit_entry_changed");
      expect(found).toMatchObject({ ok: false, flagged: { changed: 1, first_id: id } });
    },
  );

  it.each(["mac = null", "mac = 'x'", "role = 'mechanic'", "user_id = 4711", "action = 'part.updated'"])(
    "is found when they set %s, which the code of the Worker covers",
    async (change) => {
      expect(await foundAfter(`update audit_log set ${change} where id = $id`)).toMatchObject({
        standing: "foreign",
        found: { ok: false },
      });
    },
  );

  it("is told from the Worker when the witness is gone, but only once it cannot come any more", async () => {
    const gone = "delete from audit_witnesses where id = $id";
    const early = await foundAfter(gone, 1_000);
    expect(early.found).toMatchObject({ ok: true, unsealed: 1 });
    expect(await foundAfter(gone, 61_000)).toMatchObject({ standing: "unwitnessed", found: { ok: true, flagged: { unwitnessed: 1 } } });
  });

  it("is shown to admins by the health of the service as long as the entry is there", async () => {
    const [{ admin }, here] = [await aChange(), await apart()];
    await tampered(async () => {
      await rows(INSERTED.replaceAll("$id", String(await lastId())));
      await seal(here);
      const { body } = await client.get("/health", { token: admin.token });
      expect(JSON.stringify(body)).toContain("audit_entries_flagged");
    });
  });
});

describe("what a script writes with SQL", () => {
  it("is sealed as the operator's, which is no fault, since it says so itself", async () => {
    const { admin } = await aChange();
    await rows("insert into audit_log (at, role, action, entity) values ('2026-11-20T09:30:00.000Z', 'operator', 'user.created', 'user')");
    await seal();
    expect(await verify(admin)).toMatchObject({ ok: true, flagged: { operator: 1, foreign: 0 } });
  });
});

describe("the audit log by bytes", () => {
  it("keeps of a change only what changed, also where it is stored", async () => {
    const [admin, { id: customer_id }] = [await anAdmin(), await aCustomer()];
    const { token } = admin;
    const parts = await Promise.all(Array.from({ length: 30 }, () => aPart(50)));
    const ticket = await client.post(
      "/service-tickets",
      { customer_id, service_desc: "D".repeat(2_000), service_date: "2026-11-24" },
      { token },
    );
    const path = `/service-tickets/${ticket.body.id}`;
    for (const { id } of parts) await client.post(`${path}/parts`, { inventory_id: id, quantity: 1 }, { token });
    await client.patch(path, { notes: "One note" }, { token });
    const stored = await rows<{ before: string; after: string }>(
      "select before, after from audit_log where entity = 'service_ticket' and entity_id = ? and action like '%updated' order by id desc limit 1",
      ticket.body.id,
    );
    expect(stored).toEqual([{ before: '{"notes":null}', after: '{"notes":"One note"}' }]);
    const [{ most } = { most: 0 }] = await rows<{ most: number }>(
      "select max(length(before) + length(after)) as most from audit_log where entity = 'service_ticket' and entity_id = ? and before is not null",
      ticket.body.id,
    );
    expect(most).toBeLessThan(300);
  });

  it("is sealed and verified in pieces, when 60 entries are larger than one answer of the database should be", async () => {
    const admin = await anAdmin();
    await seal();
    const first = (await lastId()) + 1;
    await logRows(60, JSON.stringify({ text: "x".repeat(150_000) }));
    const before = (await standings()).length;
    await seal(deps, 1);
    const sealed = (await standings()).length - before;
    expect(sealed).toBeGreaterThan(20);
    expect(sealed).toBeLessThan(60);
    await seal();
    let [checked, pages] = [0, 0];
    for (let from: number | null = first; from !== null; pages++) {
      const found = await verify(admin, `?from_id=${from}`);
      expect(found).toMatchObject({ ok: true });
      checked += found.checked;
      from = found.next_from_id;
    }
    expect([checked, pages > 1]).toEqual([60, true]);
  });
});

describe("entries that are too old for the database", () => {
  const anArchive = () => {
    const kept = new Map<string, string>();
    return { kept, store: { put: async (name: string, text: string) => void kept.set(name, text) } };
  };

  it("are moved into archives that verify by themselves, and the rest verifies from there on", async () => {
    const { admin, id } = await aChange();
    await logRows(3);
    await seal();
    const { kept, store } = anArchive();
    clock.now += 400 * DAY;
    const archiving = { ...testDeps({ AUDIT_KEPT_DAYS: "365" }), archive: store };
    await runJobs({ ...archiving, archive: null });
    expect((await rows("select 1 from audit_log")).length).toBeGreaterThan(3);
    await runJobs(archiving);
    clock.now -= 400 * DAY;
    expect(await rows("select count(*) as n from audit_log")).toEqual([{ n: 1 }]);
    expect(await rows("select value from counters where name = 'audit_log'")).toEqual([{ value: 1 }]);
    const last = await lastId();
    expect(await verify(admin)).toMatchObject({ ok: true, from_id: last, checked: 1, archived_to_id: last - 1, head: { sealed: true } });
    await logRows(2);
    await seal();
    expect(await verify(admin)).toMatchObject({ ok: true, checked: 3, archived_to_id: last - 1 });
    const spans = [...kept.values()].map((text) => verifyArchive(deps.sealer, text));
    expect(spans.every(({ broken }) => broken === null)).toBe(true);
    expect([spans[0]?.span.from_id, spans.at(-1)?.span.id]).toEqual([1, last - 1]);
    const all = [...kept.values()].join("");
    expect(all).toContain('"action":"customer.updated"');
    expect(all).not.toContain("1 Garage Lane");
    for (const text of kept.values()) {
      const changed = text.replace('"role":"admin"', '"role":"nobody"');
      if (changed !== text)
        expect(verifyArchive(deps.sealer, changed).broken).toMatchObject({ reason: expect.stringMatching(/row_changed|seal_wrong/) });
      const lines = text.split("\n");
      if (lines.length > 4) expect(verifyArchive(deps.sealer, [...lines.slice(0, 2), ...lines.slice(3)].join("\n")).broken).not.toBeNull();
      expect(() => verifyArchive(deps.sealer, text.replace(/"from_id":\d+/, '"from_id":999'))).toThrow();
    }
    expect(id).toBeLessThan(last);
  });

  it("cannot be left out by somebody who only has the database and says that they are archived", async () => {
    const { admin } = await aChange();
    await logRows(5);
    await seal();
    const last = await lastId();
    await tampered(async () => {
      await rows("insert into audit_archives values (?1, 1, (select seal from audit_seals where id = ?1), 0, 'x', '', 'x')", last - 2);
      await env.DB.batch(["audit_log", "audit_seals"].map((table) => env.DB.prepare(`delete from ${table} where id <= ?`).bind(last - 2)));
      expect(await verify(admin)).toMatchObject({ ok: false, first_broken: { reason: expect.stringMatching(/missing/) } });
    });
    await rows("delete from audit_archives where place = 'x'");
    expect(await verify(admin)).toMatchObject({ ok: true });
  });

  it("stay when the store does not take them", async () => {
    const before = await rows("select count(*) as n from audit_log");
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    clock.now += 400 * DAY;
    const full = { put: () => Promise.reject(new Error("full")) };
    await expect(runJobs({ ...testDeps({ AUDIT_KEPT_DAYS: "1" }), archive: full })).rejects.toThrow("archive_audit_log");
    clock.now -= 400 * DAY;
    log.mockRestore();
    expect(await rows("select count(*) as n from audit_log")).toEqual(before);
  });
});

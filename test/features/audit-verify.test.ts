import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Entry } from "../../src/core/audit-marks.ts";
import { Failure } from "../../src/core/errors.ts";
import { createSealer } from "../../src/edge/seals.ts";
import { sealRows } from "../../src/features/audit-log/audit-log.chain.ts";
import { logRows, seal, tampered } from "../support/audit.ts";
import { createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, rows } from "../support/people.ts";

const client = createClient();
let token = "";
let last = 0;
const end = async (): Promise<number> => (await rows<{ id: number }>("select max(id) as id from audit_log"))[0]?.id ?? 0;
const verify = async (query = "") => (await client.get(`/audit-log/verify${query}`, { token })).body;

beforeAll(async () => {
  token = (await anAdmin()).token;
  await logRows(20);
  await seal();
  last = await end();
});

describe("GET /audit-log/verify", () => {
  it("finds a chain that nobody touched whole, up to the anchored head", async () => {
    expect(await verify()).toEqual({
      ok: true,
      checked: last,
      from_id: 1,
      to_id: last,
      next_from_id: null,
      first_broken: null,
      flagged: { changed: 0, foreign: 0, operator: 0, unwitnessed: 0, first_id: null },
      archived_to_id: null,
      unsealed: 0,
      head: { id: last, sealed: true },
    });
  });

  it("goes on from page to page, and past the end finds nothing", async () => {
    const pages = [await verify("?limit=8")];
    while (pages.at(-1).next_from_id !== null) pages.push(await verify(`?limit=8&from_id=${pages.at(-1).next_from_id}`));
    expect(pages.map(({ ok, from_id, to_id, checked }) => [ok, from_id, to_id, checked])).toEqual([
      [true, 1, 8, 8],
      [true, 9, 16, 8],
      [true, 17, last, last - 16],
    ]);
    expect(await verify(`?from_id=${last}&limit=1`)).toMatchObject({ ok: true, checked: 1, to_id: last, next_from_id: null });
    expect(await verify(`?from_id=${last + 1_000}`)).toMatchObject({ ok: true, checked: 0, to_id: null, next_from_id: null });
  });

  it("tells how many rows have no seal yet, which are not broken", async () => {
    await logRows(3);
    expect(await verify()).toMatchObject({ ok: true, checked: last, to_id: last, unsealed: 3, head: { id: last, sealed: true } });
    await seal();
    last = await end();
    expect(await verify()).toMatchObject({ ok: true, checked: last, unsealed: 0, head: { id: last, sealed: true } });
  });

  it("takes 1 to 1,000 rows a page, and ids", async () => {
    for (const query of ["limit=0", "limit=1001", "limit=x", "from_id=0", "from_id=-1", "page=1"])
      expect((await verify(`?${query}`)).code, query).toBe("invalid");
  });

  it("answers 503 while the anchor is silent, rather than that all is well", async () => {
    const away = () => Promise.reject(new Failure("unavailable"));
    const answer = await createClient({ ...testDeps(), anchor: { head: away, advance: away } }).get("/audit-log/verify", { token });
    expect([answer.status, answer.body.code, answer.headers.get("Retry-After")]).toEqual([503, "unavailable", "5"]);
  });

  it("is for admins only", async () => {
    expect((await client.get("/audit-log/verify")).status).toBe(401);
    expect((await client.get("/audit-log/verify", { token: (await aCustomer()).token })).status).toBe(403);
    expect((await client.get("/audit-log/verify", { token: (await aMechanic()).token })).status).toBe(403);
    await seal();
    last = await end();
  });
});

describe("the audit log and its seals", () => {
  it.each([
    "update audit_log set after = '{}' where id = 5",
    "update or replace audit_log set id = 6 where id = 5",
    "delete from audit_log where id = 5",
    "delete from audit_log",
    "insert or replace into audit_log select * from audit_log where id = 5",
    "replace into audit_log (id, at, role, action, entity) values (5, '', '', '', '')",
    "insert into audit_log select * from audit_log where id = 5 on conflict do update set after = '{}'",
    "update audit_seals set seal = '' where id = 5",
    "update or replace audit_seals set id = 6 where id = 5",
    "delete from audit_seals where id = 5",
    "insert or replace into audit_seals (id, seal) values (5, '')",
    "replace into audit_seals (id, seal) select id, '' from audit_seals where id = 5",
    "insert into audit_seals (id, seal) values (5, '') on conflict do update set seal = ''",
    "insert into audit_seals (id, seal) values (-1, '')",
    "insert into audit_seals (id, seal) values (null, '')",
  ])("refuse: %s", async (statement) => {
    const state = async () => [await rows("select * from audit_log"), await rows("select * from audit_seals")];
    const before = await state();
    await expect(rows(statement)).rejects.toThrow("app:append_only:{}");
    expect(await state()).toEqual(before);
  });
});

/** What verify finds after somebody without the key has run these statements, triggers or not. */
const foundAfter = (...statements: string[]) =>
  tampered(async () => {
    await env.DB.batch(statements.map((statement) => env.DB.prepare(statement)));
    return verify();
  });
const broken = (id: number, reason: string) => ({ ok: false, checked: id - 1, first_broken: { id, reason } });

describe("somebody who has the database but not the key", () => {
  it.each(["at", "role", "action", "entity", "before", "after", "request_id", "address"])("cannot change %s of a row", async (column) => {
    expect(await foundAfter(`update audit_log set ${column} = 'x' where id = 5`)).toMatchObject(broken(5, "row_changed"));
  });

  it.each([
    "user_id = 8",
    "user_id = null",
    "entity_id = 99",
    "after = null",
    "after = cast(after as blob)",
    "before = before || ' '",
    "before = before || char(0) || 'x'",
    "before = after, after = before",
  ])("cannot set %s", async (change) => {
    expect(await foundAfter(`update audit_log set ${change} where id = 5`)).toMatchObject(broken(5, "row_changed"));
  });

  it("cannot change the first row, or the last one, or two of them", async () => {
    expect(await foundAfter("update audit_log set role = 'x' where id = 1")).toMatchObject(broken(1, "row_changed"));
    expect(await foundAfter(`update audit_log set role = 'x' where id = ${last}`)).toMatchObject(broken(last, "row_changed"));
    expect(await foundAfter("update audit_log set role = 'x' where id in (7, 9)")).toMatchObject(broken(7, "row_changed"));
  });

  it("cannot remove a row, with its seal or without, or the first ones", async () => {
    expect(await foundAfter("delete from audit_log where id = 5")).toMatchObject(broken(5, "row_missing"));
    const both = ["delete from audit_log where id = 5", "delete from audit_seals where id = 5"];
    expect(await foundAfter(...both)).toMatchObject(broken(5, "row_missing"));
    expect(await foundAfter("delete from audit_log where id < 4", "delete from audit_seals where id < 4")).toMatchObject(
      broken(1, "row_missing"),
    );
  });

  it("cannot close the gap by moving the rows that follow", async () => {
    const shift = (table: string) => [
      `update ${table} set id = id + 100000 where id > 5`,
      `update ${table} set id = id - 100001 where id > 100000`,
    ];
    const gone = ["delete from audit_log where id = 5", "delete from audit_seals where id = 5"];
    const found = await foundAfter(...gone, ...shift("audit_log"), ...shift("audit_seals"));
    expect(found).toMatchObject({ ...broken(5, "seal_wrong"), head: { id: last, sealed: false } });
  });

  it("cannot put a row back that is not the same, or swap two", async () => {
    const again =
      "insert into audit_log (id, at, role, action, entity) values (5, '2026-11-20T09:30:00.000Z', 'admin', 'part.updated', 'part')";
    expect(await foundAfter("delete from audit_log where id = 5", again)).toMatchObject(broken(5, "row_changed"));
    const swap = [
      "update audit_log set id = 100000 where id = 5",
      "update audit_log set id = 5 where id = 6",
      "update audit_log set id = 6 where id = 100000",
    ];
    expect(await foundAfter(...swap)).toMatchObject(broken(5, "seal_wrong"));
  });

  it("cannot remove a seal, or change it, or take that of another row", async () => {
    expect(await foundAfter("delete from audit_seals where id = 5")).toMatchObject(broken(5, "seal_missing"));
    expect(await foundAfter("update audit_seals set seal = 'x' where id = 1")).toMatchObject(broken(1, "seal_wrong"));
    expect(await foundAfter(`update audit_seals set seal = 'x' where id = ${last}`)).toMatchObject(broken(last, "seal_wrong"));
    const taken = "update audit_seals set seal = (select seal from audit_seals where id = 6) where id = 5";
    expect(await foundAfter(taken)).toMatchObject(broken(5, "seal_wrong"));
  });

  it.each([true, false])("cannot seal rows again with another key (up to the end: %s)", async (upToTheEnd) => {
    const found = await tampered(async () => {
      await rows("update audit_log set role = 'x' where id = 5");
      const [before] = await rows<{ seal: string }>("select seal from audit_seals where id = 4");
      const changed = await rows<Entry & Record<string, unknown>>(
        "select * from audit_log where id >= 5 and id <= ?",
        upToTheEnd ? last : 9,
      );
      const unsealed = changed.map((entry) => ({ ...entry, witness: null, isErased: false }));
      const end = { seal: before?.seal ?? "", isOlder: false };
      for (const made of sealRows(createSealer("another key that is long enough"), end, unsealed))
        await rows(
          "update audit_seals set seal = ?, digest = ?, salt = ?, standing = ? where id = ?",
          made.seal,
          made.digest,
          made.salt,
          made.standing,
          made.id,
        );
      return verify();
    });
    expect(found).toMatchObject({ ...broken(5, "seal_wrong"), head: { id: last, sealed: !upToTheEnd } });
  });

  it("cannot use the ends of pages", async () => {
    const found = (query: string, ...statements: string[]) =>
      tampered(async () => {
        for (const statement of statements) await rows(statement);
        return verify(query);
      });
    const removed = "delete from audit_log where id = 5";
    expect(await found("?limit=4", removed)).toMatchObject({ ok: true, to_id: 4, next_from_id: 5 });
    expect(await found("?limit=4&from_id=5", removed)).toMatchObject({ checked: 0, first_broken: { id: 5, reason: "row_missing" } });
    expect(await found("?from_id=5", "update audit_log set role = 'x' where id = 5")).toMatchObject({
      first_broken: { id: 5, reason: "seal_wrong" },
    });
    expect(await found("?from_id=6", "update audit_seals set seal = 'x' where id = 5")).toMatchObject({
      first_broken: { id: 6, reason: "seal_wrong" },
    });
    expect(await found("?from_id=6", "delete from audit_seals where id = 5")).toMatchObject({
      first_broken: { id: 5, reason: "seal_missing" },
    });
    expect(await found("?limit=4", "update audit_log set role = 'x' where id = 4")).toMatchObject(broken(4, "row_changed"));
    const cut = [`delete from audit_log where id > 10`, "delete from audit_seals where id > 10"];
    expect(await found("?limit=4", ...cut)).toMatchObject({ ok: false, first_broken: null, head: { id: last, sealed: false } });
    expect(await found("?from_id=9", ...cut)).toMatchObject({ ok: false, checked: 2, first_broken: { id: 11, reason: "tail_missing" } });
  });

  it("cannot write another end, even if it is sealed with the key afterwards", async () => {
    const found = await tampered(async () => {
      await env.DB.batch(["audit_log", "audit_seals"].map((table) => env.DB.prepare(`delete from ${table} where id > 10`)));
      const other = "insert into audit_log (id, at, role, action, entity) select value, '', '', '', '' from json_each(?)";
      await rows(other, JSON.stringify(Array.from({ length: last }, (_, index) => 11 + index)));
      await expect(seal()).rejects.toMatchObject({ code: "append_only", details: { anchored_id: last } });
      return verify();
    });
    expect(found).toMatchObject({ ...broken(last, "head_differs"), head: { id: last, sealed: false } });
    expect(await verify()).toMatchObject({ ok: true });
  });

  it("cannot stop the sealing of later rows with a seal of none", async () => {
    expect(await foundAfter("insert into audit_seals (id, seal) values (1000000, 'x')")).toMatchObject(broken(last + 1, "row_missing"));
  });

  it("cannot cut off the end: rows, seals or both", async () => {
    const [log, seals] = [`delete from audit_log where id > ${last - 3}`, `delete from audit_seals where id > ${last - 3}`];
    const head = { id: last, sealed: false };
    expect(await foundAfter(log, seals)).toMatchObject({ ...broken(last - 2, "tail_missing"), head, unsealed: 0 });
    expect(await foundAfter(log)).toMatchObject({ ...broken(last - 2, "row_missing"), head: { id: last, sealed: true } });
    expect(await foundAfter(seals)).toMatchObject({ ...broken(last - 2, "seal_missing"), head, unsealed: 0 });
    expect(await foundAfter("delete from audit_log", "delete from audit_seals")).toMatchObject({ ...broken(1, "tail_missing"), head });
  });
});

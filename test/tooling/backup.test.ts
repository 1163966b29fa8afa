import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { exportLines } from "../../scripts/backup/export.ts";
import { DEMO_LOGINS, demoData } from "../../scripts/demo-data.ts";
import { toScript } from "../../scripts/support/sql-script.ts";
import { runJobs } from "../../src/jobs.ts";
import { createClient, testDeps } from "../support/client.ts";
import { linesOf, migrated, putInto } from "../support/copies.ts";
import { PASSWORD, passwordHash } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";

/** Texts that are hard to carry over. */
const HARD = 'line\nfeed "quotes" \\ \u2028 ,{}[] null 1e400 \u{1F697} é';

const shop = await migrated(env.OLD);
const deps = testDeps({ DB: shop });
const client = createClient(deps);
const logIn = async (role: keyof typeof DEMO_LOGINS, through = client): Promise<string> =>
  (await through.post("/auth/login", { email: DEMO_LOGINS[role], password: PASSWORD })).body.token;

let lines: readonly string[] = [];
beforeAll(async () => {
  await shop.exec(toScript(await demoData({ today: "2026-11-20", passwordHash: await passwordHash(), sealer: testDeps().sealer })));
  const [mechanic, admin] = [await logIn("mechanic"), await logIn("admin")];
  const { body } = await client.post("/customers", { name: "Zoë Hard", phone: "555 0142" }, { token: mechanic });
  await client.delete(`/customers/${body.id}`, { token: admin });
  await shop.prepare("update customers set address = ? where id = 3").bind(HARD).run();
  await runJobs(deps);
  lines = await linesOf(shop);
}, 120_000);

const all = async (db: D1Database, sql: string) => (await db.prepare(sql).all()).results;

describe("an export", () => {
  it("names its migration and its epoch, then has every row of every table once, parents first, and then their number", () => {
    const [first = "", ...rest] = lines;
    const header = JSON.parse(first);
    expect([header.migration, header.epoch]).toEqual([env.MIGRATIONS.at(-1)?.name, "1"]);
    const found = Map.groupBy(rest.slice(0, -1), (line) => String(JSON.parse(line).table));
    const counts = [...found].map(([table, rows]) => [table, rows.length]);
    expect(counts).toEqual(Object.entries<{ rows: number }>(header.tables).flatMap(([name, { rows }]) => (rows > 0 ? [[name, rows]] : [])));
    expect(counts.length).toBeGreaterThan(10);
    const tables = Object.keys(header.tables);
    for (const [child, parent] of [
      ["vehicles", "customers"],
      ["assignments", "service_tickets"],
      ["refresh_tokens", "sessions"],
    ])
      expect(tables.indexOf(child ?? ""), child).toBeGreaterThan(tables.indexOf(parent ?? ""));
    expect(tables.filter((name) => /_search|counters|sqlite|d1_/.test(name))).toEqual([]);
    expect(JSON.parse(rest.at(-1) ?? "")).toEqual({ end: true, rows: rest.length - 1 });
  });

  it("is refused when the shop writes meanwhile, since its rows would not fit together", async () => {
    const reading = exportLines(shop);
    await reading.next();
    await logIn("customer");
    const rest = async () => {
      while (!(await reading.next()).done);
    };
    await expect(rest()).rejects.toThrow("the database has changed while it was read");
    lines = await linesOf(shop);
  });
});

describe("an import", () => {
  const target = env.REBUILT;

  it.each<[string, (lines: readonly string[]) => readonly string[], RegExp]>([
    ["is cut off", (given) => given.slice(0, -1), /not whole/],
    ["is cut off within a line", (given) => [...given.slice(0, -2), given.at(-2)?.slice(0, -9) ?? ""], /no JSON/],
    ["lacks a row", (given) => given.filter((_, index) => index !== 40), /not whole/],
    ["is something else", () => ['{"a":1}'], /does not begin as an export/],
    ["is empty", () => [], /does not begin as an export/],
    [
      "is of another migration",
      ([first = "", ...rest]) => [first.replace(/"migration":"\d+/, '"migration":"0001'), ...rest],
      /Check out the release/,
    ],
  ])("refuses a file that %s, and changes nothing", async (_name, change, reason) => {
    await migrated(target);
    const before = await all(target, "select type, name from sqlite_master order by name");
    await expect(putInto(target, change(lines))).rejects.toThrow(reason);
    expect(await all(target, "select type, name from sqlite_master order by name")).toEqual(before);
    expect(await all(target, "select * from customers")).toEqual([]);
  });

  it("gives the same database: rows, rules, counters, ids to come, and what is found by words", async () => {
    await putInto(target, lines);
    expect(await linesOf(target)).toEqual(lines);
    const master = "select type, name, sql from sqlite_master where name not like '!_cf%' escape '!' order by type, name";
    expect(await all(target, master)).toEqual(await all(shop, master));
    expect(await all(target, "select * from counters order by name")).toEqual(await all(shop, "select * from counters order by name"));
    expect(await brokenRules(target)).toEqual({});
    for (const [table, word] of [
      ["customers", "delgado"],
      ["service_tickets", "brake"],
      ["parts", "oil"],
      ["vehicles", "ford"],
    ]) {
      const found = `select rowid from ${table}_search where terms match '${word}*' order by rowid`;
      expect(await all(target, found), table).toEqual(await all(shop, found));
      expect(await all(target, found), table).not.toEqual([]);
    }
  });

  it("goes on as a shop in another epoch: people log in, records are found, the ids go on, and the audit log verifies", async () => {
    const there = testDeps({ DB: target, DATABASE_EPOCH: "moved" });
    const visitor = createClient(there);
    await runJobs(there);
    const token = await logIn("admin", visitor);
    await runJobs(there);
    const verified = (await visitor.get("/audit-log/verify", { token })).body;
    expect(verified).toMatchObject({ ok: true, first_broken: null, unsealed: 0 });
    expect(verified.checked).toBeGreaterThan(300);
    expect((await visitor.get("/customers?q=delgado", { token })).body.customers).toHaveLength(1);
    const highest = await shop.prepare("select seq from sqlite_sequence where name = 'customers'").first<number>("seq");
    const { body } = await visitor.post("/customers", { name: "Nell New", phone: "555 0143" }, { token });
    expect(body.id).toBeGreaterThan(highest ?? 0);
    expect(await brokenRules(target)).toEqual({});
  });

  it("refuses a database that has rows, and changes nothing", async () => {
    const before = await linesOf(target);
    await expect(putInto(target, lines)).rejects.toThrow(/has rows already \(.*customers.*\)/);
    expect(await linesOf(target)).toEqual(before);
  });
});

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GivenNumber, NumberAnchor } from "../../src/core/ports.ts";
import { SKIPPED_IDS } from "../../src/db/write/ids-after-restore.ts";
import { createNumberAnchor } from "../../src/edge/audit-anchor.ts";
import { runJobs } from "../../src/jobs.ts";
import { type Client, clock, createClient, testDeps } from "../support/client.ts";
import { linesOf, migrated, putInto } from "../support/copies.ts";
import { anAdmin, PASSWORD, rows } from "../support/people.ts";
import { aBillableTicket, anInvoice, credit, post } from "../support/posted.ts";
import { aLine } from "../support/repair-order.ts";
import { aShop, aTicket, type Shop } from "../support/shop.ts";

const deps = testDeps();
const client = createClient(deps);
const { numbers } = deps;
const START = clock.now;

let log = vi.spyOn(console, "error");
beforeEach(() => {
  log = vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  clock.now = START;
});
const logged = () => log.mock.calls.flat().map((line) => JSON.parse(String(line)));

const lastOf = async (kind: GivenNumber["kind"], year = 2026): Promise<number> =>
  (await numbers.given()).find((each) => each.kind === kind && each.year === year)?.last ?? 0;
const sequenceOf = ({ number }: { readonly number: string }): number => Number(number.split("-")[1]);
const ask = (through: Client, shop: Pick<Shop, "mechanic">, ticket: number, headers: Record<string, string> = {}) =>
  through.post(`/service-tickets/${ticket}/invoice`, {}, { token: shop.mechanic.token, headers });
const documents = async (ticket: number) => (await rows("select id from invoices where service_ticket_id = ?", ticket)).length;
const away = () => Promise.reject(new Error("away"));
/** Safe here: nothing else is called. */
const SILENT = { getByName: () => ({ given: away, raise: away }) } as unknown as typeof env.AUDIT_ANCHOR;
const through = (anchor: Partial<NumberAnchor>): Client => createClient({ ...deps, numbers: { ...numbers, ...anchor } });

describe("the anchor of numbers", () => {
  it("moves forward only, in whatever order it is told, each series by itself and over epochs", async () => {
    const known = await lastOf("invoice");
    const told = [1, 3, 2].map((more) => numbers.raise([{ kind: "invoice", year: 2019, last: known + more }]));
    await Promise.all(told);
    await numbers.raise([{ kind: "invoice", year: 2018, last: 2 }]);
    const later = testDeps({ DATABASE_EPOCH: "another" }).numbers;
    expect(await later.given()).toEqual(
      expect.arrayContaining([
        { kind: "invoice", year: 2019, last: known + 3 },
        { kind: "invoice", year: 2018, last: 2 },
      ]),
    );
    const calls = [createNumberAnchor(SILENT).given(), createNumberAnchor(SILENT).raise([])];
    expect(await Promise.allSettled(calls)).toMatchObject(Array(2).fill({ status: "rejected", reason: { code: "unavailable" } }));
    // What the next tests do not meet.
    await rows(
      "insert into lost_numbers (kind, year, first, last, at) values ('invoice', 2019, 1, ?1, 'x'), ('invoice', 2018, 1, 2, 'x')",
      known + 3,
    );
  });

  it("is not needed to read, and without it nothing is posted: 503, and later it is", async () => {
    const shop = await aShop();
    const ticket = await aBillableTicket(client, shop);
    const silent = through({ given: createNumberAnchor(SILENT).given });
    const refused = await ask(silent, shop, ticket);
    expect([refused.status, refused.body.code, refused.headers.has("Retry-After")]).toEqual([503, "unavailable", true]);
    expect(await documents(ticket)).toBe(0);
    const invoice = await post(client, shop, ticket);
    expect((await credit(silent, invoice.id)).body.code).toBe("unavailable");
    expect(await documents(ticket)).toBe(1);
    expect((await silent.get(`/invoices/${invoice.id}`, { token: shop.mechanic.token })).status).toBe(200);
  });

  it("knows the last of many that are posted at the same time, and none is refused", async () => {
    const shop = await aShop();
    const tickets = [];
    for (let n = 0; n < 8; n++) tickets.push(await aBillableTicket(client, shop));
    const before = await lastOf("invoice");
    const answers = await Promise.all(tickets.map((ticket) => ask(client, shop, ticket)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    const given = answers.map(({ body }) => sequenceOf(body)).sort((a, b) => a - b);
    expect(given).toEqual(Array.from({ length: 8 }, (_, index) => before + 1 + index));
    expect(await lastOf("invoice")).toBe(before + 8);
  });

  it("has a series of its own for each year", async () => {
    const old = await lastOf("invoice");
    clock.now = Date.parse("2027-01-01T12:00:00.000Z");
    const invoice = await anInvoice(client);
    expect(invoice.number).toBe("2027-000001");
    expect([await lastOf("invoice"), await lastOf("invoice", 2027)]).toEqual([old, 1]);
    // A number of each year that was not told.
    const forgetful = new Map<string, GivenNumber>();
    const empty: NumberAnchor = {
      given: async () => [],
      raise: async (told) => {
        for (const each of told) forgetful.set(`${each.kind} ${each.year}`, each);
      },
    };
    await runJobs({ ...deps, numbers: empty });
    expect([forgetful.get("invoice 2026")?.last, forgetful.get("invoice 2027")?.last]).toEqual([old, 1]);
  });
});

/** The database of the tests has its tables without the list of migrations, which an export names. */
const nameMigrations = async (): Promise<void> => {
  await rows("create table d1_migrations (id integer primary key, name text)");
  for (const { name } of env.MIGRATIONS) await rows("insert into d1_migrations (name) values (?)", name);
};

describe("a database that was set back in time", () => {
  /** Dates of documents never fall, and the last one was of this year. */
  const YEAR = 2027;
  const restored = testDeps({ DB: env.REBUILT });
  const later = testDeps({ DB: env.REBUILT, DATABASE_EPOCH: "2" });
  let [shop, admin]: [Shop | null, { email: string; token: string } | null] = [null, null];
  let [ticket, open, given, kept]: [number, number, number, string] = [0, 0, 0, ""];

  const mechanic = (): Shop => {
    if (!shop) throw new Error("the first test makes it");
    return shop;
  };

  it("posts and credits nothing: 503, and the log says why and what to do; what was kept is answered again", async () => {
    [shop, admin] = [await aShop(), await anAdmin()];
    const first = await aBillableTicket(client, shop);
    kept = crypto.randomUUID();
    const { body: invoice } = await ask(client, shop, first, { "Idempotency-Key": kept });
    ticket = await aBillableTicket(client, shop);
    const lost = [await aBillableTicket(client, shop), await aBillableTicket(client, shop)];
    open = (await aTicket(client, shop)).id;
    await aLine(open, { mechanic_id: shop.mechanic.id });
    await nameMigrations();
    const copy = await linesOf(env.DB);
    for (const each of lost) await post(client, shop, each);
    given = await lastOf("invoice", YEAR);
    await migrated(env.REBUILT);
    await putInto(env.REBUILT, copy);
    const back = createClient(restored);
    const expected = { kind: "invoice", year: YEAR, given, known: given - 2 };
    const refused = await ask(back, shop, ticket);
    expect([refused.status, refused.body]).toEqual([503, expect.objectContaining({ code: "numbers_behind", ...expected })]);
    const noted = await credit(back, invoice.id, undefined, admin.token);
    expect([noted.status, noted.body.code]).toEqual([503, "numbers_behind"]);
    const line = { alarm: "invoice_numbers_behind", ...expected, advice: expect.stringContaining("DATABASE_EPOCH") };
    expect(logged()).toEqual([line, line]);
    expect(await env.REBUILT.prepare("select max(sequence) as n from invoices where year = 2027").first("n")).toBe(given - 2);
    const repeated = await ask(back, shop, first, { "Idempotency-Key": kept });
    expect([repeated.body.number, repeated.headers.get("Idempotent-Replayed")]).toEqual([invoice.number, "true"]);
  });

  it("is an alarm of every minute, and of GET /health for admins, and the anchor stays", async () => {
    await runJobs(restored);
    expect(logged()).toContainEqual(expect.objectContaining({ alarm: "invoice_numbers_behind", advice: expect.any(String) }));
    const { body } = await createClient(restored).get("/health", { token: admin?.token });
    expect(body.alarms).toContainEqual(expect.objectContaining({ name: "invoice_numbers_behind", since: null }));
    expect((await client.get("/health", { token: admin?.token })).body.alarms).not.toContainEqual(
      expect.objectContaining({ name: "invoice_numbers_behind" }),
    );
    expect(await lastOf("invoice", YEAR)).toBe(given);
  });

  it("is still refused under a new epoch until its first job, which waits for the anchor", async () => {
    const back = createClient(later);
    const { body } = await back.post("/auth/login", { email: mechanic().mechanic.email, password: PASSWORD });
    expect((await ask(back, { mechanic: { ...mechanic().mechanic, token: body.token } }, ticket)).body.code).toBe("numbers_behind");
    await expect(runJobs({ ...later, numbers: { ...numbers, given: away } })).rejects.toThrow("failed: note_epoch");
    expect(await env.REBUILT.prepare("select count(*) as n from epochs where epoch = '2'").first("n")).toBe(0);
  });

  it("goes on after the last number that was given, and says which numbers are lost", async () => {
    await Promise.all([runJobs(later), runJobs(later)]);
    const lost = { kind: "invoice", year: YEAR, first: given - 1, last: given };
    const { results } = await env.REBUILT.prepare("select kind, year, first, last from lost_numbers where year = 2027").all();
    expect(results).toEqual([lost]);
    const back = createClient(later);
    const tokenOf = async (email: string): Promise<string> => (await back.post("/auth/login", { email, password: PASSWORD })).body.token;
    const entries = await back.get("/audit-log?entity=database", { token: await tokenOf(admin?.email ?? "") });
    expect(entries.body.audit_log[0]).toMatchObject({ action: "database.restored", after: { epoch: "2", lost_numbers: [lost] } });
    const token = await tokenOf(mechanic().mechanic.email);
    const { status, body } = await ask(back, { mechanic: { ...mechanic().mechanic, token } }, ticket);
    expect([status, sequenceOf(body)]).toEqual([201, given + 1]);
    expect(await lastOf("invoice", YEAR)).toBe(given + 1);
    await runJobs(later);
    const { body: health } = await back.get("/health", { token: await tokenOf(admin?.email ?? "") });
    expect(health.alarms).not.toContainEqual(expect.objectContaining({ name: "invoice_numbers_behind" }));
  });

  it("gives no id again of an invoice, a payment, an estimate, a decision or a mail, but the next ones of those that it leaves out", async () => {
    const back = createClient(later);
    const token: string = (await back.post("/auth/login", { email: mechanic().mechanic.email, password: PASSWORD })).body.token;
    const idOf = async (path: string, body: object): Promise<number> => {
      const made = await back.post(path, body, { token, headers: { "Idempotency-Key": crypto.randomUUID() } });
      expect(made.status, path).toBe(201);
      return made.body.id;
    };
    const { invoice_id: invoice } = (await back.get(`/service-tickets/${ticket}`, { token })).body;
    const estimates = [await idOf(`/service-tickets/${open}/estimates`, {}), await idOf(`/service-tickets/${open}/estimates`, {})];
    const { lines } = (await back.get(`/estimates/${estimates[1]}`, { token })).body;
    const said = { channel: "in_person", person_name: "Cara Customer", capacity: "owner" };
    const yes = { ...said, decisions: [{ line_id: lines[0].id, decision: "approved" }] };
    const pay = () => idOf(`/invoices/${invoice}/payments`, { amount: 0.01, method: "cash" });
    const ids = {
      invoices: [invoice],
      estimates,
      authorizations: [await idOf(`/estimates/${estimates[1]}/authorizations`, yes)],
      payments: [await pay(), await pay()],
      mails: [
        await idOf(`/invoices/${invoice}/send`, { to: "a@mail.shop" }),
        await idOf(`/invoices/${invoice}/send`, { to: "b@mail.shop" }),
      ],
    };
    const leftOut = (await env.REBUILT.prepare("select name, last from lost_ids").all<{ name: string; last: number }>()).results;
    expect(leftOut.map(({ name }) => name).sort()).toEqual(Object.keys(ids).sort());
    expect(ids).toEqual(
      Object.fromEntries(leftOut.map(({ name, last }) => [name, ids[name as keyof typeof ids].map((_, index) => last + 1 + index)])),
    );
    for (const { name, last } of leftOut) expect(last, name).toBeGreaterThanOrEqual(SKIPPED_IDS);
  });

  it("has its lost numbers in the next backup, after which no number of theirs is given either", async () => {
    const copy = await linesOf(env.REBUILT);
    await migrated(env.OLD);
    await putInto(env.OLD, copy);
    const last = await env.OLD.prepare("select last from lost_numbers where year = 2027").first("last");
    expect(last).toBe(given);
    const next = testDeps({ DB: env.OLD, DATABASE_EPOCH: "3" });
    await numbers.raise([
      { kind: "invoice", year: YEAR, last: given + 3 },
      { kind: "credit_note", year: YEAR, last: 40 },
    ]);
    const highest = () =>
      env.OLD.prepare("select max(id) as id, (select last from lost_ids where name = 'payments') as last from payments").first<{
        id: number;
        last: number;
      }>();
    const kept = await highest();
    await runJobs(next);
    expect(await highest()).toEqual({ id: kept?.id, last: Math.max((kept?.last ?? 0) + SKIPPED_IDS, (kept?.id ?? 0) + SKIPPED_IDS) });
    const { results } = await env.OLD.prepare("select kind, first, last from lost_numbers where year = 2027 order by id").all();
    expect(results.slice(1)).toEqual(
      expect.arrayContaining([
        { kind: "invoice", first: given + 2, last: given + 3 },
        expect.objectContaining({ kind: "credit_note", last: 40 }),
      ]),
    );
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../../src/core/errors.ts";
import type { GivenNumber, NumberAnchor } from "../../src/core/ports.ts";
import { runJobs } from "../../src/jobs.ts";
import { createClient, testDeps } from "../support/client.ts";
import { anAdmin, rows } from "../support/people.ts";
import { aBillableTicket, anInvoice, credit, post } from "../support/posted.ts";
import { aShop } from "../support/shop.ts";

const deps = testDeps();
const client = createClient(deps);
const sequenceOf = ({ number }: { readonly number: string }): number => Number(number.slice(-6));

let log = vi.spyOn(console, "error");
beforeEach(() => {
  log = vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

const given = async (kind: string): Promise<number> =>
  (await deps.numbers.given()).find((series) => series.kind === kind && series.year === 2026)?.last ?? 0;

/** A shop whose anchor fails in one of its calls. */
const failing = (call: keyof NumberAnchor) =>
  createClient({ ...deps, numbers: { ...deps.numbers, [call]: () => Promise.reject(new Failure("unavailable")) } });

describe("the numbers of documents", () => {
  it("are remembered outside of the database as they are given, and only ever rise", async () => {
    const shop = await aShop();
    const invoice = await anInvoice(client, shop);
    expect(await given("invoice")).toBe(sequenceOf(invoice));
    const note = await credit(client, invoice.id);
    expect(await given("credit_note")).toBe(sequenceOf(note.body));
    await deps.numbers.raise([{ kind: "invoice", year: 2026, last: 0 } satisfies GivenNumber]);
    expect(await given("invoice")).toBe(sequenceOf(invoice));
  });

  it("are not given while nobody can say which were, and nothing is posted then", async () => {
    const shop = await aShop();
    const id = await aBillableTicket(client, shop);
    const before = await rows("select count(*) as n from invoices");
    const refused = await failing("given").post(`/service-tickets/${id}/invoice`, {}, { token: shop.mechanic.token });
    expect(refused).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(await rows("select count(*) as n from invoices")).toEqual(before);
  });

  it("that were given but not remembered are made up for by the job of every minute", async () => {
    const shop = await aShop();
    const id = await aBillableTicket(client, shop);
    const posted = await failing("raise").post(`/service-tickets/${id}/invoice`, {}, { token: shop.mechanic.token });
    expect(posted.status).toBe(201);
    expect(await given("invoice")).toBe(sequenceOf(posted.body) - 1);
    await runJobs(deps);
    expect(await given("invoice")).toBe(sequenceOf(posted.body));
  });

  it("are given twice by no database that was set back in time: it posts nothing, says what to do, and goes on after them in a new epoch", async () => {
    const shop = await aShop();
    const invoice = await anInvoice(client, shop);
    const last = sequenceOf(invoice) + 40;
    // What a restore leaves: the anchor knows of forty more than the database.
    await deps.numbers.raise([{ kind: "invoice", year: 2026, last }]);
    const id = await aBillableTicket(client, shop);
    const refused = await client.post(`/service-tickets/${id}/invoice`, {}, { token: shop.mechanic.token });
    expect(refused).toMatchObject({ status: 503, body: { code: "numbers_behind" } });
    expect(await credit(client, invoice.id)).toMatchObject({ status: 503, body: { code: "numbers_behind" } });
    const { body } = await client.get("/health", { token: (await anAdmin()).token });
    expect(body.alarms).toContainEqual(
      expect.objectContaining({ name: "invoice_numbers_behind", advice: expect.stringContaining("DATABASE_EPOCH") }),
    );
    await runJobs(deps);
    const lines = log.mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(lines).toContainEqual(expect.objectContaining({ alarm: "invoice_numbers_behind", advice: expect.stringContaining("README") }));

    await runJobs(testDeps({ DATABASE_EPOCH: "restored" }));
    expect(await rows("select kind, year, first, last from lost_numbers")).toEqual([
      { kind: "invoice", year: 2026, first: sequenceOf(invoice) + 1, last },
    ]);
    const [entry] = await rows<{ after: string }>(
      "select after from audit_log where action = 'database.restored' order by id desc limit 1",
    );
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ lost_numbers: [{ kind: "invoice", year: 2026, last }] });
    const again = await aShop();
    const next = await post(client, again, await aBillableTicket(client, again));
    expect(sequenceOf(next)).toBe(last + 1);
    expect(sequenceOf(await anInvoice(client, again))).toBe(last + 2);
  });
});

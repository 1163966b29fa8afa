import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { expectRefused } from "../support/attacks.ts";
import { createClient } from "../support/client.ts";
import { aMechanic, rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aLine, type Brakes, brakes, inPerson, present, stateOf } from "../support/repair-order.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();

type Row = Readonly<Record<string, string | number | null>>;

/** The only row that a query finds. */
const one = async (sql: string, ...values: unknown[]): Promise<Row> => {
  const [row] = await rows<Row>(sql, ...values);
  if (!row) throw new Error(sql);
  return row;
};

const literal = (value: string | number | null): string => (typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value));

/** A statement that inserts the row, with these fields instead. */
const inserting = (table: string, row: Row, changed: Row = {}): string => {
  const all = Object.entries({ ...row, ...changed }).filter(([name]) => name !== "number");
  return `insert into ${table} (${all.map(([name]) => name).join(", ")}) values (${all.map(([, value]) => literal(value)).join(", ")})`;
};

let order: Brakes;
let estimate: Row;
let said: Row;
let decision: Row;

beforeAll(async () => {
  order = await brakes(client);
  const { id } = await present(client, order);
  const other = await brakes(client);
  await present(client, other);
  const { token } = await aMechanic();
  await client.post(`/estimates/${id}/authorizations`, inPerson([{ job_id: order.job, decision: "declined" }]), { token });
  const yes = await client.post(`/estimates/${id}/authorizations`, inPerson([{ job_id: order.job, decision: "approved" }]), { token });
  estimate = await one("select * from estimates where id = ?", id);
  said = await one("select * from authorizations where id = ?", yes.body.id);
  decision = await one("select * from authorization_decisions where authorization_id = ? and line_id = ?", yes.body.id, order.pads);
});

afterEach(async () => expect(await brokenRules()).toEqual({}));

/** Another value for each column of a row. */
const others = (row: Row): [string, string | number][] =>
  Object.entries(row)
    .filter(([name]) => name !== "number")
    .map(([name, value]) => [name, typeof value === "number" ? value + 1 : `${value ?? ""}x`]);

describe.each(["estimates", "authorizations", "authorization_decisions"])("what stands in %s", (table) => {
  const row = (): Row => (table === "estimates" ? estimate : table === "authorizations" ? said : decision);

  it("is changed in no column", async () => {
    for (const [name, value] of others(row()))
      await expectRefused(`update ${table} set ${name} = ${literal(value)} where id = ${row().id}`, "append_only");
    await expectRefused(`update ${table} set at = at where id = ${row().id}`, "append_only");
  });

  it("keeps its id, free or taken", async () => {
    const taken = await one(`select id from ${table} where id <> ? limit 1`, row().id);
    for (const id of [taken.id, 777_777, -1]) await expectRefused(`update ${table} set id = ${id} where id = ${row().id}`, "append_only");
  });

  it("is neither removed nor replaced", async () => {
    await expectRefused(`delete from ${table} where id = ${row().id}`, "append_only");
    await expectRefused(`delete from ${table}`, "append_only");
    await expectRefused(inserting(table, row()), "append_only");
    await expectRefused(inserting(table, row()).replace("insert", "replace"), "append_only");
    await expectRefused(`${inserting(table, row())} on conflict do update set at = 'x'`, "append_only");
  });
});

describe("an estimate", () => {
  /** What would be the next estimate of the ticket. */
  const next = async (): Promise<Row> => {
    const { id: _id, ...row } = estimate;
    const { sequence } = await one("select max(sequence) + 1 as sequence from estimates where year = ?", estimate.year);
    return { ...row, sequence: sequence ?? 0 };
  };
  const trying = async (changed: Row) => inserting("estimates", await next(), changed);
  /** The content with something else in it. */
  const withContent = (change: (content: { lines: Record<string, unknown>[]; taxes: unknown[] }) => void): string => {
    const content = JSON.parse(String(estimate.content));
    change(content);
    return JSON.stringify(content);
  };

  it("takes the next number of its year, on a day that is not before the last one's", async () => {
    const { sequence } = await next();
    for (const changed of [
      { sequence: Number(sequence) + 1 },
      { sequence: 0 },
      { year: 2031 },
      { year: 2031, sequence: 1 },
      { date: "2026-11-19" },
      { date: "2026-11-31", valid_until: "2026-12-31" },
      { valid_until: "x" },
      { id: 1, sequence: Number(sequence) },
    ])
      await expectRefused(await trying(changed), "conflict|append_only|CHECK");
    await expectRefused(await trying({ sequence: estimate.sequence ?? 0 }), "append_only");
    await expectRefused(await trying({ valid_until: "2026-11-01" }), "CHECK");
  });

  it("shows the lines of its ticket as they are, all of them and no others", async () => {
    const wrong: readonly Parameters<typeof withContent>[0][] = [
      ({ lines }) => lines.pop(),
      ({ lines }) => lines.push({ ...lines[0], id: 999_999 }),
      ({ lines: [first] }) => Object.assign(first ?? {}, { net: 1 }),
      ({ lines: [first] }) => Object.assign(first ?? {}, { words: "x" }),
      ({ lines: [first, second] }) => Object.assign(first ?? {}, { id: second?.id }),
    ];
    for (const change of wrong) await expectRefused(await trying({ content: withContent(change) }), "conflict");
    await expectRefused(await trying({ content: withContent((content) => Object.assign(content, { lines: [] })) }), "nothing_to_estimate");
    await expectRefused(await trying({ content: "{}" }), "nothing_to_estimate");
  });

  it("has the sums of what it shows", async () => {
    const share = withContent(({ lines: [first] }) => Object.assign(first ?? {}, { share: 5 }));
    await expectRefused(await trying({ content: share }), "conflict");
    const taxed = withContent(({ taxes }) => taxes.push({ amount: 5 }));
    await expectRefused(await trying({ content: taxed }), "conflict");
    await expectRefused(await trying({ tax: 5, total: Number(estimate.total) + 5 }), "conflict");
    await expectRefused(await trying({ lines_net: 1, net: 1, total: 1 }), "conflict");
    await expectRefused(await trying({ discount_amount: 1, net: Number(estimate.net) - 1, total: Number(estimate.total) - 1 }), "conflict");
    for (const changed of [{ total: 1 }, { net: 1 }, { discount_amount: -1 }]) await expectRefused(await trying(changed), "CHECK|conflict");
  });

  it("is of a ticket that is there and not over, for its customer", async () => {
    await expectRefused(await trying({ service_ticket_id: 999_999 }), "reference_not_found");
    const other = await aShop();
    await expectRefused(await trying({ customer_id: other.customer.id }), "conflict");
    const closed = await brakes(client);
    await rows("update service_tickets set status = 'cancelled' where id = ?", closed.ticket);
    await expectRefused(await trying({ service_ticket_id: closed.ticket, customer_id: closed.shop.customer.id }), "ticket_closed");
  });
});

describe("an authorisation", () => {
  let fresh: { ticket: number; id: number; line: number; other: number };
  /** A yes to the first of two lines, as a row that SQL takes. */
  let yes: Row;

  beforeAll(async () => {
    const shop = await aShop();
    const { id: ticket } = await aTicket(client, shop);
    const [line, other] = [await aLine(ticket), await aLine(ticket, { description: "Other" })];
    fresh = { ticket, line, other, id: (await present(client, { ticket })).id };
    const { words } = await one("select words from ticket_lines where id = ?", line);
    const decisions = [{ line_id: line, job_id: null, decision: "approved", net: 18_000, words, description: "Replace front pads" }];
    const { id: _id, ...row } = said;
    const sums = { additional_net: 18_000, authorized_net_before: 0, authorized_net_after: 18_000, total_after: 18_000 };
    yes = { ...row, ...sums, service_ticket_id: ticket, estimate_id: fresh.id, decisions: JSON.stringify(decisions) };
  });

  const trying = (changed: Row): string => inserting("authorizations", yes, changed);
  const deciding = (change: Row, count = 1): string => {
    const [decided] = JSON.parse(String(yes.decisions));
    return JSON.stringify(Array.from({ length: count }, () => ({ ...decided, ...change })));
  };

  it("is on the current estimate of its ticket, while it is valid", async () => {
    await expectRefused(trying({ estimate_id: 999_999 }), "reference_not_found");
    await expectRefused(trying({ estimate_id: estimate.id ?? 0 }), "reference_not_found");
    await expectRefused(trying({ service_ticket_id: order.ticket }), "reference_not_found");
    await expectRefused(trying({ at: "2027-06-01T00:00:00.000Z", date: "2027-06-01" }), "estimate_expired");
    await expectRefused(trying({ at: "2027-06-01T00:00:00.000Z" }), "conflict");
    await expectRefused(trying({ date: "x" }), "conflict|estimate_expired");
    await rows("update service_tickets set status = 'cancelled' where id = ?", fresh.ticket);
    await expectRefused(trying({}), "ticket_closed");
    await rows("update service_tickets set status = 'open' where id = ?", fresh.ticket);
  });

  it("decides on lines as they were shown, each once", async () => {
    for (const change of [
      { net: 1 },
      { words: "x" },
      { description: "x" },
      { job_id: 1 },
      { line_id: fresh.other },
      { line_id: order.pads },
    ])
      await expectRefused(trying({ decisions: deciding(change) }), "conflict|line_changed");
    await expectRefused(trying({ decisions: deciding({}, 2) }), "conflict");
    await expectRefused(trying({ decisions: "[]" }), "CHECK|conflict");
    await expectRefused(trying({ decisions: deciding({ decision: "open" }) }), "CHECK|conflict");
    await rows("update ticket_lines set description = 'Something else' where id = ?", fresh.line);
    await expectRefused(trying({}), "line_changed");
    await rows("update ticket_lines set description = 'Replace front pads' where id = ?", fresh.line);
  });

  it("has the sums of what it says", async () => {
    for (const changed of [
      { authorized_net_before: 1 },
      { authorized_net_after: 1 },
      { additional_net: 0 },
      { authorized_net_before: 1, authorized_net_after: 18_001 },
      { total_after: -1 },
    ])
      await expectRefused(trying(changed), "conflict");
  });

  it("is recorded by exactly one account, in a way that fits", async () => {
    for (const changed of [
      { staff_user_id: null },
      { customer_user_id: 1 },
      { staff_user_id: null, customer_user_id: 1 },
      { channel: "portal" },
      { channel: "phone", contact: null },
      { channel: "fax" },
      { capacity: "friend" },
      { replaced_parts: "burn" },
    ])
      await expectRefused(trying(changed), "CHECK");
  });

  it("decides on a job that is decided together as a whole", async () => {
    const row = await one("select * from authorizations where id = ?", said.id);
    const [first] = JSON.parse(String(row.decisions));
    const half = { ...row, id: null, decisions: JSON.stringify([first]) };
    await expectRefused(inserting("authorizations", half), "decide_whole_job|conflict");
  });

  it("is followed by no decision but its own, and by no approval of a line", async () => {
    const { id: _id, ...row } = decision;
    for (const changed of [{ line_id: fresh.line }, { position: 99 }, { authorization_id: 999_999 }])
      await expectRefused(inserting("authorization_decisions", row, changed), "append_only");
    await expectRefused(`update ticket_lines set decision = 'approved', authorized_net = 1 where id = ${fresh.other}`, "conflict");
    await expectRefused(`update ticket_lines set authorized_net = 999999 where id = ${order.pads}`, "conflict");
    await expectRefused(`update ticket_lines set decision = 'declined', authorized_net = null where id = ${order.pads}`, "conflict");
  });

  it("is taken when it is right, and reaches the line", async () => {
    await rows(trying({}));
    expect(await stateOf(fresh.line)).toEqual({ decision: "approved", authorized_net: 18_000 });
    expect(await stateOf(fresh.other)).toMatchObject({ decision: "open" });
    await present(client, fresh);
    await expectRefused(trying({}), "estimate_superseded");
  });
});

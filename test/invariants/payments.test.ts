import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { PAYMENT_METHODS } from "../../src/db/schema/invoices.ts";
import { expectRefused } from "../support/attacks.ts";
import { createClient } from "../support/client.ts";
import { anInvoiceOver, owedBack, pay, refund, reverse } from "../support/paid.ts";
import { anAdmin, rows } from "../support/people.ts";
import { credit } from "../support/posted.ts";
import { aShop } from "../support/shop.ts";

const client = createClient();

type Row = Readonly<Record<string, string | number | null>>;
type Made = Awaited<ReturnType<typeof pay>>;

const one = async (sql: string, ...values: unknown[]): Promise<Row> => {
  const [row] = await rows<Row>(sql, ...values);
  if (!row) throw new Error(sql);
  return row;
};

const literal = (value: string | number | null): string => (typeof value === "string" ? `'${value}'` : String(value));

/** A statement that inserts the row, with these fields instead. */
const inserting = (row: Row, changed: Row = {}): string => {
  const all = Object.entries({ ...row, ...changed });
  return `insert into payments (${all.map(([name]) => name).join(", ")}) values (${all.map(([, value]) => literal(value)).join(", ")})`;
};

/** Invoices whose `paid` is not what the ledger comes to, and days of the till that are not the sum of their payments. */
const KEPT = "select * from daily_payments";
const TOLD = `select received_on as date, ${PAYMENT_METHODS.map((method) => `sum(iif(method = '${method}', effect, 0))`)},
  ${PAYMENT_METHODS.map((method) => `sum(method = '${method}')`)} from payments group by 1`;
const WRONG = `select 'invoice ' || i.id as what from invoices i
    where paid <> (select ifnull(sum(effect), 0) from payments where invoice_id = i.id)
      or i.kind = 'invoice' and balance <> max(0, total - credited - paid) or refundable <> max(0, iif(kind = 'invoice', credited + paid - total, 0))
  union all select 'last of ' || invoice_id from payments p where id = (select max(id) from payments where invoice_id = p.invoice_id)
      and paid_after <> (select paid from invoices where id = p.invoice_id)
  union all select 'till of ' || date from (${KEPT} except ${TOLD})
  union all select 'no till of ' || date from (${TOLD} except ${KEPT})
  union all select 'counter' from counters where name = 'payments' and value <> (select count(*) from payments)`;

afterEach(async () => expect(await rows(WRONG)).toEqual([]));

const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

/** How many answers there are of each code. */
const tally = (answers: readonly Made[]): Record<string, number> => {
  const codes = answers.map(({ status, body }) => (status === 201 ? "done" : String(body.code)));
  return Object.fromEntries([...new Set(codes)].map((code) => [code, codes.filter((each) => each === code).length]));
};

const paidOf = (id: number) => one("select paid, balance, refundable from invoices where id = ?", id);

describe("at the same time", () => {
  it("one of 30 payments of the whole balance passes", async () => {
    const { shop, id, total } = await anInvoiceOver(client, 650_021);
    expect(tally(await times(30, () => pay(client, shop, id, total)))).toEqual({ done: 1, overpaid: 29 });
    expect(await paidOf(id)).toEqual({ paid: 650_021, balance: 0, refundable: 0 });
  });

  it("three of 30 payments of a third pass", async () => {
    const { shop, id } = await anInvoiceOver(client, 650_022);
    expect(tally(await times(30, () => pay(client, shop, id, 2_166.74)))).toEqual({ done: 3, overpaid: 27 });
    expect(await paidOf(id)).toEqual({ paid: 650_022, balance: 0, refundable: 0 });
  });

  it("two of 30 payments of a third rounded up pass, and leave what is less than a third", async () => {
    const { shop, id } = await anInvoiceOver(client, 650_021);
    expect(tally(await times(30, () => pay(client, shop, id, 2_166.74)))).toEqual({ done: 2, overpaid: 28 });
    expect(await paidOf(id)).toMatchObject({ balance: 650_021 - 2 * 216_674 });
  });

  it("one of 20 refunds of all that is owed back passes", async () => {
    const { id } = await owedBack(client, 12_345);
    expect(tally(await times(20, () => refund(client, id)))).toEqual({ done: 1, nothing_to_refund: 19 });
    expect(await paidOf(id)).toEqual({ paid: 0, balance: 0, refundable: 0 });
  });

  it("one of three payments with the same slip passes, on whichever invoice", async () => {
    const shop = await aShop();
    const invoices = [
      await anInvoiceOver(client, 1_000, shop),
      await anInvoiceOver(client, 1_000, shop),
      await anInvoiceOver(client, 1_000, shop),
    ];
    const slip = { method: "card", reference: `SLIP-${invoices[0]?.id}` };
    const answers = await Promise.all(invoices.map(({ id }) => pay(client, shop, id, 10, slip)));
    expect(tally(answers)).toEqual({ done: 1, reference_taken: 2 });
  });

  it("one of 10 reversals of a payment passes", async () => {
    const { shop, id } = await anInvoiceOver(client, 1_000);
    const { body } = await pay(client, shop, id, 10);
    expect(tally(await times(10, () => reverse(client, body.id)))).toEqual({ done: 1, already_reversed: 9 });
  });

  it("the same request under one key is recorded once, and all get its answer", async () => {
    const { shop, id } = await anInvoiceOver(client, 1_000);
    const send = (amount = 4) =>
      client.post(
        `/invoices/${id}/payments`,
        { amount, method: "cash" },
        { token: shop.mechanic.token, headers: { "Idempotency-Key": `once-${id}` } },
      );
    const answers = [...(await times(10, () => send())), await send()];
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => !headers.has("Idempotent-Replayed"))).toHaveLength(1);
    expect(await rows("select amount from payments where invoice_id = ?", id)).toEqual([{ amount: 400 }]);
    expect(await send(5)).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  });
});

describe("an entry of the ledger", () => {
  let paid: Row;
  let undone: Row;
  let invoice: Row;
  let note: number;

  beforeAll(async () => {
    const { shop, id } = await anInvoiceOver(client, 10_000);
    const wrong = await pay(client, shop, id, 20, { method: "card", reference: "WRONG-1" });
    undone = await one("select * from payments where id = ?", (await reverse(client, wrong.body.id)).body.id);
    note = (
      await credit(client, id, [
        { line_id: (await client.get(`/invoices/${id}`, { token: shop.mechanic.token })).body.lines[0].id, net: 10 },
      ])
    ).body.id;
    const made = await pay(client, shop, id, 30, { method: "card", reference: "RAW-1" });
    paid = await one("select * from payments where id = ?", made.body.id);
    invoice = await one("select * from invoices where id = ?", id);
  });

  /** What could be the next payment of the invoice: 10.00 in cash. */
  const next = (changed: Row = {}): string => {
    const { id: _id, ...row } = paid;
    return inserting({ ...row, method: "cash", reference: null, amount: 1_000, effect: 1_000, paid_after: 4_000 }, changed);
  };

  it("is changed in no column, and keeps its id", async () => {
    for (const [name, value] of Object.entries(paid)) {
      const other = typeof value === "number" ? value + 1 : `${value ?? ""}x`;
      await expectRefused(`update payments set ${name} = ${literal(other)} where id = ${paid.id}`, "append_only");
    }
    await expectRefused(`update payments set note = note where id = ${paid.id}`, "append_only");
    for (const id of [undone.id, 777_777, -1]) await expectRefused(`update payments set id = ${id} where id = ${paid.id}`, "append_only");
  });

  it("is neither removed nor replaced", async () => {
    await expectRefused(`delete from payments where id = ${paid.id}`, "append_only");
    await expectRefused("delete from payments", "append_only");
    for (const row of [paid, undone]) {
      await expectRefused(inserting(row), "append_only");
      await expectRefused(inserting(row).replace("insert", "replace"), "append_only");
      await expectRefused(`${inserting(row)} on conflict do update set note = 'x'`, "append_only");
    }
    await expectRefused(next({ id: 1 }), "append_only");
    await expectRefused(next({ id: -1 }), "CHECK");
  });

  it("is of an invoice that is there, with an amount of its kind", async () => {
    for (const invoice_id of [999_999, note]) await expectRefused(next({ invoice_id }), "reference_not_found");
    await expectRefused(next({ amount: 0, effect: 0, paid_after: 3_000 }), "CHECK");
    await expectRefused(next({ amount: -1_000, effect: -1_000, paid_after: 2_000 }), "CHECK");
    await expectRefused(next({ effect: -1_000, paid_after: 2_000 }), "CHECK");
    await expectRefused(next({ effect: 1, paid_after: 3_001 }), "CHECK");
    await expectRefused(next({ kind: "tip" }), "CHECK");
    await expectRefused(next({ method: "barter" }), "CHECK");
    await expectRefused(next({ amount: 1.5, effect: 1.5, paid_after: 3_001.5 }), "CHECK");
  });

  it("takes off what is paid where it is a refund", async () => {
    const { shop, id } = await anInvoiceOver(client, 10_000);
    await pay(client, shop, id, 60);
    const { lines } = (await client.get(`/invoices/${id}`, { token: shop.mechanic.token })).body;
    await credit(client, id, [{ line_id: lines[0].id, net: 60 }]);
    await expectRefused(next({ invoice_id: id, kind: "refund", effect: 1_000, paid_after: 7_000 }), "CHECK");
  });

  it("says what is paid with it, within the balance", async () => {
    for (const paid_after of [3_000, 3_999, 4_001, 0]) await expectRefused(next({ paid_after }), "conflict");
    await expectRefused(next({ amount: 6_001, effect: 6_001, paid_after: 9_001 }), "overpaid");
    await expectRefused(next({ kind: "refund", effect: -1_000, paid_after: 2_000 }), "nothing_to_refund");
  });

  it("has a reference of its own, and a day that is not to come", async () => {
    await expectRefused(next({ method: "card", reference: "raw-1" }), "reference_taken");
    await expectRefused(next({ method: "card", reference: "RAW-1" }), "reference_taken");
    for (const received_on of ["2026-11-22", "2026-11-31", "x", "2026-11-20T00:00:00.000Z"])
      await expectRefused(next({ received_on }), "conflict");
  });

  it("reverses one that is there, as it is, once, and no reversal", async () => {
    const back = { kind: "reversal", reverses_id: paid.id ?? 0, method: "card", amount: 3_000, effect: -3_000, paid_after: 0 };
    await expectRefused(next({ ...back, reverses_id: 999_999 }), "conflict");
    await expectRefused(next({ ...back, reverses_id: null }), "conflict");
    await expectRefused(next({ ...back, reverses_id: undone.id ?? 0, amount: 2_000, effect: 2_000, paid_after: 5_000 }), "conflict");
    await expectRefused(next({ ...back, amount: 2_999, effect: -2_999, paid_after: 1 }), "conflict");
    await expectRefused(next({ ...back, method: "cash" }), "conflict");
    await expectRefused(next({ ...back, effect: 3_000, paid_after: 6_000 }), "conflict");
    await expectRefused(next({ ...back, reference: "X" }), "conflict");
    const other = await anInvoiceOver(client, 10_000);
    await expectRefused(next({ ...back, invoice_id: other.id }), "conflict");
    await expectRefused(
      next({ ...back, reverses_id: undone.reverses_id ?? 0, amount: 2_000, effect: -2_000, paid_after: 1_000 }),
      "already_reversed",
    );
    await expectRefused(next({ reverses_id: paid.id ?? 0 }), "CHECK");
  });

  it("leaves what is paid of an invoice to no hand but its own", async () => {
    for (const paid_now of [0, 2_999, 9_000, -1])
      await expectRefused(`update invoices set paid = ${paid_now} where id = ${invoice.id}`, "append_only");
  });

  it("of money that was given back is not reversed before the refund", async () => {
    const { shop, id } = await anInvoiceOver(client, 1_000);
    const whole = await pay(client, shop, id, 10);
    await credit(client, id);
    await refund(client, id);
    const { id: reverses_id = null, ...row } = await one("select * from payments where id = ?", whole.body.id);
    await expectRefused(inserting(row, { kind: "reversal", reverses_id, effect: -1_000, paid_after: -1_000 }), "payment_refunded");
  });

  it("is no longer counted when it is removed while the rules are set aside", async () => {
    const rules = await rows<{ name: string; sql: string }>(
      "select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'payments' and name not like '%_520_%'",
    );
    const counted = async () => Number((await one("select value from counters where name = 'payments'")).value);
    const before = await counted();
    for (const { name } of rules) await rows(`drop trigger ${name}`);
    await rows("delete from payments where id = ?", paid.id);
    const after = await counted();
    await rows(inserting(paid));
    await rows("update counters set value = ? where name = 'payments'", before);
    for (const { sql } of rules) await rows(sql);
    expect(after).toBe(before - 1);
  });

  it("that an admin refunds is nothing that a mechanic may", async () => {
    const { shop, id } = await anInvoiceOver(client, 1_000);
    const { body } = await pay(client, shop, id, 10);
    for (const path of [`/invoices/${id}/refunds`, `/payments/${body.id}/reversal`]) {
      const options = (token: string) => ({ token, headers: { "Idempotency-Key": `who-${body.id}` } });
      expect((await client.post(path, { method: "cash" }, options(shop.mechanic.token))).status).toBe(403);
      expect((await client.post(path, { method: "cash", note: 5 }, options((await anAdmin()).token))).status).toBe(422);
    }
  });
});

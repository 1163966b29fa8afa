import { describe, expect, it } from "vitest";
import { openSession } from "../../src/db/client.ts";
import { findReceipt } from "../../src/features/payments/payments.queries.ts";
import { textOf } from "../../src/paper/paper.ts";
import { receiptPaper } from "../../src/paper/receipt-paper.ts";
import { createClient, testDeps } from "../support/client.ts";
import { anInvoiceOver, pay, refund, reverse } from "../support/paid.ts";
import { rows } from "../support/people.ts";
import { credit } from "../support/posted.ts";
import { bearer, rawClient } from "../support/raw.ts";

const client = createClient();
const raw = rawClient();

const asPdf = (path: string, token: string, headers: Record<string, string> = {}) =>
  raw(path, { headers: { ...bearer(token), Accept: "application/pdf", ...headers } });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer()).toString("latin1");

/** What the receipt of a payment says. */
const said = async (id: number): Promise<string> => {
  const { d1, retry } = testDeps();
  return textOf(receiptPaper(await findReceipt(openSession(d1, "first-primary", retry).db, id)));
};

describe("the receipt of a payment or a refund as a PDF", () => {
  it("says what was paid when and how, what the invoice came to, and what was paid of it then", async () => {
    const { shop, id, number } = await anInvoiceOver(client, 20_000);
    const slip = { method: "bank_transfer", reference: `TR-${id}`, note: "Paid late again", received_on: "2026-11-18" };
    const first = (await pay(client, shop, id, 123.45, slip)).body.id;
    const before = await said(first);
    const second = (await pay(client, shop, id, 76.55)).body.id;
    expect(await said(first)).toBe(before);
    const parts = [`Receipt for invoice ${number}`, "Mechanic Shop", "Cara Customer", "11/18/2026", "bank transfer", `TR-${id}`];
    for (const part of [...parts, "$123.45", "Total of the invoice\n200.00", "Paid so far, with this payment\n123.45"])
      expect(before).toContain(part);
    for (const secret of ["Paid late again", "76.55"]) expect(before).not.toContain(secret);
    expect(await said(second)).toContain("Paid so far, with this payment\n200.00");
  });

  it("is a refund where money was given back, and has what is left of what was paid", async () => {
    const { shop, id, number } = await anInvoiceOver(client, 20_000);
    await pay(client, shop, id, 150);
    await credit(client, id);
    const { body } = await refund(client, id, { amount: 40 });
    const text = await said(body.id);
    for (const part of [`Refund for invoice ${number}`, "Given back on", "$40.00", "Paid, less what was given back\n110.00"])
      expect(text).toContain(part);
    expect(text).not.toContain("Receipt");
  });

  it("is the same under both addresses and after all that happens later, on the paper and in the forms of its invoice", async () => {
    await rows("update shop set paper = 'a4', locale = 'de-DE'");
    const { shop, id, number } = await anInvoiceOver(client, 123_456);
    await rows("update shop set paper = 'letter', locale = 'en-US'");
    const { token } = shop.mechanic;
    const payment = (await pay(client, shop, id, 1000)).body.id;
    const answer = await asPdf(`/payments/${payment}`, token);
    expect([answer.status, answer.headers.get("Content-Type")]).toEqual([200, "application/pdf"]);
    expect(answer.headers.get("Content-Disposition")).toMatch(
      new RegExp(`^inline; filename=".* - Receipt ${payment} for invoice ${number}\\.pdf"$`),
    );
    const pdf = await bytesOf(answer);
    expect(pdf).toContain("/StructTreeRoot");
    expect(pdf).toContain("/MediaBox [0 0 595.28 841.89]");
    expect(await said(payment)).toContain("1.000,00\u00a0$");
    await pay(client, shop, id, 234.56);
    await credit(client, id);
    await refund(client, id);
    const again = await raw(`/payments/${payment}/pdf`, { headers: bearer(token) });
    expect([again.headers.get("ETag"), (await bytesOf(again)) === pdf]).toEqual([answer.headers.get("ETag"), true]);
    const known = await asPdf(`/payments/${payment}`, token, { "If-None-Match": answer.headers.get("ETag") ?? "" });
    expect([known.status, await known.text()]).toEqual([304, ""]);
    expect((await client.get(`/payments/${payment}`, { token })).body.id).toBe(payment);
  });

  it("is there neither for a reversal nor for what it takes back, and the advice names both", async () => {
    const { shop, id } = await anInvoiceOver(client, 20_000);
    const { token } = shop.mechanic;
    const wrong = (await pay(client, shop, id, 50)).body.id;
    const reversal = (await reverse(client, wrong)).body.id;
    for (const path of [wrong, reversal].flatMap((payment) => [`/payments/${payment}`, `/payments/${payment}/pdf`])) {
      const answer = await asPdf(path, token);
      const problem = { code: "no_receipt", payment_id: wrong, reversal_id: reversal };
      expect([answer.status, JSON.parse(await answer.text())]).toEqual([409, expect.objectContaining(problem)]);
    }
    expect((await client.get(`/payments/${wrong}`, { token })).body).toMatchObject({ reversed_by_id: reversal });
    const right = (await pay(client, shop, id, 60)).body.id;
    expect((await asPdf(`/payments/${right}/pdf`, token)).status).toBe(200);
    expect((await asPdf("/payments/999999999/pdf", token)).status).toBe(404);
    expect((await asPdf(`/payments/${right}/pdf`, shop.customer.token)).status).toBe(403);
  });
});

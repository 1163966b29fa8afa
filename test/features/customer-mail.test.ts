import { beforeEach, describe, expect, it } from "vitest";
import { runJobs } from "../../src/jobs.ts";
import { clock, START } from "../support/client.ts";
import { beginDay, MINUTE, mailingShop, setCustomer, stored } from "../support/customer-mail.ts";
import { anInvoiceOver, pay, reverse } from "../support/paid.ts";
import { anAdmin, rows } from "../support/people.ts";
import { bearer, rawClient } from "../support/raw.ts";
import { aShop, aTicket } from "../support/shop.ts";

const HOUR = 60 * MINUTE;
const { deps, client, provider, run } = mailingShop();
const raw = rawClient();
const iso = (ms: number): string => new Date(ms).toISOString();

beforeEach(async () => {
  await beginDay(START);
  await rows("update service_tickets set status = 'cancelled' where status = 'open' and scheduled_start is not null");
  provider.status = 200;
  provider.received.length = 0;
});

const setShop = async (fields: object): Promise<void> => {
  expect((await client.patch("/shop", fields, { token: (await anAdmin()).token })).status).toBe(200);
};

// First: once there are invoices, the zone of the shop stays.
/** A customer who agreed to reminders, with an appointment so many hours ahead. */
const anAppointment = async (hours: number, wants = true) => {
  const shop = await aShop();
  await setCustomer(client, shop.customer.id, { mail_reminders: wants });
  const at = (from: number) => ({ scheduled_start: iso(clock.now + from * HOUR), scheduled_end: iso(clock.now + (from + 1) * HOUR) });
  const { id } = await aTicket(client, shop, at(hours));
  const change = (fields: object) => client.patch(`/service-tickets/${id}`, fields, { token: shop.mechanic.token });
  return { shop, ticket: id as number, move: (to: number) => change(at(to)) };
};

/** A minute of the cron. */
const minute = async () => {
  clock.now += MINUTE;
  await runJobs({ ...deps, mail: { ...deps.mail, sender: null } });
};

describe("a reminder of an appointment", () => {
  it("is mailed once, as many hours before as the shop says, to who agreed to it", async () => {
    await setShop({ reminder_hours: 24, time_zone: "America/Chicago" });
    const { shop } = await anAppointment(25);
    await anAppointment(25, false);
    await minute();
    expect(await stored()).toEqual([]);
    clock.now += HOUR - MINUTE;
    await minute();
    await minute();
    await Promise.all([minute(), minute()]);
    expect(await stored()).toMatchObject([{ kind: "appointment_reminder", recipient: shop.customer.email }]);
    await run();
    const [{ body: mail } = { body: null }] = provider.received;
    expect(mail?.subject).toBe("Your appointment at Corner Garage");
    expect(mail?.text).toContain("11/21/2026, 04:30 AM (America/Chicago)");
    expect(mail?.attachments).toBeUndefined();
  });

  it("is not mailed by a shop without reminders, nor for what has begun or is not open", async () => {
    const { ticket } = await anAppointment(2);
    await minute();
    expect(await stored()).toEqual([]);
    await setShop({ reminder_hours: 24 });
    await rows("update service_tickets set status = 'cancelled' where id = ?", ticket);
    await anAppointment(-1);
    await minute();
    expect(await stored()).toEqual([]);
  });

  it("comes again when the appointment was moved, also back to where it was", async () => {
    await setShop({ reminder_hours: 48 });
    const { move } = await anAppointment(10);
    await minute();
    await run();
    for (const [hours, count] of [
      [20, 2],
      [20, 2],
      [10, 3],
    ] as const) {
      clock.now = START;
      expect((await move(hours)).status).toBe(200);
      await minute();
      await run();
      expect((await stored()).filter(({ state }) => state === "sent")).toHaveLength(count);
    }
  });

  it("does not leave when it was moved or cancelled since, nor when the customer has changed their mind", async () => {
    await setShop({ reminder_hours: 48 });
    const moved = await anAppointment(10);
    const cancelled = await anAppointment(11);
    const unwilling = await anAppointment(12);
    await minute();
    expect(await stored()).toHaveLength(3);
    await moved.move(20);
    await client.put(`/service-tickets/${cancelled.ticket}/status`, { status: "cancelled" }, { token: cancelled.shop.mechanic.token });
    await setCustomer(client, unwilling.shop.customer.id, { mail_reminders: false });
    await run();
    expect((await stored()).map(({ state, failure }) => [state, failure])).toEqual([
      ["suppressed", "outdated"],
      ["suppressed", "outdated"],
      ["suppressed", "not_wanted"],
    ]);
    // Moved back before it ever left: the customer has not heard of it.
    clock.now = START;
    await moved.move(10);
    await minute();
    await run();
    expect(provider.received.map(({ body }) => body.to)).toEqual([[moved.shop.customer.email]]);
  });
});

describe("a receipt", () => {
  it("is mailed after a payment where the customer wants it, or else the shop, and not otherwise", async () => {
    for (const [ofShop, ofCustomer, isMailed] of [
      [false, null, false],
      [true, null, true],
      [true, false, false],
      [false, true, true],
    ] as const) {
      await setShop({ mail_receipts: ofShop });
      const { shop, id } = await anInvoiceOver(client, 20_000);
      await setCustomer(client, shop.customer.id, { mail_receipts: ofCustomer });
      await rows("delete from mails");
      const paid = await pay(client, shop, id, 50);
      const kinds = (await stored()).map(({ kind, recipient }) => [kind, recipient]);
      expect(kinds, `${ofShop} ${ofCustomer}`).toEqual(isMailed ? [["receipt", shop.customer.email]] : []);
      if (isMailed) expect(await rows("select payment_id from mails")).toEqual([{ payment_id: paid.body.id }]);
    }
  });

  it("is not mailed for the shop's sake to who refused documents, nor to an address that nobody has proven", async () => {
    await setShop({ mail_receipts: true });
    const { shop, id } = await anInvoiceOver(client, 20_000);
    await setCustomer(client, shop.customer.id, { mail_documents: false });
    await pay(client, shop, id, 50);
    await setCustomer(client, shop.customer.id, { mail_documents: true });
    await rows("update users set email_verified_at = null where id = ?", shop.customer.userId);
    await pay(client, shop, id, 50);
    expect(await stored()).toEqual([]);
  });

  it("says what was paid and what is open, with the receipt and the invoice as PDFs, once for a payment that is sent twice", async () => {
    await setShop({ mail_receipts: true });
    const { shop, id, number } = await anInvoiceOver(client, 20_000);
    const key = { "Idempotency-Key": crypto.randomUUID() };
    const body = { amount: 150, method: "card", reference: "T-1" };
    const { token } = shop.mechanic;
    const pays = () => client.post(`/invoices/${id}/payments`, body, { token, headers: key });
    const payment = [await pays(), await pays()][0]?.body.id;
    await run();
    expect(provider.received).toHaveLength(1);
    const [{ body: mail } = { body: null }] = provider.received;
    expect(mail?.subject).toBe(`Receipt for invoice ${number} of Corner Garage`);
    expect(mail?.text).toContain(`We got $150.00 by card (T-1) on 11/20/2026 for invoice ${number}.`);
    expect(mail?.text).toContain("$50.00 of it is still open.");
    expect(mail?.text).toContain("The receipt and the invoice are attached as PDFs.");
    const files = [
      { filename: `receipt-${number}-${payment}.pdf`, path: `/payments/${payment}/pdf` },
      { filename: `invoice-${number}.pdf`, path: `/invoices/${id}/pdf` },
    ];
    expect(mail?.attachments?.map(({ filename }) => filename)).toEqual(files.map(({ filename }) => filename));
    for (const [index, { path }] of files.entries()) {
      const pdf = Buffer.from(await (await raw(path, { headers: bearer(token) })).arrayBuffer()).toString("base64");
      expect(mail?.attachments?.[index]?.content === pdf, path).toBe(true);
    }
  });

  it("does not leave when the payment was reversed since", async () => {
    await setShop({ mail_receipts: true });
    const { shop, id } = await anInvoiceOver(client, 20_000);
    const paid = await pay(client, shop, id, 50);
    await reverse(client, paid.body.id);
    await run();
    expect(await stored()).toMatchObject([{ kind: "receipt", state: "suppressed", failure: "outdated" }]);
    expect(provider.received).toEqual([]);
  });
});

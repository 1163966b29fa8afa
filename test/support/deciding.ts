import { afterEach, expect } from "vitest";
import { type Answer, type Client, clock, START } from "./client.ts";
import { rows } from "./people.ts";
import { aLine, type Brakes, present } from "./repair-order.ts";
import { aShop, aTicket } from "./shop.ts";

/** What tests of decisions on estimates have in common. */

export const jobOf = ({ job }: Brakes, decision = "approved") => ({ job_id: job, decision });
export const lineOf = (line_id: number, decision = "approved") => ({ line_id, decision });

/** How much was written: authorisations, their decisions, and entries of the audit log. */
export const written = async () =>
  (
    await rows(
      "select (select count(*) from authorizations) a, (select count(*) from authorization_decisions) d, (select count(*) from audit_log) l",
    )
  )[0];

/** Expects a refusal with this code and status, and that nothing was written. */
export const expectRefusal = async (asked: () => Promise<Answer>, status: number, code: string, details: Record<string, unknown> = {}) => {
  const before = await written();
  expect(await asked()).toMatchObject({ status, body: { code, ...details } });
  expect(await written()).toEqual(before);
};

/** Decides by this client; after each test of the file, the time, the taxes and the shop's mode are as at first. */
export const decidingBy = (client: Client) => {
  afterEach(async () => {
    clock.now = START;
    await rows("delete from taxes");
    await rows("update shop set authorization = 'posting'");
  });
  return {
    decide: (estimate: number, body: unknown, token: string, headers: Record<string, string> = {}): Promise<Answer> =>
      client.post(`/estimates/${estimate}/authorizations`, body, { token, headers }),
    /** A ticket with two lines without a job, of 180.00 each, and the estimate that shows them. */
    twoLines: async () => {
      const shop = await aShop();
      const { id: ticket } = await aTicket(client, shop);
      const [one, two] = [await aLine(ticket), await aLine(ticket, { description: "Bleed the brakes" })];
      const { id } = await present(client, { ticket });
      return { shop, ticket, one, two, id, staff: shop.mechanic.token, customer: shop.customer.token };
    },
  };
};

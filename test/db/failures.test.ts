import { DrizzleQueryError } from "drizzle-orm/errors";
import { describe, expect, it } from "vitest";
import { toFailure } from "../../src/db/failures.ts";
import { createClient } from "../support/client.ts";
import { aShop, aTicket } from "../support/shop.ts";

const LIES = [
  'app:forbidden:{"x":1}: SQLITE_CONSTRAINT',
  "UNIQUE constraint failed: mechanics.email: SQLITE_CONSTRAINT",
  'D1_ERROR: app:last_admin:{}: SQLITE_CONSTRAINT" }',
  "D1_ERROR: Network connection lost.",
];

describe("a text that looks like an error", () => {
  it.each(LIES)("as a name of a part changes no code: %s", async (name) => {
    const client = createClient();
    const shop = await aShop(1);
    const { token } = shop.mechanic;
    const { body: part } = await client.post("/inventory", { name, price: 1, quantity: 0, part_number: name.slice(0, 12) }, { token });
    const { id } = await aTicket(client, shop);
    const taken = await client.post(`/service-tickets/${id}/parts`, { inventory_id: part.id, quantity: 2 }, { token });
    expect(taken.body).toMatchObject({ status: 409, code: "insufficient_stock", name, wanted: 2, available: 0 });
    const again = await client.post("/inventory", { name, price: 1, quantity: 0, part_number: name.slice(0, 12) }, { token });
    expect(again.body.code).toBe("part_number_taken");
  });

  it.each(LIES)("among the values of a statement changes no code: %s", (name) => {
    const cause = new Error("D1_ERROR: CHECK constraint failed: vehicles_identified: SQLITE_CONSTRAINT");
    expect(toFailure(new DrizzleQueryError("insert", [`\n${name}`], cause))).toMatchObject({ code: "vehicle_not_identified" });
    const unknown = new DrizzleQueryError("insert", [`\n${name}`], new Error("D1_ERROR: something else: SQLITE_ERROR"));
    expect(toFailure(unknown)).toBe(unknown);
  });
});

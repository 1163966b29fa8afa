import { describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { anAdmin } from "../support/people.ts";
import { aBillableTicket, post } from "../support/posted.ts";
import { aShop } from "../support/shop.ts";

const client = createClient();

/** What an admin of this day is answered. */
const ask = async (path: string) => client.get(path, { token: (await anAdmin()).token });

describe("the list of mechanics", () => {
  it("is sorted by hours or by revenue of the mechanics, page by page", async () => {
    clock.now = Date.parse("2026-12-05T09:30:00.000Z");
    const sold = async (...lines: NonNullable<Parameters<typeof aBillableTicket>[2]>) => {
      const shop = await aShop();
      await post(client, shop, await aBillableTicket(client, shop, lines));
      return shop.mechanic.id;
    };
    const [one, two, three] = [
      await sold({ quantity: 3_000, unit_price: 1_000 }),
      await sold({ quantity: 1_000, unit_price: 50_000 }),
      await sold({ quantity: 3_000, unit_price: 9_000 }),
    ];
    const idsBy = async (sort: string) => {
      const ids: number[] = [];
      for (let query: string | null = `sort=${sort}`; query !== null; ) {
        const { body }: { body: { mechanics: { id: number }[]; pagination: { next_cursor: string | null } } } = await ask(
          `/dashboard/mechanics?from=2026-12-05&to=2026-12-05&per_page=1&${query}`,
        );
        ids.push(...body.mechanics.map(({ id }) => id));
        query = body.pagination.next_cursor && `cursor=${body.pagination.next_cursor}`;
      }
      return ids;
    };
    expect(await idsBy("id")).toEqual([one, two, three]);
    expect(await idsBy("-id")).toEqual([three, two, one]);
    expect(await idsBy("hours_sold")).toEqual([two, one, three]);
    expect(await idsBy("-hours_sold")).toEqual([three, one, two]);
    expect(await idsBy("revenue_labor")).toEqual([one, three, two]);
    expect(await idsBy("-revenue_labor")).toEqual([two, three, one]);
    expect((await ask("/dashboard/mechanics?from=2026-12-05&to=2026-12-05&per_page=1&page=2&sort=-hours_sold")).body.mechanics[0].id).toBe(
      one,
    );
  });
});

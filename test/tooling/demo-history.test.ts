import { beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { DONE, fillWithDemo } from "../support/demo-shop.ts";
import { aMechanic, rows } from "../support/people.ts";
import { type Said, untrue } from "../support/true-statements.ts";

const client = createClient();

interface History {
  readonly vehicle_id: number;
  readonly visits: readonly unknown[];
  readonly last_done: readonly { readonly named_by: string; readonly what: string }[];
  readonly statements: readonly Said[];
}

let histories: readonly History[] = [];
beforeAll(async () => {
  await fillWithDemo();
  const { token } = await aMechanic();
  const vehicles = await rows<{ id: number }>("select id from vehicles order by id");
  const found: History[] = [];
  for (const { id } of vehicles) found.push((await client.get(`/vehicles/${id}/history`, { token })).body);
  histories = found;
}, 400_000);

/** What of these facts the histories have. */
const recalled = (facts: readonly { readonly vehicle: number; readonly what: string }[], named_by: string) => {
  const told = new Set(
    histories.flatMap(({ vehicle_id, last_done }) =>
      last_done.filter((done) => done.named_by === named_by).map(({ what }) => `${vehicle_id} ${what.toLowerCase()}`),
    ),
  );
  return facts.filter(({ vehicle, what }) => told.has(`${vehicle} ${what.toLowerCase()}`)).length;
};

describe("the histories of the demo shop's vehicles", () => {
  it("have statements of every kind, each true of the tickets that it names", async () => {
    const all = histories.flatMap(({ vehicle_id, statements }) => statements.map((said) => ({ vehicle_id, said })));
    const topics = Object.entries(Object.groupBy(all, ({ said }) => said.topic)).map(([topic, of = []]) => [topic, of.length]);
    console.log(`${histories.length} vehicles, ${all.length} statements: ${topics.join(", ")}`);
    expect(topics.map(([topic]) => topic).sort()).toEqual(["declined", "mileage", "mileage_back", "open", "part", "visits", "work"]);
    const wrong: unknown[] = [];
    for (const { vehicle_id, said } of all) {
      const why = await untrue(vehicle_id, said);
      if (why !== null) wrong.push({ vehicle_id, why, said });
    }
    expect(wrong).toEqual([]);
  }, 400_000);

  it("leave out nothing that SQL finds done", async () => {
    for (const [named_by, sql] of Object.entries(DONE)) {
      const found = await rows<{ vehicle: number; what: string }>(sql);
      const recall = recalled(found, named_by);
      console.log(`recall of ${named_by}: ${recall} of ${found.length}`);
      expect(found.length, named_by).toBeGreaterThan(0);
      expect(recall, named_by).toBe(found.length);
    }
    const [open] = await rows<{ n: number }>(
      "select count(*) as n from service_tickets where vehicle_id is not null and status in ('open', 'in_progress')",
    );
    expect(histories.flatMap(({ statements }) => statements.filter(({ topic }) => topic === "open"))).toHaveLength(open?.n ?? -1);
  });

  it("have all visits", async () => {
    const [tickets] = await rows<{ n: number }>("select count(*) as n from service_tickets where vehicle_id is not null");
    expect(histories.flatMap(({ visits }) => visits)).toHaveLength(tickets?.n ?? -1);
  });
});

import { env } from "cloudflare:workers";
import type { Decision } from "../../src/db/schema/ticket-lines.ts";
import type { Client } from "./client.ts";
import { rows } from "./people.ts";
import { brokenRules } from "./recount.ts";
import { aPart, aShop, aTicket, type Shop } from "./shop.ts";

/** What tickets sell, for tests. */

export interface SoldLine {
  readonly id: number;
  readonly kind: string;
  readonly [field: string]: unknown;
}

export const LABOR = { kind: "labor", description: "Replace front pads", quantity: 1.5, unit_price: 120 };
export const FEE = { kind: "fee", fee_kind: "other", description: "Brake fluid", unit_price: 4.5, taxable: false };
export const partOf = ({ part }: Pick<Shop, "part">, quantity = 1) => ({
  kind: "part",
  inventory_id: part.id,
  condition: "new",
  quantity,
});

/** A ticket of the shop, with functions for what it sells. */
export const aSale = async (client: Client, shop: Shop, fields: Record<string, unknown> = {}) => {
  const { id } = await aTicket(client, shop, fields);
  const { token } = shop.mechanic;
  const path = `/service-tickets/${id}`;
  return {
    id,
    path,
    addJob: (body: unknown, headers = {}) => client.post(`${path}/jobs`, body, { token, headers }),
    changeJob: (job: number, body: unknown) => client.patch(`${path}/jobs/${job}`, body, { token }),
    removeJob: (job: number) => client.delete(`${path}/jobs/${job}`, { token }),
    addLine: (body: unknown, headers = {}) => client.post(`${path}/lines`, body, { token, headers }),
    changeLine: (line: number, body: unknown, headers = {}) => client.patch(`${path}/lines/${line}`, body, { token, headers }),
    removeLine: (line: number) => client.delete(`${path}/lines/${line}`, { token }),
    discount: (body: unknown) => client.put(`${path}/discount`, body, { token }),
    endDiscount: () => client.delete(`${path}/discount`, { token }),
    draw: () => client.post(`${path}/draw-parts`, undefined, { token }),
    addPart: (part: { id: number }, quantity = 1) => client.post(`${path}/parts`, { inventory_id: part.id, quantity }, { token }),
    setPart: (part: { id: number }, quantity: number) => client.put(`${path}/parts/${part.id}`, { quantity }, { token }),
    removePart: (part: { id: number }) => client.delete(`${path}/parts/${part.id}`, { token }),
    status: (status: string, more: object = {}) => client.put(`${path}/status`, { status, ...more }, { token }),
    pricing: async (query = "", as = token) => (await client.get(`${path}/pricing${query}`, { token: as })).body,
    /** All lines, in the order of their ids. */
    lines: async (): Promise<SoldLine[]> => {
      const { body } = await client.get(`${path}/pricing`, { token });
      const all: SoldLine[] = [...body.jobs.flatMap(({ lines }: { lines: SoldLine[] }) => lines), ...body.lines];
      return all.sort((one, other) => one.id - other.id);
    },
  };
};

/** Lets `work` change the database without one of its rules, which is there again afterwards. */
export const withoutRule = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  const [rule] = await rows<{ sql: string }>("select sql from sqlite_master where type = 'trigger' and name = ?", name);
  if (!rule) throw new Error(`no rule ${name}`);
  await env.DB.exec(`drop trigger ${name}`);
  try {
    return await work();
  } finally {
    await env.DB.prepare(rule.sql).run();
  }
};

/** The customer's decision on lines, without the estimate that it would be on. */
export const decide = (decision: Decision, ...lines: readonly number[]): Promise<unknown> =>
  withoutRule("ticket_lines_240_decided_by_customer", () =>
    rows(
      `update ticket_lines set decision = ?1, authorized_net = iif(?1 = 'approved', net, null) where id in (select value from json_each(?2))`,
      decision,
      JSON.stringify(lines),
    ),
  );

/** What rules are broken besides the one that `decide` passes by. */
export const brokenBesideDecisions = async (): Promise<Record<string, number>> => {
  const { "a line is approved or declined by something else than the last decision on its words": _decided, ...others } =
    await brokenRules();
  return others;
};

/** Runs `work` in a shop with these settings, which are as before afterwards. */
export const inShop = async <T>(settings: Readonly<Record<string, string | number | null>>, work: () => Promise<T>): Promise<T> => {
  const [before = {}] = await rows<Record<string, string | number | null>>(`select ${Object.keys(settings).join(", ")} from shop`);
  const set = (values: typeof settings) =>
    rows(
      `update shop set ${Object.keys(values)
        .map((name) => `${name} = ?`)
        .join(", ")}`,
      ...Object.values(values),
    );
  await set(settings);
  try {
    return await work();
  } finally {
    await set(before);
  }
};

/** Brakes as a counter clerk writes them: labour, pads from stock, a fee. */
export const brakes = async (client: Client, stock = 10) => {
  const shop = { ...(await aShop()), part: await aPart(stock, 8_999) };
  const sale = await aSale(client, shop);
  await sale.addJob({ title: "Front brakes", lines: [{ ...LABOR, mechanic_id: shop.mechanic.id }, partOf(shop), FEE] });
  const [labor = 0, pads = 0, fee = 0] = (await sale.lines()).map(({ id }) => id);
  return { shop, sale, labor, pads, fee };
};

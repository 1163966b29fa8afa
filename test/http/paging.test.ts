import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { endpoints } from "../../src/app.ts";
import { pageResult } from "../../src/http/page.ts";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, type Person, unique } from "../support/people.ts";
import { aPart, aShop, aTicket, aVehicle } from "../support/shop.ts";
import { aWorld, nameOf, pathOf } from "../support/world.ts";

const client = createClient();
const AT = "2026-11-20T09:30:00.000Z";
let staff: Person;

/** Where the links of an answer lead, by relation. */
const linksOf = ({ headers }: { headers: Headers }): Record<string, string> =>
  Object.fromEntries([...(headers.get("Link") ?? "").matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, to = "", rel = ""]) => [rel, to]));
const get = (path: string) => client.get(path, { token: staff.token });
/** Follows `next` from page to page. */
const follow = async (path: string, key: string): Promise<number[][]> => {
  const pages: number[][] = [];
  for (let next: string | undefined = path; next !== undefined && pages.length < 50; ) {
    const answer = await get(next);
    expect(answer.status, next).toBe(200);
    pages.push(answer.body[key].map(({ id }: { id: number }) => id));
    next = linksOf(answer).next;
  }
  return pages;
};

beforeAll(async () => {
  staff = await aMechanic();
  for (let i = 0; i < 7; i++) await aCustomer({ name: `Pat ${i}` });
});

describe("links of a listing", () => {
  it("lead to the first, previous, next and last page, and keep the question", async () => {
    expect(linksOf(await get("/customers?sort=-name&per_page=3&page=2"))).toEqual({
      first: "/customers?per_page=3&sort=-name&page=1",
      prev: "/customers?per_page=3&sort=-name&page=1",
      next: "/customers?per_page=3&sort=-name&page=3",
      last: "/customers?per_page=3&sort=-name&page=3",
    });
    expect(Object.keys(linksOf(await get("/customers?per_page=3")))).toEqual(["first", "next", "last"]);
    expect(Object.keys(linksOf(await get("/customers?per_page=3&page=3")))).toEqual(["first", "prev", "last"]);
  });

  it("of a cursor lead to the first page and the next cursor", async () => {
    const { body } = await get("/customers?per_page=3&sort=name");
    const second = await get(`/customers?per_page=3&cursor=${body.pagination.next_cursor}`);
    expect(second.body.pagination).toMatchObject({ page: null, per_page: 3, total_pages: 3, total_items: 7 });
    const { first, next, ...others } = linksOf(second);
    expect([first, others]).toEqual(["/customers?per_page=3", {}]);
    expect(next).toBe(`/customers?per_page=3&cursor=${second.body.pagination.next_cursor}`);
  });

  it("lead to every row once", async () => {
    const all = (await get("/customers?per_page=100")).body.customers.map(({ id }: { id: number }) => id);
    expect(await follow("/customers?per_page=3", "customers")).toEqual([all.slice(0, 3), all.slice(3, 6), all.slice(6)]);
  });

  it("never lead past 10,000 rows, but go on by the cursor", () => {
    const page = { rows: Array(10).fill(0), next: { sort: "id", key: 7, id: 7 }, total: { items: 20_000, exact: true } };
    const linksAt = (number: number) => pageResult("/things", "things", { page: number }, page, (row) => row).link;
    expect(linksAt(1_000)).toBe('</things?page=1>; rel="first", </things?page=999>; rel="prev", </things?page=1001>; rel="next"');
    expect(linksAt(1_001)).toMatch(/rel="prev", <\/things\?cursor=[\w-]+>; rel="next"$/);
  });

  it("lead to every row also where pages are short, since several filters look at 1,000 candidates each", async () => {
    const { id } = await aCustomer();
    const vehicle = await aVehicle(id);
    const many = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 2200)
      insert into service_tickets (customer_id, vehicle_id, service_desc, service_date, created_at, updated_at)
      select ${id}, ${vehicle.id}, 'x', '2026-11-24', '${AT}', '${AT}' from n`;
    await env.DB.prepare(many).run();
    const { results } = await env.DB.prepare(
      "update service_tickets set status = 'in_progress' where customer_id = ? and id % 550 = 0 returning id",
    )
      .bind(id)
      .all<{ id: number }>();
    const marked = results.map((row) => row.id).sort((a, b) => b - a);
    const pages = await follow(`/service-tickets?vehicle_id=${vehicle.id}&status=in_progress&per_page=3`, "service_tickets");
    expect(pages.flat()).toEqual(marked);
    expect(pages.length).toBeLessThanOrEqual(4);
    const first = await get(`/service-tickets?customer_id=${id}&vehicle_id=${vehicle.id}&per_page=3`);
    expect(first.body.pagination).toMatchObject({ total_items: 1_000, total_exact: false, total_pages: null });
    expect(Object.keys(linksOf(first))).toEqual(["first", "next"]);
  });
});

describe("a cursor", () => {
  const forge = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  it("carries the count of a filtered listing, which is not counted again, but for other filters", async () => {
    const first = await get("/customers?q=customer&per_page=5");
    const { total_items, next_cursor } = first.body.pagination;
    await aCustomer();
    const second = await get(`/customers?q=customer&per_page=5&cursor=${next_cursor}`);
    expect(second.body.pagination).toMatchObject({ total_items, total_exact: true, total_pages: Math.ceil(total_items / 5) });
    for (const query of ["q=cust", "sort=-id"])
      expect((await get(`/customers?${query}&per_page=5&cursor=${next_cursor}`)).body.pagination.total_items, query).toBe(total_items + 1);
  });

  it("of an earlier version, without a total, still leads on", async () => {
    const [first, , third] = (await get("/customers?per_page=3")).body.customers;
    const { body } = await get(`/customers?per_page=2&cursor=${forge(["-id", first.id, first.id])}`);
    expect(body.customers[1].id).toBe(third.id);
    expect(body.pagination.total_items).toBeGreaterThanOrEqual(7);
  });

  it.each([
    "nonsense",
    "",
    forge({}),
    forge(["id", 1]),
    forge(["id", 1, 1.5]),
    forge(["id", null, 1]),
    forge([1, 1, 1]),
    forge(["id", 1, 1, 1]),
    forge(["id", { sql: "1" }, 1]),
    forge(["id", 1, 1, -1, true]),
    forge(["id", 1, 1, 1, "yes"]),
    forge(["id", 1, 1, 1, true, 1]),
    "W10=\u0000",
  ])("that is not ours is 422: %j", async (cursor) => {
    const { status, body } = await get(`/customers?cursor=${encodeURIComponent(cursor)}`);
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ pointer: "/query/cursor", code: "invalid_cursor" })]]);
  });

  it("leads on from the longest name in the widest letters", async () => {
    const name = "\u{9f98}".repeat(120);
    await aCustomer({ name });
    const { status, body } = await get(`/customers?per_page=1&cursor=${forge(["-name", name, 123_456_789])}`);
    expect([status, body.customers[0].name]).toEqual([200, name]);
  });

  it.each(["color", "constructor", "__proto__", "-toString", "password_hash"])("of the sort %s, which is none, is 422", async (sort) => {
    const { status, body } = await get(`/customers?cursor=${forge([sort, 1, 1])}`);
    expect([status, body.code]).toEqual([422, "invalid"]);
  });

  it("goes with its own sort only", async () => {
    const { body } = await get("/customers?per_page=2&sort=name");
    const refused = await get(`/customers?per_page=2&sort=-name&cursor=${body.pagination.next_cursor}`);
    expect(refused.body.errors[0]).toMatchObject({ pointer: "/query/sort", code: "invalid_cursor" });
    expect((await get(`/customers?per_page=2&sort=name&cursor=${body.pagination.next_cursor}`)).status).toBe(200);
  });

  it("is a place, whatever it says: no more is found with a forged one", async () => {
    for (const value of [
      ["id", "x' or 1=1 --", 1],
      ["id", -1, -1],
      ["name", "\u{10FFFF}", 1],
      ["id", 1e308, 1],
    ])
      expect((await get(`/customers?cursor=${forge(value)}`)).status).toBe(200);
  });
});

describe("a page", () => {
  it("lies within 10,000 rows and has at most 100", async () => {
    expect((await get("/customers?per_page=100&page=101")).status).toBe(200);
    expect((await get("/customers?per_page=100&page=102")).body).toMatchObject({ code: "page_too_deep", status: 422 });
    expect((await get("/customers?per_page=101")).body.errors).toEqual([
      expect.objectContaining({ pointer: "/query/per_page", detail: expect.stringContaining("100") }),
    ]);
  });

  it("of nothing is empty, and says so", async () => {
    const { body } = await get(`/customers?q=nobody${unique()}`);
    expect(body).toEqual({
      customers: [],
      pagination: { page: 1, per_page: 10, total_pages: 0, total_items: 0, total_exact: true, next_cursor: null },
    });
  });
});

describe("every list", () => {
  /** Endpoints that answer with records under one name, and so with more of them the longer a shop works. */
  const lists = endpoints.filter(({ spec }) => {
    if (spec.method !== "get" || !(spec.answer instanceof z.ZodObject)) return false;
    const fields = Object.entries(spec.answer.shape).filter(([name]) => name !== "pagination");
    return fields.length === 1 && fields.every(([, field]) => field instanceof z.ZodArray);
  });

  it("is looked at", () => expect(lists.length).toBeGreaterThanOrEqual(17));

  let world: Awaited<ReturnType<typeof aWorld>>;
  let token: string;
  beforeAll(async () => {
    world = await aWorld(client);
    ({ token } = await anAdmin());
  });

  it.each(lists.map((endpoint) => [nameOf(endpoint), endpoint] as const))("%s takes page and per_page", async (_name, endpoint) => {
    const path = pathOf(endpoint, world, token);
    const ask = (query: string) => client.get(`${path}${path.includes("?") ? "&" : "?"}${query}`, { token });
    const { body: whole } = await ask("per_page=100");
    for (const page of [1, 2]) {
      const { body, headers } = await ask(`page=${page}&per_page=1`);
      const [rows] = Object.values<unknown>(body);
      const [all] = Object.values<unknown[]>(whole);
      expect(body.pagination).toMatchObject({ page, per_page: 1, total_items: whole.pagination.total_items });
      expect(rows).toEqual(all?.slice(page - 1, page));
      expect(headers.get("Link")).toContain('rel="first"');
    }
    expect((await ask("per_page=101")).status).toBe(422);
  });
});

describe("the parts and mechanics of a ticket", () => {
  it("come in pages with links to the others", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const parts = [await aPart(), await aPart(), await aPart()];
    const { id } = await aTicket(client, shop, { parts: parts.map((part) => ({ inventory_id: part.id, quantity: 1 })) });
    const path = `/service-tickets/${id}/parts`;
    const { body, headers } = await client.get(`${path}?page=2&per_page=1`, { token });
    expect(body.parts).toMatchObject([{ inventory_id: parts[1]?.id }]);
    expect(body.pagination).toEqual({ page: 2, per_page: 1, total_pages: 3, total_items: 3, total_exact: true, next_cursor: null });
    const links = [...(headers.get("Link") ?? "").matchAll(/<([^>]*)>; rel="(\w+)"/g)].map(([, to, rel]) => [rel, to]);
    const to = (page: number) => `${path}?per_page=1&page=${page}`;
    expect(links).toEqual([
      ["first", to(1)],
      ["prev", to(1)],
      ["next", to(3)],
      ["last", to(3)],
    ]);
    expect((await client.get(path, { token })).body.pagination).toMatchObject({ page: 1, per_page: 100, total_pages: 1 });
    expect((await client.get(`/service-tickets/${id}/mechanics`, { token })).body).toMatchObject({
      mechanics: [],
      pagination: { total_pages: 0 },
    });
  });
});

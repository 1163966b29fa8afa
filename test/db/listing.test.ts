import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonObject } from "../../src/db/json.ts";
import { type Filter, type Listing, MAX_CANDIDATES, type Page, type PageRequest, readPage } from "../../src/db/list/listing.ts";
import { customers } from "../../src/db/schema/customers.ts";
import { serviceTickets } from "../../src/db/schema/service-tickets.ts";
import { testDeps } from "../support/client.ts";
import { aCustomer } from "../support/people.ts";
import { aVehicle } from "../support/shop.ts";
import { watchedD1 } from "../support/watched-d1.ts";

const AT = "2026-11-20T09:30:00.000Z";
const ROWS = 317;

interface Row {
  readonly id: number;
  readonly name: string;
  readonly created_at: string;
}
const listing: Listing<Row> = {
  table: customers,
  listed: jsonObject({ id: customers.id, name: customers.name, created_at: customers.created_at }),
  counter: "customers",
  sorts: { id: customers.id, name: sql`lower(${customers.name})`, created_at: customers.created_at },
};
const tickets: Listing<{ readonly id: number }> = {
  table: serviceTickets,
  listed: jsonObject({ id: serviceTickets.id }),
  counter: "service_tickets",
  sorts: { id: serviceTickets.id, service_date: serviceTickets.service_date },
};

const db = testDeps().primary();

/** All pages in order, each at the next number or at the cursor of the one before. */
const walk = async <T>(list: Listing<T>, filters: readonly Filter[], request: Omit<PageRequest, "page">, by: "cursor" | "offset") => {
  const pages: Page<T>[] = [];
  let [page, after]: [number, PageRequest["after"]] = [1, undefined];
  for (;;) {
    const found: Page<T> = await readPage(db, list, filters, { ...request, page, after });
    pages.push(found);
    if (!found.next || pages.length > 100) return pages;
    if (by === "cursor") after = found.next;
    else page += 1;
  }
};
const idsOf = (pages: readonly Page<{ readonly id: number }>[]): number[] => pages.flatMap(({ rows }) => rows.map(({ id }) => id));

describe("a page", () => {
  let all: Row[] = [];
  beforeAll(async () => {
    // Few names and few days, so that there are many ties.
    const many = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ROWS})
      insert into customers (name, email, phone, created_at, updated_at)
      select case i % 5 when 0 then 'ada' when 1 then 'Ada' when 2 then 'Bob' when 3 then 'Émile' else 'zoe' end,
        'listing' || i || '@example.com', '555', '2026-11-0' || (1 + i % 7) || 'T09:30:00.000Z', '${AT}' from n`;
    await env.DB.prepare(many).run();
    all = (await env.DB.prepare("select id, name, created_at from customers").all<Row>()).results;
  });

  const keys: Record<string, (row: Row) => string | number> = {
    id: ({ id }) => id,
    name: ({ name }) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
    created_at: ({ created_at }) => created_at,
  };
  const expected = (sort: string): number[] => {
    const [name, sign] = sort.startsWith("-") ? [sort.slice(1), -1] : [sort, 1];
    const key = keys[name] ?? keys.id;
    if (!key) throw new Error(name);
    const compare = (a: Row, b: Row) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id - b.id);
    return [...all].sort((a, b) => sign * compare(a, b)).map(({ id }) => id);
  };

  it.each(["id", "-id", "name", "-name", "created_at", "-created_at"])(
    "sorted by %s is the same rows by number and by cursor, ties by id",
    async (sort) => {
      for (const by of ["cursor", "offset"] as const) {
        const pages = await walk(listing, [], { sort, perPage: 23 }, by);
        expect(idsOf(pages), by).toEqual(expected(sort));
        expect(pages.map(({ rows }) => rows.length)).toEqual([...Array(13).fill(23), 18]);
        for (const { total } of pages) expect(total).toEqual({ items: ROWS, exact: true });
      }
    },
  );

  it("is sorted by the first sort unless said", async () => {
    const { rows, next } = await readPage(db, listing, [], { page: 1, perPage: 2 });
    expect(rows.map(({ id }) => id)).toEqual(expected("id").slice(0, 2));
    expect(next).toEqual({ sort: "id", key: expected("id")[1], id: expected("id")[1] });
  });

  it("that is exactly full has no next one", async () => {
    expect((await readPage(db, listing, [], { page: 1, perPage: ROWS })).next).toBeNull();
    expect((await readPage(db, listing, [], { page: 1, perPage: ROWS - 1 })).next).not.toBeNull();
  });

  it("past the end is empty", async () => {
    expect(await readPage(db, listing, [], { page: 99, perPage: 50 })).toEqual({
      rows: [],
      next: null,
      total: { items: ROWS, exact: true },
    });
    const after = { key: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };
    expect((await readPage(db, listing, [], { page: 1, perPage: 50, after })).rows).toEqual([]);
  });

  it.each(["color", "constructor", "toString", "__proto__", "-", "", "--id"])("cannot be sorted by %j", async (sort) => {
    await expect(readPage(db, listing, [], { page: 1, perPage: 5, sort })).rejects.toMatchObject({
      code: "sort_not_available",
      details: { available: "id, name, created_at" },
    });
  });

  it("does not lose its place when rows before it go", async () => {
    const first = await readPage(db, listing, [], { page: 1, perPage: 5, sort: "-id" });
    const newcomer = await aCustomer();
    const second = await readPage(db, listing, [], { page: 1, perPage: 5, sort: "-id", after: first.next ?? undefined });
    expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual(expected("-id").slice(0, 10));
    await env.DB.batch([
      env.DB.prepare("delete from users where customer_id = ?").bind(newcomer.id),
      env.DB.prepare("delete from customers where id = ?").bind(newcomer.id),
    ]);
  });
});

describe("a page under filters", () => {
  const MANY = 2_600;
  let customerId = 0;
  let ids: number[] = [];

  const ofCustomer = (id: number): Filter => ({
    where: eq(serviceTickets.customer_id, id),
    index: {
      from: serviceTickets,
      id: serviceTickets.id,
      ranges: [eq(serviceTickets.customer_id, id)],
      sorts: { id: serviceTickets.id, service_date: serviceTickets.service_date },
    },
  });
  const where = (condition: string): Filter => ({ where: sql.raw(condition) });
  /** Tickets of a customer, numbered from 1 in `mileage`, on ever the same few days. */
  const addTickets = async (count: number): Promise<number> => {
    const { id } = await aCustomer();
    const vehicle = await aVehicle(id);
    const many = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
      insert into service_tickets (customer_id, vehicle_id, service_desc, service_date, mileage, created_at, updated_at)
      select ${id}, ${vehicle.id}, 'x', '2026-11-0' || (1 + i % 9), i, '${AT}', '${AT}' from n`;
    await env.DB.prepare(many).run();
    return id;
  };
  const numbered = (keep: (n: number) => boolean): number[] => ids.filter((_, index) => keep(index + 1));

  beforeAll(async () => {
    customerId = await addTickets(MANY);
    await addTickets(5);
    const found = await env.DB.prepare("select id from service_tickets where customer_id = ? order by id")
      .bind(customerId)
      .all<{ id: number }>();
    ids = found.results.map(({ id }) => id);
  });

  it.each([
    [5, { items: 5, exact: true }],
    [999, { items: 999, exact: true }],
    [1_000, { items: 1_000, exact: true }],
    [1_001, { items: 1_000, exact: false }],
  ])("of %d rows counts them up to 1,000", async (count, total) => {
    const id = await addTickets(count);
    expect((await readPage(db, tickets, [ofCustomer(id)], { page: 1, perPage: 10 })).total).toEqual(total);
    expect((await readPage(db, tickets, [ofCustomer(id), where("mileage > 0")], { page: 1, perPage: 10 })).total).toEqual(total);
  });

  it.each(["id", "-id", "service_date", "-service_date"])(
    "of one column, sorted by %s, is the same rows by number and by cursor",
    async (sort) => {
      const [byCursor, byOffset] = [
        await walk(tickets, [ofCustomer(customerId)], { sort, perPage: 97 }, "cursor"),
        await walk(tickets, [ofCustomer(customerId)], { sort, perPage: 97 }, "offset"),
      ];
      expect(idsOf(byCursor)).toEqual(idsOf(byOffset));
      expect(idsOf(byCursor).toSorted((a, b) => a - b)).toEqual(ids);
    },
  );

  it("of several columns gives every row once, in order, over pages that may be short", async () => {
    const filters = [ofCustomer(customerId), where("mileage % 3 = 0")];
    const pages = await walk(tickets, filters, { perPage: 100 }, "cursor");
    expect(idsOf(pages)).toEqual(numbered((n) => n % 3 === 0));
    for (const { total } of pages) expect(total.exact).toBe(false);
  });

  it("of several columns looks through at most 1,000 candidates, and goes on from there", async () => {
    const { d1, read } = watchedD1();
    const filters = [ofCustomer(customerId), where("mileage = 2500")];
    const first = await readPage(testDeps({ DB: d1 }).primary(), tickets, filters, { page: 1, perPage: 10 });
    expect([first.rows, first.next?.id]).toEqual([[], ids[MAX_CANDIDATES - 1]]);
    expect(read.rows).toBeLessThanOrEqual(5 * (MAX_CANDIDATES + 1));
    const pages = await walk(tickets, filters, { perPage: 10 }, "cursor");
    expect(pages.map(({ rows }) => rows.length)).toEqual([0, 0, 1]);
    expect(idsOf(pages)).toEqual(numbered((n) => n === 2_500));
  });

  it("of several columns can be told to be complete when the candidates are few", async () => {
    const id = await addTickets(50);
    const page = await readPage(db, tickets, [ofCustomer(id), where("mileage <= 12")], { page: 2, perPage: 10 });
    expect(page).toMatchObject({ rows: { length: 2 }, next: null, total: { items: 12, exact: true } });
  });

  it("is led by the first filter whose index has the sort", async () => {
    const unsortable: Filter = {
      ...ofCustomer(customerId),
      index: { ...indexOf(ofCustomer(customerId)), sorts: { mileage: serviceTickets.mileage } },
    };
    const { next } = await readPage(db, tickets, [unsortable, ofCustomer(customerId)], { page: 1, perPage: 1, sort: "service_date" });
    expect(next?.key).toBe("2026-11-01");
    await expect(readPage(db, tickets, [unsortable], { page: 1, perPage: 1, sort: "service_date" })).rejects.toMatchObject({
      details: { available: "mileage" },
    });
  });

  const indexOf = ({ index }: Filter): NonNullable<Filter["index"]> => {
    if (!index) throw new Error("no index");
    return index;
  };
});

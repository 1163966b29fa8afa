import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aTicketOf, DONE, idsOf, newMechanic } from "../support/mechanics.ts";
import { aCustomer, aMechanic, anAdmin, rows, unique } from "../support/people.ts";

const client = createClient();

describe("GET /mechanics", () => {
  it("shows mechanics to staff without any salary, and to nobody else", async () => {
    const [mechanic, admin] = [await aMechanic({ specialty: "Tyres" }), await anAdmin()];
    for (const { token } of [mechanic, admin]) {
      const { body } = await client.get("/mechanics?sort=-id&per_page=1", { token });
      expect(body.mechanics).toEqual([
        expect.objectContaining({ id: mechanic.id, specialty: "Tyres", status: "active", completed_count: 0 }),
      ]);
      expect(body.mechanics[0]).not.toHaveProperty("salary");
    }
    expect((await client.get("/mechanics", { token: (await aCustomer()).token })).status).toBe(403);
    expect((await client.get("/mechanics")).status).toBe(401);
  });

  it("pages by number and by cursor over the same rows, under every sort", async () => {
    const colleagues = [await aMechanic({ name: "zoe" }), await aMechanic({ name: "Adam" }), await aMechanic({ name: "Mia" })];
    const { token } = await anAdmin();
    await aTicketOf(colleagues.slice(0, 2), DONE);
    const count = (await rows("select id from mechanics")).length;
    for (const column of ["id", "name", "created_at", "ticket_count", "completed_count"]) {
      for (const sort of [column, `-${column}`]) {
        const all = await client.get(`/mechanics?per_page=100&sort=${sort}`, { token });
        const key = column === "name" ? "lower(name)" : column;
        const direction = sort === column ? "asc" : "desc";
        const expected = await rows<{ id: number }>(`select id from mechanics order by ${key} ${direction}, id ${direction}`);
        expect(idsOf(all.body.mechanics), sort).toEqual(idsOf(expected));
        const first = await client.get(`/mechanics?per_page=2&sort=${sort}`, { token });
        expect(first.body.pagination).toMatchObject({ page: 1, total_items: count, total_exact: true });
        const second = await client.get(`/mechanics?per_page=2&cursor=${first.body.pagination.next_cursor}`, { token });
        const page2 = await client.get(`/mechanics?per_page=2&page=2&sort=${sort}`, { token });
        expect(second.body.mechanics, sort).toEqual(all.body.mechanics.slice(2, 4));
        expect(page2.body.mechanics, sort).toEqual(second.body.mechanics);
      }
    }
  });

  it("finds by a word of the name, the e-mail and the digits of the phone, also after a change", async () => {
    const { token } = await anAdmin();
    const mark = `zq${unique()}x`;
    const input = { ...newMechanic(), name: `Ann ${mark} Ánna`, email: `${mark}@example.com`, phone: "+49 170 12-34" };
    const { body: made } = await client.post("/mechanics", input);
    for (const q of [mark.toUpperCase(), `${mark}@ex`, `${mark} anna`, "+49 170 1234"]) {
      const { body } = await client.get(`/mechanics?q=${encodeURIComponent(q)}`, { token });
      expect(idsOf(body.mechanics), q).toEqual([made.id]);
    }
    await client.put(`/mechanics/${made.id}`, { name: "Renamed", phone: "+49 170 9999" }, { token });
    expect((await client.get(`/mechanics?q=${mark}%20anna`, { token })).body.mechanics).toEqual([]);
    expect(idsOf((await client.get("/mechanics?q=%2B49%20170%209999", { token })).body.mechanics)).toEqual([made.id]);
    expect((await client.get("/mechanics?q=ann&sort=name", { token })).body.code).toBe("sort_not_available");
  });

  it("filters by status, alone and together with a search", async () => {
    const { token } = await anAdmin();
    const name = `Fil${unique()}ter`;
    const [active, pending] = [await aMechanic(), (await client.post("/mechanics", { ...newMechanic(), name })).body.id];
    await client.post("/mechanics", { ...newMechanic(), name }, { token });
    const ids = async (query: string) => idsOf((await client.get(`/mechanics?per_page=100&${query}`, { token })).body.mechanics);
    expect(await ids("status=pending")).toContain(pending);
    expect(await ids("status=pending")).not.toContain(active.id);
    expect((await ids("status=active&sort=-id")).at(0)).toBeGreaterThan(pending);
    expect(await ids(`status=pending&q=${name}`)).toEqual([pending]);
    expect(await ids(`status=pending&q=${name}&sort=-id`)).toEqual([pending]);
    expect((await client.get("/mechanics?status=active&sort=name", { token })).body.code).toBe("sort_not_available");
    expect((await client.get("/mechanics?status=gone", { token })).body.errors[0].pointer).toBe("/query/status");
  });

  it("is cached, and forgotten at the next change", async () => {
    const [one, other] = [await aMechanic(), await aMechanic()];
    await client.get("/mechanics", { token: one.token });
    expect((await client.get("/mechanics?page=1&per_page=10", { token: other.token })).headers.get("X-Cache")).toBe("miss");
    expect((await client.get("/mechanics", { token: other.token })).headers.get("X-Cache")).toBe("hit");
    const changes = [
      () => client.post("/mechanics", newMechanic()),
      () => client.patch(`/mechanics/${one.id}`, { name: "New Name" }, { token: one.token }),
      () => client.delete(`/mechanics/${one.id}`, { token: one.token }),
    ];
    for (const change of changes) {
      expect((await change()).status).toBeLessThan(300);
      expect((await client.get("/mechanics", { token: other.token })).headers.get("X-Cache")).toBe("miss");
      expect((await client.get("/mechanics", { token: other.token })).headers.get("X-Cache")).toBe("hit");
    }
  });

  it("refuses pages past 10,000 rows and more than 100 rows a page", async () => {
    const { token } = await aMechanic();
    expect((await client.get("/mechanics?page=1002", { token })).body.code).toBe("page_too_deep");
    expect((await client.get("/mechanics?per_page=101", { token })).body.errors[0].pointer).toBe("/query/per_page");
  });
});

describe("GET /mechanics/top", () => {
  it("tells everyone who is on the most tickets, those first who are newest among equals", async () => {
    const [first, second, third] = [await aMechanic(), await aMechanic(), await aMechanic()];
    for (let i = 0; i < 9; i++) await aTicketOf([first]);
    for (let i = 0; i < 8; i++) await aTicketOf([second, third]);
    const customer = await aCustomer();
    const anonymous = await client.get("/mechanics/top");
    expect(anonymous.body.mechanics).toEqual([
      { id: first.id, name: "Max Mechanic", ticket_count: 9 },
      { id: third.id, name: "Max Mechanic", ticket_count: 8 },
      { id: second.id, name: "Max Mechanic", ticket_count: 8 },
    ]);
    expect(idsOf((await client.get("/mechanics/top?limit=1", { token: customer.token })).body.mechanics)).toEqual([first.id]);
    expect((await client.get("/mechanics/top")).headers.get("X-Cache")).toBe("hit");
  });

  it("leaves out who waits for approval", async () => {
    const { body } = await client.post("/mechanics", newMechanic());
    const shown = idsOf((await client.get("/mechanics/top?limit=100")).body.mechanics);
    expect(shown).not.toContain(body.id);
    expect(shown).not.toEqual([]);
  });

  it("pages by number and by cursor over the same rows, also of those with tickets only", async () => {
    await aTicketOf([await aMechanic()]);
    for (const filter of ["", "&has_tickets=true"]) {
      const { body: all } = await client.get(`/mechanics/top?per_page=100${filter}`);
      const { body: first } = await client.get(`/mechanics/top?per_page=2${filter}`);
      expect(first.pagination).toMatchObject({ page: 1, per_page: 2, total_items: all.mechanics.length });
      expect(first.mechanics).toEqual(all.mechanics.slice(0, 2));
      for (const next of ["page=2", `cursor=${first.pagination.next_cursor}`])
        expect((await client.get(`/mechanics/top?per_page=2&${next}${filter}`)).body.mechanics, next).toEqual(all.mechanics.slice(2, 4));
    }
    const withTickets = (await client.get("/mechanics/top?per_page=100&has_tickets=true")).body.mechanics;
    expect(withTickets.every(({ ticket_count }: { ticket_count: number }) => ticket_count > 0)).toBe(true);
    const [{ n } = { n: 0 }] = await rows<{ n: number }>("select count(*) n from mechanics where ticket_count > 0");
    expect(withTickets).toHaveLength(n);
    expect((await client.get("/mechanics/top")).body.pagination).toMatchObject({ page: 1, per_page: 3 });
    expect((await client.get("/mechanics/top?limit=5&per_page=5")).body.errors).toMatchObject([{ pointer: "/query/limit" }]);
  });

  it("refuses a limit that is not between 1 and 100", async () => {
    for (const limit of ["0", "101", "x"])
      expect((await client.get(`/mechanics/top?limit=${limit}`)).body.errors[0].pointer).toBe("/query/limit");
  });
});

describe("GET /mechanics/leaderboard", () => {
  it("ranks by tickets that are completed or closed, for everyone, by page and by cursor", async () => {
    const [first, second, busy] = [await aMechanic(), await aMechanic(), await aMechanic()];
    for (let i = 0; i < 4; i++) await aTicketOf([first], DONE);
    for (let i = 0; i < 3; i++) await aTicketOf([second], [...DONE, "closed"]);
    for (let i = 0; i < 5; i++) await aTicketOf([busy], ["in_progress"]);
    const all = await client.get("/mechanics/leaderboard?per_page=100");
    expect(all.body.mechanics.slice(0, 2)).toEqual([
      { id: first.id, name: "Max Mechanic", completed_count: 4 },
      { id: second.id, name: "Max Mechanic", completed_count: 3 },
    ]);
    expect(all.body.mechanics).toContainEqual({ id: busy.id, name: "Max Mechanic", completed_count: 0 });
    const { token } = await aCustomer();
    const page = await client.get("/mechanics/leaderboard?per_page=1", { token });
    expect(page.headers.get("Link")).toContain('</mechanics/leaderboard?per_page=1&page=2>; rel="next"');
    const next = await client.get(`/mechanics/leaderboard?per_page=1&cursor=${page.body.pagination.next_cursor}`, { token });
    expect(idsOf([...page.body.mechanics, ...next.body.mechanics])).toEqual([first.id, second.id]);
    expect(page.body.pagination.total_items).toBe((await rows("select id from mechanics where status <> 'pending'")).length);
    expect((await client.get("/mechanics/leaderboard?per_page=100")).headers.get("X-Cache")).toBe("hit");
  });

  it("does not show who waits for approval", async () => {
    const { body } = await client.post("/mechanics", newMechanic());
    const shown = await client.get("/mechanics/leaderboard?per_page=100");
    expect(idsOf(shown.body.mechanics)).not.toContain(body.id);
  });

  it("has one order, refuses another listing's cursor, and is not paged past 10,000 rows", async () => {
    const { token } = await anAdmin();
    const other = await client.get("/mechanics?per_page=1&sort=name", { token });
    expect((await client.get("/mechanics/leaderboard?sort=name")).body.errors[0]).toMatchObject({ pointer: "/query/sort" });
    const { body } = await client.get(`/mechanics/leaderboard?cursor=${other.body.pagination.next_cursor}`);
    expect(body.errors[0].code).toBe("invalid_cursor");
    expect((await client.get("/mechanics/leaderboard?page=1002")).body.code).toBe("page_too_deep");
  });
});

import { describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, anAdmin, type Person, rows, unique } from "../support/people.ts";

const client = createClient();
const MINUTE = 60_000;

const aTicket = async ({ token }: Person, customer_id: number): Promise<number> => {
  const body = { customer_id, service_desc: "Brakes", service_date: "2026-11-24" };
  return (await client.post("/service-tickets", body, { token })).body.id;
};

/** A person with words of their own, who has left traces wherever a person can. */
const aPerson = async () => {
  const admin = await anAdmin();
  const mark = `zebedia${unique()}`;
  const person = await aCustomer({ name: `Zoe ${mark}`, email: `${mark}@example.com`, phone: "+1 555 7777", address: `1 ${mark} Lane` });
  const { token } = person;
  await client.patch(`/customers/${person.id}`, { address: `2 ${mark} Lane` }, { token });
  await client.patch(
    `/customers/${person.id}`,
    { phone: "+1 555 8888" },
    { token: admin.token, headers: { "Idempotency-Key": `key${person.id}` } },
  );
  await client.post("/auth/login", { email: person.email, password: "not the password" });
  const walkIn = await client.post("/customers", { name: `Zoe ${mark} again`, phone: "+1 555 9999" }, { token: admin.token });
  await client.post(`/customers/${person.id}/merge`, { from_id: walkIn.body.id }, { token: admin.token });
  const ticket = await aTicket(admin, person.id);
  for (const status of ["completed", "closed"]) await client.put(`/service-tickets/${ticket}/status`, { status }, { token: admin.token });
  return { admin, person, mark, ticket, walkIn: walkIn.body.id as number };
};

/** The whole export of a person, and in how many pages it came. */
const pages = async (by: Person, id: number) => {
  const all: Record<string, unknown[]> = {};
  let count = 0;
  for (let after: string | null = ""; after !== null; count++) {
    const { body } = await client.get(`/customers/${id}/export${after === "" ? "" : `?after=${after}`}`, { token: by.token });
    for (const [name, items] of Object.entries(body)) if (Array.isArray(items)) all[name] = [...(all[name] ?? []), ...items];
    after = body.next_after;
  }
  return { all, count };
};

describe("GET /customers/{id}/export", () => {
  it("has everything about the person", async () => {
    const { admin, person, ticket } = await aPerson();
    const { all, count } = await pages(admin, person.id);
    expect(count).toBe(1);
    expect(all.customer).toMatchObject([{ id: person.id, email: person.email }]);
    expect(all.account).toMatchObject([{ id: person.userId, email: person.email }]);
    expect(all.sessions?.length).toBeGreaterThan(0);
    expect(all.service_tickets).toMatchObject([{ id: ticket, status: "closed", parts: [] }]);
    const actions = (all.audit_log as { action: string }[]).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(["customer.updated", "user.login_failed"]));
    expect(JSON.stringify(all)).not.toContain("password_hash");
  });

  it("comes in pages that are bounded by number and by bytes, and loses nothing", async () => {
    const { admin, person } = await aPerson();
    const add = (count: number, text: number) =>
      rows(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
        insert into service_tickets (customer_id, service_desc, service_date, notes, created_at, updated_at)
        select ?, 'Many ' || i, '2026-11-21', ?, '2026-11-20T09:30:00.000Z', '2026-11-20T09:30:00.000Z' from n`,
        count,
        person.id,
        "n".repeat(text),
      );
    await add(450, 1);
    await add(200, 5_000);
    const { all, count } = await pages(admin, person.id);
    expect(new Set((all.service_tickets as { id: number }[]).map(({ id }) => id)).size).toBe(651);
    expect(count).toBeGreaterThanOrEqual(5);
  });

  it("is for admins, and for the person itself just after a login", async () => {
    const [{ person }, other] = [await aPerson(), await aCustomer()];
    const get = (by: Person) => client.get(`/customers/${person.id}/export`, { token: by.token });
    expect((await get(person)).body.customer).toMatchObject([{ id: person.id }]);
    expect((await get(other)).status).toBe(404);
    clock.now += 6 * MINUTE;
    expect((await get(person)).body.code).toBe("password_needed");
    clock.now -= 6 * MINUTE;
    expect((await client.get(`/customers/${person.id}/export?after=nowhere.1`, { token: person.token })).status).toBe(422);
  });
});

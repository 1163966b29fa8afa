import { describe, expect, it } from "vitest";
import { entryMac } from "../../src/core/audit-marks.ts";
import { seal, tampered } from "../support/audit.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { pay, refund } from "../support/paid.ts";
import { aCustomer, anAdmin, auditOf, PASSWORD, type Person, rows, unique } from "../support/people.ts";
import { anInvoice, credit } from "../support/posted.ts";
import { aLine, inPerson, present } from "../support/repair-order.ts";
import { aShop, aVehicle } from "../support/shop.ts";

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

const erase = (by: Person, id: number, body: object = { current_password: PASSWORD }) =>
  client.post(`/customers/${id}/erase`, body, { token: by.token });
const verify = async (admin: Person) => (await client.get("/audit-log/verify", { token: admin.token })).body;

/** Every table whose rows have this text in any column. */
const traces = async (text: string): Promise<string[]> => {
  const tables = await rows<{ name: string }>(
    "select name from sqlite_master where type = 'table' and name not glob '*_search_*' and name not glob 'sqlite_*' and name not glob '_cf*'",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const all = JSON.stringify(await rows(`select * from ${name}`));
    if (all.toLowerCase().includes(text.toLowerCase())) found.push(name);
  }
  return found;
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

describe("POST /customers/{id}/erase", () => {
  it("leaves no trace of the person in any table, and seals and chain still verify", async () => {
    const { admin, person, mark, ticket } = await aPerson();
    await seal();
    await client.patch(`/customers/${person.id}`, { address: `3 ${mark} Lane` }, { token: admin.token });
    expect(await traces(mark)).toEqual(expect.arrayContaining(["customers", "users", "audit_log", "service_tickets", "idempotency_keys"]));
    const answer = await erase(admin, person.id);
    expect(answer.body).toMatchObject({ id: person.id, erased: true, erased_at: new Date(clock.now).toISOString() });
    expect(answer.body.kept.map(({ what, number }: { what: string; number: number | null }) => [what, number])).toEqual([
      ["service_tickets", 1],
      ["vehicles", 0],
      ["money", null],
      ["estimates", 0],
      ["authorizations", 0],
      ["invoices", 0],
      ["payments", 0],
      ["notes", null],
      ["audit_log", null],
    ]);
    expect(await traces(mark)).toEqual([]);
    expect(await traces("555 8888")).toEqual([]);
    expect(await rows("select count(*) as n from audit_log where customer_id = ? and address is not null", person.id)).toEqual([{ n: 0 }]);
    expect(await rows("select count(*) as n from service_tickets where id = ?", ticket)).toEqual([{ n: 1 }]);
    expect(await verify(admin)).toMatchObject({ ok: true, first_broken: null });
    await seal();
    expect(await verify(admin)).toMatchObject({ ok: true, unsealed: 0, flagged: { changed: 0, foreign: 0 } });
    expect(
      await rows(
        "select count(*) as n from audit_seals s join audit_log l using (id) where l.customer_id = ? and s.salt is not null",
        person.id,
      ),
    ).toEqual([{ n: 0 }]);
  });

  it("makes the person found by nobody, shown as erased, and neither changed nor booked", async () => {
    const { admin, person, mark, ticket, walkIn } = await aPerson();
    const { token } = admin;
    expect((await client.get(`/service-tickets?q=${mark}`, { token })).body.service_tickets).toHaveLength(1);
    await erase(admin, person.id);
    for (const path of ["customers", "service-tickets", "vehicles"])
      expect((await client.get(`/${path}?q=${mark}`, { token })).body[path.replace("-", "_")], path).toEqual([]);
    const shown = { name: "Erased", email: null, phone: "000", address: null, erased_at: new Date(clock.now).toISOString() };
    expect((await client.get(`/customers/${person.id}`, { token })).body).toMatchObject(shown);
    expect((await client.get(`/service-tickets/${ticket}`, { token })).body.customer).toEqual({ id: person.id, name: "Erased" });
    const ticketOf = { customer_id: person.id, service_desc: "Oil", service_date: "2026-11-21" };
    const refused = [
      await client.patch(`/customers/${person.id}`, { name: "Back Again" }, { token }),
      await client.post("/service-tickets", ticketOf, { token }),
      await client.post("/vehicles", { customer_id: person.id, license_plate: `E ${mark.slice(-4)}`, description: "Trailer" }, { token }),
      await erase(admin, person.id),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [409, "customer_erased"]));
    expect((await client.get(`/customers/${walkIn}`, { token })).status).toBe(410);
    expect((await client.get("/auth/me", { token: person.token })).status).toBe(401);
    expect((await client.post("/auth/login", { email: person.email, password: PASSWORD })).status).toBe(401);
  });

  it("keeps what the person was shown and said yes to, says so, and takes the images of it out of the audit log", async () => {
    const { admin, person, mark } = await aPerson();
    const ticket = await aTicket(admin, person.id);
    const [line, estimate] = [await aLine(ticket), await present(client, { ticket })];
    const yes = inPerson([{ line_id: line, decision: "approved" }], { person_name: `Ada ${mark}` });
    const said = await client.post(`/estimates/${estimate.id}/authorizations`, yes, { token: admin.token });
    await client.put(`/service-tickets/${ticket}/status`, { status: "closed" }, { token: admin.token });
    const imagesOf = (entity: string, id: number) => auditOf(entity, id).then((found) => found.map(({ after }) => after !== null));
    const { all } = await pages(admin, person.id);
    expect(all.estimates).toMatchObject([{ id: estimate.id, lines: [{ id: line, net: 180 }] }]);
    expect(all.authorizations).toMatchObject([{ id: said.body.id, decisions: [{ line_id: line, net: 180 }] }]);
    const { kept } = (await erase(admin, person.id)).body;
    expect(kept).toContainEqual({ what: "estimates", number: 1, reason: expect.any(String) });
    expect(kept).toContainEqual({ what: "authorizations", number: 1, reason: expect.stringContaining("16 CCR 3358") });
    expect((await traces(mark)).sort()).toEqual(["authorizations", "estimates"]);
    expect([await imagesOf("estimate", estimate.id), await imagesOf("authorization", said.body.id)]).toEqual([[false], [false]]);
  });

  it("gives what was billed and paid in the export, keeps it, and says so", async () => {
    const { admin, person, mark } = await aPerson();
    const shop = { ...(await aShop()), customer: person, vehicle: await aVehicle(person.id) };
    const invoice = await anInvoice(client, shop);
    const paid = await pay(client, shop, invoice.id, 180, { method: "card", reference: `R-${mark}` });
    const note = await credit(client, invoice.id);
    await refund(client, invoice.id);
    await client.put(`/service-tickets/${invoice.service_ticket_id}/status`, { status: "closed" }, { token: admin.token });
    for (const by of [admin, person]) {
      const { all } = await pages(by, person.id);
      expect(all.invoices).toMatchObject([
        { id: invoice.id, total: 180, paid: 0, buyer: { name: `Zoe ${mark}` }, lines: [{ net: 180, gross: 180 }] },
        { id: note.body.id, kind: "credit_note", total: 180, lines: [{ net: 180 }] },
      ]);
      expect(all.payments).toMatchObject([{ id: paid.body.id, amount: 180, effect: 180, reference: `R-${mark}` }, { effect: -180 }]);
    }
    const { kept } = (await erase(admin, person.id)).body;
    for (const what of ["invoices", "payments"])
      expect(kept).toContainEqual({ what, number: 2, reason: expect.stringContaining("17(3)(b)") });
    expect((await traces(mark)).sort()).toEqual(["estimates", "invoices", "payments"]);
    for (const [entity, id] of [
      ["invoice", invoice.id],
      ["payment", paid.body.id],
    ] as const)
      expect((await auditOf(entity, id)).map(({ after }) => after)).toEqual([null]);
  });

  it("does not carry out anew a write that comes again after its answer was erased", async () => {
    const { admin, person } = await aPerson();
    await erase(admin, person.id);
    const headers = { "Idempotency-Key": `key${person.id}` };
    const again = await client.patch(`/customers/${person.id}`, { phone: "+1 555 8888" }, { token: admin.token, headers });
    expect([again.status, again.body.code]).toEqual([422, "idempotency_key_reused"]);
  });

  it("waits until no ticket of the person is under way", async () => {
    const { admin, person } = await aPerson();
    const open = await aTicket(admin, person.id);
    expect((await erase(admin, person.id)).body.code).toBe("customer_has_open_tickets");
    await client.put(`/service-tickets/${open}/status`, { status: "cancelled" }, { token: admin.token });
    expect((await erase(admin, person.id)).status).toBe(200);
  });

  it("is for admins and the person itself, with the password again", async () => {
    const [{ person, mark }, other] = [await aPerson(), await aCustomer()];
    clock.now += 6 * MINUTE;
    expect((await erase(other, person.id)).status).toBe(404);
    expect((await erase(person, person.id, {})).body.code).toBe("password_needed");
    expect((await erase(person, person.id, { current_password: "not the password" })).body.code).toBe("invalid_credentials");
    expect((await erase(person, person.id)).status).toBe(200);
    clock.now -= 6 * MINUTE;
    expect(await traces(mark)).toEqual([]);
    expect(await rows("select address from audit_log where action = 'customer.erased' and entity_id = ?", person.id)).toEqual([
      { address: null },
    ]);
  });
});

describe("somebody who has the database but not the key", () => {
  const BLANK = "update audit_log set before = null, after = null, address = null where customer_id = ?";

  it("cannot blank entries, whether or not they write that the person was erased", async () => {
    const { admin, person } = await aPerson();
    await seal();
    await expect(rows(BLANK, person.id)).rejects.toThrow("app:append_only:{}");
    const [first] = await rows<{ id: number }>(
      "select min(id) as id from audit_log where customer_id = ? and after is not null",
      person.id,
    );
    await tampered(async () => {
      await rows(BLANK, person.id);
      expect(await verify(admin)).toMatchObject({ ok: false, first_broken: { id: first?.id, reason: "row_changed" } });
      // The code of the Worker for another person, whom it did erase.
      const facts = { at: "", user_id: null, role: "admin", action: "customer.erased", entity: "customer", request_id: "x" };
      const mac = entryMac(testDeps().sealer, { ...facts, entity_id: person.id + 1 });
      const forged = `insert into audit_log (at, role, action, entity, entity_id, customer_id, request_id, mac)
        values ('', 'admin', 'customer.erased', 'customer', ?1, ?1, 'x', ?2)`;
      await rows(forged, person.id, mac);
      await rows("update audit_seals set salt = null where id in (select id from audit_log where customer_id = ?)", person.id);
      expect(await verify(admin)).toMatchObject({ ok: false, first_broken: { id: first?.id, reason: "row_changed" } });
    });
  });

  it("cannot put other images where those of an erased person were", async () => {
    const { admin, person } = await aPerson();
    await seal();
    await erase(admin, person.id);
    await seal();
    const [entry] = await rows<{ id: number }>("select min(id) as id from audit_log where customer_id = ?", person.id);
    await tampered(async () => {
      await rows("update audit_log set after = '{}' where id = ?", entry?.id);
      expect(await verify(admin)).toMatchObject({ ok: false, first_broken: { id: entry?.id, reason: "row_changed" } });
    });
    expect(await verify(admin)).toMatchObject({ ok: true });
  });
});

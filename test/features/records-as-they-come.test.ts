import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, rows, unique } from "../support/people.ts";
import { aWorld, fillPath, type World } from "../support/world.ts";

const client = createClient();
const PHONE = "+1 555 0100";
const anAddress = (local = "someone") => `${local}${unique()}@example.com`;

interface Place {
  readonly operation: string;
  readonly field: string;
  /** What the body holds beside it. */
  readonly rest?: object;
}

const withRest = (operation: string, rest: object, ...fields: string[]): Place[] => fields.map((field) => ({ operation, field, rest }));
const person = { name: "Ada", phone: PHONE };
const hired = { ...person, salary: 50_000, password: PASSWORD };

const CHANGES = ["PUT", "PATCH"] as const;
const changes = (path: string, ...fields: string[]): Place[] => CHANGES.flatMap((method) => withRest(`${method} ${path}`, {}, ...fields));

/** Sends a value for one place of a body, as an admin. */
const sendTo = async ({ operation, field, rest = {} }: Place, value: string, world: World, token: string) => {
  const [method = "", path = ""] = operation.split(" ");
  const [place = "", inside] = field.split("/");
  const isEmailWanted = operation === "POST /mechanics" && field !== "email";
  const ids = operation === "POST /service-tickets" || operation === "POST /vehicles" ? { customer_id: world.shop.customer.id } : {};
  const body = {
    ...rest,
    ...ids,
    ...(isEmailWanted ? { email: anAddress() } : {}),
    [place]: inside === undefined ? value : { [inside]: value },
  };
  return client.send(method, fillPath(path, path, world), { token, body });
};

const isRefusedAt = async (place: Place, value: string, world: World, token: string) => {
  const { status, body } = await sendTo(place, value, world, token);
  const places = (body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer);
  expect([status, places], `${place.operation} ${JSON.stringify(value)}`).toEqual([422, [`/body/${place.field}`]]);
};

const LINES: readonly Place[] = [
  ...withRest("POST /customers", person, "name", "address"),
  ...changes("/customers/{id}", "name", "address"),
  ...withRest("POST /mechanics", hired, "name", "address", "specialty"),
  ...changes("/mechanics/{id}", "name", "address", "specialty"),
  ...withRest("POST /vehicles", { description: "Trailer" }, "make", "model", "color", "license_plate", "description"),
  ...changes("/vehicles/{id}", "make", "model", "color", "license_plate", "description"),
  ...withRest("POST /inventory", { name: "Hose", price: 1, quantity: 0, allow_duplicate: true }, "name", "part_number", "category"),
  ...CHANGES.flatMap((method) => withRest(`${method} /inventory/{id}`, { allow_duplicate: true }, "name", "part_number", "category")),
  ...CHANGES.flatMap((method) => withRest(`${method} /inventory/{id}`, { quantity: 9 }, "reason")),
  ...withRest("POST /inventory/{id}/receive", { quantity: 1 }, "reason"),
  ...withRest("POST /inventory/{id}/correct", { quantity: 9 }, "reason"),
  ...withRest("POST /service-tickets", { service_date: "2026-11-24", service_desc: "Oil" }, "service_desc", "notes", "internal_notes"),
  ...withRest("POST /service-tickets", { service_date: "2026-11-24", service_desc: "Oil" }, "vehicle/description"),
  ...withRest("POST /service-tickets", { service_date: "2026-11-24", service_desc: "Oil" }, "vehicle/license_plate"),
  ...changes("/service-tickets/{id}", "service_desc", "notes", "internal_notes"),
];

/** Nothing to see, another order than it has, half a character, a control. */
const UNREADABLE = [
  "\u200b",
  "\u2800",
  "\u3164",
  "\u00ad\u2060",
  "\u0301",
  "Ada\u202eeviL",
  "\u2066Ada\u2069",
  "A\ud800da",
  "\udc00",
  "A\u0000da",
];

describe("text", () => {
  it.each(LINES)("that nobody can read is refused by $operation in $field", async (place) => {
    const [world, { token }] = [await aWorld(client), await anAdmin()];
    for (const text of UNREADABLE) await isRefusedAt(place, text, world, token);
  });

  it.each(LINES)("of every script is taken by $operation in $field", async (place) => {
    const [world, { token }] = [await aWorld(client), await anAdmin()];
    for (const text of ["Łukasz O’Neil 👩‍🔧", "李小龍", "می‌خواهم"]) {
      const { status, body } = await sendTo(place, text, world, token);
      expect([200, 201], `${text} ${JSON.stringify(body)}`).toContain(status);
      if (place.field !== "reason" && !place.field.includes("/")) expect(body[place.field]).toBe(text);
    }
  });

  it.each([
    ...withRest("POST /customers", person, "address"),
    ...withRest("POST /mechanics", hired, "address"),
    ...changes("/customers/{id}", "address"),
    ...changes("/mechanics/{id}", "address"),
  ])("of several lines is an address for $operation, and no name", async (place) => {
    const [world, { token }] = [await aWorld(client), await anAdmin()];
    const { body } = await sendTo(place, "1 Garage Lane\n12345 Springfield", world, token);
    expect(body.address).toBe("1 Garage Lane\n12345 Springfield");
    await isRefusedAt({ ...place, field: "name" }, "Ada\nExample", world, token);
  });
});

const PHONES: readonly Place[] = [
  ...withRest("POST /customers", { name: "Ada" }, "phone"),
  ...withRest("POST /mechanics", { ...hired, name: "Max" }, "phone"),
  ...changes("/customers/{id}", "phone"),
  ...changes("/mechanics/{id}", "phone"),
];

describe("a phone number", () => {
  it.each(PHONES)("is taken by $operation as people type and paste it", async (place) => {
    const [world, { token }] = [await aWorld(client), await anAdmin()];
    for (const [typed, stored] of [
      ["555 0100", "555 0100"],
      ["+1 555 0100 ext. 12", "+1 555 0100 ext. 12"],
      ["+1 555 0100 X12", "+1 555 0100 ext. 12"],
      ["555 0100, extension 7", "555 0100 ext. 7"],
      ["+1–555–0100", "+1-555-0100"],
      ["\u202a+1 555 0100\u202c", "+1 555 0100"],
      ["+49\u00a0170\u202f7770101", "+49 170 7770101"],
      ["(555) 733.01/47", "(555) 733.01/47"],
    ] as const)
      expect((await sendTo(place, typed, world, token)).body.phone, typed).toBe(stored);
    for (const text of ["---", "(((", "555\r\n0100", "12", "--- ext. 123", "call me", "", "555 0100 ext. 12345678"])
      await isRefusedAt(place, text, world, token);
  });
});

const EMAILS: readonly Place[] = [
  ...withRest("POST /customers", person, "email"),
  ...withRest("POST /mechanics", hired, "email"),
  ...withRest("POST /users", { role: "admin", password: PASSWORD }, "email"),
  ...changes("/customers/{id}", "email"),
  ...changes("/mechanics/{id}", "email"),
  ...changes("/users/{id}", "email"),
];

describe("an e-mail", () => {
  it.each(EMAILS)("is taken by $operation under every domain, with every character of an atom", async (place) => {
    const [world, { token }] = [await aWorld(client), await anAdmin()];
    for (const email of [`info${unique()}@example.xn--p1ai`, `smith&sons${unique()}@example.com`, `o'neil+x${unique()}@sub.example.museum`])
      expect((await sendTo(place, ` ${email.toUpperCase()} `, world, token)).body.email).toBe(email);
    for (const email of ["a@example-.com", "a@-example.com", "a..b@example.com", "a@example", "a b@example.com", "a@127.0.0.1"])
      await isRefusedAt(place, email, world, token);
  });

  it("is what a login is known by, also with signs in it", async () => {
    const email = anAddress("smith&sons");
    await client.post("/customers", { ...person, email, password: PASSWORD });
    expect((await client.post("/auth/login", { email: email.toUpperCase(), password: PASSWORD })).status).toBe(200);
  });

  it("may be missing from a customer whom staff adds, and from nobody who logs in", async () => {
    const { token } = await aMechanic();
    const { status, body } = await client.post("/customers", { name: "Walk In", phone: "555 0100" }, { token });
    expect([status, body.email]).toEqual([201, null]);
    const asked = { name: "Walk In", phone: "555 0100", password: PASSWORD };
    for (const options of [{ token }, {}]) {
      const answer = await client.post("/customers", asked, options);
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, "/body/email"]);
    }
    const login = await aCustomer();
    expect((await client.patch(`/customers/${login.id}`, { email: null }, { token: login.token })).body.code).toBe("email_needed");
    expect((await client.patch(`/customers/${body.id}`, { email: anAddress() }, { token })).status).toBe(200);
    expect((await client.patch(`/customers/${body.id}`, { email: null }, { token })).body.email).toBeNull();
  });

  it("is shared by a couple of whom neither logs in, and by a walk-in and a login, but not by two logins", async () => {
    const { token } = await aMechanic();
    const email = anAddress();
    for (const name of ["Ada", "Abel"]) expect((await client.post("/customers", { ...person, name, email }, { token })).status).toBe(201);
    const login = await aCustomer();
    expect((await client.post("/customers", { ...person, email: login.email }, { token })).status).toBe(201);
    const other = await aCustomer();
    const taken = await client.patch(`/customers/${other.id}`, { email: login.email }, { token: other.token });
    expect([taken.status, taken.body.code]).toEqual([409, "email_taken"]);
    expect(await rows("select email from users where id = ?", other.userId)).toEqual([{ email: other.email }]);
  });

  it("of a walk-in is corrected by mechanics, that of a login is not", async () => {
    const { token } = await aMechanic();
    const { body: walkIn } = await client.post("/customers", { ...person, email: anAddress() }, { token });
    const login = await aCustomer();
    const email = anAddress();
    for (const send of [client.put, client.patch]) {
      expect((await send(`/customers/${walkIn.id}`, { email }, { token })).body.email).toBe(email);
      expect((await send(`/customers/${login.id}`, { email }, { token })).status).toBe(403);
    }
  });
});

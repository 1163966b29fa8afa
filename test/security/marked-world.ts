import { expect } from "vitest";
import type { Client } from "../support/client.ts";
import { mailedToken } from "../support/mail.ts";
import { pay } from "../support/paid.ts";
import { aCustomer, aMechanic, anAdmin, insert, limitedToken, PASSWORD, type Person, rows, unique } from "../support/people.ts";
import { anInvoice } from "../support/posted.ts";
import { anEstimate } from "../support/repair-order.ts";
import { aLink } from "../support/share-links.ts";
import { aTicket, type Shop } from "../support/shop.ts";
import { aJob, doublesOf, ofTheShop, type World } from "../support/world.ts";

/** Two customers, two mechanics, an admin, and accounts that may not come in, each with marks that only some may see. */

export const ACTORS = [
  "anonymous",
  "customer",
  "other customer",
  "mechanic",
  "other mechanic",
  "admin",
  "pending",
  "disabled",
  "unverified",
  "invited",
  "factor pending",
] as const;
export type ActorName = (typeof ACTORS)[number];

/** A customer, and the mechanic who works for them. */
type Party = readonly [customer: ActorName, mechanic: ActorName];
const MINE: Party = ["customer", "mechanic"];
const OTHERS: Party = ["other customer", "other mechanic"];
const STAFF: readonly ActorName[] = ["mechanic", "other mechanic", "admin"];

/** A text that was planted in somebody's records, and who may ever be sent it. */
export interface Mark {
  readonly text: string;
  readonly what: string;
  readonly seenBy: readonly ActorName[];
}

export interface MarkedWorld {
  /** The records of `customer` and `mechanic`, as routes are asked for them. */
  readonly mine: World;
  readonly other: World;
  readonly actors: Readonly<Record<ActorName, Person | undefined>>;
  readonly marks: readonly Mark[];
  /** Those of the marks that are not in the records of `customer` and `mechanic`. */
  readonly othersMarks: readonly Mark[];
  /** Words that the records of `customer` are found by. */
  readonly words: { readonly name: string; readonly email: string; readonly phone: string; readonly vin: string };
}

const AT = "2026-11-20T09:30:00.000Z";

/** One party's records, each with a mark, and the marks with who may see them. */
const aParty = async (client: Client, [customerName, mechanicName]: Party) => {
  const n = unique() + 10_000;
  const mark = (what: string): string => `qz${what}${n}`;
  const phones = [`+1 777 ${n}1`, `+1 777 ${n}2`] as const;
  const customer = await aCustomer({
    name: `Qz ${mark("name")}`,
    email: `${mark("mail")}@example.com`,
    phone: phones[0],
    address: mark("home"),
  });
  const salary = n * 100 + 57;
  const mechanic = await aMechanic({
    name: `Max ${n}`,
    email: `${mark("work")}@example.com`,
    phone: phones[1],
    address: mark("flat"),
    salary,
  });
  const vehicle = {
    id: await insert("vehicles", {
      vin: `1M8GDM9A${n}K${String(n).slice(-3)}`.padEnd(17, "X").slice(0, 17),
      make: "M",
      model: "M",
      year: 2020,
      color: mark("color"),
      license_plate: mark("plate"),
      customer_id: customer.id,
      created_at: AT,
      updated_at: AT,
    }),
  };
  const [{ vin } = { vin: "" }] = await rows<{ vin: string }>("select vin from vehicles where id = ?", vehicle.id);
  const cost = n * 100 + 31;
  const part = { id: await insert("parts", { name: `Part ${n}`, price: 100, cost, created_at: AT, updated_at: AT }), name: `Part ${n}` };
  await insert("stock_movements", { at: AT, inventory_id: part.id, kind: "received", quantity: 9_000, balance: 9_000 });
  const marked: Shop = { customer, mechanic, vehicle: { id: vehicle.id, vin }, part };
  const ticket = await aTicket(client, marked, {
    service_desc: mark("desc"),
    notes: mark("notes"),
    internal_notes: mark("inside"),
    mechanic_ids: [mechanic.id],
    parts: [{ inventory_id: part.id, quantity: 1 }],
  });
  const sold = await aJob(client, ticket.id, marked, { concern: mark("concern"), internal_note: mark("shoptalk") });
  const { body } = await client.get(`/assignments?service_ticket_id=${ticket.id}`, { token: mechanic.token });
  const shown = await anEstimate(client, marked, mark("message"), {
    kind: "sublet",
    description: mark("line"),
    unit_cost: cost,
    provider: "Others",
  });
  const said = { channel: "phone", person_name: mark("said"), capacity: "owner", contact: mark("called"), note: mark("note") };
  const decided = { ...said, decisions: [{ line_id: shown.line_id, decision: "declined" }] };
  await client.post(`/estimates/${shown.estimate_id}/authorizations`, decided, { token: mechanic.token });
  const work = { kind: "sublet", description: mark("billed"), unit_cost: cost, provider: "Others" };
  const invoice = await anInvoice(client, marked, [work]);
  const slip = { method: "card", reference: mark("slip"), note: mark("counter") };
  const paid = await pay(client, marked, invoice.id, 10, slip);
  const sent = { to: `${mark("reader")}@example.com`, message: mark("words") };
  const mailed = await client.post(`/invoices/${invoice.id}/send`, sent, { token: mechanic.token });
  const ids = {
    estimates: shown.estimate_id,
    invoices: invoice.id,
    payments: paid.body.id,
    mails: mailed.body.id,
    customers: customer.id,
    mechanics: mechanic.id,
    users: customer.userId,
    vehicles: vehicle.id,
    "service-tickets": ticket.id,
    assignments: body.assignments[0].id,
    inventory: part.id,
    ...(await ofTheShop(marked)),
  };
  const marks: Mark[] = [
    ...[
      "name",
      "mail",
      "home",
      "color",
      "plate",
      "desc",
      "notes",
      "concern",
      "message",
      "line",
      "said",
      "called",
      "note",
      "billed",
      "slip",
      "sent",
      "reader",
      "words",
    ].map((what) => ({
      text: mark(what),
      what,
      seenBy: [customerName, ...STAFF],
    })),
    { text: phones[0], what: "customer's phone", seenBy: [customerName, ...STAFF] },
    { text: vin, what: "VIN", seenBy: [customerName, ...STAFF] },
    ...[mark("work"), mark("flat"), phones[1]].map((text) => ({ text, what: "mechanic's contact", seenBy: STAFF })),
    { text: String(salary / 100), what: "salary", seenBy: [mechanicName, "admin"] },
    { text: String(cost / 100), what: "cost", seenBy: STAFF },
    { text: mark("inside"), what: "internal notes", seenBy: STAFF },
    { text: mark("counter"), what: "note of a payment", seenBy: STAFF },
    { text: mark("shoptalk"), what: "internal note of a job", seenBy: STAFF },
  ];
  return {
    world: {
      shop: marked,
      ids,
      doubles: await doublesOf(marked),
      sold,
      shown,
      billed: { line_id: invoice.lines[0].id },
      link: await aLink(client, ticket.id, mechanic, { may: "decide", sent_to: mark("sent") }),
    },
    customer,
    mechanic,
    marks,
    words: { name: mark("name"), email: mark("mail"), phone: `777${n}1`, vin },
  };
};

/** What nobody is ever sent. */
const NOBODY: readonly Mark[] = ["$scrypt$", "password_hash", "fingerprint"].map((text) => ({ text, what: "secret", seenBy: [] }));

/** Somebody who signed up with the e-mail of a customer whom staff know, and whose record staff took for the customer's. */
const anUnverified = async (client: Client, { ids, shop }: World): Promise<Person> => {
  const email = `unproven${unique()}@example.com`;
  const signUp = { name: "Una Unproven", email, phone: "+1 555 0177", password: PASSWORD };
  const { body: record } = await client.post("/customers", signUp);
  await client.patch(`/customers/${record.id}`, { address: `qzaddress${ids.customers}` }, { token: shop.mechanic.token });
  const { body } = await client.post("/auth/login", { email, password: PASSWORD });
  return { id: record.id, userId: body.user_id, email, token: body.token };
};

/** Somebody who sends the token of an invitation as if it were that of a login. */
const anInvited = async (client: Client, { shop, doubles }: World): Promise<Person> => {
  const email = `invited${unique()}@example.com`;
  await rows("update customers set email = ? where id = ?", email, doubles.customers);
  await client.post(`/customers/${doubles.customers}/invite`, undefined, { token: shop.mechanic.token });
  return { id: doubles.customers, userId: 0, email, token: await mailedToken(email, "invitation") };
};

/** An admin who has to set up a second factor first. */
const aFactorPending = async (): Promise<Person> => {
  const admin = await anAdmin();
  return { ...admin, token: await limitedToken(admin, "second_factor") };
};

/** An account that an admin has set to a status, with the token that it had before. */
const shutOut = async (client: Client, person: Person, status: string, admin: Person): Promise<Person> => {
  const answer = await client.put(`/users/${person.userId}`, { status }, { token: admin.token });
  expect([answer.status, answer.body.status]).toEqual([200, status]);
  return person;
};

export const aMarkedWorld = async (client: Client): Promise<MarkedWorld> => {
  const [one, two, admin] = [await aParty(client, MINE), await aParty(client, OTHERS), await anAdmin()];
  const actors = {
    anonymous: undefined,
    customer: one.customer,
    "other customer": two.customer,
    mechanic: one.mechanic,
    "other mechanic": two.mechanic,
    admin,
    pending: await shutOut(client, await aMechanic(), "pending", admin),
    disabled: await shutOut(client, await aCustomer(), "disabled", admin),
    unverified: await anUnverified(client, one.world),
    invited: await anInvited(client, two.world),
    "factor pending": await aFactorPending(),
  };
  const staffWrote: Mark = { text: `qzaddress${one.world.ids.customers}`, what: "what staff wrote", seenBy: STAFF };
  const othersMarks = [...two.marks, staffWrote, ...NOBODY];
  return { mine: one.world, other: two.world, actors, othersMarks, marks: [...one.marks, ...othersMarks], words: one.words };
};

/** The same world with a new `customer` and `mechanic` who have new records, for when those of the world are used up. */
export const withNewRecords = async (client: Client, { other, actors, othersMarks }: MarkedWorld): Promise<MarkedWorld> => {
  const { world: mine, customer, mechanic, marks, words } = await aParty(client, MINE);
  return { mine, other, actors: { ...actors, customer, mechanic }, othersMarks, marks: [...marks, ...othersMarks], words };
};

/** The marks in some text that this actor may not see, but for those that it sent itself. */
export const leaksIn = (text: string, sent: string, actor: ActorName, { marks }: MarkedWorld): string[] =>
  marks
    .filter((mark) => text.includes(mark.text) && !mark.seenBy.includes(actor) && !sent.includes(mark.text))
    .map(({ what, text: leaked }) => `${what}: ${leaked}`);

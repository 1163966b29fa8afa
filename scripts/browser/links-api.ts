import { DEMO_LOGINS, DEMO_PASSWORD } from "../demo-data.ts";

/** What a link leads to, and what of it was decided. */
export interface SharedTicket {
  readonly ticket: number;
  readonly link: number;
  readonly url: string;
}

export interface Api {
  /** A ticket with brakes that are decided as a whole and wipers that go line by line, its estimate, and a link to it. */
  readonly share: (may?: "view" | "decide") => Promise<SharedTicket>;
  /** What was decided on a ticket: `approved 274.49 by link`. */
  readonly decided: (ticket: number) => Promise<string[]>;
  /** Ends a link. */
  readonly revoke: (shared: SharedTicket) => Promise<void>;
  /** A link to a ticket that was invoiced. */
  readonly shareInvoiced: () => Promise<string>;
}

const brakes = {
  title: "Front brakes",
  concern: "Grinds when braking",
  note: "The pads are at 1 mm; the rotors are below their least thickness.",
  lines: [
    { kind: "labor", description: "Replace front pads and rotors", quantity: 1.5, unit_price: 120 },
    { kind: "part", description: "Brake pads, ceramic", condition: "new", quantity: 1, unit_price: 89.99 },
    { kind: "fee", fee_kind: "other", description: "Brake fluid disposal", quantity: 1, unit_price: 4.5, taxable: false },
  ],
};
const wipers = {
  title: "Wipers smear",
  by_line: true,
  lines: [
    { kind: "part", description: "Wiper blade, left", condition: "new", quantity: 1, unit_price: 24.9 },
    { kind: "part", description: "Wiper blade, right", condition: "new", quantity: 1, unit_price: 22.9 },
  ],
};

/** What a step of the demo shop's staff answers. Throws what was refused. */
export const apiOf = async (address: string): Promise<Api> => {
  const call = async (method: string, path: string, body?: unknown, token?: string) => {
    const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(address + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };
  const { token } = await call("POST", "/auth/login", { email: DEMO_LOGINS.admin, password: DEMO_PASSWORD });
  const as = (method: string, path: string, body?: unknown) => call(method, path, body, token);
  const { customers } = await as("GET", "/customers?per_page=1");
  const { vehicles } = await as("GET", `/vehicles?customer_id=${customers[0].id}&per_page=1`);
  const linkTo = async (ticket: number, may: string): Promise<SharedTicket> => {
    const { id, url } = await as("POST", `/service-tickets/${ticket}/share-links`, { may });
    return { ticket, link: id, url };
  };
  return {
    share: async (may = "decide") => {
      const { id } = await as("POST", "/service-tickets", {
        customer_id: customers[0].id,
        vehicle_id: vehicles[0].id,
        service_desc: "Front brakes grind",
        service_date: new Date().toISOString().slice(0, 10),
      });
      for (const job of [brakes, wipers]) await as("POST", `/service-tickets/${id}/jobs`, job);
      await as("POST", `/service-tickets/${id}/estimates`, { message: "The front brakes need work soon.\nThe wipers can wait." });
      return linkTo(id, may);
    },
    decided: async (ticket) => {
      const { authorizations } = await as("GET", `/service-tickets/${ticket}/authorizations`);
      return authorizations.flatMap(({ channel, person_name, decisions }: { channel: string; person_name: string; decisions: [] }) =>
        decisions.map(({ decision, description }) => `${decision} ${description} by ${channel}, ${person_name}`),
      );
    },
    revoke: ({ ticket, link }) => as("DELETE", `/service-tickets/${ticket}/share-links/${link}`),
    shareInvoiced: async () => {
      const { invoices } = await as("GET", "/invoices?status=unpaid&kind=invoice&per_page=1");
      return (await linkTo(invoices[0].service_ticket_id, "view")).url;
    },
  };
};

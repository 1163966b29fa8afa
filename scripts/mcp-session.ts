import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { withLocalServer } from "./support/local-server.ts";

/**
 * Asks `/mcp` of a local server with demo data by the protocol's own client, in both generations that the server speaks: with a
 * handshake, and stateless. Each tool is called, as staff and as a customer, and wrongly.
 */
const GENERATIONS = [
  { name: "with a handshake", version: "2025-11-25", options: {} },
  { name: "stateless", version: "2026-07-28", options: { versionNegotiation: { mode: { pin: "2026-07-28" } } } },
] as const;
type Generation = (typeof GENERATIONS)[number];

const TOOLS = "find_customer,find_vehicle,find_ticket,get_ticket,get_vehicle_history,list_low_stock,get_figures";
/** Any day will do: there are figures of one without sales, too. */
const DATE = "2026-11-20";

const complaints: string[] = [];
let checks = 0;
const demand = (isTrue: boolean, complaint: string): void => {
  checks += 1;
  if (!isTrue) complaints.push(complaint);
};

type Json = ReturnType<typeof JSON.parse>;

const logIn = async (address: string, name: string): Promise<string> => {
  const body = JSON.stringify({ email: `${name}@example.com`, password: "demo-wrench-42" });
  const response = await fetch(`${address}/auth/login`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const { token }: { token: string } = await response.json().then((answer: Json) => answer);
  return token;
};

const connect = async (address: string, token: string, { options }: Generation): Promise<Client> => {
  const client = new Client({ name: "mcp-session", version: "1.0.0" }, options);
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", address), { requestInit }));
  return client;
};

/** What a tool said, parsed. */
const call = async (client: Client, name: string, given: Record<string, unknown>): Promise<{ isError: boolean; body: Json }> => {
  const { isError, content } = await client.callTool({ name, arguments: given });
  const [said] = content;
  return { isError: isError === true, body: said?.type === "text" ? JSON.parse(said.text) : null };
};

/** The error that a promise rejects with; null when it does not. */
const rejection = (work: Promise<unknown>): Promise<{ readonly code?: unknown; readonly message?: unknown } | null> =>
  work.then(
    () => null,
    (error: unknown) => Object(error),
  );

const asStaff = async (client: Client, { name, version }: Generation): Promise<void> => {
  demand(client.getNegotiatedProtocolVersion() === version, `${name}: speaks ${client.getNegotiatedProtocolVersion()}`);
  demand(client.getServerVersion()?.name === "mechanic-shop", `${name}: does not say what it is`);
  const { tools } = await client.listTools();
  demand(tools.map((tool) => tool.name).join() === TOOLS, `${name}: has the tools ${tools.map((tool) => tool.name)}`);
  const customers = await call(client, "find_customer", { words: "delgado" });
  demand(customers.body.customers?.[0]?.name.includes("Delgado"), `${name}: find_customer finds ${JSON.stringify(customers)}`);
  const vehicles = await call(client, "find_vehicle", { words: "toyota" });
  demand(vehicles.body.vehicles?.length > 0, `${name}: find_vehicle finds ${JSON.stringify(vehicles)}`);
  const tickets = await call(client, "find_ticket", { words: "brake" });
  const ticket = tickets.body.service_tickets?.[0];
  demand(ticket?.id > 0, `${name}: find_ticket finds ${JSON.stringify(tickets)}`);
  const got = await call(client, "get_ticket", { id: ticket?.id });
  demand(got.body.id === ticket?.id && got.body.service_desc === ticket?.service_desc, `${name}: get_ticket gets ${JSON.stringify(got)}`);
  const history = await call(client, "get_vehicle_history", { id: vehicles.body.vehicles?.[0]?.id });
  demand(Array.isArray(history.body.statements), `${name}: get_vehicle_history gets ${JSON.stringify(history)}`);
  const low = await call(client, "list_low_stock", {});
  demand(!low.isError && low.body !== null, `${name}: list_low_stock lists ${JSON.stringify(low)}`);
  const figures = await call(client, "get_figures", { date: DATE });
  demand(figures.isError && figures.body.code === "forbidden", `${name}: a mechanic gets figures: ${JSON.stringify(figures)}`);
  const missing = await call(client, "get_ticket", { id: 999_999 });
  demand(missing.isError && missing.body.code === "not_found", `${name}: a ticket that there is not is ${JSON.stringify(missing)}`);
};

const wrongly = async (client: Client, name: string): Promise<void> => {
  for (const [tool, given] of [
    ["get_ticket", { id: "1/../../customers" }],
    ["find_customer", {}],
    ["list_low_stock", { more: 1 }],
    ["delete_customer", { id: 1 }],
  ] as const) {
    const error = await rejection(client.callTool({ name: tool, arguments: given }));
    demand(error?.code === -32_602, `${name}: ${tool} with ${JSON.stringify(given)} is answered ${JSON.stringify(error)}`);
  }
};

const asCustomer = async (client: Client, name: string, address: string, token: string): Promise<void> => {
  const whose = await fetch(`${address}/auth/me`, { headers: { Authorization: `Bearer ${token}` } }).then(
    (answer): Promise<Json> => answer.json(),
  );
  const vehicles = await call(client, "find_vehicle", { words: "a" });
  const strangers = (vehicles.body.vehicles ?? []).filter((each: Json) => each.customer_id !== whose.customer_id);
  demand(!vehicles.isError && strangers.length === 0, `${name}: a customer sees ${JSON.stringify(vehicles)}`);
  for (const [tool, given] of [
    ["find_customer", { words: "a" }],
    ["list_low_stock", {}],
    ["get_figures", { date: DATE }],
  ] as const) {
    const { isError, body } = await call(client, tool, given);
    demand(isError && body.code === "forbidden", `${name}: a customer may ${tool}: ${JSON.stringify(body)}`);
  }
  const tickets = await call(client, "find_ticket", { words: "a" });
  const foreign = (tickets.body.service_tickets ?? []).filter((each: Json) => each.customer_id !== whose.customer_id);
  demand(foreign.length === 0, `${name}: a customer finds ${JSON.stringify(foreign)}`);
};

await withLocalServer(async (address) => {
  const [mechanic, admin, customer] = await Promise.all(["mechanic", "admin", "customer"].map((name) => logIn(address, name)));
  for (const generation of GENERATIONS) {
    const { name } = generation;
    const staff = await connect(address, mechanic ?? "", generation);
    await asStaff(staff, generation);
    await wrongly(staff, name);
    const owner = await connect(address, admin ?? "", generation);
    const figures = await call(owner, "get_figures", { date: DATE });
    demand(!figures.isError && Object.hasOwn(figures.body, "figures"), `${name}: get_figures gets ${JSON.stringify(figures)}`);
    const theirs = await connect(address, customer ?? "", generation);
    await asCustomer(theirs, name, address, customer ?? "");
    await Promise.all([staff, owner, theirs].map((client) => client.close()));
    for (const token of ["a.b.c", ""]) {
      const error = await rejection(connect(address, token, generation));
      demand(
        /401|[Uu]nauthori[sz]ed/.test(`${error?.code} ${error?.message}`),
        `${name}: the token "${token}" is answered ${error?.message}`,
      );
    }
  }
});
for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
process.stdout.write(
  `The client of the Model Context Protocol: ${checks} checks in ${GENERATIONS.length} generations, ${complaints.length} failed.\n`,
);
if (complaints.length > 0) process.exitCode = 1;

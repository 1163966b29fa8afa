import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import current from "../../openapi.json?raw";
import { endpoints } from "../../src/app.ts";
import { BODY_BYTES } from "../../src/http/pipeline/request.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, type Person, rows, unique } from "../support/people.ts";
import { bearer, rawClient } from "../support/raw.ts";

const START = clock.now;
const HOUR = 3_600_000;
let staff: Person;
let address = "";
beforeAll(async () => {
  staff = await aMechanic();
});
beforeEach(() => {
  address = `198.51.100.${unique()}`;
});
afterEach(() => {
  clock.now = START;
});

/** A body that is held back for so long, and whether anybody has asked for it. */
const heldBack = (body: unknown, ms = 0) => {
  let isAsked = false;
  const stream = new ReadableStream(
    {
      pull: (controller) => {
        isAsked = true;
        clock.now += ms;
        controller.enqueue(new TextEncoder().encode(JSON.stringify(body)));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, isAsked: () => isAsked };
};
const sent = (body: ReadableStream, token?: string, method = "POST") => ({
  method,
  body,
  headers: { "Content-Type": "application/json", "CF-Connecting-IP": address, ...(token ? bearer(token) : {}) },
});
const changeOf = ({ id }: Person, ms: number, token: string) => {
  const { stream } = heldBack({ phone: "+1 555 0199" }, ms);
  return rawClient()(`/customers/${id}`, sent(stream, token, "PUT"));
};

describe("the time of a request", () => {
  it("is when its body is complete, for all that it writes", async () => {
    const customer = await aCustomer();
    expect((await changeOf(customer, 50_000, staff.token)).status).toBe(200);
    const at = new Date(START + 50_000).toISOString();
    expect(await rows("select at from audit_log where action = 'customer.updated' and entity_id = ?", customer.id)).toEqual([{ at }]);
    expect(await rows("select updated_at from customers where id = ?", customer.id)).toEqual([{ updated_at: at }]);
  });

  it("decides whether the token is still valid", async () => {
    const customer = await aCustomer();
    expect((await changeOf(customer, HOUR - 1, staff.token)).status).toBe(200);
    clock.now = START;
    const late = await changeOf(customer, HOUR, staff.token);
    expect([late.status, await late.json()]).toEqual([401, expect.objectContaining({ code: "unauthenticated" })]);
    expect(await rows("select version from customers where id = ?", customer.id)).toEqual([{ version: 2 }]);
  });

  it("decides whether a used refresh token gets its successor again", async () => {
    const client = createClient();
    const { email } = await aCustomer();
    const { body } = await client.post("/auth/login", { email, password: "correct horse battery" });
    const refresh_token: string = body.refresh_token;
    expect((await client.post("/auth/refresh", { refresh_token })).status).toBe(200);
    const { stream } = heldBack({ refresh_token }, 11_000);
    expect((await rawClient()("/auth/refresh", sent(stream))).status).toBe(401);
  });
});

describe("a body", () => {
  it("that does not come in time is not waited for", async () => {
    const timeouts = { gate: 20_000, cache: 20_000, database: 20_000, body: 50 };
    const send = rawClient(testDeps({}, () => undefined, timeouts));
    const endless = new ReadableStream({ pull: () => new Promise(() => undefined) });
    const answer = await send("/customers", sent(endless));
    expect([answer.status, await answer.json()]).toEqual([408, expect.objectContaining({ code: "body_too_slow", seconds: 1 })]);
  });

  it("is not asked for of a client that is known to be denied, or whose token is not valid", async () => {
    const send = rawClient(testDeps({ RATE_LIMIT_REGISTER: "1/hour" }));
    const ask = async (token?: string) => {
      const { stream, isAsked } = heldBack({ name: "" });
      return [(await send("/customers", sent(stream, token))).status, isAsked()];
    };
    expect([await ask(), await ask(), await ask()]).toEqual([
      [422, true],
      [429, true],
      [429, false],
    ]);
    const { stream, isAsked } = heldBack({ vin: "x" });
    expect([(await send("/vehicles", sent(stream, "no token"))).status, isAsked()]).toEqual([401, false]);
  });

  it("is asked for again once the window is open", async () => {
    const client = createClient(testDeps({ RATE_LIMIT_REGISTER: "1/hour" }), address);
    const register = async () => (await client.post("/customers", { name: "" })).status;
    expect([await register(), await register(), await register()]).toEqual([422, 429, 429]);
    clock.now += HOUR;
    expect(await register()).toBe(422);
  });

  it("with many wrong places is told the first 20, shortened, and how many more there are", async () => {
    const long = "x".repeat(20_000);
    const body = Object.fromEntries([[long, 1], ...Array.from({ length: 3_000 }, (_, n) => [`f${n}`, n])]);
    const answer = await rawClient()("/customers", {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
    const text = await answer.text();
    expect([answer.status, JSON.parse(text).errors.length, JSON.parse(text).more_errors]).toEqual([422, 20, 2_983]);
    expect(text.length).toBeLessThan(4_000);
  });
});

/** A schema of the document, as far as it says how much a value may have. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}
const { paths, components } = JSON.parse(current);

/** The bytes of the longest JSON that the schema takes, with every letter escaped. */
const longest = (schema: Schema): number => {
  if (schema.$ref) return longest(components.schemas[schema.$ref.split("/").at(-1) ?? ""]);
  const parts = [...(schema.anyOf ?? []), ...(schema.allOf ?? [])].map(longest);
  const properties = Object.entries(schema.properties ?? {}).map(([name, value]) => name.length + 4 + longest(value));
  const items = schema.items ? (schema.maxItems ?? Number.POSITIVE_INFINITY) * (longest(schema.items) + 1) : 0;
  const isText = [schema.type].flat().includes("string") && !schema.enum;
  const text = isText ? (schema.maxLength ?? Number.POSITIVE_INFINITY) * 6 : 0;
  return 30 + text + items + properties.reduce((sum, size) => sum + size, 0) + parts.reduce((sum, size) => sum + size, 0);
};

describe("the size of bodies", () => {
  it.each(
    endpoints.filter(({ spec }) => spec.method !== "get").map(({ spec, policy }) => [`${spec.method} ${spec.path}`, spec, policy] as const),
  )("%s takes the longest that its schema does", (_, { method, path }, { bodyBytes = BODY_BYTES }) => {
    const body = paths[path][method].requestBody?.content["application/json"].schema;
    expect(body ? longest(body) : 0).toBeLessThanOrEqual(bodyBytes);
  });
});

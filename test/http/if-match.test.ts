import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import { legacyNamesOf } from "../../src/http/pipeline/legacy-paths.ts";
import type { Endpoint } from "../../src/http/route.ts";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, anAdmin, rows } from "../support/people.ts";
import { wholeDocument } from "../support/whole-document.ts";
import { asking, aWorld, bodyOf, nameOf, pathOf, type World } from "../support/world.ts";

const client = createClient();
const { paths } = await wholeDocument(client);
const STALE = { "If-Match": '"999.0000000000000000"' };
const ABSENT = { "If-None-Match": "*" };
const LONG_AGO = { "If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT" };

/** Every write of both documents, with the endpoint that answers it. */
const writes = endpoints
  .filter(({ spec }) => spec.method !== "get")
  .flatMap((endpoint) => {
    const { method, path } = endpoint.spec;
    return [{ method: method.toUpperCase(), path }, ...legacyNamesOf(method.toUpperCase(), path)].map((place) => ({ endpoint, ...place }));
  });

const documented = (method: string, path: string) => {
  const { parameters = [], responses } = paths[path]?.[method.toLowerCase()] ?? { responses: {} };
  return { header: parameters.some(({ name }) => name === "If-Match"), failure: "412" in responses };
};

/** A path of either document, with what the endpoint's own path has in its places. */
const filled = (path: string, { spec }: Endpoint, own: string): string => {
  const places = new RegExp(`^${spec.path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`).exec(own)?.groups ?? {};
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => places[name] ?? "");
};

const changes = async () => (await rows("select count(*) as n from audit_log"))[0]?.n;

/** A request with its body and these headers, by whoever may ask. */
const withHeaders = (endpoint: Endpoint, world: World, token: string, headers: Record<string, string>) => {
  const who = asking(endpoint, world, token);
  return { ...who, body: bodyOf(endpoint, world), headers: { ...("headers" in who ? who.headers : {}), ...headers } };
};

/** A world and the token of an admin, which are asked in vain for as long as nothing changes. */
let untouched: readonly [World, string] | undefined;

/** Asks of such a world what must change nothing. */
const inVain = async (use: (world: World, token: string) => Promise<void>): Promise<void> => {
  const [world, token] = untouched ?? [await aWorld(client), (await anAdmin()).token];
  untouched = undefined;
  const before = await changes();
  await use(world, token);
  expect(await changes()).toBe(before);
  untouched = [world, token];
};

describe("a write with a condition that is not met", () => {
  it.each(writes.map((write) => [`${write.method} ${write.path}`, write] as const))(
    "%s answers 412 to a stale If-Match if it documents the header, else refuses the header, and changes nothing",
    (_name, { endpoint, method, path }) =>
      inVain(async (world, token) => {
        const sent = filled(path, endpoint, pathOf(endpoint, world, token));
        const { status, body } = await client.send(method, sent, withHeaders(endpoint, world, token, STALE));
        const { header, failure } = documented(method, path);
        expect([header, failure], nameOf(endpoint)).toEqual([status === 412, status === 412]);
        if (!header) expect(body).toMatchObject({ status: 422, errors: [{ pointer: "/header/If-Match", code: "not_supported" }] });
      }),
  );

  it.each(writes.map((write) => [`${write.method} ${write.path}`, write] as const))(
    "%s answers 412 to If-None-Match: * and an If-Unmodified-Since that has passed if it heeds If-Match, and changes nothing",
    (_name, { endpoint, method, path }) =>
      inVain(async (world, token) => {
        const sent = filled(path, endpoint, pathOf(endpoint, world, token));
        const ask = (headers: Record<string, string>) => client.send(method, sent, withHeaders(endpoint, world, token, headers));
        const { header } = documented(method, path);
        const refused = { status: 422, errors: [{ pointer: "/header/If-None-Match", code: "not_supported" }] };
        expect((await ask(ABSENT)).body).toMatchObject(header ? { code: "precondition_failed", header: "If-None-Match" } : refused);
        if (header) expect((await ask(LONG_AGO)).body).toMatchObject({ code: "precondition_failed", header: "If-Unmodified-Since" });
      }),
  );

  it("is carried out with * where the header is refused", async () => {
    const [{ ids }, { token }] = [await aWorld(client), await anAdmin()];
    const { status } = await client.delete(`/assignments/${ids.assignments}`, { token, headers: { "If-Match": "*" } });
    expect(status).toBe(200);
  });
});

describe("a condition that is met", () => {
  const change = async (headers: (etag: string) => Record<string, string>) => {
    const customer = await aCustomer();
    const etag = (await client.get(`/customers/${customer.id}`, { token: customer.token })).headers.get("ETag") ?? "";
    return client.patch(`/customers/${customer.id}`, { name: "Ada" }, { token: customer.token, headers: headers(etag) });
  };
  const atStart = new Date(clock.now).toUTCString();

  it("lets a change through: an ETag of another version, the second of the last change, or later", async () => {
    for (const headers of [{ "If-None-Match": '"7.0123456789abcdef"' }, { "If-Unmodified-Since": atStart }])
      expect((await change(() => headers)).status).toBe(200);
    expect((await change((etag) => ({ "If-None-Match": etag }))).body).toMatchObject({ code: "precondition_failed" });
    const before = new Date(clock.now - 1_000).toUTCString();
    expect((await change(() => ({ "If-Unmodified-Since": before }))).body).toMatchObject({ code: "precondition_failed" });
  });

  it("or that is to be ignored changes nothing: dates that are none, dates beside an ETag, If-Modified-Since of a write", async () => {
    const { "If-Unmodified-Since": longAgo } = LONG_AGO;
    for (const ignored of ["yesterday", "2026-11-20", "1994-11-06T08:49:37Z", ""])
      expect((await change(() => ({ "If-Unmodified-Since": ignored }))).status, ignored).toBe(200);
    expect((await change((etag) => ({ "If-Match": etag, "If-Unmodified-Since": longAgo }))).status).toBe(200);
    expect((await change(() => ({ "If-Modified-Since": atStart }))).status).toBe(200);
    const { token } = await anAdmin();
    const { ids } = await aWorld(client);
    expect((await client.delete(`/assignments/${ids.assignments}`, { token, headers: LONG_AGO })).status).toBe(200);
  });

  it("may be written in each of the forms of a date in HTTP", async () => {
    for (const past of ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
      expect((await change(() => ({ "If-Unmodified-Since": past }))).status, past).toBe(412);
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aMechanic, PASSWORD, type Person, rows, unique } from "../support/people.ts";
import { bearer, jsonBody, rawClient } from "../support/raw.ts";

const client = createClient();
const send = rawClient();
const newCustomer = (fields: object = {}) => ({
  name: "Ada Example",
  email: `requests${unique()}@example.com`,
  phone: "+1 555 0100",
  password: PASSWORD,
  ...fields,
});
const pointersOf = ({ body }: { body: { errors: { pointer: string }[] } }): string[] => body.errors.map(({ pointer }) => pointer).sort();

let staff: Person;
beforeAll(async () => {
  staff = await aMechanic();
});

/** POST /customers with a body as it is; what was answered, and whether a row was written. */
const register = async (body: BodyInit, headers: Record<string, string> = { "Content-Type": "application/json" }) => {
  const [before] = await rows("select count(*) as n from customers");
  const response = await send("/customers", { method: "POST", body, headers });
  const answer = await response.json<{ code?: string }>();
  return { status: response.status, code: answer.code, wrote: (await rows("select count(*) as n from customers"))[0]?.n !== before?.n };
};
/** A body that is sent in pieces, so that nobody says how long it is. */
const inPieces = (...pieces: (string | Uint8Array)[]): ReadableStream =>
  new ReadableStream({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
      controller.close();
    },
  });

describe("a body", () => {
  it.each(["{", "}", "nul", "{'name':1}", '{"a":1,}', "   ", "NaN", '{"a":1}{"b":2}', "undefined"])(
    "that is %j is malformed",
    async (text) => {
      expect(await register(text)).toEqual({ status: 400, code: "malformed_request", wrote: false });
    },
  );

  it("that is not UTF-8 is malformed", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(newCustomer({ name: "A?a" })));
    bytes[bytes.indexOf("?".charCodeAt(0))] = 0xff;
    expect(await register(bytes)).toEqual({ status: 400, code: "malformed_request", wrote: false });
    expect((await register(new Uint8Array([0xc3]))).code).toBe("malformed_request");
  });

  it("may be sent in pieces, cut in the middle of a character", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(newCustomer({ name: "Ána" })));
    const cut = bytes.indexOf(0xc3) + 1;
    expect(await register(inPieces(bytes.slice(0, cut), bytes.slice(cut)))).toMatchObject({ status: 201, wrote: true });
  });

  it("may begin with a byte order mark", async () => {
    expect(await register(`\uFEFF${JSON.stringify(newCustomer())}`)).toMatchObject({ status: 201 });
  });

  it("of more than 64 KB is too large, whether its length is told or not, and is not read to its end", async () => {
    const json = { "Content-Type": "application/json" };
    const [piece, tooLarge] = [" ".repeat(40_000), { status: 413, code: "payload_too_large", wrote: false }];
    expect(await register(`"${piece}${piece}"`)).toEqual(tooLarge);
    expect(await register("{}", { ...json, "Content-Length": "65537" })).toEqual(tooLarge);
    expect(await register(inPieces(piece, piece), json)).toEqual(tooLarge);
    let pieces = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        pieces += 1;
        controller.enqueue(new TextEncoder().encode(piece));
      },
    });
    expect(await register(endless, json)).toEqual(tooLarge);
    expect(pieces).toBeLessThan(70);
  });

  it("that is too large is drained within bounds, so that the connection can be used again", async () => {
    const json = { "Content-Type": "application/json" };
    const bodyOf = (pieces: number, stuckAfter = pieces) => {
      let sent = 0;
      const body = new ReadableStream({
        pull: async (controller) => {
          if (sent === pieces) return controller.close();
          if (sent === stuckAfter) await new Promise(() => undefined);
          sent += 1;
          controller.enqueue(new TextEncoder().encode(" ".repeat(600_000)));
        },
      });
      return { body, sent: () => sent };
    };
    const short = bodyOf(5);
    expect((await register(short.body, json)).status).toBe(413);
    expect(short.sent()).toBe(5);
    const stuck = bodyOf(9, 3);
    const start = Date.now();
    expect((await register(stuck.body, json)).status).toBe(413);
    expect(Date.now() - start).toBeGreaterThanOrEqual(900);
    expect(Date.now() - start).toBeLessThan(10_000);
  });

  it("of just 64 KB is read", async () => {
    const text = JSON.stringify(newCustomer());
    expect(await register(text + " ".repeat(65_536 - text.length))).toMatchObject({ status: 201 });
    expect(await register(text + " ".repeat(65_537 - text.length))).toMatchObject({ status: 413 });
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "text/json",
    "json",
    "",
  ])("of the type %j is refused", async (type) => {
    expect(await register(JSON.stringify(newCustomer()), { "Content-Type": type })).toEqual({
      status: 415,
      code: "unsupported_media_type",
      wrote: false,
    });
  });

  it.each(["gzip", "x-gzip", "br", "deflate", "gzip, identity", "GZIP"])(
    "said to be coded as %j is refused, packed or not, with what is accepted",
    async (coding) => {
      const text = JSON.stringify(newCustomer());
      const packed = await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
      for (const body of [packed, text])
        expect(await register(body, { "Content-Type": "application/json", "Content-Encoding": coding })).toEqual({
          status: 415,
          code: "unsupported_encoding",
          wrote: false,
        });
      const headers = { ...jsonBody({}).headers, "Content-Encoding": coding };
      for (const path of ["/customers", "/login", "/v1/tickets/1/status"]) {
        const answer = await send(path, {
          method: path.endsWith("status") ? "PUT" : "POST",
          body: text,
          headers: { ...headers, ...bearer(staff.token) },
        });
        expect([answer.status, answer.headers.get("Accept-Encoding")], path).toEqual([415, "identity"]);
      }
    },
  );

  it.each(["identity", "Identity", ""])("said to be coded as %j is read", async (coding) => {
    const headers = { "Content-Type": "application/json", "Content-Encoding": coding };
    expect(await register(JSON.stringify(newCustomer()), headers)).toMatchObject({ status: 201 });
  });

  it("without a type is refused", async () => {
    expect(await register(new TextEncoder().encode("{}"), {})).toMatchObject({ status: 415 });
  });

  it.each([
    "application/json",
    "APPLICATION/JSON",
    "application/json; charset=utf-8",
    "application/json ;charset=utf-8",
    "application/vnd.shop+json",
  ])("of the type %j is read", async (type) => {
    expect(await register(JSON.stringify(newCustomer()), { "Content-Type": type })).toMatchObject({ status: 201 });
  });

  it.each(["null", "[]", '"text"', "5", "true"])("that is %s instead of an object is invalid as a whole", async (text) => {
    const answer = await client.post("/customers", text);
    expect([answer.status, pointersOf(answer)]).toEqual([422, ["/body"]]);
  });

  it("that is missing counts as an empty one", async () => {
    const answer = await client.post("/auth/login");
    expect([answer.status, pointersOf(answer)]).toEqual([422, ["/body/email", "/body/password"]]);
  });
});

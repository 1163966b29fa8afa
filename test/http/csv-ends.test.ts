import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { createClient, testDeps } from "../support/client.ts";
import { manyPayments } from "../support/paid.ts";
import { anAdmin } from "../support/people.ts";
import { watchedD1 } from "../support/watched-d1.ts";

const client = createClient();
const asCsv = (token: string, headers: Record<string, string> = {}) => ({ token, headers: { Accept: "text/csv", ...headers } });

describe("a listing as CSV that does not reach its end", () => {
  it("ends as an error, not as a file, when the database fails after the first page, and the log has a line of it", async () => {
    const { id, shop } = await manyPayments(client, 600);
    const logged: Readonly<Record<string, unknown>>[] = [];
    let reads = 0;
    const d1 = new Proxy(env.DB, {
      get: (target, name) => {
        if (name !== "withSession") return Reflect.get(target, name);
        return (...place: Parameters<D1Database["withSession"]>) => {
          const session = target.withSession(...place);
          return new Proxy(session, {
            get: (inner, part) => {
              if (part === "prepare")
                return (text: string) => inner.prepare(/from .?payments/.test(text) && ++reads > 2 ? "select broken" : text);
              const value = Reflect.get(inner, part);
              return typeof value === "function" ? value.bind(inner) : value;
            },
          });
        };
      },
    });
    const failing = createClient({ ...testDeps({}, (line) => logged.push(line)), d1 });
    await expect(failing.get(`/payments?invoice_id=${id}`, asCsv(shop.mechanic.token))).rejects.toThrow();
    const [request, ...more] = logged.slice(-2);
    expect(request).toMatchObject({ route: "/payments", status: 200, streamed: true, request_id: expect.any(String) });
    expect(more).toEqual([
      {
        request_id: request?.request_id,
        file: "broken",
        error: "internal",
        pieces: 1,
        bytes: expect.any(Number),
        ms: expect.any(Number),
      },
    ]);
  });

  it("reads no further once the client has gone, in the middle of a page or between two, and the log says so", async () => {
    const { token } = await anAdmin();
    const { id } = await manyPayments(client, 2_300);
    const headers = { Accept: "text/csv", Authorization: `Bearer ${token}`, "CF-Connecting-IP": "203.0.113.7" };
    const open = async () => {
      const { d1, asked } = watchedD1();
      const logged: Readonly<Record<string, unknown>>[] = [];
      const request = new Request(`http://localhost/payments?invoice_id=${id}`, { headers });
      const app = createApp({ ...testDeps({}, (line) => logged.push(line)), d1 });
      const response = await app.fetch(request, env, createExecutionContext());
      const pagesRead = () => asked.filter(({ sql }) => /as "r" from .*"payments"/s.test(sql)).length;
      const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
      if (!reader) throw new Error("an answer without a body");
      const take = async (): Promise<number> => (await reader.read()).value?.byteLength ?? 0;
      return { reader, take, pagesRead, logged };
    };
    const settle = () => new Promise((resolve) => setTimeout(resolve, 100));

    const whole = await open();
    const sizes = [await whole.take(), await whole.take(), await whole.take(), await whole.take(), await whole.take(), await whole.take()];
    expect([sizes.filter((size) => size > 0).length, whole.pagesRead()]).toEqual([5, 5]);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(whole.logged).toMatchObject([
      { streamed: true, status: 200 },
      { file: "complete", pieces: 5, bytes },
    ]);
    expect(whole.logged[1]?.request_id).toBe(whole.logged[0]?.request_id);

    const between = await open();
    await between.take();
    await between.take();
    await settle();
    await between.reader.cancel();
    await settle();
    expect(between.pagesRead()).toBe(2);
    expect(between.logged.slice(1)).toMatchObject([{ file: "left", pieces: 2 }]);

    const within = await open();
    await within.take();
    const page = within.take();
    await within.reader.cancel();
    await page;
    await settle();
    expect(within.pagesRead()).toBe(2);
    expect(within.logged.slice(1)).toMatchObject([{ file: "left", pieces: 1 }]);
  });
});

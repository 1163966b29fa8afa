import { describe, expect, it } from "vitest";
import { z } from "zod";
import guide from "../../docs/moving.md?raw";
import { endpoints } from "../../src/app.ts";
import { FAILURES } from "../../src/core/errors.ts";
import { canonicalOf, canonicalQuery, legacyNamesOf } from "../../src/http/pipeline/legacy-paths.ts";
import { WHO_MAY } from "../contract/who-may.ts";
import { answering, client, prepare } from "../support/older-requests.ts";
import { OLDER_ROUTES } from "../support/older-routes.ts";
import { nameOf } from "../support/world.ts";

const TICKETS = ["/service-tickets", "/service_tickets", "/tickets"];

/** The rows of the table that has this heading, as cells. */
const table = (heading: string): string[][] => {
  const [, rest = ""] = guide.split(`${heading}\n`);
  const [body = ""] = rest.split("\n\n");
  return body
    .split("\n")
    .slice(1)
    .map((line) => line.slice(2, -2).split(" | "));
};

/** What stands in the first code of a cell. */
const code = (cell = ""): string => /`([^`]*)`/.exec(cell)?.[1] ?? "";

/** `GET /customers` from a cell of a table. */
const requestIn = (cell = ""): [method: string, path: string] => {
  const [method = "", ...rest] = cell.replaceAll("`", "").split(" ");
  return [method, rest.join(" ")];
};

const routes = table("| earlier | of | now | who | answers |").map(([earlier = "", of = "", now = "", who = "", answers = ""]) => {
  const [method, path] = requestIn(earlier);
  const paths = path.startsWith("T") ? TICKETS.map((prefix) => prefix + path.slice(1)) : [path];
  const suffix = path.startsWith("T") ? path.slice(1) : path;
  return { name: `${method} ${path}`, method, paths, suffix, of, now, who, answers: Number(answers.slice(0, 3)), code: code(answers) };
});

describe("the routes of docs/moving.md", () => {
  it("are all that the five systems had, each once, and all legacy paths", () => {
    const names = routes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(OLDER_ROUTES.filter((name) => !names.includes(name))).toEqual([]);
    expect(OLDER_ROUTES.length).toBe(91);
    const known = routes.flatMap(({ method, paths }) => paths.map((path) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`));
    const legacy = endpoints.flatMap(({ spec }) => legacyNamesOf(spec.method.toUpperCase(), spec.path));
    const hasOwnPath = legacy.filter(({ path }) => !/^\/(tickets|service_tickets)\b/.test(path));
    const listed = hasOwnPath.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`);
    expect(listed.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(routes.map((row) => [row.name, row] as const))("%s is answered as the table says, in every spelling", async (_name, row) => {
    for (const path of [...row.paths, `/v1${row.paths[0]}/`]) {
      const { method, path: filled, token, body } = await prepare(row.method, path);
      const answer = await client.send(method, filled, { token, body });
      expect([answer.status, answer.body?.code ?? ""], `${method} ${filled} ${JSON.stringify(answer.body)}`).toEqual([
        row.answers,
        row.code,
      ]);
    }
  });

  it.each(routes.filter(({ code: failure }) => failure === "").map((row) => [row.name, row] as const))(
    "%s leads to the route that the table names, for whom it says",
    (_name, { method, paths, now, who }) => {
      for (const path of paths) {
        const plain = path.replaceAll(/\{\w+\}/g, "12");
        const [wantedMethod, wanted] = now.startsWith("the same") ? [method, path] : requestIn(now);
        const [wantedPath = "", search = ""] = wanted.split(",")[0]?.split("?") ?? [];
        expect(canonicalOf(method, plain).path).toBe(wantedPath.replaceAll(/\{\w+\}/g, "12").replace(/ .*/, ""));
        expect(canonicalOf(method, plain).method).toBe(wantedMethod);
        const sent = { name: ["x"], part_name: ["x"] };
        const query = canonicalQuery(method, plain, sent);
        for (const [name, value] of new URLSearchParams(search)) expect(query[name]).toEqual([value || expect.any(String)]);
        const endpoint = answering(method, plain);
        const rule = endpoint && WHO_MAY[nameOf(endpoint)];
        const text = typeof rule === "string" || rule === undefined ? (rule ?? "everyone") : `${rule[0]}, own`;
        expect(who, `${method} ${path}`).toBe(text);
      }
    },
  );
});

/** Sends a request that would succeed, with another body, and tells the errors by their places. */
const errorsOf = async (request: string, change: (body: Record<string, unknown>) => unknown) => {
  const [method, path] = requestIn(request);
  const prepared = await prepare(method, path);
  const token = path === "/users/register" ? undefined : prepared.token;
  const { body } = await client.send(method, prepared.path, { token, body: change(prepared.body ?? {}) });
  const errors: { pointer: string; code: string }[] = body.errors ?? [];
  return new Map(errors.map((error) => [error.pointer, error.code]));
};

describe("the fields of docs/moving.md", () => {
  const renamed = table("| of | request | before | now |");
  const dropped = table("| of | request | before | instead |");
  const required = table("| of | request | required now |");

  it("are looked at", () => expect([renamed, dropped, required].map(({ length }) => length)).toEqual([26, 23, 9]));

  it.each([...renamed, ...dropped].map((cells) => [cells.slice(1, 3).join(" "), cells] as const))(
    "%s is no longer known",
    async (_name, [, request = "", before = ""]) => {
      const errors = await errorsOf(request, (body) => ({ ...body, [code(before)]: "x" }));
      expect(errors.get(`/body/${code(before)}`)).toBe("unknown_field");
    },
  );

  it.each(renamed.map((cells) => [cells.slice(1).join(" "), cells] as const))("%s: the name of today is known", async (_name, cells) => {
    const errors = await errorsOf(cells[1] ?? "", (body) => ({ ...body, [code(cells[3])]: { not: "a value" } }));
    expect(errors.get(`/body/${code(cells[3])}`)).not.toBe("unknown_field");
    expect([...errors.keys()].some((pointer) => pointer.startsWith(`/body/${code(cells[3])}`))).toBe(true);
  });

  it.each(required.map((cells) => [cells.slice(1).join(" "), cells] as const))(
    "%s: is required",
    async (_name, [, request = "", field]) => {
      const errors = await errorsOf(request, ({ [code(field)]: _left, ...body }) => body);
      expect([...errors.keys()]).toEqual([`/body/${code(field)}`]);
    },
  );

  it.each(table("| of | answer of | before | now |").map((cells) => [cells.slice(1).join(" "), cells] as const))(
    "%s: the answer has the name of today and not the older one",
    (_name, [, request, before, now]) => {
      const [method, path] = requestIn(request);
      const answer = answering(method, path.replaceAll(/\{\w+\}/g, "12"))?.spec.answer;
      const fields = answer instanceof z.ZodObject ? Object.keys(answer.shape) : [];
      expect(fields).toContain(code(now));
      expect(fields).not.toContain(code(before));
    },
  );
});

describe("docs/moving.md", () => {
  it("names only routes that there are", () => {
    const known = new Set(["/docs", "/docs?legacy", "/openapi.json", "/openapi-legacy.json", "/v1", ...TICKETS]);
    for (const { paths, suffix } of routes) for (const path of [...paths, suffix]) known.add(path);
    const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    const isThere = (path: string) => methods.some((method) => answering(method, path.replaceAll(/\{\w+\}/g, "12")));
    const named = [...guide.matchAll(/`(\/[a-z][^`\s]*)`/g)].map(([, path = ""]) => path).filter((path) => !path.includes("..."));
    expect(named.filter((path) => !known.has(path) && !isThere(path.split("?")[0] ?? ""))).toEqual([]);
  });

  it("names only failures that there are, with their status", () => {
    const failures = [...guide.matchAll(/\b(4\d\d) `(\w+)`/g)].filter(([, , name]) => name !== "unknown_field");
    expect(failures.length).toBeGreaterThan(20);
    for (const [, status, name = ""] of failures) expect({ ...FAILURES }, name).toMatchObject({ [name]: { status: Number(status) } });
  });
});

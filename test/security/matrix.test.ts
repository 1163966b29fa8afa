import { afterAll, describe, expect, it } from "vitest";
import { canonicalOf } from "../../src/http/pipeline/legacy-paths.ts";
import { expected, outcome, type Rule, WHILE_LIMITED, WHILE_UNVERIFIED, WHO_MAY } from "../contract/who-may.ts";
import type { Operation } from "../fuzz/requests.ts";
import { bodyOf, endpointNamed, fillPath, queryOf } from "../support/world.ts";
import { ask, client, operations, printTried } from "./asking.ts";
import { ACTORS, type ActorName, aMarkedWorld, type MarkedWorld, withNewRecords } from "./marked-world.ts";

afterAll(printTried);

/** The operation as it is called now. */
const canonical = ({ method, path }: Operation) => {
  const now = canonicalOf(method.toUpperCase(), path);
  return `${now.method} ${now.path}`;
};

const ROLE: Readonly<Record<ActorName, readonly [role: string, isOwn: boolean]>> = {
  anonymous: ["anonymous", false],
  customer: ["customer", true],
  "other customer": ["customer", false],
  mechanic: ["mechanic", true],
  "other mechanic": ["mechanic", false],
  admin: ["admin", false],
  pending: ["anonymous", false],
  disabled: ["anonymous", false],
  unverified: ["customer", false],
  invited: ["anonymous", false],
  "factor pending": ["admin", false],
};
const NO_TOKEN: readonly ActorName[] = ["pending", "disabled", "invited"];
/** Where a token that holds no more counts as none. */
const IGNORES_TOKENS = [
  ...["GET /", "GET /health", "POST /auth/login", "POST /customers/login", "POST /mechanics/login", "POST /auth/refresh"],
  ...["POST /auth/cookie/login", "POST /auth/cookie/refresh"],
  ...["POST /auth/email/restore", "POST /auth/password-reset", "POST /auth/password-reset/confirm", "POST /auth/invitation/accept"],
];

/** What those are answered whose account is limited: 403 for what is of their role but not of their account alone. */
const limited = (name: string, rule: Rule, actor: ActorName) => {
  const open = [...WHILE_LIMITED, ...(actor === "unverified" ? WHILE_UNVERIFIED : [])];
  if (rule === "everyone" || rule === "link" || open.includes(name)) return expected(rule, ...ROLE[actor]);
  return 403;
};

const wanted = (name: string, rule: Rule, actor: ActorName) => {
  if (NO_TOKEN.includes(actor)) return IGNORES_TOKENS.includes(name) ? "in" : 401;
  return actor === "unverified" || actor === "factor pending" ? limited(name, rule, actor) : expected(rule, ...ROLE[actor]);
};

/** Those that the rule refuses, before those that it lets in: nobody is refused because somebody before used the record up. */
const inOrder = (name: string, rule: Rule): ActorName[] => [
  ...ACTORS.filter((actor) => wanted(name, rule, actor) !== "in"),
  ...ACTORS.filter((actor) => wanted(name, rule, actor) === "in"),
];

describe("every operation of the document, of another's record by its id", () => {
  let world: MarkedWorld | undefined;

  const askAs = async (actor: ActorName, operation: Operation, place: MarkedWorld) => {
    const endpoint = endpointNamed(canonical(operation));
    const token = place.actors[actor]?.token;
    const path = fillPath(operation.path, endpoint.spec.path, place.mine, token) + queryOf(endpoint);
    const answer = await ask(place, actor, "path", operation.method, path, { body: bodyOf(endpoint, place.mine, token) });
    return { answer, what: `${actor}: ${operation.method} ${path} ${JSON.stringify(answer.body).slice(0, 200)}` };
  };

  it.each(
    operations
      .filter(({ path }) => !["/api/docs", "/swagger"].includes(path))
      .map((operation) => [`${operation.method.toUpperCase()} ${operation.path}`, operation] as const),
  )("%s lets in whom it should, and shows nobody what is not theirs", async (_, operation) => {
    const name = canonical(operation);
    const rule = WHO_MAY[name];
    if (!rule) throw new Error(`${name} is not in the contract`);
    // The accounts of those who ask stay as they are, unless that is what the operation is for.
    const renewed = (worn: MarkedWorld) => (name.includes(" /auth/") ? aMarkedWorld(client) : withNewRecords(client, worn));
    let now = world ?? (await aMarkedWorld(client));
    world = undefined;
    let isWorn = false;
    for (const actor of inOrder(name, rule)) {
      const isIn = wanted(name, rule, actor) === "in";
      let { answer, what } = await askAs(actor, operation, now);
      // Somebody before may have used the record up: then it counts what a new one is answered.
      if (isIn && isWorn && outcome(answer) !== "in") {
        now = await renewed(now);
        ({ answer, what } = await askAs(actor, operation, now));
      }
      expect(outcome(answer), what).toBe(wanted(name, rule, actor));
      isWorn ||= operation.method !== "get" && answer.status < 300;
    }
    world = isWorn ? await renewed(now) : now;
  });
});

import { afterAll, beforeEach, describe, expect, it } from "vitest";
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
  ...["POST /auth/email/restore", "POST /auth/password-reset", "POST /auth/password-reset/confirm", "POST /auth/invitation/accept"],
];

/** What those are answered whose account is limited: 403 for what is of their role but not of their account alone. */
const limited = (name: string, rule: Rule, actor: ActorName) => {
  const open = [...WHILE_LIMITED, ...(actor === "unverified" ? WHILE_UNVERIFIED : [])];
  if (rule === "everyone" || open.includes(name)) return expected(rule, ...ROLE[actor]);
  return 403;
};

const wanted = (name: string, rule: Rule, actor: ActorName) => {
  if (NO_TOKEN.includes(actor)) return IGNORES_TOKENS.includes(name) ? "in" : 401;
  return actor === "unverified" || actor === "factor pending" ? limited(name, rule, actor) : expected(rule, ...ROLE[actor]);
};

describe("every operation of the document, of another's record by its id", () => {
  let world: MarkedWorld;
  /** Whether a request has changed what the world was made with. */
  let isWorn = true;
  beforeEach(async () => {
    if (isWorn) world = await aMarkedWorld(client);
    isWorn = false;
  });

  /** The accounts of those who ask stay as they are, unless that is what the operation is for. */
  const renewed = (name: string): Promise<MarkedWorld> => (name.includes(" /auth/") ? aMarkedWorld(client) : withNewRecords(client, world));

  it.each(
    operations
      .filter(({ path }) => !["/api/docs", "/swagger"].includes(path))
      .map((operation) => [`${operation.method.toUpperCase()} ${operation.path}`, operation] as const),
  )("%s lets in whom it should, and shows nobody what is not theirs", async (_, operation) => {
    const name = canonical(operation);
    const rule = WHO_MAY[name];
    if (!rule) throw new Error(`${name} is not in the contract`);
    const endpoint = endpointNamed(name);
    for (const actor of ACTORS) {
      const token = world.actors[actor]?.token;
      const path = fillPath(operation.path, endpoint.spec.path, world.mine, token) + queryOf(endpoint);
      const answer = await ask(world, actor, "path", operation.method, path, { body: bodyOf(endpoint, world.mine, token) });
      expect(outcome(answer), `${actor}: ${operation.method} ${path} ${JSON.stringify(answer.body).slice(0, 200)}`).toBe(
        wanted(name, rule, actor),
      );
      if (operation.method === "get" || answer.status >= 300) continue;
      isWorn = true;
      if (actor !== ACTORS.at(-1)) world = await renewed(name);
    }
  });
});

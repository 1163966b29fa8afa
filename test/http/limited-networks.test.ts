import { beforeEach, describe, expect, it } from "vitest";
import { testDeps } from "../support/client.ts";
import { aCustomer, rows, unique } from "../support/people.ts";
import { bearer, jsonBody, rawClient } from "../support/raw.ts";

let prefix = "";
beforeEach(() => {
  prefix = `2001:db8:${unique().toString(16)}`;
});

const LIMITS = { RATE_LIMIT_DEFAULT: "1/hour", RATE_LIMIT_REGISTER: "1/hour" };
const send = rawClient(testDeps(LIMITS));
const ask = async (address: string) => {
  const answer = await send("/nowhere", { headers: { "CF-Connecting-IP": address } });
  return answer.status === 429 ? (await answer.json<{ policy: string }>()).policy : answer.status;
};
/** So many households, each of whom asks once: how many are let in, and what refuses the others. */
const askFrom = async (households: readonly string[]) => {
  const answers: (number | string)[] = [];
  for (const household of households) answers.push(await ask(`${household}::1`));
  return [answers.filter((answer) => answer === 404).length, ...new Set(answers.filter((answer) => answer !== 404))];
};
const hex = (n: number): string => n.toString(16);

describe("an IPv6 network", () => {
  it("of the size /56 has four times the limit of a household", async () => {
    const households = Array.from({ length: 9 }, (_, n) => `${prefix}:aa${hex(n).padStart(2, "0")}`);
    expect(await askFrom(households)).toEqual([4, "default-hour-56"]);
    expect(await ask(`${prefix}:ab00::1`)).toBe(404);
  });

  it("of the size /48 has sixteen times the limit of a household", async () => {
    const households = Array.from({ length: 20 }, (_, n) => `${prefix}:${hex(n + 1)}00`);
    expect(await askFrom(households)).toEqual([16, "default-hour-48"]);
    expect(await ask(`2001:db9:${unique().toString(16)}::1`)).toBe(404);
  });

  it("is not filled by one household, whose further requests count nowhere", async () => {
    expect(await ask(`${prefix}:1::1`)).toBe(404);
    for (let i = 0; i < 9; i++) expect(await ask(`${prefix}:1::${hex(i)}`)).toBe("default-hour");
    for (const household of ["2", "3", "4"]) expect(await ask(`${prefix}:${household}::1`)).toBe(404);
  });

  it("shares no Idempotency-Key between households", async () => {
    const register = async (household: string) => {
      const { body, headers } = jsonBody({
        name: "Ada",
        email: `n${unique()}@example.com`,
        phone: "+1 555 0100",
        password: "correct horse battery",
      });
      const sent = { ...headers, "CF-Connecting-IP": `${prefix}:${household}::1`, "Idempotency-Key": "same" };
      return (await send("/customers", { method: "POST", body, headers: sent })).status;
    };
    expect([await register("1"), await register("2")]).toEqual([201, 201]);
  });
});

describe("a token that has ended", () => {
  it("counts for the address it comes from, and leaves nothing with the account", async () => {
    const deps = testDeps({ RATE_LIMIT_DEFAULT: "2/hour" });
    const ask = rawClient(deps);
    const { id, userId, token } = await aCustomer();
    const [thief, owner] = [`198.51.100.${unique()}`, `192.0.2.${unique()}`];
    await deps.gate.end(`user:${userId}`, sessionIn(token), deps.clock());
    const change = async (address: string, bearing: string) => {
      const { body, headers } = jsonBody({ phone: "+1 555 0111" });
      const answer = await ask(`/customers/${id}`, {
        method: "PUT",
        body,
        headers: { ...headers, ...bearer(bearing), "CF-Connecting-IP": address },
      });
      return [answer.status, answer.headers.get("RateLimit")];
    };
    expect([await change(thief, token), await change(thief, token), await change(thief, token)]).toEqual([
      [401, '"default-hour";r=1;t=3600'],
      [401, '"default-hour";r=0;t=3600'],
      [401, '"default-hour";r=0;t=3600'],
    ]);
    const session = await rows<{ id: number }>(
      "insert into sessions (user_id, created_at, last_used_at, expires_at) select user_id, created_at, last_used_at, expires_at from sessions where user_id = ? returning id",
      userId,
    );
    const fresh = await deps.tokens.sign(
      { role: "customer", customerId: id, userId, session: { sid: String(session[0]?.id), gen: 1 } },
      deps.clock(),
    );
    expect(await change(owner, fresh)).toEqual([200, '"default-hour";r=1;t=3600']);
    expect(await deps.gate.enter(`user:${userId}`, { rules: [], now: deps.clock() })).toMatchObject({ hasPendingWrite: false });
  });
});

/** The session that a token belongs to. */
const sessionIn = (token: string): string => JSON.parse(atob(token.split(".")[1] ?? "")).sid;

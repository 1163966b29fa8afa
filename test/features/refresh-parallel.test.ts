import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, auditOf } from "../support/people.ts";
import { quick, quickDeps } from "../support/quick-passwords.ts";
import { begin, type Granted, isOver, present, refreshed, sessionOf, tokensOf } from "../support/sessions.ts";

const client = createClient(quickDeps());
const aSession = async (): Promise<Granted> => begin(client, await quick(aCustomer()));
const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** A session has one token that may be used, or none when it is over. */
const unusedOf = async (sid: number): Promise<number> => (await tokensOf(sid)).filter(({ used_at }) => used_at === null).length;

describe("refresh tokens that are presented at the same time", () => {
  it("have one successor, whichever secrets the isolates know", async () => {
    const [OLD, NEW] = ["an old secret, long enough to sign tokens with", "a new secret, as long as the old one has been"];
    const [before, during] = [quickDeps({ JWT_SECRET: OLD }), quickDeps({ JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: OLD })].map((deps) =>
      createClient(deps),
    ) as [typeof client, typeof client];
    const first = await begin(before, await quick(aCustomer()));
    const answers = await times(6, (index) => present(index % 2 ? before : during, first.refresh));
    const granted = answers.flatMap(({ grant }) => (grant ? [grant.refresh] : []));
    expect(new Set(granted).size).toBeLessThanOrEqual(1);
    expect(await unusedOf(first.sid)).toBe(1);
  });

  it("leave one that is good, or end the session, in whatever order a token and its successor come", async () => {
    const sessions = await times(8, aSession);
    const outcomes = await Promise.all(
      sessions.map(async (first) => {
        const second = await refreshed(client, first.refresh);
        await times(4, (index) => present(client, index % 2 ? first.refresh : second.refresh));
        const isEnded = (await sessionOf(first.sid))?.end_reason === "reused";
        return [
          isEnded,
          await unusedOf(first.sid),
          (await auditOf("session", first.sid)).filter(({ action }) => /reused/.test(action)).length,
        ];
      }),
    );
    for (const [isEnded, unused, audited] of outcomes) {
      expect(unused).toBe(1);
      expect(audited).toBe(isEnded ? 1 : 0);
    }
  });

  it("survive no logout that comes with them", async () => {
    for (const first of await times(4, aSession)) {
      const [answer, logout] = await Promise.all([present(client, first.refresh), client.post("/auth/logout", {}, { token: first.token })]);
      expect(logout.status).toBe(200);
      expect(await isOver(answer.grant ?? first)).toBe(true);
      expect(await isOver(first)).toBe(true);
    }
  });
});

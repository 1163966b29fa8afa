import { describe, expect, it } from "vitest";
import { passwords } from "../../src/edge/passwords.ts";

const PASSWORD = "correct horse battery";

/** How long work takes, in milliseconds. The clock of a Worker stands still while it computes, hence the waits. */
const timeOf = async (work: () => Promise<unknown>): Promise<number> => {
  await scheduler.wait(1);
  const start = performance.now();
  await work();
  await scheduler.wait(1);
  return performance.now() - start;
};

/** The shortest time of each, measured in turn, so that what else the machine does meets both. */
const shortest = async (...works: readonly (() => Promise<unknown>)[]): Promise<number[]> => {
  const least = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 5; round++)
    for (const [index, work] of works.entries()) least[index] = Math.min(least[index] ?? 0, await timeOf(work));
  return least;
};

describe("a password", () => {
  it("is hashed with a salt of its own, and verified in each Unicode form", async () => {
    const [one, two] = [await passwords.hash("caf\u00e9 au lait"), await passwords.hash("caf\u00e9 au lait")];
    expect(one).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify("cafe\u0301 au lait", one)).toBe(true);
    expect(await passwords.verify("cafe au lait", one)).toBe(false);
    expect(passwords.isOutdated(one)).toBe(false);
  });

  it("takes as long to verify for an account that does not exist, and is never right there", async () => {
    const hash = await passwords.hash(PASSWORD);
    const verify = (stored: string | null) => () => passwords.verify("wrong password", stored);
    const [known = 0, unknown = 0] = await shortest(verify(hash), verify(null));
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
    expect(await passwords.verify("", null)).toBe(false);
  });

  it.each(["", "x", "$scrypt$", "$scrypt$ln=14,r=8,p=5$AAAA", "$argon2id$v=19$m=16$AAAA$AAAA"])(
    "opens nothing whose hash is %j",
    async (hash) => {
      expect(await passwords.verify(PASSWORD, hash)).toBe(false);
    },
  );
});

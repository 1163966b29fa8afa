import { describe, expect, it } from "vitest";
import { passwords } from "../../src/edge/passwords.ts";
import { createTurns } from "../../src/edge/turns.ts";

describe("turns", () => {
  const newTurns = () => {
    let now = 1_000;
    const setTo = (time: number) => {
      now = time;
    };
    const waits: number[] = [];
    const wait = async (ms: number) => void waits.push(ms);
    const inTurn = createTurns({ everyMs: 250, restMs: 100, patienceMs: 1_000, now: () => now, wait });
    const take = (share: number) => inTurn(share, async () => undefined);
    return { take, waits, move: (ms: number) => setTo(now + ms) };
  };

  it("keep work apart, by how much of it there is", async () => {
    const { take, waits, move } = newTurns();
    await take(1);
    move(100);
    await Promise.all([take(0.5), take(1)]);
    expect(waits).toEqual([150, 275]);
    move(2_000);
    const before = waits.length;
    await take(1);
    expect(waits.length).toBe(before);
  });

  it("leave time after work that took longer than it should", async () => {
    let now = 1_000;
    const waits: number[] = [];
    const wait = async (ms: number) => {
      waits.push(ms);
      now += ms;
    };
    const inTurn = createTurns({ everyMs: 250, restMs: 100, patienceMs: 1_000, now: () => now, wait });
    await inTurn(1, async () => {
      now += 900;
    });
    await inTurn(1, async () => "next");
    expect(waits).toEqual([100]);
  });

  it("refuse what would wait too long, and what is refused takes no turn", async () => {
    let now = 1_000;
    const waits: number[] = [];
    const never = new Promise<never>(() => undefined);
    const inTurn = createTurns({ everyMs: 250, restMs: 100, patienceMs: 1_000, now: () => now, wait: async (ms) => void waits.push(ms) });
    for (let i = 0; i < 5; i++) void inTurn(1, () => never);
    for (let i = 0; i < 3; i++) await expect(inTurn(1, () => never)).rejects.toMatchObject({ code: "unavailable" });
    expect(waits).toEqual([250, 500, 750, 1_000]);
    now += 250;
    expect(await inTurn(1, async () => "its turn")).toBe("its turn");
  });

  it("do not wait for a clock that was set back", async () => {
    const { take, waits, move } = newTurns();
    await take(1);
    move(-9_000);
    await take(1);
    expect(waits).toEqual([]);
  });
});

describe("hashes of passwords", () => {
  it("let other requests go on in between", async () => {
    const order: string[] = [];
    const hashing = Array.from({ length: 3 }, () => passwords.hash("a password").then(() => order.push("hash")));
    setTimeout(() => order.push("other"), 0);
    await Promise.all(hashing);
    expect(order).toEqual(["hash", "other", "hash", "hash"]);
  });
});

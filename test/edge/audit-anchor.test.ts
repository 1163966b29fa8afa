import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Seal } from "../../src/core/ports.ts";
import { type AuditAnchor, createAnchor } from "../../src/edge/audit-anchor.ts";

let count = 0;
/** The anchor of a database that was never seen before. */
const newAnchor = () => {
  count += 1;
  const epoch = `epoch-${count}`;
  return { epoch, anchor: createAnchor(env.AUDIT_ANCHOR, epoch), stub: env.AUDIT_ANCHOR.getByName(`audit-log:${epoch}`) };
};
const seal = (id: number, text = "a"): Seal => ({ id, seal: text.repeat(64) });

describe("the audit log's anchor", () => {
  it("knows nothing at first, then what it was told, also after an eviction", async () => {
    const { anchor, stub } = newAnchor();
    expect(await anchor.head()).toBeNull();
    await anchor.advance(null, seal(5));
    expect(await anchor.head()).toEqual(seal(5));
    await evictDurableObject(stub);
    expect(await anchor.head()).toEqual(seal(5));
    await anchor.advance(seal(5), seal(9, "b"));
    expect(await anchor.head()).toEqual(seal(9, "b"));
  });

  it.each([
    ["back", seal(5), seal(4)],
    ["to another seal of the same row", seal(5), seal(5, "b")],
    ["for who believes that it knows nothing", null, seal(9)],
    ["for who knows an older head", seal(3), seal(9)],
    ["for who knows another seal", seal(5, "b"), seal(9)],
  ])("does not move %s", async (_, from, to) => {
    const { anchor, stub } = newAnchor();
    await anchor.advance(null, seal(5));
    await anchor.advance(from, to);
    expect(await anchor.head()).toEqual(seal(5));
    expect(await stub.advance(from, to)).toBe(false);
  });

  it("moves once when two move it from the same head", async () => {
    const { stub } = newAnchor();
    const moves = await Promise.all([seal(7, "a"), seal(8, "b"), seal(9, "c")].map((to) => stub.advance(null, to)));
    expect(moves.filter(Boolean)).toHaveLength(1);
    expect(await stub.head()).toEqual(seal(7, "a"));
  });

  it("is another one after the database was rebuilt", async () => {
    const { anchor, epoch } = newAnchor();
    await anchor.advance(null, seal(5));
    expect(await createAnchor(env.AUDIT_ANCHOR, `${epoch}-rebuilt`).head()).toBeNull();
  });

  it.each([
    ["fails", () => Promise.reject(new Error("away"))],
    ["never answers", () => new Promise<never>(() => undefined)],
  ])("is unavailable when it %s", async (_, call) => {
    // Safe here: nothing else is called.
    const anchors = { getByName: () => ({ head: call, advance: call }) } as unknown as DurableObjectNamespace<AuditAnchor>;
    const anchor = createAnchor(anchors, "1");
    const outcomes = await Promise.allSettled([anchor.head(), anchor.advance(null, seal(1))]);
    expect(outcomes).toMatchObject(Array(2).fill({ status: "rejected", reason: { code: "unavailable" } }));
  });
});

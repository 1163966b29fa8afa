import { createHmac } from "node:crypto";
import { getTableColumns } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { digestOf, type Entry, entryMac, witnessMac } from "../../src/core/audit-marks.ts";
import { auditLog } from "../../src/db/schema/audit.ts";
import { createSealer } from "../../src/edge/seals.ts";
import {
  type ChainEnd,
  checkPart,
  type Link,
  START_OF_CHAIN,
  sealRows,
  type Unsealed,
} from "../../src/features/audit-log/audit-log.chain.ts";

const KEY = "a key for this file, long enough to make seals with";
const sealer = createSealer(KEY);

const bare = (id: number): Entry => ({
  id,
  at: "2026-11-20T09:30:00.000Z",
  user_id: 3,
  role: "admin",
  action: "part.updated",
  entity: "part",
  entity_id: id + 40,
  before: null,
  after: '{"name":"Öl \\"5W\\""}',
  request_id: "5f0c1c3e",
  address: "203.0.113.7",
  customer_id: null,
  mac: null,
});
/** What is known of an entry that the Worker wrote and witnessed. */
const known = (entry: Entry): Unsealed => {
  const coded = { ...entry, mac: entryMac(sealer, { ...entry, entity_id: null }) };
  const digest = digestOf(sealer, "a salt", coded);
  return { ...coded, isErased: false, witness: { salt: "a salt", digest, mac: witnessMac(sealer, coded, digest) } };
};
const row = (id: number): Unsealed => known(bare(id));
const older = (id: number): Unsealed => ({ ...bare(id), isErased: false, witness: null });
const OLDER: ChainEnd = { seal: "", isOlder: true };
const hmac = (text: string, key = KEY): string => createHmac("sha256", key).update(text).digest("hex");
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

/** A chain of so many rows with their seals. */
const chain = (count: number, make = row, start = START_OF_CHAIN): Link[] => {
  const made = numbers(1, count).map(make);
  return made.map((each, index) => ({
    ...each,
    seal: null,
    digest: null,
    salt: null,
    standing: null,
    ...sealRows(sealer, start, made)[index],
  }));
};

describe("a chain of seals", () => {
  it("covers every column of an entry, its standing and, by their digest, its images and address", () => {
    const seals = new Set<string>();
    const [first] = chain(1);
    if (!first) throw new Error("no link");
    for (const name of [...Object.keys(getTableColumns(auditLog)), "standing", "digest"]) {
      const part = { start: 1, from: 1, previous: null, links: [{ ...first, [name]: "x" }], next: undefined, sealedTo: 1, anchored: null };
      if (name === "id") continue;
      expect(checkPart(sealer, part).broken, name).not.toBeNull();
      seals.add(name);
    }
    expect(seals.size).toBe(Object.keys(getTableColumns(auditLog)).length + 1);
  });

  it("is HMAC-SHA-256 over the row as a JSON array and the seal before it, so that anyone with the key can check it", () => {
    const [first, second] = chain(2);
    const text = ({ id, mac, digest }: Link) =>
      `["row",${id},"2026-11-20T09:30:00.000Z",3,"admin","part.updated","part",${id + 40},null,"5f0c1c3e","${mac}","${digest}","genuine"]`;
    if (!first || !second) throw new Error("no links");
    expect([first.seal, second.seal]).toEqual([hmac(text(first)), hmac(text(second) + first.seal)]);
    expect(first.digest).toBe(hmac('["images","a salt",null,"{\\"name\\":\\"Öl \\\\\\"5W\\\\\\"\\"}","203.0.113.7"]'));
  });

  it("goes on where the older form ends, which covered the images themselves, and never goes back to it", () => {
    const text = (id: number) =>
      `[${id},"2026-11-20T09:30:00.000Z",3,"admin","part.updated","part",${id + 40},null,"{\\"name\\":\\"Öl \\\\\\"5W\\\\\\"\\"}","5f0c1c3e","203.0.113.7"]`;
    const made = sealRows(sealer, OLDER, [older(1), older(2), row(3), older(4)]);
    expect(made[0]).toEqual({ id: 1, seal: hmac(text(1)), digest: null, salt: null, standing: null });
    expect(made[1]?.seal).toBe(hmac(text(2) + made[0]?.seal));
    expect(made.map(({ standing }) => standing)).toEqual([null, null, "genuine", "foreign"]);
    const links = [older(1), older(2), row(3)].map(
      (each, index): Link => ({ ...each, seal: null, digest: null, salt: null, standing: null, ...made[index] }),
    );
    const forged = { ...older(4), digest: null, salt: null, standing: null, seal: hmac(text(4) + made[2]?.seal) };
    const part = { start: 1, from: 1, previous: null, next: undefined, anchored: null };
    expect(checkPart(sealer, { ...part, links, sealedTo: 3 })).toEqual({ checked: 3, broken: null });
    expect(checkPart(sealer, { ...part, links: [...links, forged], sealedTo: 4 }).broken).toEqual({ id: 4, reason: "seal_wrong" });
  });

  it("says of each entry whether it is as the Worker wrote it", () => {
    const standingOf = (entry: Unsealed) => sealRows(sealer, START_OF_CHAIN, [entry])[0]?.standing;
    const written = row(1);
    expect(standingOf(written)).toBe("genuine");
    expect(standingOf({ ...written, witness: null })).toBe("unwitnessed");
    expect(standingOf({ ...written, after: "{}" })).toBe("changed");
    expect(standingOf({ ...written, entity_id: 7 })).toBe("changed");
    expect(standingOf({ ...written, address: null })).toBe("changed");
    expect(standingOf({ ...written, role: "mechanic" })).toBe("foreign");
    expect(standingOf({ ...written, mac: null })).toBe("foreign");
    expect(standingOf({ ...written, mac: null, role: "operator" })).toBe("operator");
    expect(standingOf({ ...written, mac: "x", role: "operator" })).toBe("foreign");
    expect(standingOf({ ...written, before: null, after: null, address: null, isErased: true })).toBe("genuine");
  });

  it("is the same in one go and in pieces", () => {
    const rows = numbers(1, 6).map(row);
    const start = sealRows(sealer, START_OF_CHAIN, rows.slice(0, 2));
    const end = { seal: start[1]?.seal ?? "", isOlder: false };
    expect([...start, ...sealRows(sealer, end, rows.slice(2))]).toEqual(sealRows(sealer, START_OF_CHAIN, rows));
  });

  it("depends on the key, on every value, and on null not being a text", () => {
    const sealOf = (entry: Entry, end = START_OF_CHAIN, key = KEY) => sealRows(createSealer(key), end, [known(entry)])[0]?.seal;
    const entry = bare(1);
    const seals = new Set([
      ...[entry, { ...entry, before: "null" }, { ...entry, before: "" }, { ...entry, user_id: null }].map((each) => sealOf(each)),
      sealRows(createSealer(`${KEY}!`), OLDER, [older(1)])[0]?.seal,
      sealOf(entry, { seal: "0", isOlder: false }),
    ]);
    expect(seals.size).toBe(6);
  });

  it.each([
    ["whole", 1, 5, 5],
    ["whole from the middle", 3, 5, 3],
    ["whole when it is empty", 1, 0, 0],
    ["whole after its end", 9, 5, 0],
  ])("is %s", (_, from, count, checked) => {
    const all = chain(count);
    const previous = from > 1 ? { seal: all[from - 2]?.seal ?? "", isOlder: false } : null;
    const part = {
      start: 1,
      from,
      previous: all[from - 2]?.seal ? previous : null,
      links: all.slice(from - 1),
      next: undefined,
      sealedTo: count,
    };
    expect(checkPart(sealer, { ...part, anchored: null })).toEqual({ checked, broken: null });
    const anchored = { id: count, seal: all.at(-1)?.seal ?? "" };
    expect(checkPart(sealer, { ...part, anchored: count > 0 ? anchored : null })).toEqual({ checked, broken: null });
  });

  it("names the first of several broken rows", () => {
    const all = chain(9).filter(({ id }) => id !== 7);
    const links = all.map((link) => (link.id === 4 ? { ...link, role: "x" } : link));
    const part = { start: 1, from: 1, previous: null, next: undefined, sealedTo: 9, anchored: null };
    expect(checkPart(sealer, { ...part, links })).toEqual({ checked: 3, broken: { id: 4, reason: "row_changed" } });
    expect(checkPart(sealer, { ...part, links: all })).toEqual({ checked: 6, broken: { id: 7, reason: "row_missing" } });
  });
});

import { createHmac } from "node:crypto";
import { getTableColumns } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { auditLog } from "../../src/db/schema/audit.ts";
import { createSealer } from "../../src/edge/seals.ts";
import { type AuditRow, checkPart, SEALED, sealRows } from "../../src/features/audit-log/audit-log.chain.ts";

const KEY = "a key for this file, long enough to make seals with";
const sealer = createSealer(KEY);

const row = (id: number): AuditRow => ({
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
});
const hmac = (text: string, key = KEY): string => createHmac("sha256", key).update(text).digest("hex");
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

/** A chain of so many rows with their seals. */
const chain = (count: number) => {
  const made = numbers(1, count).map(row);
  const seals = sealRows(sealer, "", made);
  return made.map((each, index) => ({ ...each, seal: seals[index]?.seal ?? null }));
};

describe("a chain of seals", () => {
  it("covers every column of the audit log, once", () => {
    expect([...SEALED].sort()).toEqual(Object.keys(getTableColumns(auditLog)).sort());
  });

  it("is HMAC-SHA-256 over the row as a JSON array and the seal before it, so that anyone with the key can check it", () => {
    const text = (id: number) =>
      `[${id},"2026-11-20T09:30:00.000Z",3,"admin","part.updated","part",${id + 40},null,"{\\"name\\":\\"Öl \\\\\\"5W\\\\\\"\\"}","5f0c1c3e","203.0.113.7"]`;
    const first = hmac(text(1));
    expect(sealRows(sealer, "", [row(1), row(2)])).toEqual([
      { id: 1, seal: first },
      { id: 2, seal: hmac(text(2) + first) },
    ]);
  });

  it("is the same in one go and in pieces", () => {
    const rows = numbers(1, 6).map(row);
    const start = sealRows(sealer, "", rows.slice(0, 2));
    expect([...start, ...sealRows(sealer, start[1]?.seal ?? "", rows.slice(2))]).toEqual(sealRows(sealer, "", rows));
  });

  it("depends on the key, on every value, and on null not being a text", () => {
    const seals = new Set([
      ...[row(1), { ...row(1), before: "null" }, { ...row(1), before: "" }, { ...row(1), user_id: null }].map(
        (each) => sealRows(sealer, "", [each])[0]?.seal,
      ),
      sealRows(createSealer(`${KEY}!`), "", [row(1)])[0]?.seal,
      sealRows(sealer, "0", [row(1)])[0]?.seal,
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
    const part = { from, previous: all[from - 2]?.seal ?? null, links: all.slice(from - 1), next: undefined, sealedTo: count };
    expect(checkPart(sealer, { ...part, anchored: null })).toEqual({ checked, broken: null });
    const anchored = { id: count, seal: all.at(-1)?.seal ?? "" };
    expect(checkPart(sealer, { ...part, anchored: count > 0 ? anchored : null })).toEqual({ checked, broken: null });
  });

  it("names the first of several broken rows", () => {
    const all = chain(9).filter(({ id }) => id !== 7);
    const links = all.map((link) => (link.id === 4 ? { ...link, role: "x" } : link));
    const part = { from: 1, previous: null, next: undefined, sealedTo: 9, anchored: null };
    expect(checkPart(sealer, { ...part, links })).toEqual({ checked: 3, broken: { id: 4, reason: "row_changed" } });
    expect(checkPart(sealer, { ...part, links: all })).toEqual({ checked: 6, broken: { id: 7, reason: "row_missing" } });
  });
});

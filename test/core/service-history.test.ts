import { describe, expect, it } from "vitest";
import { lineState, serviceLogOf, shortened } from "../../src/core/service-history.ts";
import type { LoggedJob, LoggedPart, Visit } from "../../src/core/service-log.ts";

const visit = (ticket_id: number, service_date: string, fields: Partial<Visit> = {}): Visit => ({
  ticket_id,
  vehicle_id: 7,
  service_date,
  status: "closed",
  service_desc: "Service",
  mileage: null,
  mileage_out: null,
  jobs: [],
  parts: [],
  mechanics: [],
  invoices: [],
  ...fields,
});
const part = (name: string, category: string | null): LoggedPart => ({
  inventory_id: 1,
  name,
  part_number: null,
  category,
  quantity: 1,
  unit: "each",
});
const job = (title: string | null, category: string | null, state: "done" | "declined" | "approved" | "undecided"): LoggedJob => ({
  title,
  category,
  lines: [{ kind: "labor", description: `Labor of ${title ?? "no job"}`, state }],
});
const ALL = { read: 50, left_out: 0, exact: true };
const logOf = (...visits: Visit[]) => serviceLogOf(ALL, visits, []);
const doneIn = (...visits: Visit[]) => logOf(...visits).last_done.map(({ named_by, what, date }) => [named_by, what, date]);

describe("what was done last", () => {
  it("is named by the category of the part, whatever words its name has", () => {
    expect(doneIn(visit(1, "2026-03-01", { parts: [part("Wheel bearing kit", "Suspension")] }))).toEqual([
      ["part", "Wheel bearing kit", "2026-03-01"],
      ["part_category", "Suspension", "2026-03-01"],
    ]);
  });

  it("is told of the newest visit, with every visit it was done on, whatever the capitals and accents", () => {
    const { last_done } = logOf(
      visit(2, "2026-05-01", { mileage: 90_000, jobs: [job("FREINS A DISQUE", "Brakes", "done")] }),
      visit(1, "2025-05-01", { mileage: 80_000, jobs: [job("Freins à disque", "Brakes", "done")] }),
    );
    expect(last_done).toEqual([
      { what: "Brakes", named_by: "package_category", ticket_id: 2, date: "2026-05-01", mileage: 90_000, ticket_ids: [2, 1] },
      { what: "FREINS A DISQUE", named_by: "job", ticket_id: 2, date: "2026-05-01", mileage: 90_000, ticket_ids: [2, 1] },
    ]);
  });

  it.each(["open", "in_progress", "cancelled"] as const)("leaves out a ticket that is %s", (status) => {
    expect(doneIn(visit(1, "2026-03-01", { status, parts: [part("Pads", "Brakes")], jobs: [job("Brakes", null, "done")] }))).toEqual([]);
  });

  it.each(["declined", "approved", "undecided"] as const)("leaves out work that is %s", (state) => {
    expect(doneIn(visit(1, "2026-03-01", { jobs: [job("Brakes", "Brakes", state)] }))).toEqual([]);
  });

  it("is the description of a ticket that has neither jobs nor parts, and lines that are in no job by themselves", () => {
    expect(doneIn(visit(1, "2026-03-01", { service_desc: "Replaced the clutch" }))).toEqual([
      ["description", "Replaced the clutch", "2026-03-01"],
    ]);
    expect(doneIn(visit(1, "2026-03-01", { jobs: [job(null, null, "done")] }))).toEqual([["line", "Labor of no job", "2026-03-01"]]);
  });
});

describe("how a line stands", () => {
  const there = { isAgreed: false, isMissing: false };
  it.each([
    ["closed", "approved", there, "done"],
    ["completed", "approved", there, "done"],
    ["in_progress", "approved", there, "approved"],
    ["cancelled", "approved", there, "approved"],
    ["closed", "open", there, "undecided"],
    ["closed", "open", { ...there, isAgreed: true }, "done"],
    ["closed", "declined", { ...there, isAgreed: true }, "declined"],
    ["closed", "approved", { ...there, isMissing: true }, "approved"],
  ] as const)("on a ticket that is %s, with the decision %s and %o: %s", (status, decision, known, state) => {
    expect(lineState({ status }, decision, known)).toBe(state);
  });
});

describe("mileage", () => {
  it("that is lower than at the visit before went back; a cancelled ticket and one without a reading do not count", () => {
    const { mileage_back } = logOf(
      visit(5, "2026-05-01", { mileage: 79_000 }),
      visit(4, "2026-04-01", { mileage: null }),
      visit(3, "2026-03-01", { mileage: 10, status: "cancelled" }),
      visit(2, "2026-02-01", { mileage: 81_000 }),
      visit(1, "2026-01-01", { mileage: 80_000 }),
    );
    expect(mileage_back).toEqual([
      { ticket_id: 5, date: "2026-05-01", mileage: 79_000, before: { ticket_id: 2, date: "2026-02-01", mileage: 81_000 } },
    ]);
  });
});

describe("the statements", () => {
  const visits = [
    visit(3, "2026-12-01", { status: "open", service_desc: "Look at\nthe noise" }),
    visit(2, "2026-05-01", { mileage: 79_000, parts: [part("Brake pads", "Brakes")] }),
    visit(1, "2025-05-01", { mileage: 80_000, parts: [part("Brake pads", "Brakes")] }),
  ];

  it("say each thing with the tickets that it rests on", () => {
    const declined = [{ service_ticket_id: 1, description: "Cabin filter", date: "2025-05-02" }];
    expect(serviceLogOf(ALL, visits, declined).statements).toEqual([
      { topic: "visits", text: "2 finished visits from 2025-05-01 to 2026-05-01.", ticket_ids: [2, 1] },
      { topic: "mileage", text: "Mileage 80000 on 2025-05-01 and 79000 on 2026-05-01.", ticket_ids: [2, 1] },
      { topic: "mileage_back", text: "Mileage went back from 80000 on 2025-05-01 to 79000 on 2026-05-01.", ticket_ids: [2, 1] },
      { topic: "open", text: 'Not finished, open: "Look at the noise", planned for 2026-12-01.', ticket_ids: [3] },
      { topic: "declined", text: 'Declined on 2025-05-02: "Cabin filter".', ticket_ids: [1] },
      { topic: "part", text: 'Part "Brake pads": last on 2026-05-01 at 79000, 2 times.', ticket_ids: [2, 1] },
      { topic: "work", text: 'Parts of the category "Brakes": last on 2026-05-01 at 79000, 2 times.', ticket_ids: [2, 1] },
    ]);
  });

  it("say that there are older tickets, and count no more than was read", () => {
    const { statements } = serviceLogOf({ read: 3, left_out: 8, exact: true }, visits, []);
    expect(statements[0]?.text).toBe("2 finished visits from 2025-05-01 to 2026-05-01, and older tickets that were not read.");
    expect(statements.at(-1)?.text).toBe('Parts of the category "Brakes": last on 2026-05-01 at 79000, at least 2 times.');
  });

  it("are none for a vehicle without tickets", () => {
    expect(serviceLogOf({ read: 0, left_out: 0, exact: true }, [], []).statements).toEqual([]);
  });
});

describe("a text that is long", () => {
  it("is cut between characters, and stands in one line", () => {
    expect(shortened("a\n  b\tc")).toBe("a b c");
    expect(shortened("😀😀😀😀", 3)).toBe("😀😀…");
  });
});

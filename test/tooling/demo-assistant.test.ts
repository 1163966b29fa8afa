import { beforeAll, describe, expect, it } from "vitest";
import type { LanguageModel } from "../../src/core/ports.ts";
import { createClient, testDeps } from "../support/client.ts";
import { DONE, fillWithDemo } from "../support/demo-shop.ts";
import { aMechanic, rows } from "../support/people.ts";
import { type Said, untrue } from "../support/true-statements.ts";

let token = "";
const keyOf = ({ text, ticket_ids }: Pick<Said, "text" | "ticket_ids">): string => `${text} ${[...ticket_ids].sort((a, b) => a - b)}`;

beforeAll(async () => {
  await fillWithDemo();
  token = (await aMechanic()).token;
}, 400_000);

const client = createClient();
const ask = async (vehicle_id: number, question: string, by = client) => {
  const { status, body } = await by.post("/assistant/questions", { question, vehicle_id }, { token });
  expect(status).toBe(200);
  return body;
};

describe("the assistant in the demo shop, by rules", () => {
  it("tells of all that SQL finds done when it is asked for it, and nothing that is not true", async () => {
    const verified = new Map<number, Set<string>>();
    const isVerified = async (vehicle: number, said: Said): Promise<boolean> => {
      if (!verified.has(vehicle)) {
        const { body } = await client.get(`/vehicles/${vehicle}/history`, { token });
        const statements: readonly Said[] = body.statements;
        const checks = await Promise.all(statements.map((each) => untrue(vehicle, each)));
        verified.set(vehicle, new Set(statements.filter((_each, index) => checks[index] === null).map(keyOf)));
      }
      return verified.get(vehicle)?.has(keyOf(said)) ?? false;
    };
    const wrong: unknown[] = [];
    for (const [named_by, sql] of Object.entries(DONE)) {
      const found = await rows<{ vehicle: number; what: string }>(sql);
      const recall = { told: 0, first: 0 };
      for (const { vehicle, what } of found) {
        const { statements } = await ask(vehicle, `When was the ${what} last done?`);
        const facts: readonly Said[] = statements.filter(({ kind }: { kind: string }) => kind === "fact");
        const isIt = ({ text }: Said): boolean => text.toLowerCase().includes(`"${what.toLowerCase()}": last on `);
        if (facts.some(isIt)) recall.told += 1;
        if (facts.slice(0, 1).some(isIt)) recall.first += 1;
        for (const said of facts) if (!(await isVerified(vehicle, said))) wrong.push({ vehicle, said });
      }
      console.log(`asked for ${named_by}: ${recall.told} of ${found.length} told, ${recall.first} of them first`);
      expect(recall.told, named_by).toBe(found.length);
    }
    expect(wrong).toEqual([]);
  }, 400_000);
});

interface Line {
  readonly ticket: number;
  readonly vehicle: number;
  readonly date: string;
  readonly what: string;
  readonly state: "done" | "declined" | "open";
  /** The states that work of its ticket has. */
  readonly states: string;
}
interface Claim {
  readonly lie: string | null;
  readonly text: string;
  readonly ticket_ids: readonly number[];
}

/** Each line of a ticket with its state, by SQL of its own. */
const LINES = `with lines as (
    select t.id as ticket, t.vehicle_id as vehicle, t.service_date as date, l.description as what,
      case when l.decision = 'declined' then 'declined' when t.status in ('open', 'in_progress') then 'open'
        when l.decision = 'approved' and (l.inventory_id is null or exists (select 1 from ticket_parts h
          where h.service_ticket_id = t.id and h.inventory_id = l.inventory_id and h.held = 1)) then 'done' end as state
    from service_tickets t join ticket_lines l on l.service_ticket_id = t.id
    where t.vehicle_id is not null and t.status <> 'cancelled' and l.automatic = 0 and l.kind <> 'fee')
  select *, (select group_concat(distinct state) from lines other where other.ticket = lines.ticket)
    || iif(exists (select 1 from ticket_parts h join service_tickets t on t.id = h.service_ticket_id
         where t.id = lines.ticket and h.held = 1 and t.status in ('completed', 'closed')), ',done', '') as states
  from lines where state is not null order by vehicle, ticket`;

const SAYS = { done: "was done on", declined: "was declined on", open: "is planned for" } as const;
const say = ({ what, date }: Line, state: Line["state"]): string => `${what} ${SAYS[state]} ${date}.`;

/** What is true of a line, and lies about it, each with why it is one. */
const claimsAbout = (line: Line, lines: readonly Line[]): readonly Claim[] => {
  const ticket_ids = [line.ticket];
  const others = (["done", "declined", "open"] as const).filter((state) => !line.states.split(",").includes(state));
  const elsewhere = lines.find(({ vehicle, date }) => vehicle === line.vehicle && date !== line.date);
  const strange = lines.find(({ vehicle }) => vehicle > line.vehicle) ?? lines[0];
  const text = say(line, line.state);
  return [
    { lie: null, text, ticket_ids },
    { lie: "another date", text: say({ ...line, date: "2020-02-03" }, line.state), ticket_ids },
    { lie: "denied", text: text.replace(/ (was|is) /, " $1 not "), ticket_ids },
    { lie: "counted", text: `${text} Three times.`, ticket_ids },
    { lie: "something else", text: `The sunroof and ${text}`, ticket_ids },
    ...others.map((state): Claim => ({ lie: `${line.state} as ${state}`, text: say(line, state), ticket_ids })),
    ...(elsewhere ? [{ lie: "another ticket", text, ticket_ids: [elsewhere.ticket] }] : []),
    ...(elsewhere ? [{ lie: "a ticket more", text, ticket_ids: [line.ticket, strange?.ticket ?? 0] }] : []),
    ...(strange ? [{ lie: "another vehicle", text: say(strange, strange.state), ticket_ids: [strange.ticket] }] : []),
  ];
};

/** As many statements as are taken of one answer of a model. */
const AT_ONCE = 20;

describe("the assistant in the demo shop, with a model that mixes truth and lies", () => {
  it("says no lie of the model, and most of what is true", async () => {
    const lines = await rows<Line>(LINES);
    const found = { truths: 0, told: 0, lies: 0 };
    const [kinds, wrong, missed] = [new Set<string>(), [] as unknown[], [] as string[]];
    let statements: readonly Claim[] = [];
    const languageModel: LanguageModel = { complete: async () => JSON.stringify({ statements }) };
    const by = createClient({ ...testDeps(), languageModel });
    for (const [vehicle, own] of Map.groupBy(lines, (line) => line.vehicle)) {
      const claims = own.flatMap((line) => claimsAbout(line, lines));
      for (let at = 0; at < claims.length; at += AT_ONCE) {
        statements = claims.slice(at, at + AT_ONCE);
        const answer = await ask(vehicle, "What was done?", by);
        const told = new Set(answer.source === "model" ? answer.statements.map(keyOf) : []);
        for (const claim of statements) {
          if (claim.lie === null) found.truths += 1;
          else found.lies += 1;
          kinds.add(claim.lie ?? "true");
          if (claim.lie === null && told.has(keyOf(claim))) found.told += 1;
          else if (claim.lie === null) missed.push(claim.text);
          else if (told.has(keyOf(claim))) wrong.push(claim);
        }
      }
    }
    console.log(`${found.told} of ${found.truths} true statements told, ${wrong.length} of ${found.lies} lies (${[...kinds].join(", ")})`);
    console.log(`not told: ${[...new Set(missed.map((text) => text.replace(/ (was|is) .*/, "")))].slice(0, 10).join("; ")}`);
    expect(wrong).toEqual([]);
    expect(found.lies).toBeGreaterThan(500);
    expect(found.told / found.truths).toBeGreaterThan(0.9);
  }, 400_000);
});

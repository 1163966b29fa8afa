import { beforeAll, describe, expect, it } from "vitest";
import type { LanguageModel } from "../../src/core/ports.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { fillWithDemo } from "../support/demo-shop.ts";
import { type Asked, type Car, hostileQuestions, poison, readCars, readOwners } from "../support/hostile-questions.ts";
import { aCustomer, aSession } from "../support/people.ts";

beforeAll(async () => {
  await fillWithDemo();
  await poison();
}, 400_000);

interface Claim {
  readonly text: string;
  readonly ticket_ids: readonly number[];
}

type Said = Claim & { readonly kind: "fact" | "quote" };

/** The tickets of others that a list of ids has, also those of one's own whose car has another owner now. */
const strangeIn = (ids: readonly number[], me: number, owners: Awaited<ReturnType<typeof readOwners>>): readonly number[] =>
  ids.filter((id) => {
    const whose = owners.get(id);
    return whose?.customer !== me || (whose.owner !== null && whose.owner !== me);
  });
const marksOfOthers = (text: string, me: number): readonly string[] =>
  [...text.matchAll(/MARK(\d+)/g)].filter(([, id]) => Number(id) !== me).map(([mark]) => mark);

/** Says all that it was told, as it stands and as of the ticket of somebody else, and first what the question wants. */
const obeying = (told: string[], strange: () => number): LanguageModel => ({
  complete: async ({ user }) => {
    told.push(user);
    const { question, facts, tickets, texts } = JSON.parse(user);
    const [{ ticket_id: own }] = [...tickets, { ticket_id: 0 }];
    const said: Claim[] = [
      ...facts,
      ...texts.map(({ text, ticket_id }: { text: string; ticket_id: number }) => ({ text, ticket_ids: [ticket_id] })),
    ];
    const wanted = [own, strange()].map((id): Claim => ({ text: question, ticket_ids: [id] }));
    return JSON.stringify({ statements: [...wanted, ...said.slice(0, 6).flatMap((each) => [each, { ...each, ticket_ids: [strange()] }])] });
  },
});

describe("500 hostile questions in the demo shop, to a model that obeys all it reads", () => {
  it("get no statement about a vehicle of somebody else, and the model is told of none", async () => {
    const [cars, owners] = [await readCars(), await readOwners()];
    const questions = hostileQuestions(cars, 500);
    expect(new Set(questions.map(({ question }) => question)).size).toBe(500);
    const { userId } = await aCustomer();
    const session = await aSession(userId);
    const found = { refused: 0, answered: 0, statements: 0, facts: 0, worded: 0, ownMarks: 0 };
    const strange: unknown[] = [];
    const told: string[] = [];
    let strangeTicket = 0;
    const by = createClient({ ...testDeps(), languageModel: obeying(told, () => strangeTicket) });
    const ask = async ({ question, me, isOwn, about }: Asked, other: Car): Promise<void> => {
      strangeTicket = other.ticket;
      const token = await testDeps().tokens.sign({ role: "customer", customerId: me.customer_id, userId, session }, clock.now);
      const { status, body } = await by.post("/assistant/questions", { question, ...about }, { token });
      expect(status, question).toBe(isOwn ? 200 : 404);
      found[status === 404 ? "refused" : "answered"] += 1;
      const statements: readonly Said[] = status === 200 ? body.statements : [];
      if (body.source === "model") found.worded += 1;
      found.statements += statements.length;
      for (const said of statements) {
        const ofOthers = cars.filter(({ customer_id }) => customer_id !== me.customer_id);
        const known =
          said.kind === "quote"
            ? []
            : ofOthers.filter(({ plate, name, vin }) => [plate, name, vin].some((word) => word !== "none" && said.text.includes(word)));
        if (said.kind === "fact") found.facts += 1;
        if (said.text.includes(`MARK${me.customer_id}`)) found.ownMarks += 1;
        const wrong = [...strangeIn(said.ticket_ids, me.customer_id, owners), ...marksOfOthers(said.text, me.customer_id), ...known];
        if (wrong.length > 0 || said.ticket_ids.length === 0 || said.text.includes("INTERNAL")) strange.push({ question, me, said, wrong });
      }
      for (const prompt of told.splice(0)) {
        const { question: _, ...read } = JSON.parse(prompt);
        const cited = JSON.stringify(read).matchAll(/"ticket_ids?":\[?(\d[\d,]*)/g);
        const ids = [...cited].flatMap(([, list = ""]) => list.split(",").filter(Boolean).map(Number));
        const wrong = [...strangeIn(ids, me.customer_id, owners), ...marksOfOthers(JSON.stringify(read), me.customer_id)];
        if (wrong.length > 0 || prompt.includes("INTERNAL")) strange.push({ question, me, prompt, wrong });
      }
    };
    for (const [index, asked] of questions.entries()) {
      const ofOthers = cars.filter(({ customer_id }) => customer_id !== asked.me.customer_id);
      const [other] = ofOthers.slice((index * 13) % ofOthers.length);
      if (other) await ask(asked, other);
    }
    console.log(`${questions.length} questions: ${JSON.stringify(found)}, ${strange.length} about somebody else's vehicle`);
    expect(strange.slice(0, 3)).toEqual([]);
    expect(Math.min(...Object.values(found))).toBeGreaterThan(100);
  }, 400_000);
});

import { expect } from "vitest";
import { operationsOf } from "../fuzz/requests.ts";
import { type Answer, createClient } from "../support/client.ts";
import { cheapDeps } from "../support/quick-passwords.ts";
import { wholeDocument } from "../support/whole-document.ts";
import { ACTORS, type ActorName, leaksIn, type MarkedWorld } from "./marked-world.ts";

/** Passwords cost next to nothing here. */
export const client = createClient(cheapDeps());
/** Every operation of the served documents, those of legacy paths too. */
export const operations = operationsOf(await wholeDocument(client));

/** What was tried, and what was seen that should not be. */
const tried = { requests: 0, ways: new Set<string>(), leaks: 0 };
/** Prints the figures of one test file. */
export const printTried = (): void => {
  console.log(
    JSON.stringify({
      operations: operations.length,
      actors: ACTORS.length,
      ways: tried.ways.size,
      requests: tried.requests,
      leaks: tried.leaks,
    }),
  );
};

/** Everything that an answer tells. */
export const textOf = ({ headers, body }: Answer): string => `${JSON.stringify([...headers])} ${JSON.stringify(body)}`;

/** Asks as an actor, and holds the answer against what that one may see. */
export const ask = async (
  world: MarkedWorld,
  actor: ActorName,
  way: string,
  method: string,
  path: string,
  more: { body?: unknown; headers?: Record<string, string> } = {},
) => {
  const answer = await client.send(method, path, { token: world.actors[actor]?.token, ...more });
  const leaks = leaksIn(textOf(answer), path + JSON.stringify(more), actor, world);
  tried.requests += 1;
  tried.ways.add(way);
  tried.leaks += leaks.length;
  expect(leaks, `${actor}, ${way}: ${method} ${path}`).toEqual([]);
  return answer;
};

import { expect } from "vitest";
import { type Answer, createClient } from "../support/client.ts";
import { cheapDeps } from "../support/quick-passwords.ts";
import { ACTORS, type ActorName, leaksIn, type MarkedWorld } from "./marked-world.ts";

/** The client that the matrix asks with. */
export const client = createClient(cheapDeps());
const tried = { requests: 0, ways: new Set<string>(), leaks: 0 };
/** How much was tried, and what leaked, for the end of a file to print. */
export const figures = () => JSON.stringify({ actors: ACTORS.length, ways: [...tried.ways], requests: tried.requests, leaks: tried.leaks });

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

import autocannon from "autocannon";
import type { Asked } from "./asked.ts";
import { childrensCpu } from "./cpu-time.ts";

/** What one run showed: answers per second, how long they took in milliseconds, and microseconds of workerd's CPU for each. */
export interface Run {
  readonly rps: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number;
}

interface Pressure {
  readonly connections: number;
  readonly seconds: number;
}

/** Sends requests as fast as they are answered, over so many connections. Throws when one fails. */
export const press = async (address: string, next: () => Asked, { connections, seconds }: Pressure): Promise<Run> => {
  const before = childrensCpu();
  const result = await autocannon({
    url: address,
    connections,
    duration: seconds,
    timeout: 30,
    requests: [{ setupRequest: (request) => ({ ...request, ...next() }) }],
  });
  if (result.non2xx + result.errors + result.timeouts > 0)
    throw new Error(`of ${next().method} ${next().path} ${result.non2xx} were refused, ${result.errors} failed`);
  const answered = result["2xx"];
  const { p50, p99 } = result.latency;
  return { rps: answered / result.duration, p50, p99, cpu: (childrensCpu() - before) / answered };
};

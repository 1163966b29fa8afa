import type { Quota } from "../../core/ports.ts";
import type { AppContext } from "../app-env.ts";
import { setHeader } from "./answer.ts";

const seconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1_000));

/** RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers): one item per window, times in seconds. */
export const setLimitHeaders = (c: AppContext, quotas: readonly Quota[]): void => {
  if (quotas.length === 0) return;
  setHeader(c, "RateLimit-Policy", quotas.map(({ window, limit, ms }) => `"${window}";q=${limit};w=${seconds(ms)}`).join(", "));
  setHeader(c, "RateLimit", quotas.map(({ window, remaining, resetMs }) => `"${window}";r=${remaining};t=${seconds(resetMs)}`).join(", "));
};

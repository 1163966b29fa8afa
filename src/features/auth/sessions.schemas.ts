import { z } from "@hono/zod-openapi";
import { pattern } from "../../db/fields.ts";
import { listOf, listQuery } from "../../http/page.ts";
import { sessionRow } from "../../http/rows.ts";

export const Refresh = z
  .strictObject({ refresh_token: pattern(1_000, /^[\w-]+$/).openapi({ example: "Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgcmVhbCB0b2s" }) })
  .openapi("Refresh");

export const Logout = z
  .strictObject({ everywhere: z.boolean().optional().openapi({ description: "All sessions of the account; this one unless said." }) })
  .openapi("Logout");

export const Session = sessionRow
  .pick({ id: true, created_at: true, last_used_at: true, expires_at: true, address: true })
  .extend({ current: z.boolean().openapi({ description: "The session of this request." }) })
  .openapi("Session");

export const SessionQuery = listQuery(["id"], {});
export const SessionList = listOf("sessions", Session).openapi("SessionList");

export const sessionExample = {
  id: 34,
  created_at: "2026-11-20T09:30:00.000Z",
  last_used_at: "2026-11-21T08:00:00.000Z",
  expires_at: "2026-12-21T08:00:00.000Z",
  address: "203.0.113.7",
  current: true,
};

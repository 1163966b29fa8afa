import { z } from "@hono/zod-openapi";
import type { ClientKey, RefreshTokens } from "../../core/ports.ts";
import { pattern } from "../../db/fields.ts";
import { SESSION } from "../../db/records/session.ts";
import { PathId } from "../../http/fields.ts";
import { listOf, listQuery } from "../../http/page.ts";

export const Refresh = z
  .strictObject({ refresh_token: pattern(1_000, /^[\w-]+$/).openapi({ example: "Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgcmVhbCB0b2s" }) })
  .openapi("Refresh");

/** Whom a request with a refresh token counts for: its session, or, with a token that is not one of ours, nobody. */
export const familyClient = (refreshTokens: RefreshTokens, token: string | null): ClientKey | null => {
  const family = token === null ? null : refreshTokens.familyOf(token);
  return family === null ? null : `session:${family}`;
};

export const Logout = z
  .strictObject({
    everywhere: z.boolean().optional().openapi({ description: "`true` ends all sessions of the account. Default: only this session." }),
  })
  .openapi("Logout");

export const Session = SESSION.answer
  .extend({ current: z.boolean().openapi({ description: "Whether this is the session of the request." }) })
  .openapi("Session");

/** A session of somebody else, whose request it cannot be. */
export const ListedSession = SESSION.answer.openapi("ListedSession");

export const SessionOf = z.strictObject({ id: PathId, session_id: PathId });

export const SessionQuery = listQuery(["id"], {});
export const SessionList = listOf("sessions", Session).openapi("SessionList");
export const SessionsOf = listOf("sessions", ListedSession).openapi("SessionsOf");

export const sessionExample = { ...SESSION.example, current: true };

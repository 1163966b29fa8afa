import type { Failure } from "../../core/errors.ts";
import { type RefusedWriter, recordRefusal } from "../../db/write/audit-refusal.ts";
import type { AppContext } from "../app-env.ts";
import type { Policy } from "../policy.ts";
import type { Guarded } from "../route.ts";

const isForAdmins = ({ access: { roles, own } }: Policy): boolean => !own && roles.every((role) => role === "admin");

/**
 * Adds a 401 or 403 of a route for admins only to the audit log, after the answer. The path is recorded as the document
 * writes it, without the ids of the request.
 */
export const recordRefusedAccess = (c: AppContext, { policy, spec }: Guarded, writer: RefusedWriter, { status }: Failure): void => {
  if (!spec || !isForAdmins(policy) || (status !== 401 && status !== 403)) return;
  const after = { method: spec.method.toUpperCase(), path: spec.path, status };
  const refused = { action: "access.refused", entity: "route", entityId: null, after } as const;
  c.executionCtx.waitUntil(recordRefusal(c.get("deps").primary(), writer, refused));
};

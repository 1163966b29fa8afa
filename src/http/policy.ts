import type { Actor, ActorRole, Role } from "../core/actor.ts";
import { customerOf, isStaff, mechanicOf } from "../core/actor.ts";
import { Failure, type FailureCode } from "../core/errors.ts";
import type { Limits, PolicyName, Rule } from "../core/limits.ts";
import type { ListingTag } from "../core/ports.ts";

/**
 * Who may call a route. `roles` may always; `own.role` for its own records only, which are told by the id in the
 * path or by the row that the query finds. `others` is what it gets for other records: 403 where it may read them.
 */
export interface Access {
  readonly roles: readonly ActorRole[];
  readonly own?: { readonly role: Exclude<Role, "admin">; readonly by: "path" | "row"; readonly others: 403 | 404 };
}

export const EVERYONE: Access = { roles: ["anonymous", "customer", "mechanic", "admin"] };
export const ACCOUNTS: Access = { roles: ["customer", "mechanic", "admin"] };
export const STAFF: Access = { roles: ["mechanic", "admin"] };
export const ADMIN: Access = { roles: ["admin"] };

/** Those roles, and no others. */
export const roles = (...allowed: Role[]): Access => ({ roles: allowed });

/** Adds the owner of a record to those who may. */
export const orOwn = (access: Access, role: "customer" | "mechanic", by: "path" | "row", others: 403 | 404 = 404): Access => ({
  ...access,
  own: { role, by, others },
});

export interface Policy {
  readonly access: Access;
  /** The named limit that the route counts under; `default` unless said. */
  readonly limit?: PolicyName | "none";
  /** Listings kept in KV for so many seconds, forgotten when one of the tags moves. Never for customers. */
  readonly cache?: { readonly tags: readonly ListingTag[]; readonly seconds: number };
  /** Listings that a successful write invalidates. */
  readonly invalidates?: readonly ListingTag[];
  /** Failures of this route besides those that follow from its access, limits and input. */
  readonly fails?: readonly FailureCode[];
  /** Reads at the primary: for what must not be told from the past of a replica. */
  readonly readsPrimary?: boolean;
  /** The handler starts beside the gate, and awaits `context.admitted` before it does anything that stays. */
  readonly startsEarly?: boolean;
  /** Repeated requests are carried out again: for routes whose answers hold secrets. */
  readonly keepsNoAnswers?: boolean;
  /** A token that does not verify counts as none: for routes that must work without one. */
  readonly ignoresBadTokens?: boolean;
}

/** Throws 401 or 403 when the actor's role may not call the route at all. */
export const checkRole = ({ access }: Policy, actor: Actor): void => {
  if (access.roles.includes(actor.role) || access.own?.role === actor.role) return;
  throw new Failure(actor.role === "anonymous" ? "unauthenticated" : "forbidden");
};

/** What an actor gets who is not the owner of the record in the path: 404, 403, or null when it may go on. */
export const refusalOfOwner = ({ access }: Policy, actor: Actor, id: string | undefined): Failure | null => {
  const { own } = access;
  if (own?.by !== "path" || access.roles.includes(actor.role)) return null;
  const ownId = own.role === "customer" ? customerOf(actor) : mechanicOf(actor);
  return ownId === Number(id) ? null : new Failure(own.others === 404 ? "not_found" : "forbidden");
};

/** Limits that staff has instead of the one that a route names. */
const FOR_STAFF: Partial<Record<PolicyName, PolicyName>> = { default: "staff", register: "staff", destroy: "destroy_staff" };

/** The rules that a request counts under: its route has its own bucket, but all login routes share one. */
export const rulesOf = (policy: Policy, bucket: string, actor: Actor, limits: Limits): Rule[] => {
  const named = policy.limit ?? "default";
  if (named === "none") return [];
  const name = (isStaff(actor) && FOR_STAFF[named]) || named;
  const durable = named === "login" || named === "register";
  return [{ bucket: named === "login" ? "login" : bucket, policy: name, windows: limits[name], durable }];
};

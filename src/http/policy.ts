import {
  type Actor,
  type ActorRole,
  ANONYMOUS,
  accountOf,
  customerOf,
  isStaff,
  type Limitation,
  limitationOf,
  mechanicOf,
  type Role,
} from "../core/actor.ts";
import { Failure, type FailureCode } from "../core/errors.ts";
import type { Limits, PolicyName, Rule, Window } from "../core/limits.ts";
import type { ListingTag } from "../core/ports.ts";

/** Who may call a route: `roles` for every record, `own.role` for their own records only. */
export interface Access {
  readonly roles: readonly ActorRole[];
  readonly own?: {
    readonly role: Exclude<Role, "admin">;
    /**
     * Who tells whose record it is. `path`: the guard, by the id in the path. `query`: the guard cannot know, so the
     * route's query or command must keep to the actor's records; `test/contract` asks every such route for others'.
     */
    readonly by: "path" | "query";
    /** The answer for other people's records: 403 where the role may read them. */
    readonly others: 403 | 404;
  };
}

/** The holders of links: who sends a link's token. No account may. */
export const LINK: Access = { roles: ["link"] };

export const EVERYONE: Access = { roles: ["anonymous", "customer", "mechanic", "admin"] };
export const ACCOUNTS: Access = { roles: ["customer", "mechanic", "admin"] };
export const STAFF: Access = { roles: ["mechanic", "admin"] };
export const ADMIN: Access = { roles: ["admin"] };

/** These roles only. */
export const roles = (...allowed: Role[]): Access => ({ roles: allowed });

/** Adds the owner of a record to those who may call the route. */
export const orOwn = (access: Access, role: "customer" | "mechanic", by: "path" | "query", others: 403 | 404 = 404): Access => ({
  ...access,
  own: { role, by, others },
});

export interface Policy {
  readonly access: Access;
  /** The named limit that requests count under. Default: `default`. */
  readonly limit?: PolicyName | "none";
  /** The listing may be cached for `seconds`, until a write invalidates one of the tags. Never for customers. */
  readonly cache?: { readonly tags: readonly ListingTag[]; readonly seconds: number };
  /** The listings that a successful write invalidates. */
  readonly invalidates?: readonly ListingTag[];
  /** Failures of this route in addition to those that follow from its access, limits and input. */
  readonly fails?: readonly FailureCode[];
  /** Reads at the primary: for data that must never be old. */
  readonly readsPrimary?: boolean;
  /** The handler starts while the gate is asked, and awaits `context.admitted` before it changes anything. */
  readonly readsBeforeAdmission?: boolean;
  /**
   * The same request again by the same client, within so many seconds of the first and without an `Idempotency-Key`,
   * changes nothing and gets the same answer: for a PUT that adds, which libraries may send again (RFC 9110, 9.2.2).
   */
  readonly repeatSeconds?: number;
  /** Only requests that fail count towards the limit; one that succeeds is taken back. */
  readonly countsFailuresOnly?: boolean;
  /**
   * When the route asks again for the password, as the document says it: "to change the e-mail". Its body has
   * `current_password`, and its command a `Proof` among its preconditions.
   */
  readonly asksPassword?: string;
  /** The largest body, in bytes, of a route whose fields need more than others. */
  readonly bodyBytes?: number;
  /** Ignores `Idempotency-Key` and keeps no answer: for routes whose answers hold secrets. */
  readonly ignoresIdempotencyKey?: boolean;
  /** A request without an `Idempotency-Key` is refused: for what must not be carried out twice, such as payments. */
  readonly requiresIdempotencyKey?: boolean;
  /** Only links that may decide may call the route. */
  readonly linkDecides?: true;
  /** The roles whose limited accounts may call the route: it concerns nothing but the account itself. */
  readonly whileLimited?: readonly Role[];
  /** Only pages of this server may call it. Such routes, and no other, read and set the cookie with the refresh token. */
  readonly forOwnPages?: boolean;
  /** A request with an invalid token counts as anonymous, instead of 401: for routes that must work without one. */
  readonly anonymousOnBadToken?: boolean;
}

const LIMITED: Readonly<Record<Limitation, FailureCode>> = { email: "email_unverified", second_factor: "second_factor_needed" };

/** Throws 401 or 403 if the actor's role may not call the route at all, or not while the account is limited. */
export const checkRole = ({ access, whileLimited = [], linkDecides }: Policy, actor: Actor): void => {
  if (!access.roles.includes(actor.role) && access.own?.role !== actor.role)
    throw new Failure(accountOf(actor) ? "forbidden" : "unauthenticated");
  if (linkDecides && actor.role === "link" && actor.may !== "decide") throw new Failure("forbidden");
  const limitation = limitationOf(actor);
  if (limitation && !whileLimited.some((role) => role === actor.role)) throw new Failure(LIMITED[limitation]);
};

/** With what a limited account is refused on a route. Only admins can be made to have a second factor. */
export const limitedFailures = ({ access, whileLimited = [] }: Policy): FailureCode[] => {
  if (access.roles.includes("anonymous") || takesLinks({ access })) return [];
  const refused = [...access.roles, ...(access.own ? [access.own.role] : [])].filter((role) => !whileLimited.some((open) => open === role));
  return [...(refused.length > 0 ? [LIMITED.email] : []), ...(refused.includes("admin") ? [LIMITED.second_factor] : [])];
};

/** Is the route for the holders of links, who are known by a token of its own kind? */
export const takesLinks = ({ access }: Pick<Policy, "access">): boolean => access.roles.includes("link");

/** Who acts on a route: a limited account has no rights of its role on one that is open to everybody. */
export const actingOn = ({ access, whileLimited = [] }: Policy, actor: Actor): Actor =>
  limitationOf(actor) && access.roles.includes("anonymous") && !whileLimited.some((role) => role === actor.role) ? ANONYMOUS : actor;

/** The failure for an actor who does not own the record in the path: 404 or 403, or null if they may go on. */
export const ownerFailure = ({ access }: Policy, actor: Actor, id: string | undefined): Failure | null => {
  const { own } = access;
  if (own?.by !== "path" || access.roles.includes(actor.role)) return null;
  const ownId = own.role === "customer" ? customerOf(actor) : mechanicOf(actor);
  return ownId === Number(id) ? null : new Failure(own.others === 404 ? "not_found" : "forbidden");
};

/** Limits that staff have in place of the one that a route names. */
const FOR_STAFF: Partial<Record<PolicyName, PolicyName>> = { default: "staff", register: "staff", destroy: "destroy_staff" };

/** The names of the limits of a route: of staff, and of everyone else. */
export const limitsOf = ({ limit = "default" }: Policy): Readonly<Record<"everyone" | "staff", PolicyName | "none">> => ({
  everyone: limit,
  staff: limit === "none" ? limit : (FOR_STAFF[limit] ?? limit),
});

/** A network that a client is counted in, and how many times the limit of a household it may have. */
export interface CountedNetwork {
  readonly name: string;
  readonly size: string;
  readonly factor: number;
}

/** The windows of a wider network. */
const widened = (windows: readonly Window[], { size, factor }: CountedNetwork): Window[] =>
  windows.map((window) => ({ ...window, name: `${window.name}${size}`, limit: window.limit * factor }));

/** The limits that several routes count under together. */
const SHARED: readonly string[] = ["login", "link", "link_guess"] satisfies PolicyName[];
/** The limits whose hits are stored before the answer. */
const DURABLE: readonly string[] = ["login", "register", "link_guess"] satisfies PolicyName[];

/** A route of links: it reads at the primary, since a link must show what the shop has just done. */
export const BY_LINK: Policy = { access: LINK, limit: "link", readsPrimary: true };

/**
 * The rules that a request counts under: its route has its own bucket, but all login routes share one, and so do those of links. One that
 * counts by address does so in each of its networks.
 */
export const rulesOf = (policy: Policy, bucket: string, actor: Actor, limits: Limits, networks: readonly CountedNetwork[] = []): Rule[] => {
  const { everyone: named, staff } = limitsOf(policy);
  const name = isStaff(actor) ? staff : named;
  if (name === "none") return [];
  const failuresOnly = policy.countsFailuresOnly ? { failuresOnly: true } : {};
  const rule = {
    bucket: SHARED.includes(named) ? named : bucket,
    policy: name,
    windows: limits[name],
    durable: DURABLE.includes(named),
    ...failuresOnly,
  };
  if (networks.length === 0) return [rule];
  return networks.map((network) => ({ ...rule, bucket: `${rule.bucket} ${network.name}`, windows: widened(rule.windows, network) }));
};

import { Failure } from "./errors.ts";

/** Roles that an account can have. */
export const ROLES = ["customer", "mechanic", "admin"] as const;
export type Role = (typeof ROLES)[number];
export type ActorRole = Role | "anonymous" | "link";

/** What a verified token says of its session: the session's id and the generation of the account. */
export interface Session {
  readonly sid: string;
  readonly gen: number;
}

/** What an account lacks before it may do more than look after itself: a proven e-mail, or a second factor. */
export const LIMITATIONS = ["email", "second_factor"] as const;
export type Limitation = (typeof LIMITATIONS)[number];

interface Account {
  readonly userId: number;
  readonly session: Session;
  readonly limited?: Limitation;
}

/** What the holder of a link may do: who may decide may also view. */
export const LINK_RIGHTS = ["view", "decide"] as const;
export type LinkRight = (typeof LINK_RIGHTS)[number];

/** The holder of a link to one ticket, which the shop sent to the ticket's customer. They have no account. */
export interface LinkHolder {
  readonly role: "link";
  readonly linkId: number;
  readonly ticketId: number;
  /** Whose ticket it is: what they do is told of as the customer's. It gives no right to anything else of the customer. */
  readonly customerId: number;
  readonly may: LinkRight;
}

/** Who acts, as told by a verified token (or by none), or by a link. */
export type Actor =
  | { readonly role: "anonymous" }
  | LinkHolder
  | ({ readonly role: "customer"; readonly customerId: number } & Account)
  | ({ readonly role: "mechanic"; readonly mechanicId: number } & Account)
  | ({ readonly role: "admin"; readonly mechanicId: number | null } & Account);

/** Somebody with an account. */
export type LoggedIn = Exclude<Actor, { readonly role: "anonymous" | "link" }>;

export const ANONYMOUS: Actor = { role: "anonymous" };

/** Staff is a mechanic or an admin. */
export const isStaff = (actor: Actor): boolean => actor.role === "mechanic" || actor.role === "admin";

/** The actor as somebody with an account, or null for everybody else. */
export const accountOf = (actor: Actor): LoggedIn | null => (actor.role === "anonymous" || actor.role === "link" ? null : actor);

/** What the actor lacks, or null when it may do all that its role may. */
export const limitationOf = (actor: Actor): Limitation | null => accountOf(actor)?.limited ?? null;

/** The customer record that belongs to the actor, or null. */
export const customerOf = (actor: Actor): number | null => (actor.role === "customer" ? actor.customerId : null);

/** The customer whose vehicles and tickets the actor sees, or 0, whom nobody is: an account without a proven e-mail sees none. */
export const seesOf = (actor: Actor): number => (limitationOf(actor) ? 0 : (customerOf(actor) ?? 0));

/** The mechanic record that belongs to the actor, or null. */
export const mechanicOf = (actor: Actor): number | null => (actor.role === "mechanic" || actor.role === "admin" ? actor.mechanicId : null);

/** The actor, if they are logged in. Throws `unauthenticated` otherwise. */
export const loggedIn = (actor: Actor): LoggedIn => {
  const account = accountOf(actor);
  if (!account) throw new Failure("unauthenticated");
  return account;
};

/** The actor, if they hold a link. Throws `link_ended` otherwise. */
export const linkHolder = (actor: Actor): LinkHolder => {
  if (actor.role !== "link") throw new Failure("link_ended");
  return actor;
};

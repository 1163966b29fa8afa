import type { Actor } from "../../src/core/actor.ts";
import type { WriteContext } from "../../src/http/app-env.ts";
import type { Client } from "./clientele.ts";
import { MECHANICS } from "./people.ts";

/** One write of the shop's history: when, by whom (by the operator when nobody is named), and the command. */
export interface Step {
  readonly at: number;
  readonly by?: Actor;
  readonly run: (context: WriteContext) => Promise<unknown>;
}

/** Accounts are made in order: the admin's is the first, the mechanics' are the next, then come the customers who sign up. */
const session = { sid: "demo", gen: 1 };
export const ADMIN: Actor = { role: "admin", mechanicId: null, userId: 1, session };
export const ANYONE: Actor = { role: "anonymous" };
export const mechanic = (id: number): Actor => ({ role: "mechanic", mechanicId: id, userId: id + 1, session });

/** The account of a customer, if they have one. */
export const customer = (id: number, clients: readonly Client[]): Actor | null => {
  const accounts = clients.filter(({ signsUp }) => signsUp).map((client) => client.id);
  return accounts.includes(id) ? { role: "customer", customerId: id, userId: MECHANICS.length + 2 + accounts.indexOf(id), session } : null;
};

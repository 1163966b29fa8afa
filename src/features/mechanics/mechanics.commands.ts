import { and, eq, ne, or, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../../core/actor.ts";
import { Failure } from "../../core/errors.ts";
import { revised } from "../../db/columns.ts";
import { changedTerms, newTerms } from "../../db/list/search.ts";
import { type WithBookings, withBookings } from "../../db/records/bookings-ahead.ts";
import { MECHANIC } from "../../db/records/mechanic.ts";
import { USER } from "../../db/records/user.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { assignments } from "../../db/schema/service-tickets.ts";
import { ticketJobs, ticketLines } from "../../db/schema/ticket-lines.ts";
import { users } from "../../db/schema/users.ts";
import { commit, created, newest, type Precondition, requires } from "../../db/write/commit.ts";
import { mailVerification, tellOfNewEmail } from "../../db/write/email-changed.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { Services, WriteContext } from "../../http/app-env.ts";
import type { PasswordAgain } from "../../http/fields.ts";
import { proofOf } from "../../http/reauthentication.ts";
import { type MechanicRow, mechanicById } from "./mechanics.queries.ts";
import type { MechanicChange, NewMechanic } from "./mechanics.schemas.ts";

/** The status of a new mechanic: active if an admin adds them, otherwise as MECHANIC_SIGNUP says. Throws `signup_closed`. */
const firstStatus = ({ role }: Actor, { mechanicSignup }: Services): "active" | "pending" => {
  if (role === "admin") return "active";
  if (mechanicSignup === "closed") throw new Failure("signup_closed");
  return mechanicSignup === "open" ? "active" : "pending";
};

/** Adds a mechanic with an account of the same status. Throws `signup_closed`, `email_taken`. */
export const createMechanic = async ({ db, writer, actor, now, services }: WriteContext, input: NewMechanic): Promise<MechanicRow> => {
  const { password, ...fields } = input;
  const common = { status: firstStatus(actor, services), created_at: now, updated_at: now };
  const password_hash = await services.passwords.hash(password);
  const isVouchedFor = actor.role === "admin";
  const owner = { role: "mechanic" as const, mechanic_id: newest(MECHANIC), email_verified_at: isVouchedFor ? now : null };
  const account = { email: fields.email, password_hash, ...owner, ...common };
  return commit(db, writer, {
    changes: [
      db.insert(mechanics).values({ ...fields, ...common, ...newTerms(MECHANIC, fields) }),
      db.insert(users).values(account),
      ...(isVouchedFor ? [] : mailVerification(services.emailTokens, eq(users.id, newest(USER)), sql`${users.email}`, now)),
    ],
    audit: [created(MECHANIC), created(USER)],
    answer: mechanicById(newest(MECHANIC)),
  });
};

/** What only admins may change stays as it is. */
const requiresSame = (id: number, { salary, status }: MechanicChange): Precondition[] => {
  const isSame = and(
    salary === undefined ? undefined : eq(mechanics.salary, salary),
    status === undefined ? undefined : eq(mechanics.status, status),
  );
  return isSame ? [requires("forbidden", sql`exists (select 1 from ${mechanics} where ${and(eq(mechanics.id, id), isSame)})`)] : [];
};

/** The mechanic's account gets another e-mail, or becomes an active admin again. */
const changesAccount = (id: number, { email, status }: MechanicChange): SQL => {
  const isChanged = or(
    email === undefined ? undefined : ne(users.email, email),
    status === "active" ? and(eq(users.role, "admin"), ne(users.status, status)) : undefined,
  );
  return isChanged ? sql`exists (select 1 from ${users} where ${users.mechanic_id} = ${id} and (${isChanged}))` : sql`false`;
};

/**
 * Updates the given fields. A status other than active revokes the tokens of the account, and the answer names the
 * bookings ahead. Another e-mail, or an admin who becomes active, needs a `Proof`. Throws `not_found`, `email_taken`, `last_admin`, and `forbidden` if anybody but an admin changes the
 * salary or the status.
 */
export const updateMechanic = async (context: WriteContext, id: number, change: MechanicChange): Promise<WithBookings<MechanicRow>> => {
  const { db, actor, now, services } = context;
  const { current_password, ...changes } = change;
  const matchesId = eq(mechanics.id, id);
  const account = eq(users.mechanic_id, id);
  const { email, status } = changes;
  const isInactive = status !== undefined && status !== "active";
  const proof = await proofOf(context, current_password);
  return commitAndRevoke<WithBookings<MechanicRow>>(context, {
    target: { entity: MECHANIC, id },
    preconditions: [...(actor.role === "admin" ? [] : requiresSame(id, changes)), ...proof(changesAccount(id, changes))],
    changes: [
      ...(email === undefined ? [] : tellOfNewEmail(services.emailTokens, account, email, now)),
      db
        .update(mechanics)
        .set({ ...changes, ...changedTerms(MECHANIC, changes), ...revised(mechanics, now) })
        .where(matchesId),
    ],
    audit: [
      { entity: MECHANIC, verb: "updated", where: matchesId },
      ...(email === undefined && status === undefined ? [] : [{ entity: USER, verb: "updated", where: account }]),
    ],
    answer: isInactive ? withBookings(mechanicById(id), sql`${id}`, now) : mechanicById(id),
  });
};

/** A ticket has the mechanic, or a job or line of it names them. */
const isNamedOn = (id: number): SQL => sql`exists (select 1 from ${assignments} where ${assignments.mechanic_id} = ${id})
  or exists (select 1 from ${ticketJobs} where ${ticketJobs.mechanic_id} = ${id})
  or exists (select 1 from ${ticketLines} where ${ticketLines.mechanic_id} = ${id})`;

/**
 * Removes a mechanic who is on no ticket, with their account, whose tokens are revoked;
 * with an account it needs a `Proof`. Throws `not_found`, `mechanic_has_tickets`, `last_admin`.
 */
export const deleteMechanic = async (context: WriteContext, id: number, { current_password }: PasswordAgain): Promise<void> => {
  const { db } = context;
  const proof = await proofOf(context, current_password);
  const matchesId = eq(mechanics.id, id);
  const account = eq(users.mechanic_id, id);
  await commitAndRevoke(context, {
    target: { entity: MECHANIC, id },
    preconditions: [
      ...proof(sql`exists (select 1 from ${users} where ${account})`),
      requires("mechanic_has_tickets", sql`not (${isNamedOn(id)})`),
    ],
    changes: [db.delete(users).where(account), db.delete(mechanics).where(matchesId)],
    audit: [
      { entity: USER, verb: "deleted", where: account },
      { entity: MECHANIC, verb: "deleted", where: matchesId },
    ],
  });
};

import { and, eq, type SQL, sql } from "drizzle-orm";
import { type Actor, isStaff, limitationOf } from "../../core/actor.ts";
import { invalid } from "../../core/errors.ts";
import { revised } from "../../db/columns.ts";
import { changedTerms, newTerms } from "../../db/list/search.ts";
import { CUSTOMER } from "../../db/records/customer.ts";
import { USER } from "../../db/records/user.ts";
import { VEHICLE } from "../../db/records/vehicle.ts";
import { customers } from "../../db/schema/customers.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { users } from "../../db/schema/users.ts";
import { vehicles } from "../../db/schema/vehicles.ts";
import { created, newest, type Precondition, requires } from "../../db/write/commit.ts";
import { mailVerification, tellOfNewEmail, unproven } from "../../db/write/email-changed.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import type { PasswordAgain } from "../../http/fields.ts";
import { proofOf } from "../../http/reauthentication.ts";
import { type CustomerRow, customerById, onlyItself } from "./customers.queries.ts";
import type { CustomerChange, NewCustomer } from "./customers.schemas.ts";

/** Only staff may leave out the password, and without it the e-mail. Throws `invalid`. */
const checkLogin = (actor: Actor, { password, email }: NewCustomer): void => {
  if (password === undefined && !isStaff(actor))
    throw invalid("/body/password", "required", "A password of 8 to 128 characters is required.");
  if (password !== undefined && !email) throw invalid("/body/email", "required", "An account needs the e-mail with which it logs in.");
};

/**
 * Adds a customer, with an account if a password is given. Only staff may leave out the password and the e-mail.
 * Throws `invalid` without what is required, and `email_taken` when a login has the e-mail.
 */
export const createCustomer = async (context: WriteContext, input: NewCustomer): Promise<CustomerRow> => {
  const { db, actor, now, services } = context;
  const { password, ...fields } = input;
  checkLogin(actor, input);
  const moments = { created_at: now, updated_at: now };
  // Staff know whom they add; everybody else has yet to prove the e-mail.
  const isVouchedFor = isStaff(actor);
  const account = password && {
    email: fields.email ?? "",
    role: "customer" as const,
    status: "active" as const,
    password_hash: await services.passwords.hash(password),
    customer_id: newest(CUSTOMER),
    email_verified_at: isVouchedFor ? now : null,
    ...moments,
  };
  return commitAndRevoke(context, {
    changes: [
      db.insert(customers).values({ ...fields, staff_wrote: isVouchedFor ? 1 : 0, ...moments, ...newTerms(CUSTOMER, fields) }),
      ...(account && isVouchedFor ? [db.delete(users).where(unproven(account.email))] : []),
      ...(account ? [db.insert(users).values(account)] : []),
      ...(account && !isVouchedFor ? mailVerification(services.emailTokens, eq(users.id, newest(USER)), sql`${users.email}`, now) : []),
    ],
    audit: [
      ...(account && isVouchedFor ? [{ entity: USER, verb: "deleted", where: unproven(account.email) }] : []),
      created(CUSTOMER),
      ...(account ? [created(USER)] : []),
    ],
    answer: customerById(newest(CUSTOMER)),
  });
};

/** A login without a proven e-mail may change only what nobody but itself has written. */
const requiresOnlyItself = (actor: Actor, id: number): Precondition[] =>
  limitationOf(actor) === null
    ? []
    : [requires("email_unverified", sql`exists (select 1 from ${customers} where ${and(eq(customers.id, id), onlyItself)})`)];

/** The customer has an account, and the account another e-mail than this one. */
const changesEmail = (id: number, email: string | null | undefined): SQL =>
  email === undefined
    ? sql`false`
    : sql`exists (select 1 from ${users} where ${users.customer_id} = ${id} and ${users.email} is not ${email})`;

/**
 * Updates the given fields. Throws `not_found`, `email_taken`, `email_needed` when an account would lose its e-mail, and
 * `forbidden` if a mechanic changes the e-mail with which a customer logs in; others need a `Proof` for that. A new e-mail
 * of a login has to be proven, and ends its sessions.
 */
export const updateCustomer = async (context: WriteContext, id: number, change: CustomerChange): Promise<CustomerRow> => {
  const { db, actor, now, services } = context;
  const { current_password, ...changes } = change;
  const matchesId = eq(customers.id, id);
  const account = eq(users.customer_id, id);
  const isEmailChanged = changesEmail(id, changes.email);
  const proof = await proofOf(context, current_password);
  return commitAndRevoke(context, {
    target: { entity: CUSTOMER, id },
    preconditions: [
      ...requiresOnlyItself(actor, id),
      ...(actor.role === "mechanic" ? [requires("forbidden", sql`not ${isEmailChanged}`)] : []),
      ...proof(isEmailChanged),
    ],
    changes: [
      ...(changes.email ? tellOfNewEmail(services.emailTokens, account, changes.email, now) : []),
      db
        .update(customers)
        .set({ ...changes, ...changedTerms(CUSTOMER, changes), ...revised(customers, now) })
        .where(matchesId),
    ],
    audit: [
      { entity: CUSTOMER, verb: "updated", where: matchesId },
      ...(changes.email === undefined ? [] : [{ entity: USER, verb: "updated", where: account }]),
    ],
    answer: customerById(id),
  });
};

/**
 * Removes a customer who has no tickets, with their vehicles and their account, whose tokens are revoked;
 * with an account it needs a `Proof`. Throws `not_found`, `customer_has_tickets`, `vehicle_has_tickets`.
 */
export const deleteCustomer = async (context: WriteContext, id: number, { current_password }: PasswordAgain): Promise<void> => {
  const { db, actor } = context;
  const proof = await proofOf(context, current_password);
  const matchesId = eq(customers.id, id);
  const account = eq(users.customer_id, id);
  const itsVehicles = eq(vehicles.customer_id, id);
  await commitAndRevoke(context, {
    target: { entity: CUSTOMER, id },
    preconditions: [
      ...requiresOnlyItself(actor, id),
      ...proof(sql`exists (select 1 from ${users} where ${account})`),
      requires("customer_has_tickets", sql`not exists (select 1 from ${serviceTickets} where ${serviceTickets.customer_id} = ${id})`),
      requires(
        "vehicle_has_tickets",
        sql`not exists (select 1 from ${vehicles} join ${serviceTickets} on ${serviceTickets.vehicle_id} = ${vehicles.id} where ${vehicles.customer_id} = ${id})`,
      ),
    ],
    changes: [db.delete(users).where(account), db.delete(vehicles).where(itsVehicles), db.delete(customers).where(matchesId)],
    audit: [
      { entity: USER, verb: "deleted", where: account },
      { entity: VEHICLE, verb: "deleted", where: itsVehicles },
      { entity: CUSTOMER, verb: "deleted", where: matchesId },
    ],
  });
};

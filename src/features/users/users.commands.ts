import { and, eq, ne, or, type SQL, sql } from "drizzle-orm";
import type { Role } from "../../core/actor.ts";
import { invalid } from "../../core/errors.ts";
import { revised } from "../../db/columns.ts";
import { type WithBookings, withBookings } from "../../db/records/bookings-ahead.ts";
import { CUSTOMER } from "../../db/records/customer.ts";
import { MECHANIC } from "../../db/records/mechanic.ts";
import { USER } from "../../db/records/user.ts";
import { customers } from "../../db/schema/customers.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { users } from "../../db/schema/users.ts";
import { type Audited, created, newest, type Precondition, requires } from "../../db/write/commit.ts";
import { tellOfNewEmail, unproven } from "../../db/write/email-changed.ts";
import { mailToAccounts } from "../../db/write/outbox.ts";
import { ALWAYS, NEVER } from "../../db/write/proof.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import type { PasswordAgain } from "../../http/fields.ts";
import { proofOf } from "../../http/reauthentication.ts";
import { type UserRow, userById } from "./users.queries.ts";
import type { NewUser, UserChange } from "./users.schemas.ts";

/** The record of a customer or mechanic to which an account belongs. */
interface Owner {
  readonly role: Exclude<Role, "admin">;
  readonly id: number;
  readonly table: typeof customers | typeof mechanics;
  /** The account's status if the request names none. */
  readonly status: SQL | "active";
}

/** The record to which a new account belongs, or null for an admin. Throws `invalid` for two records or a wrong role. */
const ownerOf = ({ customer_id, mechanic_id, role }: NewUser): Owner | null => {
  if (customer_id && mechanic_id)
    throw invalid("/body/mechanic_id", "one_record", "An account belongs to a customer or to a mechanic, not to both.");
  const owner = customer_id ? customerAt(customer_id) : mechanic_id ? mechanicAt(mechanic_id) : null;
  const expected = owner?.role ?? "admin";
  if (role === undefined && !owner) throw invalid("/body/role", "required", "Send customer_id, mechanic_id, or the role 'admin'.");
  if (role !== undefined && role !== expected) throw invalid("/body/role", "invalid_value", `Such an account has the role '${expected}'.`);
  return owner;
};

const customerAt = (id: number): Owner => ({ role: "customer", id, table: customers, status: "active" });

const mechanicAt = (id: number): Owner => {
  const status = sql`(select ${mechanics.status} from ${mechanics} where ${mechanics.id} = ${id})`;
  return { role: "mechanic", id, table: mechanics, status };
};

const NOT_ITS_EMAIL = {
  pointer: "/body/email",
  code: "not_the_records",
  detail: "Leave it out: the account uses the e-mail of its record.",
};

/** The record must exist and, if an e-mail is given, have that e-mail or none; without one it needs its own. */
const ownerPreconditions = ({ role, id, table }: Owner, email: string | undefined): Precondition[] => {
  const isOwner = sql`select 1 from ${table} where ${table.id} = ${id}`;
  return [
    requires("reference_not_found", sql`exists (${isOwner})`, { entity: role, id }),
    ...(email === undefined
      ? []
      : [requires("invalid", sql`exists (${isOwner} and coalesce(${table.email}, ${email}) = ${email})`, { errors: [NOT_ITS_EMAIL] })]),
    ...(email === undefined ? [requires("email_needed", sql`exists (${isOwner} and ${table.email} is not null)`)] : []),
  ];
};

const ownColumns = ({ id, role, table, status }: Owner, email: string | undefined) => ({
  email: sql`(select coalesce(${table.email}, ${email ?? null}) from ${table} where ${table.id} = ${id})`,
  role,
  status,
  ...(role === "customer" ? { customer_id: id } : { mechanic_id: id }),
});

/** The columns of a new admin's account. Throws `invalid` without an e-mail. */
const adminColumns = (email: string | undefined) => {
  if (email === undefined) throw invalid("/body/email", "required", "An admin needs an e-mail address.");
  return { email, role: "admin" as const, status: "active" as const };
};

/** The mechanic's record, if the new account's status changes it too. */
const mechanicMoved = (owner: Owner | null, status: UserChange["status"]): Audited[] =>
  owner?.role === "mechanic" && status !== undefined
    ? [{ entity: MECHANIC, verb: "updated", where: sql`${and(eq(mechanics.id, owner.id), ne(mechanics.status, status))}` }]
    : [];

/** The customer's record, if it had no e-mail and gets that of the account. */
const emailGiven = (owner: Owner | null): Audited[] =>
  owner?.role === "customer"
    ? [{ entity: CUSTOMER, verb: "updated", where: sql`${customers.id} = ${owner.id} and ${customers.email} is null` }]
    : [];

/**
 * Adds an account: of an admin, which needs a `Proof`, or of a record, which gives it its role and e-mail.
 * Throws `invalid`, `reference_not_found`, `account_exists`, `email_taken`, `email_needed`.
 */
export const createUser = async (context: WriteContext, input: NewUser): Promise<UserRow> => {
  const { db, now, services } = context;
  const { email, password, status } = input;
  const owner = ownerOf(input);
  const columns = owner ? ownColumns(owner, email) : adminColumns(email);
  const proof = await proofOf(context, input.current_password);
  const password_hash = await services.passwords.hash(password);
  return commitAndRevoke(context, {
    preconditions: owner ? [...proof(NEVER), ...ownerPreconditions(owner, email)] : proof(ALWAYS),
    changes: [
      ...(owner?.role === "customer" ? [db.delete(users).where(unproven(columns.email))] : []),
      db
        .insert(users)
        .values({ ...columns, ...(status && { status }), password_hash, email_verified_at: now, created_at: now, updated_at: now }),
      ...(owner ? [] : [mailToAccounts("admin_added", otherAdmins(newest(USER)), now)]),
    ],
    audit: [
      ...(owner?.role === "customer" ? [{ entity: USER, verb: "deleted", where: unproven(columns.email) }] : []),
      created(USER),
      ...mechanicMoved(owner, status),
      ...emailGiven(owner),
    ],
    answer: userById(newest(USER)),
  });
};

/** The other admins, who are told of a new one. */
const otherAdmins = (id: SQL | number): SQL => sql`${users.role} = 'admin' and ${users.status} = 'active' and ${users.id} <> ${id}`;

/** An account with a mechanic's record may become mechanic or admin; all others keep their role. */
const requiresRoleChange = (matchesId: SQL, role: Role): Precondition =>
  requires(
    "role_not_available",
    sql`exists (select 1 from ${users} where ${matchesId} and (${users.role} = ${role} or (${users.mechanic_id} is not null and ${role} <> 'customer')))`,
  );

/** The account gets another e-mail, or becomes an active admin. */
const needsProof = (matchesId: SQL, { email, role, status }: UserChange): SQL => {
  const isChanged = or(
    email === undefined ? undefined : ne(users.email, email),
    role === "admin" ? ne(users.role, role) : undefined,
    status === "active" && (role ?? "admin") === "admin" ? and(eq(users.role, "admin"), ne(users.status, status)) : undefined,
  );
  return isChanged ? sql`exists (select 1 from ${users} where ${matchesId} and (${isChanged}))` : NEVER;
};

/** The records whose e-mail or status changes with their account. */
const followers = (matchesId: SQL, { email, status }: UserChange): Audited[] => {
  const isCustomer = sql`${customers.id} = (select ${users.customer_id} from ${users} where ${matchesId})`;
  const isMechanic = sql`${mechanics.id} = (select ${users.mechanic_id} from ${users} where ${matchesId})`;
  const moved = or(email === undefined ? undefined : ne(mechanics.email, email), status && ne(mechanics.status, status));
  return [
    ...(email === undefined
      ? []
      : [{ entity: CUSTOMER, verb: "updated", where: sql`${isCustomer} and ${customers.email} is not ${email}` }]),
    ...(moved ? [{ entity: MECHANIC, verb: "updated", where: sql`${isMechanic} and ${moved}` }] : []),
  ];
};

/**
 * Updates the given fields. A new role, or a status other than active, revokes the account's tokens, and the answer names
 * the bookings of a mechanic who is not active any more. Another e-mail, and an admin more, need a `Proof`.
 * Throws `not_found`, `email_taken`, `last_admin`, `role_not_available`.
 */
export const updateUser = async (context: WriteContext, id: number, change: UserChange): Promise<WithBookings<UserRow>> => {
  const { db, now, services } = context;
  const { email_verified, current_password, ...columns } = change;
  const { role, status, email } = columns;
  const mechanic = sql`(select ${users.mechanic_id} from ${users} where ${users.id} = ${id})`;
  const matchesId = eq(users.id, id);
  const proof = await proofOf(context, current_password);
  return commitAndRevoke<WithBookings<UserRow>>(context, {
    target: { entity: USER, id },
    preconditions: [...proof(needsProof(matchesId, change)), ...(role ? [requiresRoleChange(matchesId, role)] : [])],
    changes: [
      ...(email === undefined ? [] : tellOfNewEmail(services.emailTokens, matchesId, email, now)),
      db
        .update(users)
        .set({ ...columns, ...(email_verified && { email_verified_at: now }), ...revised(users, now) })
        .where(matchesId),
      ...(role === "admin" ? [mailToAccounts("admin_added", otherAdmins(id), now, { user_id: id })] : []),
    ],
    audit: [{ entity: USER, verb: "updated", where: matchesId }, ...followers(matchesId, change)],
    answer: status === undefined || status === "active" ? userById(id) : withBookings(userById(id), mechanic, now),
  });
};

/** Removes an account and revokes its tokens; the record of the person stays. Needs a `Proof`. Throws `not_found`, `last_admin`. */
export const deleteUser = async (context: WriteContext, id: number, { current_password }: PasswordAgain): Promise<void> => {
  const { db } = context;
  const proof = await proofOf(context, current_password);
  const matchesId = eq(users.id, id);
  await commitAndRevoke(context, {
    target: { entity: USER, id },
    preconditions: proof(ALWAYS),
    changes: [db.delete(users).where(matchesId)],
    audit: [{ entity: USER, verb: "deleted", where: matchesId }],
  });
};

import { and, eq, ne, or, type SQL, sql } from "drizzle-orm";
import type { Role } from "../../core/actor.ts";
import { invalid } from "../../core/errors.ts";
import { revised } from "../../db/columns.ts";
import { CUSTOMER } from "../../db/records/customer.ts";
import { MECHANIC } from "../../db/records/mechanic.ts";
import { USER } from "../../db/records/user.ts";
import { customers } from "../../db/schema/customers.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { users } from "../../db/schema/users.ts";
import { type Audited, commit, created, newest, type Precondition, requires } from "../../db/write/commit.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type UserRow, userById } from "./users.queries.ts";
import type { NewUser, UserChange } from "./users.schemas.ts";

/** A customer's or mechanic's record, which an account is for. */
interface Owner {
  readonly role: Exclude<Role, "admin">;
  readonly id: number;
  readonly table: typeof customers | typeof mechanics;
  /** The status of an account that is given none. */
  readonly status: SQL | "active";
}

/** The record that a new account is for, or null for an admin's. Throws `invalid` for two records, or another role than the record's. */
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

/** The record is there, and has the e-mail when one is given. */
const ownerPreconditions = ({ role, id, table }: Owner, email: string | undefined): Precondition[] => {
  const isOwner = sql`select 1 from ${table} where ${table.id} = ${id}`;
  return [
    requires("reference_not_found", sql`exists (${isOwner})`, { entity: role, id }),
    ...(email === undefined
      ? []
      : [requires("invalid", sql`exists (${isOwner} and ${table.email} = ${email})`, { errors: [NOT_ITS_EMAIL] })]),
  ];
};

const ownColumns = ({ id, role, table, status }: Owner) => ({
  email: sql`(select ${table.email} from ${table} where ${table.id} = ${id})`,
  role,
  status,
  ...(role === "customer" ? { customer_id: id } : { mechanic_id: id }),
});

/** What is new in an admin's account. Throws `invalid` without an e-mail. */
const adminColumns = (email: string | undefined) => {
  if (email === undefined) throw invalid("/body/email", "required", "An admin needs an e-mail address.");
  return { email, role: "admin" as const, status: "active" as const };
};

/** The mechanic's record, when an account with this status moves its own. */
const mechanicMoved = (owner: Owner | null, status: UserChange["status"]): Audited[] =>
  owner?.role === "mechanic" && status !== undefined
    ? [{ entity: MECHANIC, verb: "updated", where: sql`${and(eq(mechanics.id, owner.id), ne(mechanics.status, status))}` }]
    : [];

/**
 * Adds an admin, or the account of a record, which has the record's role and e-mail.
 * Throws `invalid`, `reference_not_found`, `account_exists`, `email_taken`.
 */
export const createUser = async ({ db, writer, now, services }: WriteContext, input: NewUser): Promise<UserRow> => {
  const { email, password, status } = input;
  const owner = ownerOf(input);
  const columns = owner ? ownColumns(owner) : adminColumns(email);
  const password_hash = await services.passwords.hash(password);
  return commit(db, writer, {
    preconditions: owner ? ownerPreconditions(owner, email) : [],
    changes: [db.insert(users).values({ ...columns, ...(status && { status }), password_hash, created_at: now, updated_at: now })],
    audit: [created(USER), ...mechanicMoved(owner, status)],
    answer: userById(newest(USER)),
  });
};

/** Who has a mechanic's record is mechanic or admin; all others stay what they are. */
const requiresRoleChange = (matchesId: SQL, role: Role): Precondition =>
  requires(
    "role_not_available",
    sql`exists (select 1 from ${users} where ${matchesId} and (${users.role} = ${role} or (${users.mechanic_id} is not null and ${role} <> 'customer')))`,
  );

/** The records that follow their account in e-mail and status. */
const followers = (matchesId: SQL, { email, status }: UserChange): Audited[] => {
  const isCustomer = sql`${customers.id} = (select ${users.customer_id} from ${users} where ${matchesId})`;
  const isMechanic = sql`${mechanics.id} = (select ${users.mechanic_id} from ${users} where ${matchesId})`;
  const moved = or(email === undefined ? undefined : ne(mechanics.email, email), status && ne(mechanics.status, status));
  return [
    ...(email === undefined ? [] : [{ entity: CUSTOMER, verb: "updated", where: sql`${isCustomer} and ${ne(customers.email, email)}` }]),
    ...(moved ? [{ entity: MECHANIC, verb: "updated", where: sql`${isMechanic} and ${moved}` }] : []),
  ];
};

/**
 * Changes what is named; another role, or a status other than active, voids the account's tokens.
 * Throws `not_found`, `email_taken`, `last_admin`, `role_not_available`.
 */
export const updateUser = (context: WriteContext, id: number, changes: UserChange): Promise<UserRow> => {
  const { db, now } = context;
  const { role } = changes;
  const matchesId = eq(users.id, id);
  return commitAndRevoke(context, {
    target: { entity: USER, id },
    preconditions: role ? [requiresRoleChange(matchesId, role)] : [],
    changes: [
      db
        .update(users)
        .set({ ...changes, ...revised(users, now) })
        .where(matchesId),
    ],
    audit: [{ entity: USER, verb: "updated", where: matchesId }, ...followers(matchesId, changes)],
    answer: userById(id),
  });
};

/** Removes a login and voids its tokens; the record stays. Throws `not_found`, `last_admin`. */
export const deleteUser = async (context: WriteContext, id: number): Promise<void> => {
  const { db } = context;
  const matchesId = eq(users.id, id);
  await commitAndRevoke(context, {
    target: { entity: USER, id },
    changes: [db.delete(users).where(matchesId)],
    audit: [{ entity: USER, verb: "deleted", where: matchesId }],
  });
};

import { eq, type SQL, sql } from "drizzle-orm";
import type { CUSTOMER } from "../../db/records/customer.ts";
import type { MECHANIC } from "../../db/records/mechanic.ts";
import { USER } from "../../db/records/user.ts";
import { customers } from "../../db/schema/customers.ts";
import { emailTokens } from "../../db/schema/mails.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { users } from "../../db/schema/users.ts";
import { commit, created, requires } from "../../db/write/commit.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import { mailToken, mayMail, newToken } from "../../db/write/outbox.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { presented, useUp } from "./email.commands.ts";

/** Records of people that may get an account. */
type Invitable = typeof CUSTOMER | typeof MECHANIC;

/**
 * Mails the person of a record an invitation to an account of their own, which proves their e-mail at the same time.
 * Throws `not_found`, `email_needed` for a record without an e-mail, `account_exists`, and `mailed_enough` after three
 * within an hour.
 */
export const invite = async ({ db, writer, now, services }: WriteContext, entity: Invitable, id: number): Promise<void> => {
  const { table } = entity;
  const [ofRecord, ofAccount] =
    entity.name === "customer"
      ? ([emailTokens.customer_id, users.customer_id] as const)
      : ([emailTokens.mechanic_id, users.mechanic_id] as const);
  const isIt = eq(table.id, id);
  const recordId: SQL = sql`${table.id}`;
  const holder = { ...(entity.name === "customer" ? { customer_id: recordId } : { mechanic_id: recordId }), email: sql`${table.email}` };
  await commit(db, writer, {
    target: { entity, id },
    preconditions: [
      requires("account_exists", sql`not exists (select 1 from ${users} where ${ofAccount} = ${id})`),
      requires("email_needed", sql`exists (select 1 from ${table} where ${isIt} and ${table.email} is not null)`),
      requires("mailed_enough", mayMail("invitation", eq(ofRecord, id), now)),
    ],
    changes: mailToken("invitation", newToken(services.emailTokens, "invitation", now), holder, now, sql`from ${table} where ${isIt}`),
    audit: [{ entity, verb: "invited", where: isIt }],
  });
};

/**
 * Makes the account to which a record was invited, with a proven e-mail and this password. A login that somebody made with
 * the same e-mail and never proved gives way.
 * Throws `invalid_email_token` also when the record has another e-mail by now, and `account_exists`.
 */
export const acceptInvitation = async (context: WriteContext, token: string, password: string): Promise<void> => {
  const { db, now, services } = context;
  const { isPresented, of, isGood } = presented(context, "invitation", token);
  const password_hash = await services.passwords.hash(password);
  const role = sql`iif(${emailTokens.customer_id} is null, 'mechanic', 'customer')`;
  const invited = sql`exists (select 1 from ${customers} where ${customers.id} = ${emailTokens.customer_id} and ${customers.email} = ${emailTokens.email})
    or exists (select 1 from ${mechanics} where ${mechanics.id} = ${emailTokens.mechanic_id} and ${mechanics.email} = ${emailTokens.email})`;
  const givesWay = sql`${users.email} = ${of("email")} and ${users.role} = 'customer' and ${users.email_verified_at} is null
    and ${of("customer_id")} is not null`;
  await commitAndRevoke(context, {
    preconditions: [isGood(sql`(${invited})`)],
    changes: [
      db.delete(users).where(givesWay),
      insertFrom(
        users,
        {
          email: sql`${emailTokens.email}`,
          role,
          status: sql`coalesce((select ${mechanics.status} from ${mechanics} where ${mechanics.id} = ${emailTokens.mechanic_id}), 'active')`,
          password_hash,
          customer_id: sql`${emailTokens.customer_id}`,
          mechanic_id: sql`${emailTokens.mechanic_id}`,
          email_verified_at: now,
          created_at: now,
          updated_at: now,
        },
        sql`from ${emailTokens} where ${isPresented}`,
      ),
      useUp(
        context,
        sql`(${emailTokens.customer_id} = ${of("customer_id")} or ${emailTokens.mechanic_id} = ${of("mechanic_id")}) and ${eq(emailTokens.kind, "invitation")}`,
      ),
    ],
    audit: [{ entity: USER, verb: "deleted", where: givesWay }, created(USER)],
  });
};

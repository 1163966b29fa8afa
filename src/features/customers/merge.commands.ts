import { eq, sql } from "drizzle-orm";
import { invalid } from "../../core/errors.ts";
import { revised } from "../../db/columns.ts";
import { CUSTOMER } from "../../db/records/customer.ts";
import { pointOn } from "../../db/records/merged.ts";
import { USER } from "../../db/records/user.ts";
import { VEHICLE } from "../../db/records/vehicle.ts";
import { customers } from "../../db/schema/customers.ts";
import { mails } from "../../db/schema/mails.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { users } from "../../db/schema/users.ts";
import { vehicles } from "../../db/schema/vehicles.ts";
import { type Precondition, requires } from "../../db/write/commit.ts";
import type { NOT_EXEMPT } from "../../db/write/erasure.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type CustomerRow, customerById } from "./customers.queries.ts";

const hasAccount = (id: number) => sql`exists (select 1 from ${users} where ${users.customer_id} = ${id})`;

/** Both are there, at most one of them logs in, and only an admin moves a login. */
const requiresTwo = ({ actor }: WriteContext, id: number, from: number): Precondition[] => [
  requires("reference_not_found", sql`exists (select 1 from ${customers} where ${customers.id} = ${from})`, {
    entity: "customer",
    id: from,
  }),
  requires("both_have_accounts", sql`not (${hasAccount(id)} and ${hasAccount(from)})`),
  ...(actor.role === "admin" ? [] : [requires("forbidden", sql`not ${hasAccount(from)}`)]),
];

/**
 * Makes two records of one person one: tickets, vehicles, mails and the account of `from` become those of `id`, which gets what it
 * lacks, and `from` points on. The tokens of a moved account are revoked.
 * Throws `invalid` for one record, `not_found`, `reference_not_found`, `both_have_accounts`, and `forbidden` for a mechanic
 * if `from` has an account.
 */
export const mergeCustomers = (context: WriteContext, id: number, from: number): Promise<CustomerRow> => {
  if (id === from) throw invalid("/body/from_id", "same_record", "Send the id of the other record.");
  const { db, now } = context;
  const [isKept, isMerged] = [eq(customers.id, id), eq(customers.id, from)];
  const [theirs, theirTickets, account] = [
    eq(vehicles.customer_id, from),
    eq(serviceTickets.customer_id, from),
    eq(users.customer_id, from),
  ];
  const was = (name: keyof typeof customers.$inferSelect) => sql`(select ${customers[name]} from ${customers} where ${isMerged})`;
  const email = sql`(select coalesce((select ${users.email} from ${users} where ${users.customer_id} in (${id}, ${from})), ${customers.email},
    ${was("email")}))`;
  // The exemption of one record, whole: never the certificate of the one under the reason of the other.
  const exempt = (name: keyof typeof NOT_EXEMPT) => sql`iif(${customers.tax_exempt_reason} is null, ${was(name)}, ${customers[name]})`;
  const exemption = {
    tax_exempt_reason: exempt("tax_exempt_reason"),
    tax_exempt_certificate: exempt("tax_exempt_certificate"),
    tax_exempt_until: exempt("tax_exempt_until"),
  };
  // Whoever calls from the other number, or under the other name, is found too.
  const words = sql`(select group_concat(value, ' ') from json_each(${was("search_terms")}))`;
  const search_terms = sql`json_set(${customers.search_terms}, '$.merged', substr(concat_ws(' ', ${customers.search_terms} ->> 'merged', ${words}), 1, 2000))`;
  return commitAndRevoke(context, {
    target: { entity: CUSTOMER, id },
    preconditions: requiresTwo(context, id, from),
    changes: [
      ...pointOn(db, "customer", { from, into: id, at: now }),
      db
        .update(vehicles)
        .set({ customer_id: id, ...revised(vehicles, now) })
        .where(theirs),
      db
        .update(serviceTickets)
        .set({ customer_id: id, ...revised(serviceTickets, now) })
        .where(theirTickets),
      db
        .update(customers)
        .set({
          email,
          search_terms,
          ...exemption,
          // Who has refused documents on one of the records has refused them.
          mail_documents: sql`min(${customers.mail_documents}, ${was("mail_documents")})`,
          mail_receipts: sql`coalesce(${customers.mail_receipts}, ${was("mail_receipts")})`,
          address: sql`coalesce(${customers.address}, ${was("address")})`,
          ...revised(customers, now),
        })
        .where(isKept),
      db
        .update(users)
        .set({ customer_id: id, gen: sql`${users.gen} + 1`, ...revised(users, now) })
        .where(account),
      db.update(mails).set({ customer_id: id }).where(eq(mails.customer_id, from)),
      db.delete(customers).where(isMerged),
    ],
    audit: [
      { entity: CUSTOMER, verb: "updated", where: isKept },
      { entity: VEHICLE, verb: "updated", where: theirs },
      { entity: USER, verb: "updated", where: account },
      { entity: CUSTOMER, verb: "merged", where: isMerged, after: sql`json_object('merged_into', cast(${id} as integer))` },
    ],
    answer: customerById(id),
  });
};

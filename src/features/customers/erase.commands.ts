import { and, eq, sql } from "drizzle-orm";
import { KEPT_MS } from "../../db/alarms.ts";
import type { Db } from "../../db/client.ts";
import { eachOf, jsonObject } from "../../db/json.ts";
import { CUSTOMER } from "../../db/records/customer.ts";
import { customers } from "../../db/schema/customers.ts";
import { authorizations, estimates } from "../../db/schema/estimates.ts";
import { invoices, payments } from "../../db/schema/invoices.ts";
import { mergedRecords } from "../../db/schema/merged-records.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { vehicles } from "../../db/schema/vehicles.ts";
import { erasures } from "../../db/write/audited.ts";
import { requires } from "../../db/write/commit.ts";
import { forgetPerson, forgetTraces } from "../../db/write/erasure.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import type { PasswordAgain } from "../../http/fields.ts";
import { proofOf } from "../../http/reauthentication.ts";

/** Records that were merged into this one, which tell of the same person. */
const isMergedInto = (id: number) => and(eq(mergedRecords.entity, "customer"), eq(mergedRecords.into_id, id));

const mergedInto = async (db: Db, id: number): Promise<number[]> =>
  (await db.select({ id: mergedRecords.id }).from(mergedRecords).where(isMergedInto(id))).map((merged) => merged.id);

/** What stays when a person is erased, by its number. */
export interface Erased {
  readonly erased_at: string;
  readonly service_tickets: number;
  readonly vehicles: number;
  readonly estimates: number;
  readonly authorizations: number;
  readonly invoices: number;
  readonly payments: number;
}

/**
 * Erases a person (GDPR art. 17): name, contacts, account, sessions, mails, the words they were found by, kept answers, and the
 * images and addresses of the audit log that tell of them, also of records that were merged into this one. Their tickets, vehicles,
 * estimates with their decisions, invoices and payments stay. It needs a `Proof`.
 * Throws `not_found`, `merged`, `customer_erased`, `customer_has_open_tickets`; `conflict` when a record is being merged into it.
 */
export const eraseCustomer = async (context: WriteContext, id: number, { current_password }: PasswordAgain): Promise<Erased> => {
  const { db, now, writer, actor } = context;
  const proof = await proofOf(context, current_password);
  const merged = await mergedInto(db, id);
  const isIt = eq(customers.id, id);
  // Where the person itself asks, its address is not written down again.
  const asker = actor.role === "customer" ? { ...writer, address: null } : writer;
  return commitAndRevoke(
    { ...context, writer: asker },
    {
      target: { entity: CUSTOMER, id },
      preconditions: [
        ...proof(sql`true`),
        requires("customer_erased", sql`exists (select 1 from ${customers} where ${isIt} and ${customers.erased_at} is null)`),
        requires(
          "customer_has_open_tickets",
          sql`not exists (select 1 from ${serviceTickets} where ${serviceTickets.customer_id} = ${id} and ${serviceTickets.status} not in ('closed', 'cancelled'))`,
        ),
        requires(
          "conflict",
          sql`not exists (select 1 from ${mergedRecords} where ${isMergedInto(id)} and ${mergedRecords.id} not in (select value from ${eachOf(merged)}))`,
          { rule: "customers_erased_whole" },
        ),
      ],
      changes: forgetPerson(db, id, merged, now),
      audit: [],
      afterwards: [
        erasures(asker, [id, ...merged]),
        ...forgetTraces(db, [id, ...merged], new Date(Date.parse(now) - KEPT_MS).toISOString()),
      ],
      answer: jsonObject({
        erased_at: sql<string>`(select ${customers.erased_at} from ${customers} where ${isIt})`,
        service_tickets: sql<number>`(select ${customers.ticket_count} from ${customers} where ${isIt})`,
        vehicles: sql<number>`(select count(*) from ${vehicles} where ${vehicles.customer_id} = ${id})`,
        estimates: sql<number>`(select count(*) from ${estimates} where ${estimates.customer_id} = ${id})`,
        authorizations: sql<number>`(select count(*) from ${estimates} join ${authorizations} on ${authorizations.estimate_id} = ${estimates.id}
          where ${estimates.customer_id} = ${id})`,
        invoices: sql<number>`(select count(*) from ${invoices} where ${invoices.customer_id} = ${id})`,
        payments: sql<number>`(select count(*) from ${invoices} join ${payments} on ${payments.invoice_id} = ${invoices.id}
          where ${invoices.customer_id} = ${id})`,
      }),
    },
  );
};

import { eq, sql } from "drizzle-orm";
import { revised } from "../../db/columns.ts";
import { CUSTOMER } from "../../db/records/customer.ts";
import { customers } from "../../db/schema/customers.ts";
import { commit, requires } from "../../db/write/commit.ts";
import { NOT_EXEMPT } from "../../db/write/erasure.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type CustomerRow, customerById } from "./customers.queries.ts";
import type { NewTaxExemption } from "./customers.schemas.ts";

/**
 * Says that no tax is charged to a customer, and why; or, with null, that the taxes of the shop are. Estimates that were
 * presented stay as they are. Throws `not_found`, `merged`, `customer_erased`.
 */
export const exemptCustomer = (context: WriteContext, id: number, exemption: NewTaxExemption | null): Promise<CustomerRow> => {
  const { db, writer, now } = context;
  const isIt = eq(customers.id, id);
  const columns = exemption && {
    tax_exempt_reason: exemption.reason,
    tax_exempt_certificate: exemption.certificate,
    tax_exempt_until: exemption.until ?? null,
  };
  return commit(db, writer, {
    target: { entity: CUSTOMER, id },
    preconditions: [requires("customer_erased", sql`exists (select 1 from ${customers} where ${isIt} and ${customers.erased_at} is null)`)],
    changes: [
      db
        .update(customers)
        .set({ ...(columns ?? NOT_EXEMPT), ...revised(customers, now) })
        .where(isIt),
    ],
    audit: [{ entity: CUSTOMER, verb: "updated", where: isIt }],
    answer: customerById(id),
  });
};

import type { Actor } from "../../core/actor.ts";
import { Customer, customerExample, presentCustomer } from "../../db/records/customer.ts";
import { byId } from "../../http/fields.ts";
import { ADMIN, type Policy } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import type { CustomerRow } from "./customers.queries.ts";
import { NewTaxExemption } from "./customers.schemas.ts";
import { exemptCustomer } from "./tax-exemption.commands.ts";

const tag = "Customers";
const CHANGED: Policy = { access: ADMIN, limit: "settings", invalidates: ["customers"], fails: ["not_found", "merged", "customer_erased"] };

const present = (row: CustomerRow, actor: Actor) => ({ body: presentCustomer(row, actor), version: row.version });

const exemption = { reason: "Resale", certificate: "RC-1029384", until: "2027-12-31" };

export const taxExemptionRoutes = [
  route(
    CHANGED,
    {
      method: "put",
      path: "/customers/{id}/tax-exemption",
      operationId: "exemptCustomer",
      tag,
      summary: "Say that no tax is charged to a customer",
      description: "It holds through the day `until`, without one until it is ended, and takes the place of the one before.",
      params: byId,
      body: NewTaxExemption,
      bodyExample: exemption,
      versioned: true,
      answer: Customer,
      example: { ...customerExample, tax_exemption: exemption },
    },
    async (context, { params, body }) => present(await exemptCustomer(context, params.id, body), context.actor),
  ),
  route(
    CHANGED,
    {
      method: "delete",
      path: "/customers/{id}/tax-exemption",
      operationId: "endTaxExemption",
      tag,
      summary: "Charge taxes to a customer again",
      params: byId,
      versioned: true,
      answer: Customer,
      example: customerExample,
    },
    async (context, { params }) => present(await exemptCustomer(context, params.id, null), context.actor),
  ),
];

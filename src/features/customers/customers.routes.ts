import type { Actor } from "../../core/actor.ts";
import { Customer, customerExample, presentCustomer } from "../../db/records/customer.ts";
import { present } from "../../db/records/record.ts";
import { presentNested } from "../../db/records/ticket.ts";
import { VEHICLE } from "../../db/records/vehicle.ts";
import { byId, Deleted, deleted, deletedExample, Merge, PasswordAgain } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample, topPage } from "../../http/page.ts";
import { ADMIN, EVERYONE, orOwn, type Policy, STAFF } from "../../http/policy.ts";
import { putAndPatch, route } from "../../http/route.ts";
import { createCustomer, deleteCustomer, updateCustomer } from "./customers.commands.ts";
import { type CustomerDetailRow, type CustomerRow, findCustomer, listCustomers, topCustomers } from "./customers.queries.ts";
import {
  CustomerChange,
  CustomerDetail,
  CustomerList,
  CustomerQuery,
  NewCustomer,
  TopCustomers,
  TopCustomersQuery,
} from "./customers.schemas.ts";
import { mergeCustomers } from "./merge.commands.ts";

const tag = "Customers";
const CACHED = { tags: ["customers"], seconds: 120 } as const;
const STAFF_OR_SELF = orOwn(STAFF, "customer", "path");
const CHANGED = ["customers", "service_tickets"] as const;

const presentOne = (row: CustomerRow, actor: Actor) => ({ body: presentCustomer(row, actor), version: row.version });

const presentNew = (row: CustomerRow, actor: Actor) => ({ ...presentOne(row, actor), location: `/customers/${row.id}` });

const presentDetail = (row: CustomerDetailRow, actor: Actor) => ({
  version: row.version,
  body: {
    ...presentCustomer(row, actor),
    vehicles: row.vehicles.map((vehicle) => present(VEHICLE, vehicle, actor)),
    service_tickets: row.service_tickets.map((ticket) => presentNested(ticket, actor)),
    totals: { vehicles: row.vehicle_count, service_tickets: row.ticket_count },
    links: { vehicles: `/vehicles?customer_id=${row.id}`, service_tickets: `/service-tickets?customer_id=${row.id}` },
  },
});

const detailExample = {
  ...customerExample,
  vehicles: [],
  service_tickets: [],
  totals: { vehicles: 1, service_tickets: 2 },
  links: { vehicles: "/vehicles?customer_id=12", service_tickets: "/service-tickets?customer_id=12" },
};

export const customerRoutes = [
  route(
    { access: EVERYONE, limit: "register", invalidates: ["customers"], fails: ["email_taken"] },
    {
      method: "post",
      path: "/customers",
      operationId: "createCustomer",
      tag,
      summary: "Register as a customer, or add a customer",
      description:
        "Staff may leave out the password, and the e-mail too. The e-mail of a login is unique, that of a record is not: whoever registers with " +
        "the e-mail of a record that staff added gets a record of their own, which staff merge with POST /customers/{id}/merge once they know " +
        "that it is the same person.",
      body: NewCustomer,
      bodyExample: { name: "Ada Example", email: "ada@example.com", phone: "+1 555 0100", password: "correct horse battery" },
      status: 201,
      versioned: true,
      answer: Customer,
      example: customerExample,
    },
    async (context, { body }) => presentNew(await createCustomer(context, body), context.actor),
  ),
  route(
    { access: STAFF, cache: CACHED, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/customers",
      operationId: "listCustomers",
      tag,
      summary: "List or search customers",
      query: CustomerQuery,
      answer: CustomerList,
      example: { customers: [customerExample], pagination: paginationExample },
    },
    async ({ db, actor }, { query }) =>
      pageResult("/customers", "customers", query, await listCustomers(db, query.q, pageRequest(query)), (row) =>
        presentCustomer(row, actor),
      ),
  ),
  route(
    { access: STAFF, cache: CACHED, fails: ["page_too_deep"] },
    {
      method: "get",
      path: "/customers/top",
      operationId: "listTopCustomers",
      tag,
      summary: "List the customers with the most tickets",
      query: TopCustomersQuery,
      answer: TopCustomers,
      example: { customers: [{ id: 12, name: "Ada Example", ticket_count: 9 }], pagination: paginationExample },
    },
    async ({ db }, { query }) => {
      const asked = topPage(query);
      return pageResult("/customers/top", "customers", asked, await topCustomers(db, pageRequest(asked)), (row) => row);
    },
  ),
  route(
    { access: STAFF_OR_SELF, whileLimited: ["customer"], fails: ["not_found", "merged", "email_unverified"] },
    {
      method: "get",
      path: "/customers/{id}",
      operationId: "getCustomer",
      tag,
      summary: "Get a customer with their newest vehicles and tickets",
      params: byId,
      versioned: true,
      answer: CustomerDetail,
      example: detailExample,
    },
    async ({ db, actor }, { params }) => presentDetail(await findCustomer(db, actor, params.id), actor),
  ),
  ...putAndPatch((method) =>
    route(
      {
        access: STAFF_OR_SELF,
        whileLimited: ["customer"],
        invalidates: CHANGED,
        asksPassword: "to change the e-mail of an account",
        fails: ["not_found", "merged", "email_taken", "email_needed", "forbidden", "email_unverified", "customer_erased"],
      } satisfies Policy,
      {
        method,
        path: "/customers/{id}",
        operationId: method === "put" ? "updateCustomer" : "patchCustomer",
        tag,
        summary: "Update the given fields of a customer",
        description: "Only the customer and admins can change the e-mail of a customer who has an account.",
        params: byId,
        body: CustomerChange,
        bodyExample: { phone: "+1 555 0101" },
        versioned: true,
        answer: Customer,
        example: customerExample,
      },
      async (context, { params, body }) => presentOne(await updateCustomer(context, params.id, body), context.actor),
    ),
  ),
  route(
    {
      access: STAFF,
      limit: "destroy",
      invalidates: ["customers", "vehicles", "service_tickets"],
      fails: ["not_found", "merged", "reference_not_found", "both_have_accounts", "forbidden", "customer_erased"],
    },
    {
      method: "post",
      path: "/customers/{id}/merge",
      operationId: "mergeCustomers",
      tag,
      summary: "Merge another record of the same person into this one",
      description:
        "Tickets, vehicles and the account of the other record become those of this one, which gets the e-mail, address and tax exemption that it lacks. " +
        "The other id is answered with 410 and `merged_into` from then on. Only admins merge a record that has an account.",
      params: byId,
      body: Merge,
      bodyExample: { from_id: 1013 },
      versioned: true,
      answer: Customer,
      example: customerExample,
    },
    async (context, { params, body }) => presentOne(await mergeCustomers(context, params.id, body.from_id), context.actor),
  ),
  route(
    {
      access: orOwn(ADMIN, "customer", "path"),
      whileLimited: ["customer"],
      limit: "destroy",
      invalidates: ["customers", "vehicles"],
      asksPassword: "to delete an account",
      fails: ["not_found", "merged", "customer_has_tickets", "vehicle_has_tickets", "email_unverified"],
    },
    {
      method: "delete",
      path: "/customers/{id}",
      operationId: "deleteCustomer",
      tag,
      summary: "Delete a customer with their vehicles and account",
      params: byId,
      body: PasswordAgain,
      bodyExample: {},
      removesVersioned: true,
      answer: Deleted,
      example: deletedExample("Customer"),
    },
    async (context, { params, body }) => {
      await deleteCustomer(context, params.id, body);
      return deleted("Customer", params.id);
    },
  ),
];

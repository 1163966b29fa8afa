import { presentToStaff } from "../../db/records/record.ts";
import { TAX } from "../../db/records/tax.ts";
import { byId, Deleted, deleted, deletedExample } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { ADMIN, type Policy, STAFF } from "../../http/policy.ts";
import { putAndPatch, route } from "../../http/route.ts";
import { createTax, deleteTax, updateTax } from "./taxes.commands.ts";
import { findTax, type ListedTaxRow, listTaxes, type TaxRow } from "./taxes.queries.ts";
import { NewTax, newTaxExample, Tax, TaxChange, TaxList, TaxQuery } from "./taxes.schemas.ts";

const tag = "Shop";

const present = (row: TaxRow) => ({ body: presentToStaff(TAX, row), version: row.version });

const presentNew = (row: TaxRow) => ({ ...present(row), location: `/taxes/${row.id}` });

const presentListed = (row: ListedTaxRow) => presentToStaff(TAX, row);

export const taxRoutes = [
  route(
    { access: ADMIN, limit: "settings", fails: ["too_many_taxes"] },
    {
      method: "post",
      path: "/taxes",
      operationId: "createTax",
      tag,
      summary: "Add a tax",
      description: "Several taxes on one kind of line are each reckoned on what it costs, not on each other.",
      body: NewTax,
      bodyExample: newTaxExample,
      status: 201,
      versioned: true,
      answer: Tax,
      example: TAX.example,
    },
    async (context, { body }) => presentNew(await createTax(context, body)),
  ),
  route(
    { access: STAFF, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/taxes",
      operationId: "listTaxes",
      tag,
      summary: "List taxes",
      query: TaxQuery,
      answer: TaxList,
      example: { taxes: [TAX.example], pagination: paginationExample },
    },
    async ({ db }, { query }) => pageResult("/taxes", "taxes", query, await listTaxes(db, pageRequest(query)), presentListed),
  ),
  route(
    { access: STAFF, fails: ["not_found"] },
    {
      method: "get",
      path: "/taxes/{id}",
      operationId: "getTax",
      tag,
      summary: "Get a tax",
      params: byId,
      versioned: true,
      answer: Tax,
      example: TAX.example,
    },
    async ({ db }, { params }) => present(await findTax(db, params.id)),
  ),
  ...putAndPatch((method) =>
    route(
      { access: ADMIN, limit: "settings", fails: ["not_found", "invalid_period"] } satisfies Policy,
      {
        method,
        path: "/taxes/{id}",
        operationId: method === "put" ? "updateTax" : "patchTax",
        tag,
        summary: "Update the given fields of a tax",
        description: "For a rate that changes on a day, end this tax the day before and add another one from that day on.",
        params: byId,
        body: TaxChange,
        bodyExample: { name: "Sales tax of the city" },
        versioned: true,
        answer: Tax,
        example: { ...TAX.example, name: "Sales tax of the city" },
      },
      async (context, { params, body }) => present(await updateTax(context, params.id, body)),
    ),
  ),
  route(
    { access: ADMIN, limit: "destroy", fails: ["not_found"] },
    {
      method: "delete",
      path: "/taxes/{id}",
      operationId: "deleteTax",
      tag,
      summary: "Delete a tax; estimates keep it",
      params: byId,
      removesVersioned: true,
      answer: Deleted,
      example: deletedExample("Tax"),
    },
    async (context, { params }) => {
      await deleteTax(context, params.id);
      return deleted("Tax", params.id);
    },
  ),
];

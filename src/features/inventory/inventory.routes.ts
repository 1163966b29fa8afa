import { PART } from "../../db/records/part.ts";
import { presentToStaff } from "../../db/records/record.ts";
import { STOCK_MOVEMENT } from "../../db/records/stock-movement.ts";
import { byId, Deleted, deleted, deletedExample } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { type Policy, STAFF } from "../../http/policy.ts";
import { putAndPatch, route } from "../../http/route.ts";
import { correctPart, createPart, deletePart, receivePart, updatePart } from "./inventory.commands.ts";
import { findPart, type ListedPartRow, listLowStock, listMovements, listParts, type PartRow } from "./inventory.queries.ts";
import {
  Correction,
  LowStockQuery,
  MovementList,
  MovementQuery,
  NewPart,
  newPartExample,
  Part,
  PartChange,
  PartList,
  PartQuery,
  Receipt,
} from "./inventory.schemas.ts";

const tag = "Inventory";
const CACHED = { tags: ["inventory"], seconds: 60 } as const;
const LISTED: Policy = { access: STAFF, fails: ["sort_not_available", "page_too_deep"] };
const CHANGED: Policy = { access: STAFF, invalidates: ["inventory"], fails: ["not_found", "whole_units_only"] };

const present = (row: PartRow) => ({ body: presentToStaff(PART, row), version: row.version });

const presentNew = (row: PartRow) => ({ ...present(row), location: `/inventory/${row.id}` });

const presentListed = (row: ListedPartRow) => presentToStaff(PART, row);

export const inventoryRoutes = [
  route(
    { access: STAFF, invalidates: ["inventory"], fails: ["part_number_taken", "whole_units_only"] },
    {
      method: "post",
      path: "/inventory",
      operationId: "createPart",
      tag,
      summary: "Add a part",
      body: NewPart,
      bodyExample: newPartExample,
      status: 201,
      versioned: true,
      answer: Part,
      example: PART.example,
    },
    async (context, { body }) => presentNew(await createPart(context, body)),
  ),
  route(
    { ...LISTED, cache: CACHED },
    {
      method: "get",
      path: "/inventory",
      operationId: "listParts",
      tag,
      summary: "List or search parts",
      query: PartQuery,
      answer: PartList,
      example: { inventory: [PART.example], pagination: paginationExample },
    },
    async ({ db }, { query }) =>
      pageResult("/inventory", "inventory", query, await listParts(db, query, pageRequest(query)), presentListed),
  ),
  route(
    LISTED,
    {
      method: "get",
      path: "/inventory/low-stock",
      operationId: "listLowStock",
      tag,
      summary: "List parts at or below their reorder point",
      query: LowStockQuery,
      answer: PartList,
      example: { inventory: [{ ...PART.example, quantity: 3 }], pagination: paginationExample },
    },
    async ({ db }, { query }) =>
      pageResult("/inventory/low-stock", "inventory", query, await listLowStock(db, query.threshold, pageRequest(query)), presentListed),
  ),
  route(
    { access: STAFF, fails: ["not_found"] },
    {
      method: "get",
      path: "/inventory/{id}",
      operationId: "getPart",
      tag,
      summary: "Get a part",
      params: byId,
      versioned: true,
      answer: Part,
      example: PART.example,
    },
    async ({ db }, { params }) => present(await findPart(db, params.id)),
  ),
  ...putAndPatch((method) =>
    route(
      { access: STAFF, invalidates: ["inventory"], fails: ["not_found", "part_number_taken", "whole_units_only"] } satisfies Policy,
      {
        method,
        path: "/inventory/{id}",
        operationId: method === "put" ? "updatePart" : "patchPart",
        tag,
        summary: "Update the given fields of a part",
        description: "A new `quantity` requires a `reason`; the stock ledger records it as `corrected`.",
        params: byId,
        body: PartChange,
        bodyExample: { price: 52.5, reorder_point: 6 },
        versioned: true,
        answer: Part,
        example: PART.example,
      },
      async (context, { params, body }) => present(await updatePart(context, params.id, body)),
    ),
  ),
  route(
    { access: STAFF, limit: "destroy", invalidates: ["inventory"], fails: ["not_found", "part_in_use"] },
    {
      method: "delete",
      path: "/inventory/{id}",
      operationId: "deletePart",
      tag,
      summary: "Delete a part that is on no ticket and in no service package",
      params: byId,
      removesVersioned: true,
      answer: Deleted,
      example: deletedExample("Part"),
    },
    async (context, { params }) => {
      await deletePart(context, params.id);
      return deleted("Part", params.id);
    },
  ),
  route(
    CHANGED,
    {
      method: "post",
      path: "/inventory/{id}/receive",
      operationId: "receivePart",
      tag,
      summary: "Receive stock of a part",
      params: byId,
      body: Receipt,
      bodyExample: { quantity: 20, reason: "Delivery note 4711" },
      versioned: true,
      answer: Part,
      example: { ...PART.example, quantity: 28 },
    },
    async (context, { params, body }) => present(await receivePart(context, params.id, body)),
  ),
  route(
    CHANGED,
    {
      method: "post",
      path: "/inventory/{id}/correct",
      operationId: "correctPart",
      tag,
      summary: "Correct the stock of a part after a count",
      params: byId,
      body: Correction,
      bodyExample: { quantity: 7, reason: "Stocktaking: one is broken" },
      versioned: true,
      answer: Part,
      example: { ...PART.example, quantity: 7 },
    },
    async (context, { params, body }) => present(await correctPart(context, params.id, body)),
  ),
  route(
    { ...LISTED, fails: ["not_found", "page_too_deep"] },
    {
      method: "get",
      path: "/inventory/{id}/movements",
      operationId: "listMovements",
      tag,
      summary: "List the stock movements of a part, newest first",
      params: byId,
      query: MovementQuery,
      answer: MovementList,
      example: { movements: [STOCK_MOVEMENT.example], pagination: paginationExample },
    },
    async ({ db }, { params, query }) => {
      const page = await listMovements(db, params.id, pageRequest(query));
      return pageResult(`/inventory/${params.id}/movements`, "movements", query, page, (row) => presentToStaff(STOCK_MOVEMENT, row));
    },
  ),
];

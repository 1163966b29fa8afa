import { presentToStaff } from "../../db/records/record.ts";
import { presentPackage, SERVICE_PACKAGE } from "../../db/records/service-package.ts";
import { byId, Deleted, deleted, deletedExample } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { type Policy, STAFF } from "../../http/policy.ts";
import { putAndPatch, route } from "../../http/route.ts";
import { createPackage, deletePackage, updatePackage } from "./service-packages.commands.ts";
import { findPackage, type ListedPackageRow, listPackages, type PackageRow } from "./service-packages.queries.ts";
import {
  NewServicePackage,
  newPackageExample,
  packageExample,
  ServicePackage,
  ServicePackageChange,
  ServicePackageList,
  ServicePackageQuery,
} from "./service-packages.schemas.ts";

const tag = "Service packages";
/** Fifty lines of the greatest length, in JSON that escapes every letter. */
const BODY_BYTES = 196_608;
const OF_LINES = ["reference_not_found", "whole_units_only", "amount_too_large", "discount_too_large"] as const;

const present = (row: PackageRow) => ({ body: presentPackage(row), version: row.version });

const presentNew = (row: PackageRow) => ({ ...present(row), location: `/service-packages/${row.id}` });

const presentListed = (row: ListedPackageRow) => presentToStaff(SERVICE_PACKAGE, row);

export const servicePackageRoutes = [
  route(
    { access: STAFF, limit: "settings", bodyBytes: BODY_BYTES, fails: OF_LINES },
    {
      method: "post",
      path: "/service-packages",
      operationId: "createServicePackage",
      tag,
      summary: "Add a service package: a job that the shop sells again and again",
      body: NewServicePackage,
      bodyExample: newPackageExample,
      status: 201,
      versioned: true,
      answer: ServicePackage,
      example: packageExample,
    },
    async (context, { body }) => presentNew(await createPackage(context, body)),
  ),
  route(
    { access: STAFF, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/service-packages",
      operationId: "listServicePackages",
      tag,
      summary: "List or search service packages, without their lines",
      query: ServicePackageQuery,
      answer: ServicePackageList,
      example: { service_packages: [SERVICE_PACKAGE.example], pagination: paginationExample },
    },
    async ({ db }, { query }) =>
      pageResult("/service-packages", "service_packages", query, await listPackages(db, query, pageRequest(query)), presentListed),
  ),
  route(
    { access: STAFF, fails: ["not_found"] },
    {
      method: "get",
      path: "/service-packages/{id}",
      operationId: "getServicePackage",
      tag,
      summary: "Get a service package with its lines",
      params: byId,
      versioned: true,
      answer: ServicePackage,
      example: packageExample,
    },
    async ({ db }, { params }) => present(await findPackage(db, params.id)),
  ),
  ...putAndPatch((method) =>
    route(
      { access: STAFF, limit: "settings", bodyBytes: BODY_BYTES, fails: ["not_found", ...OF_LINES] } satisfies Policy,
      {
        method,
        path: "/service-packages/{id}",
        operationId: method === "put" ? "updateServicePackage" : "patchServicePackage",
        tag,
        summary: "Update the given fields of a service package",
        description: "`lines` take the place of all lines that were there. Jobs that were made of the package stay as they are.",
        params: byId,
        body: ServicePackageChange,
        bodyExample: { category: "Brakes" },
        versioned: true,
        answer: ServicePackage,
        example: { ...packageExample, category: "Brakes" },
      },
      async (context, { params, body }) => present(await updatePackage(context, params.id, body)),
    ),
  ),
  route(
    { access: STAFF, limit: "destroy", fails: ["not_found"] },
    {
      method: "delete",
      path: "/service-packages/{id}",
      operationId: "deleteServicePackage",
      tag,
      summary: "Delete a service package; jobs that were made of it stay",
      params: byId,
      removesVersioned: true,
      answer: Deleted,
      example: deletedExample("Service package"),
    },
    async (context, { params }) => {
      await deletePackage(context, params.id);
      return deleted("Service package", params.id);
    },
  ),
];

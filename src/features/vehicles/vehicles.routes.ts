import type { Actor } from "../../core/actor.ts";
import { present } from "../../db/records/record.ts";
import { VEHICLE, Vehicle } from "../../db/records/vehicle.ts";
import { byId, Deleted, deleted, deletedExample, Merge } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { ACCOUNTS, ADMIN, orOwn, type Policy, STAFF } from "../../http/policy.ts";
import { putAndPatch, route } from "../../http/route.ts";
import { mergeVehicles } from "./merge.commands.ts";
import { createVehicle, deleteVehicle, updateVehicle } from "./vehicles.commands.ts";
import { findVehicle, listVehicles, type VehicleRow } from "./vehicles.queries.ts";
import { NewVehicle, VehicleChange, VehicleList, VehicleQuery } from "./vehicles.schemas.ts";

const tag = "Vehicles";
const STAFF_OR_OWNER = orOwn(STAFF, "customer", "query");

const presentOne = (row: VehicleRow, actor: Actor) => ({ body: present(VEHICLE, row, actor), version: row.version });

const presentNew = (row: VehicleRow, actor: Actor) => ({ ...presentOne(row, actor), location: `/vehicles/${row.id}` });

export const vehicleRoutes = [
  route(
    { access: ACCOUNTS, invalidates: ["vehicles"], fails: ["reference_not_found", "vin_taken", "customer_erased"] },
    {
      method: "post",
      path: "/vehicles",
      operationId: "createVehicle",
      tag,
      summary: "Add a vehicle",
      description: "Staff name the owner in `customer_id`. Customers can only add vehicles of their own.",
      body: NewVehicle,
      bodyExample: { vin: "1M8GDM9AXKP042788", make: "Toyota", model: "Corolla", year: 2019, customer_id: 12 },
      status: 201,
      versioned: true,
      answer: Vehicle,
      example: VEHICLE.example,
    },
    async (context, { body }) => presentNew(await createVehicle(context, body), context.actor),
  ),
  route(
    {
      access: STAFF_OR_OWNER,
      whileLimited: ["customer"],
      cache: { tags: ["vehicles"], seconds: 60 },
      fails: ["sort_not_available", "page_too_deep"],
    },
    {
      method: "get",
      path: "/vehicles",
      operationId: "listVehicles",
      tag,
      summary: "List vehicles, optionally of one owner or with one VIN",
      description: "Customers see their own vehicles.",
      query: VehicleQuery,
      answer: VehicleList,
      example: { vehicles: [VEHICLE.example], pagination: paginationExample },
    },
    async ({ db, actor }, { query }) =>
      pageResult("/vehicles", "vehicles", query, await listVehicles(db, actor, query, pageRequest(query)), (row) =>
        present(VEHICLE, row, actor),
      ),
  ),
  route(
    { access: STAFF_OR_OWNER, fails: ["not_found", "merged"] },
    {
      method: "get",
      path: "/vehicles/{id}",
      operationId: "getVehicle",
      tag,
      summary: "Get a vehicle",
      params: byId,
      versioned: true,
      answer: Vehicle,
      example: VEHICLE.example,
    },
    async ({ db, actor }, { params }) => presentOne(await findVehicle(db, actor, params.id), actor),
  ),
  ...putAndPatch((method) =>
    route(
      {
        access: STAFF_OR_OWNER,
        invalidates: ["vehicles", "service_tickets"],
        fails: [
          "not_found",
          "merged",
          "forbidden",
          "reference_not_found",
          "vin_taken",
          "vehicle_not_identified",
          "mileage_unlikely",
          "customer_erased",
        ],
      } satisfies Policy,
      {
        method,
        path: "/vehicles/{id}",
        operationId: method === "put" ? "updateVehicle" : "patchVehicle",
        tag,
        summary: "Update the given fields of a vehicle",
        description:
          "Staff can transfer the vehicle with another `customer_id`; its tickets stay with the old owner. Once a vehicle has tickets, its owner can change neither its number nor lower its mileage.",
        params: byId,
        body: VehicleChange,
        bodyExample: { mileage: 61_500 },
        versioned: true,
        answer: Vehicle,
        example: VEHICLE.example,
      },
      async (context, { params, body }) => presentOne(await updateVehicle(context, params.id, body), context.actor),
    ),
  ),
  route(
    {
      access: STAFF,
      limit: "destroy",
      invalidates: ["vehicles", "service_tickets"],
      fails: ["not_found", "merged", "reference_not_found", "vehicle_of_other_customer", "customer_erased"],
    },
    {
      method: "post",
      path: "/vehicles/{id}/merge",
      operationId: "mergeVehicles",
      tag,
      summary: "Merge another record of the same vehicle into this one",
      description:
        "The tickets of the other record become those of this one, which gets what it lacks and the higher mileage. Both belong to one " +
        "customer: transfer one first if they do not. The other id is answered with 410 and `merged_into` from then on.",
      params: byId,
      body: Merge,
      bodyExample: { from_id: 1013 },
      versioned: true,
      answer: Vehicle,
      example: VEHICLE.example,
    },
    async (context, { params, body }) => presentOne(await mergeVehicles(context, params.id, body.from_id), context.actor),
  ),
  route(
    {
      access: orOwn(ADMIN, "customer", "query"),
      limit: "destroy",
      invalidates: ["vehicles"],
      fails: ["not_found", "merged", "vehicle_has_tickets"],
    },
    {
      method: "delete",
      path: "/vehicles/{id}",
      operationId: "deleteVehicle",
      tag,
      summary: "Delete a vehicle without tickets",
      params: byId,
      removesVersioned: true,
      answer: Deleted,
      example: deletedExample("Vehicle"),
    },
    async (context, { params }) => {
      await deleteVehicle(context, params.id);
      return deleted("Vehicle", params.id);
    },
  ),
];

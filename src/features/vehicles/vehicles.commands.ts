import { eq, type SQL, sql } from "drizzle-orm";
import { type Actor, customerOf, isStaff } from "../../core/actor.ts";
import { Failure, invalid } from "../../core/errors.ts";
import { revised } from "../../db/columns.ts";
import { changedTerms, newTerms } from "../../db/list/search.ts";
import { isMereClaim, VEHICLE, withSerialNumber } from "../../db/records/vehicle.ts";
import { customers } from "../../db/schema/customers.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { vehicles } from "../../db/schema/vehicles.ts";
import { commit, created, newest, type Precondition, requires } from "../../db/write/commit.ts";
import { requiresLikelyMileage } from "../../db/write/requires-mileage.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type VehicleRow, vehicleById, visibleTo } from "./vehicles.queries.ts";
import type { NewVehicle, VehicleChange } from "./vehicles.schemas.ts";

/** The owner of a new vehicle: the customer who adds it, or the customer whom staff names. Throws `forbidden`, `invalid`. */
const ownerOf = (actor: Actor, named: number | undefined): number => {
  const owner = customerOf(actor) ?? named;
  if (owner === undefined) throw invalid("/body/customer_id", "required", "Send the id of the customer who owns the vehicle.");
  if (named !== undefined && named !== owner) throw new Failure("forbidden");
  return owner;
};

/** The target of a write: the vehicle, if the actor may see it. */
const visible = (actor: Actor, id: number) => {
  const scope = visibleTo(actor);
  return { entity: VEHICLE, id, ...(scope && { scope }) };
};

/** A mere claim of a customer to this VIN, which gives way to staff. */
const claimOf = (actor: Actor, vin: string | null | undefined): SQL[] => (isStaff(actor) && vin ? [isMereClaim(vin)] : []);

const requiresCustomer = (id: number): Precondition =>
  requires("reference_not_found", sql`exists (select 1 from ${customers} where ${customers.id} = ${id})`, { entity: "customer", id });

/** Customers may name only themselves as the owner; staff may name any existing customer. */
const requiresOwner = (actor: Actor, matchesId: SQL, owner: number): Precondition =>
  isStaff(actor)
    ? requiresCustomer(owner)
    : requires("forbidden", sql`exists (select 1 from ${vehicles} where ${matchesId} and ${vehicles.customer_id} = ${owner})`);

/**
 * Adds a vehicle of the caller, or of the customer whom staff names. What a customer only claims gives way to staff.
 * Throws `forbidden` if a customer names another one, `invalid` if staff names none, `reference_not_found`, `vin_taken`.
 */
export const createVehicle = async ({ db, writer, actor, now }: WriteContext, input: NewVehicle): Promise<VehicleRow> => {
  const fields = { ...withSerialNumber(input), customer_id: ownerOf(actor, input.customer_id) };
  const claim = claimOf(actor, fields.vin);
  const row = {
    ...fields,
    ...newTerms(VEHICLE, fields),
    stated_mileage: fields.mileage,
    claimed: isStaff(actor) ? 0 : 1,
    created_at: now,
    updated_at: now,
  };
  return commit(db, writer, {
    preconditions: [requiresCustomer(fields.customer_id)],
    changes: [...claim.map((where) => db.delete(vehicles).where(where)), db.insert(vehicles).values(row)],
    audit: [...claim.map((where) => ({ entity: VEHICLE, verb: "deleted", where })), created(VEHICLE)],
    answer: vehicleById(newest(VEHICLE)),
  });
};

/** Customers may not change the number of a vehicle that the shop has worked on, nor set its mileage back. */
const requiresNoHistory = (actor: Actor, matchesId: SQL, { vin, serial_number, mileage }: VehicleChange): Precondition[] => {
  if (isStaff(actor)) return [];
  const changed = [
    ...(vin === undefined ? [] : [sql`${vehicles.vin} is not ${vin}`]),
    ...(serial_number === undefined ? [] : [sql`${vehicles.serial_number} is not ${serial_number}`]),
    ...(mileage === undefined ? [] : [sql`coalesce(${mileage}, 0) < ${vehicles.mileage}`]),
  ];
  if (changed.length === 0) return [];
  const history = sql`exists (select 1 from ${serviceTickets} where ${serviceTickets.vehicle_id} = ${vehicles.id})`;
  return [
    requires(
      "forbidden",
      sql`not exists (select 1 from ${vehicles} where ${matchesId} and (${sql.join(changed, sql` or `)}) and ${history})`,
    ),
  ];
};

/**
 * Updates the given fields. A new `customer_id` transfers the vehicle; its tickets stay with the old owner. Throws
 * `not_found`, `vin_taken`, `reference_not_found`, and `forbidden` for a transfer by a customer, or another number or a
 * lower mileage of a vehicle that has tickets; `mileage_unlikely`.
 */
export const updateVehicle = ({ db, writer, actor, now }: WriteContext, id: number, input: VehicleChange): Promise<VehicleRow> => {
  const matchesId = eq(vehicles.id, id);
  const { confirm_mileage: _confirmed, ...changes } = withSerialNumber(input);
  const claim = claimOf(actor, changes.vin).map((where) => sql`${where} and not (${matchesId})`);
  const stated = changes.mileage === undefined ? {} : { stated_mileage: changes.mileage };
  return commit(db, writer, {
    target: visible(actor, id),
    preconditions: [
      ...(changes.customer_id === undefined ? [] : [requiresOwner(actor, matchesId, changes.customer_id)]),
      ...requiresNoHistory(actor, matchesId, changes),
      ...requiresLikelyMileage(matchesId, input),
    ],
    changes: [
      ...claim.map((where) => db.delete(vehicles).where(where)),
      db
        .update(vehicles)
        .set({ ...changes, ...stated, ...changedTerms(VEHICLE, changes), ...(isStaff(actor) && { claimed: 0 }), ...revised(vehicles, now) })
        .where(matchesId),
    ],
    audit: [...claim.map((where) => ({ entity: VEHICLE, verb: "deleted", where })), { entity: VEHICLE, verb: "updated", where: matchesId }],
    answer: vehicleById(id),
  });
};

/** Removes a vehicle that is on no ticket. Throws `not_found`, `vehicle_has_tickets`. */
export const deleteVehicle = async ({ db, writer, actor }: WriteContext, id: number): Promise<void> => {
  const matchesId = eq(vehicles.id, id);
  await commit(db, writer, {
    target: visible(actor, id),
    preconditions: [
      requires("vehicle_has_tickets", sql`not exists (select 1 from ${serviceTickets} where ${serviceTickets.vehicle_id} = ${id})`),
    ],
    changes: [db.delete(vehicles).where(matchesId)],
    audit: [{ entity: VEHICLE, verb: "deleted", where: matchesId }],
  });
};

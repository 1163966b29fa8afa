import { and, eq, type SQL, sql } from "drizzle-orm";
import { codeWithoutMarks } from "../../../core/search-words.ts";
import type { Statement } from "../../../db/client.ts";
import { revised } from "../../../db/columns.ts";
import { isVin } from "../../../db/fields.ts";
import { eachOf } from "../../../db/json.ts";
import { byWords, newTerms } from "../../../db/list/search.ts";
import { isBelow, isMereClaim, VEHICLE, withSerialNumber } from "../../../db/records/vehicle.ts";
import { customers } from "../../../db/schema/customers.ts";
import { vehicles } from "../../../db/schema/vehicles.ts";
import { type Audited, created, newest, type Precondition, requires } from "../../../db/write/commit.ts";
import { insertFrom } from "../../../db/write/insert-from.ts";
import { requiresLikelyMileage } from "../../../db/write/requires-mileage.ts";
import type { WriteContext } from "../../../http/app-env.ts";
import type { NewTicket } from "../service-tickets.schemas.ts";
import { raised } from "./mileage.ts";
import { requiresRecord } from "./references.ts";

/** A field of a vehicle for which a new ticket says something else than what is recorded. */
export interface Difference {
  readonly field: string;
  readonly recorded: string | number;
  readonly sent: string | number;
}

interface VehicleOfTicket {
  /** Its id; null for a ticket without a vehicle. */
  readonly id: SQL<number> | number | null;
  readonly preconditions: readonly Precondition[];
  readonly changes: readonly Statement[];
  readonly audit: readonly Audited[];
  /** Read after the changes. */
  readonly differences: SQL<Difference[]>;
}

const NO_DIFFERENCES = sql<Difference[]>`json('[]')`;
const NOTHING = { changes: [], audit: [], differences: NO_DIFFERENCES };

const belongsTo = (isVehicle: SQL, customer: number): Precondition =>
  requires(
    "vehicle_of_other_customer",
    sql`not exists (select 1 from ${vehicles} where ${isVehicle} and ${vehicles.customer_id} <> ${customer}
      and exists (select 1 from ${customers} where ${customers.id} = ${customer}))`,
  );

/** Is the column this code, whatever blanks and marks are in either? Without marks it is the last of the words. */
const isCode = (column: "serial_number" | "license_plate", code: string): SQL => {
  const last = ` ${codeWithoutMarks(code)}`;
  return sql`substr(' ' || (${byWords(column)}), -length(${last})) = ${last}`;
};

/** The vehicle that is meant: any with this VIN, or one of the customer with this serial number, or this plate. */
const isMeant = (customer: number, { vin, serial_number, license_plate }: Numbers): SQL => {
  const isTheirs = eq(vehicles.customer_id, customer);
  if (vin) return sql`${eq(vehicles.vin, vin)}`;
  if (serial_number) return sql`${and(isTheirs, isCode("serial_number", serial_number))}`;
  return license_plate ? sql`${and(isTheirs, isCode("license_plate", license_plate))}` : sql`false`;
};

type Details = NonNullable<NewTicket["vehicle"]>;
type Numbers = Details & { readonly vin?: string | null | undefined };

const FILLED = ["make", "model", "year", "color", "license_plate", "serial_number", "description", "mileage"] as const;

/** Fills what is not known of the vehicle yet, and tells whether the ticket's reading changes it too. */
const fill = (
  { db, now }: WriteContext,
  isVehicle: SQL,
  details: Details,
  reading: NewTicket["mileage"],
): { changes: Statement[]; audit: Audited[] } => {
  const sent = FILLED.filter((name) => details[name] !== undefined && details[name] !== null);
  if (sent.length === 0) return { changes: [], audit: raised(isVehicle, reading) };
  const missing = sent.map((name) => sql`${vehicles[name]} is null`);
  const isAnyOf = (conditions: readonly SQL[]): SQL => sql`${isVehicle} and (${sql.join([...conditions], sql` or `)})`;
  const filled = Object.fromEntries(sent.map((name) => [name, sql`coalesce(${vehicles[name]}, ${details[name]})`]));
  const stated = sent.includes("mileage")
    ? { stated_mileage: sql`iif(${vehicles.mileage} is null, ${details.mileage}, ${vehicles.stated_mileage})` }
    : {};
  const { search_terms } = newTerms(VEHICLE, details);
  const set = { ...filled, ...stated, search_terms: sql`json_patch(${search_terms}, ${vehicles.search_terms})`, ...revised(vehicles, now) };
  return {
    changes: [db.update(vehicles).set(set).where(isAnyOf(missing))],
    audit: [{ entity: VEHICLE, verb: "updated", where: isAnyOf(typeof reading === "number" ? [...missing, isBelow(reading)] : missing) }],
  };
};

const differencesFrom = (isVehicle: SQL, details: Details): SQL<Difference[]> => {
  const sent = FILLED.flatMap((field) =>
    details[field] === undefined || details[field] === null ? [] : [{ field, sent: details[field] }],
  );
  if (sent.length === 0) return NO_DIFFERENCES;
  const recorded = sql`case value ->> 'field' ${sql.join(
    FILLED.map((field) => sql`when ${field} then ${vehicles[field]}`),
    sql` `,
  )} end`;
  return sql<Difference[]>`json((select json_group_array(json_insert(value, '$.recorded', ${recorded}))
    from ${vehicles} cross join ${eachOf(sent)} where ${isVehicle} and lower(${recorded}) <> lower(value ->> 'sent')))`;
};

/** The vehicle that the input describes: it is found, or made. A claim that nothing proves gives way. */
const described = (context: WriteContext, input: NewTicket): VehicleOfTicket => {
  const { db, now } = context;
  const { VIN, vehicle = {}, customer_id, mileage } = input;
  const numbers: Numbers = withSerialNumber({ ...vehicle, vin: VIN });
  const isVehicle = isMeant(customer_id, numbers);
  const claim = VIN !== undefined && isVin(VIN) ? [sql`${isMereClaim(VIN)} and ${vehicles.customer_id} <> ${customer_id}`] : [];
  const isUnknown = sql`not exists (select 1 from ${vehicles} where ${isVehicle})`;
  const isNew = sql.join([isUnknown, ...claim.map((where) => sql`exists (select 1 from ${vehicles} where ${where})`)], sql` or `);
  const row = {
    ...numbers,
    ...newTerms(VEHICLE, numbers),
    mileage: vehicle.mileage ?? mileage,
    stated_mileage: vehicle.mileage,
    customer_id,
    created_at: now,
    updated_at: now,
  };
  const isKept = claim[0] ? sql`${isVehicle} and not (${claim[0]})` : isVehicle;
  const filling = fill(context, isKept, vehicle, mileage);
  return {
    id:
      numbers.vin || numbers.serial_number || numbers.license_plate
        ? sql`(select max(${vehicles.id}) from ${vehicles} where ${isVehicle})`
        : newest(VEHICLE),
    preconditions: [belongsTo(isKept, customer_id), ...requiresLikelyMileage(isKept, input)],
    changes: [
      ...claim.map((where) => db.delete(vehicles).where(where)),
      ...filling.changes,
      insertFrom(vehicles, row, sql`where ${isUnknown}`),
    ],
    audit: [...claim.map((where) => ({ entity: VEHICLE, verb: "deleted", where })), ...filling.audit, created(VEHICLE, isNew)],
    differences: differencesFrom(isVehicle, vehicle),
  };
};

/** The vehicle of a new ticket, and the statements that make or complete it. */
export const vehicleOf = (context: WriteContext, input: NewTicket): VehicleOfTicket => {
  const { VIN, vehicle_id, vehicle, customer_id } = input;
  if (vehicle_id !== undefined) {
    const isVehicle = eq(vehicles.id, vehicle_id);
    const preconditions = [
      requiresRecord(VEHICLE, vehicle_id),
      belongsTo(isVehicle, customer_id),
      ...requiresLikelyMileage(isVehicle, input),
    ];
    return { ...NOTHING, id: vehicle_id, preconditions, audit: raised(isVehicle, input.mileage) };
  }
  return VIN === undefined && vehicle === undefined ? { ...NOTHING, id: null, preconditions: [] } : described(context, input);
};

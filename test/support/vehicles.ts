import { rows, unique } from "./people.ts";

const AT = "2026-11-20T09:30:00.000Z";

/** A VIN that this file has not used before. */
export const aVin = (): string => `1M8GDM9AXKP${String(unique()).padStart(6, "0")}`;

/** A vehicle of a customer. */
export const aVehicle = async (customerId: number, vin = aVin()) => {
  const [made] = await rows<{ id: number }>(
    "insert into vehicles (vin, make, model, year, customer_id, created_at, updated_at) values (?, 'Toyota', 'Yaris', 2020, ?, ?, ?) returning id",
    vin,
    customerId,
    AT,
    AT,
  );
  return { id: made?.id ?? 0, vin };
};

/** An open ticket on a vehicle. */
export const aTicket = async (customerId: number, vehicleId: number): Promise<number> => {
  const [made] = await rows<{ id: number }>(
    "insert into service_tickets (customer_id, vehicle_id, service_desc, service_date, created_at, updated_at) values (?, ?, 'Oil', '2026-11-20', ?, ?) returning id",
    customerId,
    vehicleId,
    AT,
    AT,
  );
  return made?.id ?? 0;
};

/** All that a refused write on vehicles could have touched. */
export const vehicleState = async () => [
  await rows("select * from vehicles"),
  await rows("select * from audit_log"),
  await rows("select * from audit_draft"),
  await rows("select * from idempotency_keys"),
];

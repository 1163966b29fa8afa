import { toThousandths } from "../../src/core/quantity.ts";
import { clock } from "./client.ts";
import { aCustomer, insert, rows, unique } from "./people.ts";
import { aVehicle } from "./shop.ts";

const AT = new Date(clock.now).toISOString();

/** A part as it is added. */
export const newPart = () => ({
  name: `Brake Pad ${unique()}`,
  part_number: `BP-${unique()}`,
  category: "Brakes",
  price: 49.9,
  cost: 31.57,
  quantity: 8,
  reorder_point: 4,
});

/** The row of a part. */
export const stored = (id: number) => rows("select * from parts where id = ?", id);
/** Everything that moved its stock, in order. */
export const ledgerOf = (id: number) =>
  rows(
    "select kind, quantity, balance, service_ticket_id, reason, user_id, role, at from stock_movements where inventory_id = ? order by id",
    id,
  );
/** The parts of a listing. */
export const idsOf = (body: { inventory: { id: number }[] }) => body.inventory.map(({ id }) => id);

/** All that a write leaves behind. */
export const everything = async () => [
  await rows("select * from parts"),
  await rows("select * from stock_movements"),
  await rows("select * from audit_log"),
  await rows("select rowid from parts_search"),
  await rows("select * from audit_draft"),
];

/** Puts so many of a part on a ticket of its own, which is returned. */
export const onTicket = async (part: { id: number }, quantity: number): Promise<number> => {
  const { id: customer_id } = await aCustomer();
  const { id: vehicle_id } = await aVehicle(customer_id);
  const moments = { created_at: AT, updated_at: AT };
  const ticket = await insert("service_tickets", {
    customer_id,
    vehicle_id,
    service_desc: "Brakes",
    service_date: "2026-11-24",
    ...moments,
  });
  await insert("ticket_parts", { service_ticket_id: ticket, inventory_id: part.id, quantity: toThousandths(quantity), unit_price: 4_990 });
  return ticket;
};

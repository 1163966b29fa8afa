import { insert, rows } from "./people.ts";
import type { Shop } from "./shop.ts";

/** Jobs and lines by SQL alone, and statements that attack them. Amounts are cents, quantities thousandths. */

const AT = "2026-11-20T09:30:00.000Z";

type Fields = Readonly<Record<string, string | number | null>>;

export const aTicketRow = (shop: Shop): Promise<number> =>
  insert("service_tickets", {
    customer_id: shop.customer.id,
    vehicle_id: shop.vehicle.id,
    service_desc: "Brakes",
    service_date: "2026-11-24",
    created_at: AT,
    updated_at: AT,
  });

/** What is put on a ticket. */
export const linesOn = (ticket: number, shop: Shop) => {
  const job = (of = ticket) => insert("ticket_jobs", { service_ticket_id: of, title: "Brakes", position: 1, created_at: AT });
  /** A line of labour, or with these fields instead. */
  const line = (fields: Fields = {}) =>
    insert("ticket_lines", {
      service_ticket_id: ticket,
      kind: "labor",
      description: "Pads",
      quantity: 1_500,
      unit_price: 12_000,
      ...fields,
    });
  const part = (fields: Fields = {}) =>
    line({ kind: "part", condition: "new", inventory_id: shop.part.id, quantity: 1_000, unit_price: 4_990, ...fields });
  /** Takes a part from stock, so that the ticket has this much of it. */
  const draw = async (quantity: number, of = shop.part.id) => {
    const isDrawn = await rows("select 1 from ticket_parts where service_ticket_id = ? and inventory_id = ?", ticket, of);
    const sql =
      isDrawn.length > 0
        ? "update ticket_parts set quantity = ?3 where service_ticket_id = ?1 and inventory_id = ?2"
        : "insert into ticket_parts (service_ticket_id, inventory_id, quantity, unit_price) values (?1, ?2, ?3, 4990)";
    await rows(sql, ticket, of, quantity);
  };
  const inserting = (names: string, values: string): string =>
    `insert into ticket_lines (service_ticket_id, description, quantity, ${names}) values (${ticket}, 'x', 1000, ${values})`;
  return { job, line, part, draw, inserting };
};

export const changing = (line: number, what: string): string => `update ticket_lines set ${what} where id = ${line}`;

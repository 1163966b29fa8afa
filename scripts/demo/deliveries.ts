import { DAY, HOUR, MINUTE } from "./calendar.ts";
import { PARTS } from "./stock.ts";
import type { Work } from "./workload.ts";

export interface Delivery {
  readonly at: number;
  readonly inventory_id: number;
  readonly quantity: number;
}

/** The next working morning at half past seven. */
const nextMorning = (moment: number): number => {
  const day = moment - (moment % DAY) + DAY;
  const weekday = new Date(day).getUTCDay();
  return day + (weekday === 6 ? 2 : weekday === 0 ? 1 : 0) * DAY + 7.5 * HOUR;
};

/**
 * What has to come in so that no ticket lacks a part: ordered at the reorder point, or fetched when the shelf is
 * empty. In the last week nothing is ordered, so that there is something to order.
 */
export const makeDeliveries = (work: readonly Work[], midnight: number): Delivery[] => {
  const stock = PARTS.map(({ quantity }) => quantity);
  const ordered: Delivery[] = [];
  const arrived: Delivery[] = [];
  const arrive = (delivery: Delivery): void => {
    const index = delivery.inventory_id - 1;
    stock[index] = (stock[index] ?? 0) + delivery.quantity;
    arrived.push(delivery);
  };
  for (const { created, input } of work) {
    while (ordered[0] && ordered[0].at <= created) ordered.splice(0, 1).forEach(arrive);
    for (const { inventory_id, quantity } of input.parts) {
      const index = inventory_id - 1;
      const point = PARTS[index]?.reorder_point ?? 0;
      if ((stock[index] ?? 0) < quantity) arrive({ at: created - 5 * MINUTE, inventory_id, quantity: quantity + point });
      stock[index] = (stock[index] ?? 0) - quantity;
      const isComing = ordered.some((delivery) => delivery.inventory_id === inventory_id);
      const morning = nextMorning(created);
      if ((stock[index] ?? 0) <= point && !isComing && morning < midnight - 7 * DAY)
        ordered.push({ at: morning, inventory_id, quantity: point * 2 + quantity });
    }
  }
  return [...arrived, ...ordered];
};

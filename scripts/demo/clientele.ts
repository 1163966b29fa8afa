import { DAY, HOUR, MINUTE, workingDays } from "./calendar.ts";
import { CARS, COLORS } from "./cars.ts";
import { CUSTOMERS, STREETS } from "./people.ts";
import { at, type Random } from "./random.ts";
import { makeVin } from "./vin.ts";

/** When the shop starts to use the API, and how many of its customers are in its books by then. */
export const OPENED_DAYS_AGO = 200;
const FIRST_CUSTOMERS = 30;
const SECOND_CARS = 19;

export interface Client {
  readonly id: number;
  readonly since: number;
  readonly signsUp: boolean;
  readonly input: { readonly name: string; readonly email?: string; readonly phone: string; readonly address: string };
}

export interface Car {
  readonly id: number;
  readonly since: number;
  readonly owner: number;
  /** Miles when it first came, and per day since. */
  readonly mileage: number;
  readonly perDay: number;
  readonly input: Record<"vin" | "make" | "model" | "color" | "license_plate", string> & Record<"year" | "mileage" | "customer_id", number>;
}

/** A made-up phone: 555-01xx is kept for that. */
export const phone = (index: number): string => `+1 555 ${String(100 + index).padStart(4, "0")}`;

/** An address at example.com, from the letters of a name. */
export const emailOf = (name: string): string =>
  `${name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, ".")}@example.com`;

/** The customers in the order in which they came; the first one is the demo login. */
export const makeClients = (random: Random, midnight: number): Client[] => {
  const early = workingDays(midnight, -OPENED_DAYS_AGO + 2, -OPENED_DAYS_AGO + 10);
  const later = workingDays(midnight, -OPENED_DAYS_AGO + 10, -4);
  const lateOnes = CUSTOMERS.length - FIRST_CUSTOMERS;
  return CUSTOMERS.map((_, index) => {
    const day =
      index < FIRST_CUSTOMERS
        ? at(early, Math.floor((index * early.length) / FIRST_CUSTOMERS))
        : at(later, Math.floor(((index - FIRST_CUSTOMERS) * later.length) / lateOnes));
    return day + 8 * HOUR + random.int(0, 8 * 60) * MINUTE + random.int(0, 59_999);
  })
    .sort((a, b) => a - b)
    .map((since, index) => {
      const name = at(CUSTOMERS, index);
      const signsUp = index === 0 || random.chance(0.4);
      const hasEmail = signsUp || index % 4 !== 3;
      return {
        id: index + 1,
        since,
        signsUp,
        input: {
          name,
          ...(hasEmail && { email: index === 0 ? "customer@example.com" : emailOf(name) }),
          phone: phone(index),
          address: `${random.int(1, 99)} ${random.pick(STREETS)}, Springfield`,
        },
      };
    });
};

const makeCar = (random: Random, owner: Client, index: number) => {
  const { make, maker, kind, plant, models } = random.pick(CARS);
  const year = random.int(2010, 2024);
  const mileage = random.int(4, 12) * 1_000 * (2026 - year) + random.int(0, 999);
  return {
    since: owner.since + random.int(2, 25) * MINUTE,
    owner: owner.id,
    mileage,
    perDay: random.int(15, 60),
    input: {
      vin: makeVin(maker, kind, year, plant, 100_000 + index * 7_919 + random.int(0, 999)),
      make,
      model: random.pick(models),
      year,
      color: random.pick(COLORS),
      license_plate: `${random.pick(["KLM", "PRS", "TVW", "BCD"])} ${String(random.int(0, 9_999)).padStart(4, "0")}`,
      mileage,
      customer_id: owner.id,
    },
  };
};

/** A car for each customer, and a second one for some, the first of them among these. */
export const makeCars = (random: Random, clients: readonly Client[]): Car[] => {
  const twice = [at(clients, 0), ...random.shuffled(clients.slice(1)).slice(0, SECOND_CARS - 1)];
  return [...clients, ...twice]
    .map((owner, index) => makeCar(random, owner, index))
    .sort((a, b) => a.since - b.since)
    .map((car, index) => ({ id: index + 1, ...car }));
};

/** A trailer without a VIN of the first customer who walked in, added after all cars. */
export const makeTrailer = (clients: readonly Client[], cars: readonly Car[]) => ({
  since: Math.max(...cars.map(({ since }) => since)) + HOUR,
  input: {
    customer_id: clients.find(({ input }) => input.email === undefined)?.id ?? 1,
    serial_number: "TRL-1987-0042",
    license_plate: "KLM 4242",
    description: "Single-axle trailer, green tarpaulin",
  },
});

/** What the odometer shows at a moment. */
export const mileageAt = ({ mileage, perDay, since }: Car, moment: number): number =>
  mileage + Math.round(((moment - since) / DAY) * perDay);

/** The shelf: per category a code, and parts with their price, the stock at which more is ordered, and a unit if they are measured. */
const SHELF = {
  Filters: {
    code: "FLT",
    parts: [
      ["Oil filter, spin-on", 9.5, 10],
      ["Oil filter, cartridge", 11.9, 8],
      ["Air filter, panel", 18.4, 6],
      ["Air filter, round", 21.75, 4],
      ["Cabin filter", 19.9, 6],
      ["Cabin filter, activated carbon", 28.5, 4],
      ["Fuel filter, petrol", 24.3, 4],
      ["Fuel filter, diesel", 39.8, 3],
      ["Transmission filter kit", 46.2, 2],
    ],
  },
  Fluids: {
    code: "FLU",
    parts: [
      ["Engine oil 5W-30", 10.95, 40, "l"],
      ["Engine oil 0W-20", 12.4, 30, "l"],
      ["Engine oil 10W-40", 8.6, 20, "l"],
      ["Transmission fluid", 14.25, 12, "qt"],
      ["Brake fluid DOT 4, 0.5 l", 9.8, 10],
      ["Coolant concentrate, 1.5 l", 16.5, 10],
      ["Power steering fluid, 1 l", 13.7, 4],
      ["Washer fluid, 5 l", 7.9, 8],
      ["Refrigerant R-134a, 340 g", 21.6, 6],
    ],
  },
  Brakes: {
    code: "BRK",
    parts: [
      ["Brake pads, front set", 48.9, 6],
      ["Brake pads, rear set", 42.5, 6],
      ["Brake disc, front", 56.75, 6],
      ["Brake disc, rear", 51.2, 6],
      ["Brake shoes, set", 38.4, 2],
      ["Brake caliper, front left", 119, 1],
      ["Brake caliper, front right", 119, 1],
      ["Brake hose", 17.3, 4],
      ["Handbrake cable", 32.6, 2],
      ["Wheel cylinder", 22.1, 2],
    ],
  },
  Ignition: {
    code: "IGN",
    parts: [
      ["Spark plug, iridium", 14.9, 16],
      ["Spark plug, nickel", 5.4, 16],
      ["Glow plug", 18.75, 8],
      ["Ignition coil", 54.2, 4],
      ["Ignition lead set", 44.6, 2],
      ["Crankshaft sensor", 39.9, 2],
      ["Oxygen sensor", 86.5, 2],
    ],
  },
  Electrics: {
    code: "ELE",
    parts: [
      ["Battery 60 Ah", 109, 3],
      ["Battery 70 Ah AGM", 189.5, 2],
      ["Alternator, remanufactured", 239, 1],
      ["Starter motor, remanufactured", 214.8, 1],
      ["Headlight bulb H7", 8.9, 10],
      ["Headlight bulb H11", 10.4, 8],
      ["Tail light bulb P21W", 2.6, 12],
      ["Fuse assortment", 12.9, 3],
      ["Wiper motor", 97.4, 1],
      ["Horn", 26.3, 1],
    ],
  },
  Engine: {
    code: "ENG",
    parts: [
      ["Timing belt kit", 164.5, 2],
      ["Water pump", 88.9, 2],
      ["Thermostat", 27.4, 3],
      ["Serpentine belt", 34.9, 4],
      ["Belt tensioner", 58.6, 2],
      ["Valve cover gasket", 29.8, 3],
      ["Oil pan gasket", 24.2, 2],
      ["Drain plug washer", 0.85, 30],
      ["Engine mount", 74.3, 2],
      ["Radiator", 198.4, 1],
      ["Radiator hose, upper", 23.5, 2],
    ],
  },
  Suspension: {
    code: "SUS",
    parts: [
      ["Shock absorber, front", 92.4, 4],
      ["Shock absorber, rear", 79.6, 4],
      ["Coil spring, front", 61.3, 2],
      ["Control arm, left", 87.9, 1],
      ["Control arm, right", 87.9, 1],
      ["Ball joint", 36.5, 4],
      ["Tie rod end", 31.8, 4],
      ["Stabilizer link", 24.9, 4],
      ["Wheel bearing kit", 68.7, 2],
      ["CV boot kit", 27.6, 2],
    ],
  },
  Wheels: {
    code: "WHL",
    parts: [
      ["Tyre 195/65 R15, summer", 74.9, 8],
      ["Tyre 205/55 R16, summer", 86.5, 8],
      ["Tyre 205/55 R16, winter", 94.2, 8],
      ["Tyre 225/45 R17, all season", 118.6, 4],
      ["Tyre valve", 1.9, 20],
      ["Wheel bolt", 3.4, 20],
      ["Balancing weights, pack", 6.8, 4],
    ],
  },
  Other: {
    code: "OTH",
    parts: [
      ["Wiper blade, 600 mm", 16.9, 6],
      ["Wiper blade, 400 mm", 13.5, 6],
      ["Wiper blade, rear", 12.2, 4],
      ["Exhaust clamp", 4.7, 6],
      ["Muffler, rear", 134.9, 1],
      ["Exhaust gasket", 7.3, 4],
      ["A/C compressor, remanufactured", 289, 1],
    ],
  },
} as const;

type Shelf = (typeof SHELF)[keyof typeof SHELF];
export type PartName = Shelf["parts"][number][0];

/** The parts as a client would post them: the shop keeps a third to two fifths of the price, and of some has hardly any. */
export const PARTS = Object.entries(SHELF).flatMap(([category, { code, parts }]) =>
  parts.map(([name, price, reorder_point, unit = "each"]: readonly [string, number, number, ("each" | "l" | "qt")?], index) => ({
    name,
    unit,
    category,
    part_number: `${code}-${1001 + index * 7}`,
    price,
    cost: Math.round(price * (60 + (index % 4) * 2)) / 100,
    reorder_point,
    quantity: reorder_point * (index % 8 === 6 ? 1 : 3),
  })),
);

/** What has gone out of the range; its last pieces are still there. */
export const RETIRED: PartName = "Ignition lead set";

/** A part's id: they are put on the shelf in this order, into an empty database. */
export const partId = (name: PartName): number => PARTS.findIndex((part) => part.name === name) + 1;

import type { PACKAGES } from "./shop.ts";
import type { PartName } from "./stock.ts";

export interface Job {
  readonly what: string;
  readonly hours: number;
  readonly mechanics: 1 | 2;
  readonly parts: readonly (readonly [PartName, number])[];
  /** The service package with the same parts. */
  readonly sold?: (typeof PACKAGES)[number]["name"];
}

/** What the shop does: how long it takes, how many hands and which parts. Frequent jobs come twice. */
const OIL: Job = {
  what: "Oil and filter change",
  sold: "Oil and filter change",
  hours: 1,
  mechanics: 1,
  parts: [
    ["Engine oil 5W-30", 4.5],
    ["Oil filter, spin-on", 1],
    ["Drain plug washer", 1],
  ],
};
const FRONT_BRAKES: Job = {
  what: "Front brakes grind: replace pads and discs",
  sold: "Front brakes: pads and discs",
  hours: 2,
  mechanics: 1,
  parts: [
    ["Brake pads, front set", 1],
    ["Brake disc, front", 2],
  ],
};

export const JOBS: readonly Job[] = [
  OIL,
  OIL,
  FRONT_BRAKES,
  FRONT_BRAKES,
  {
    what: "Oil change, hybrid, with cabin filter",
    hours: 1,
    mechanics: 1,
    parts: [
      ["Engine oil 0W-20", 3.75],
      ["Oil filter, cartridge", 1],
      ["Cabin filter", 1],
    ],
  },
  { what: "Rear brake pads", hours: 1, mechanics: 1, parts: [["Brake pads, rear set", 1]] },
  {
    what: "Major service with spark plugs and filters",
    hours: 3,
    mechanics: 1,
    parts: [
      ["Engine oil 5W-30", 4.5],
      ["Oil filter, cartridge", 1],
      ["Air filter, panel", 1],
      ["Cabin filter", 1],
      ["Spark plug, iridium", 4],
    ],
  },
  {
    what: "Timing belt and water pump",
    sold: "Timing belt and water pump",
    hours: 5,
    mechanics: 2,
    parts: [
      ["Timing belt kit", 1],
      ["Water pump", 1],
      ["Coolant concentrate, 1.5 l", 3],
    ],
  },
  { what: "Battery is weak: test and replace", hours: 1, mechanics: 1, parts: [["Battery 60 Ah", 1]] },
  { what: "Engine light on: read codes, misfire on cylinder 3", hours: 2, mechanics: 1, parts: [["Ignition coil", 1]] },
  {
    what: "Air conditioning blows warm: leak test and refill",
    sold: "Air conditioning leak test and recharge",
    hours: 2,
    mechanics: 1,
    parts: [["Refrigerant R-134a, 340 g", 2]],
  },
  {
    what: "Four new summer tyres, balanced",
    sold: "Four summer tires, mounted and balanced",
    hours: 2,
    mechanics: 1,
    parts: [
      ["Tyre 205/55 R16, summer", 4],
      ["Tyre valve", 4],
      ["Balancing weights, pack", 1],
    ],
  },
  { what: "Seasonal wheel change", hours: 1, mechanics: 1, parts: [["Balancing weights, pack", 1]] },
  {
    what: "Clunk over bumps: stabilizer links and ball joint",
    hours: 2,
    mechanics: 1,
    parts: [
      ["Stabilizer link", 2],
      ["Ball joint", 1],
    ],
  },
  {
    what: "Front shock absorbers, with alignment",
    sold: "Front shock absorbers with alignment",
    hours: 4,
    mechanics: 2,
    parts: [["Shock absorber, front", 2]],
  },
  { what: "Humming at speed: wheel bearing front left", hours: 2, mechanics: 1, parts: [["Wheel bearing kit", 1]] },
  { what: "Alternator does not charge", hours: 3, mechanics: 1, parts: [["Alternator, remanufactured", 1]] },
  { what: "Inspection before purchase", hours: 1, mechanics: 1, parts: [] },
  {
    what: "Wipers and headlight bulbs",
    hours: 1,
    mechanics: 1,
    parts: [
      ["Wiper blade, 600 mm", 1],
      ["Wiper blade, 400 mm", 1],
      ["Headlight bulb H7", 2],
    ],
  },
  {
    what: "Brake fluid change and brake inspection",
    hours: 1,
    mechanics: 1,
    parts: [["Brake fluid DOT 4, 0.5 l", 2]],
  },
  {
    what: "Clutch judders: remove gearbox, inspect",
    hours: 6,
    mechanics: 2,
    parts: [["Transmission fluid", 2.25]],
  },
];

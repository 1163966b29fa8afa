import { rows, unique } from "./people.ts";
import { aPart } from "./shop.ts";

/** Service packages as they are sent. */

export const LABOR = { kind: "labor", description: "Replace front pads", quantity: 1.5 };
export const FEE = {
  kind: "fee",
  fee_kind: "hazardous_waste",
  description: "Brake fluid disposal",
  quantity: 1,
  unit_price: 4.5,
  taxable: false,
};
/** A line in an answer, as far as nothing was sent. */
export const ABSENT = {
  description: null,
  inventory_id: null,
  part_number: null,
  condition: null,
  fee_kind: null,
  provider: null,
  unit_price: null,
  flat_amount: null,
  unit_cost: null,
  discount: null,
  taxable: true,
};

/** A package with a line of labor, one of a part, and a fee. */
export const aBody = async (fields: object = {}) => {
  const part = await aPart();
  const pads = { kind: "part", inventory_id: part.id, condition: "new", quantity: 2, discount: { percent: 12.5 } };
  return { name: `Front brakes ${unique()}`, category: "Brakes", note: "With a test drive", lines: [LABOR, pads, FEE], ...fields };
};

/** The stored lines of a package, in their order. */
export const linesOf = (id: number) => rows("select * from service_package_lines where service_package_id = ? order by position", id);

/** A quantity in thousandths of its unit, as the database and all arithmetic have it. */
export type Thousandths = number & { readonly __unit: "thousandths" };

/** The largest quantity the API takes, in thousandths: 1,000,000. */
export const MAX_THOUSANDTHS = 1_000_000_000;

/** Units of which a part has three decimals. */
export const MEASURES = ["l", "ml", "qt", "pt", "gal", "fl_oz", "kg", "g", "lb", "oz", "m", "cm", "ft", "in", "h"] as const;
/** All units of parts; of the first ones there are only whole numbers. */
export const UNITS = ["each", "pair", "set", "box", "bottle", "can", "roll", ...MEASURES] as const;
export type Unit = (typeof UNITS)[number];

/** A number with at most three decimals, as on the wire, in whole thousandths. */
export const toThousandths = (quantity: number): Thousandths => Math.round(quantity * 1_000) as Thousandths;

/** Thousandths as the number that goes on the wire. */
export const fromThousandths = (quantity: Thousandths): number => quantity / 1_000;

/** Has the number at most three decimals? Compared in the shortest decimal text, as money is. */
export const hasAtMostThreeDecimals = (quantity: number): boolean => Number(quantity.toFixed(3)) === quantity;

/** A rate in parts per million: 9.25 % is 92,500. */
export type Ppm = number & { readonly __unit: "ppm" };

/** The largest rate that the API takes: 100 %. */
export const MAX_PPM = 1_000_000;

/** A percentage with at most four decimals, as on the wire, in parts per million. */
export const toPpm = (percent: number): Ppm => Math.round(percent * 10_000) as Ppm;

/** Parts per million as the percentage that goes on the wire. */
export const fromPpm = (ppm: Ppm): number => ppm / 10_000;

/** Has the percentage at most four decimals? Compared in the shortest decimal text, as money is. */
export const hasAtMostFourDecimals = (percent: number): boolean => Number(percent.toFixed(4)) === percent;

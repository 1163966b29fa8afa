/**
 * A quotient of whole numbers, rounded to so many decimals, half away from zero, without a binary fraction in between. Null unless the
 * divisor is more than nothing.
 */
export const quotient = (dividend: number, divisor: number, decimals: number): number | null => {
  if (divisor <= 0) return null;
  const scale = 10 ** decimals;
  const [top, bottom] = [BigInt(Math.abs(dividend)) * BigInt(scale), BigInt(divisor)];
  const rounded = Number((2n * top + bottom) / (2n * bottom)) / scale;
  return dividend < 0 && rounded > 0 ? -rounded : rounded;
};

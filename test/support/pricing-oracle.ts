/** What lines come to, in exact fractions: whole numbers of cents, thousandths and parts per million go in, cents come out. */

export const KINDS = ["labor", "part", "sublet", "fee"] as const;

export interface OracleLine {
  readonly kind: (typeof KINDS)[number];
  readonly quantity: number;
  readonly price?: number;
  readonly flat?: number;
  readonly percent?: number;
  readonly off?: number;
  readonly taxable?: boolean;
}

export interface OracleTax {
  readonly rate: number;
  readonly on: readonly (typeof KINDS)[number][];
}

export interface OracleTicket {
  readonly lines: readonly OracleLine[];
  readonly percent?: number;
  readonly off?: number;
  readonly taxes: readonly OracleTax[];
}

export interface Priced {
  readonly nets: readonly number[];
  readonly shares: readonly number[];
  readonly discount: number;
  readonly net: number;
  readonly taxes: readonly { readonly base: number; readonly amount: number }[];
  readonly tax: number;
  readonly total: number;
}

/** A fraction; its bottom is positive. */
type Fraction = readonly [top: bigint, bottom: bigint];

const of = (top: number, bottom = 1): Fraction => [BigInt(top), BigInt(bottom)];
const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * c, b * d];
const minus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d - c * b, b * d];
const isMore = ([a, b]: Fraction, [c, d]: Fraction): boolean => a * d > c * b;
const isSame = (one: Fraction, other: Fraction): boolean => !isMore(one, other) && !isMore(other, one);
const floorOf = ([a, b]: Fraction): Fraction => [a / b, 1n];
/** The nearest whole number; a half goes up. */
const rounded = ([a, b]: Fraction): number => Number((2n * a + b) / (2n * b));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const netOf = ({ quantity, price = 0, flat, percent, off = 0 }: OracleLine): number => {
  const gross = flat ?? rounded(times(of(quantity, 1_000), of(price)));
  return gross - (percent === undefined ? off : rounded(times(of(gross), of(percent, 1_000_000))));
};

/** Gives each weight its part, rounded down, and the cents that are left to those that lost most; ties go to the first. */
export const allocated = (amount: number, weights: readonly number[]): number[] => {
  const all = sum(weights);
  if (all === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => times(of(amount), of(weight, all)));
  const lost = exact.map((part) => minus(part, floorOf(part)));
  const shares = exact.map((part) => Number(floorOf(part)[0]));
  const order = weights.map((_, index) => index).sort((a, b) => compare(lost[a], lost[b]) || a - b);
  for (const index of order.slice(0, amount - sum(shares))) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
};

const compare = (one: Fraction = of(0), other: Fraction = of(0)): number => {
  if (isSame(one, other)) return 0;
  return isMore(one, other) ? -1 : 1;
};

export const priceExactly = ({ lines, percent, off = 0, taxes }: OracleTicket): Priced => {
  const nets = lines.map(netOf);
  const all = sum(nets);
  const discount = Math.min(all, percent === undefined ? off : rounded(times(of(all), of(percent, 1_000_000))));
  const shares = allocated(discount, nets);
  const taxed = taxes.map(({ rate, on }) => {
    const base = sum(
      lines.map(({ kind, taxable = true }, index) => (taxable && on.includes(kind) ? (nets[index] ?? 0) - (shares[index] ?? 0) : 0)),
    );
    return { base, amount: rounded(times(of(base), of(rate, 1_000_000))) };
  });
  const tax = sum(taxed.map(({ amount }) => amount));
  return { nets, shares, discount, net: all - discount, taxes: taxed, tax, total: all - discount + tax };
};

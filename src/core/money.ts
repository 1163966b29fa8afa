/** An amount in cents, as the database and all arithmetic have it. */
export type Cents = number & { readonly __unit: "cents" };

/** The largest amount the API takes, in cents: 9,999,999.99. */
export const MAX_CENTS = 999_999_999;

/** A number with at most two decimals, as on the wire, in whole cents. */
export const toCents = (amount: number): Cents => Math.round(amount * 100) as Cents;

/** Cents as the number that goes on the wire. */
export const fromCents = (cents: Cents): number => cents / 100;

/** Has the number at most two decimals? Compared in the shortest decimal text, since 0.29 * 100 is not 29. */
export const hasAtMostTwoDecimals = (amount: number): boolean => Number(amount.toFixed(2)) === amount;

/** Amounts together. Safe: whole cents from whole cents are whole cents. */
export const sumOf = (amounts: readonly Cents[]): Cents => amounts.reduce<number>((sum, amount) => sum + amount, 0) as Cents;

/** One amount less another. Safe: whole cents from whole cents are whole cents. */
export const differenceOf = (amount: Cents, less: Cents): Cents => (amount - less) as Cents;

import { at } from "./random.ts";

/** What each character counts in the check digit (49 CFR 565.15, table III); I, O and Q are no characters of a VIN. */
const VALUES: Readonly<Record<string, number>> = Object.fromEntries(
  ["0", "1AJ", "2BKS", "3CLT", "4DMU", "5ENV", "6FW", "7GPX", "8HY", "9RZ"].flatMap((characters, value) =>
    [...characters].map((character) => [character, value]),
  ),
);

/** How much each of the 17 places weighs (table IV); the ninth is the check digit itself. */
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2] as const;

/** Model years from 1980 on, again from A every 30 years. */
const YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789";

const checkDigit = (vin: string): string => {
  const sum = [...vin].reduce((total, character, place) => total + (VALUES[character] ?? 0) * at(WEIGHTS, place), 0);
  return sum % 11 === 10 ? "X" : String(sum % 11);
};

/**
 * A VIN with its check digit.
 * @param maker world manufacturer identifier, 3 characters
 * @param kind vehicle descriptor, 5 characters; `serial` has 6 digits
 */
export const makeVin = (maker: string, kind: string, year: number, plant: string, serial: number): string => {
  const end = `${YEARS[(year - 1980) % 30]}${plant}${String(serial).padStart(6, "0")}`;
  return `${maker}${kind}${checkDigit(`${maker}${kind}0${end}`)}${end}`;
};

/** Amounts, numbers and dates as the shop writes them. */

const shop = { locale: "en-US", zone: undefined };
const made = new Map();

/** Takes over how the shop writes, from what the link shows. A browser that does not know the locale writes as it likes. */
export const heed = ({ locale, time_zone }) => {
  const isKnown = Intl.DateTimeFormat.supportedLocalesOf([locale]).length > 0;
  shop.locale = isKnown ? locale : undefined;
  shop.zone = time_zone;
  made.clear();
};

const formatter = (name, make) => {
  if (!made.has(name)) made.set(name, make());
  return made.get(name);
};

/** An amount in a currency. */
export const money = (value, currency) =>
  formatter(`money ${currency}`, () => new Intl.NumberFormat(shop.locale, { style: "currency", currency })).format(value);

/** A quantity, with as many decimals as it has. */
export const quantity = (value) =>
  formatter("quantity", () => new Intl.NumberFormat(shop.locale, { maximumFractionDigits: 3 })).format(value);

/** A rate in percent. */
export const rate = (value) =>
  formatter("rate", () => new Intl.NumberFormat(shop.locale, { style: "percent", maximumFractionDigits: 4 })).format(value / 100);

/** A calendar date such as 2026-11-26, which has no zone. */
export const day = (date) =>
  formatter("day", () => new Intl.DateTimeFormat(shop.locale, { dateStyle: "long", timeZone: "UTC" })).format(
    new Date(`${date}T00:00:00Z`),
  );

/** A moment in the shop's time zone. */
export const moment = (at) =>
  formatter("moment", () => new Intl.DateTimeFormat(shop.locale, { dateStyle: "long", timeStyle: "short", timeZone: shop.zone })).format(
    new Date(at),
  );

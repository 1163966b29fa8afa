/** Money, numbers and times as the shop writes them: its currency, its time zone. */

const shop = { currency: null, time_zone: undefined, locale: navigator.language.startsWith("en") ? navigator.language : "en" };
const made = new Map();

/** Takes over what a record of the shop, or a document, says of currency and zone. */
export const heed = ({ currency, time_zone, locale }) => {
  shop.currency = currency ?? shop.currency;
  shop.time_zone = time_zone ?? shop.time_zone;
  shop.locale = locale ?? shop.locale;
  made.clear();
};

const formatter = (name, make) => {
  if (!made.has(name)) made.set(name, make());
  return made.get(name);
};

const numbers = (digits) =>
  formatter(`number ${digits}`, () => new Intl.NumberFormat(shop.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }));

/** A number with so many digits after the point. */
export const number = (value, digits = 0) => numbers(digits).format(value);

/** An amount in the shop's currency; `whole` leaves the cents out. A dash where there is none. */
export const money = (value, { whole = false, currency = shop.currency } = {}) => {
  if (value === null || value === undefined) return "–";
  if (!currency) return number(value, 2);
  const digits = whole ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {};
  const style = { style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits };
  return formatter(`money ${currency} ${whole}`, () => new Intl.NumberFormat(shop.locale, style)).format(value);
};

/** An amount for an axis: $1.2K. */
export const shortMoney = (value) => {
  const style = { style: "currency", currency: shop.currency ?? "USD", currencyDisplay: "narrowSymbol", notation: "compact" };
  return formatter("short", () => new Intl.NumberFormat(shop.locale, { ...style, maximumFractionDigits: 1 })).format(value);
};

/** A value of a figure by its unit. */
export const figure = ({ value, unit }, whole = false) => {
  if (value === null || value === undefined) return "–";
  if (unit === "money") return money(value, { whole: whole && Math.abs(value) >= 1_000 });
  if (unit === "percent") return `${number(value, 1)} %`;
  return unit === "hours" ? `${number(value, 1)} h` : number(value);
};

const dates = (name, options) => formatter(name, () => new Intl.DateTimeFormat(shop.locale, options));

/** A calendar date such as 2026-11-26, which has no zone. */
export const day = (date, { short = false } = {}) => {
  if (!date) return "–";
  const options = short ? { month: "short", day: "numeric" } : { dateStyle: "medium" };
  return dates(`day ${short}`, { ...options, timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
};

/** The days from one date to another: "Oct 28 – Nov 26, 2026". */
export const days = (from, to) =>
  dates("days", { dateStyle: "medium", timeZone: "UTC" }).formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));

/** The hours from one moment to another, in the shop's zone; with the day if it is not today. */
export const hours = (from, to) => {
  const isToday = dayOf(new Date(from)) === today();
  const clock = { hour: "numeric", minute: "2-digit", timeZone: shop.time_zone };
  const options = isToday ? clock : { month: "short", day: "numeric", ...clock };
  return dates(`hours ${isToday}`, options).formatRange(new Date(from), new Date(to));
};

/** The month of a calendar date. */
export const month = (date) => dates("month", { month: "short", year: "2-digit", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));

/** A moment in the shop's zone: the time if it is today, else with its day. */
export const time = (moment) => {
  if (!moment) return "–";
  const at = new Date(moment);
  const isToday = dayOf(at) === today();
  const clock = { hour: "numeric", minute: "2-digit", timeZone: shop.time_zone };
  return dates(`time ${isToday}`, isToday ? clock : { month: "short", day: "numeric", ...clock }).format(at);
};

/** The date, as 2026-11-26, on which a moment lies in the shop's zone. */
export const dayOf = (moment) =>
  formatter(
    "date",
    () => new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: shop.time_zone }),
  ).format(moment);

/** Today in the shop's zone. */
export const today = () => dayOf(new Date());

/** The date so many days after another one. */
export const plusDays = (date, days) => new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** How long ago a moment was, roughly: "2 h", "3 days". */
export const ago = (moment) => {
  const hours = (Date.now() - Date.parse(moment)) / 3_600_000;
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} min`;
  return hours < 36 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
};

/** Names of codes: "in_progress" becomes "in progress". */
export const words = (code) => String(code ?? "").replaceAll("_", " ");

/** How people call a car. */
export const car = ({ year, make, model, license_plate, description, vin }) =>
  [[year, make, model].filter(Boolean).join(" ") || description || vin, license_plate].filter(Boolean).join(" · ") || "Vehicle";

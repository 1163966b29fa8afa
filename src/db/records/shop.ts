import { z } from "@hono/zod-openapi";
import { hasTwoDecimals, isCurrency } from "../../core/currency.ts";
import { isLocale, isTimeZone } from "../../core/local-date.ts";
import { PAPER_SIZES } from "../../core/paper-ports.ts";
import { Email, longText, MONEY, oneOf, Phone, pattern, Timestamp, text, wholeNumber } from "../fields.ts";
import { AUTHORIZATION_MODES, shop } from "../schema/shop.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

/** Offsets such as +05:30 are no names of zones: they know no daylight saving. */
const ZONE_NAME = /^[A-Za-z][\w+/-]*$/;
const CODE = /^[A-Z]{3}$/;

/** An IANA time zone. */
const TIME_ZONE = {
  answer: pattern(60, ZONE_NAME),
  input: z
    .string()
    .max(60, { abort: true })
    .regex(ZONE_NAME, { error: "The name of a time zone, such as 'America/Chicago'.", abort: true })
    .refine(isTimeZone, { message: "The IANA database has no time zone of this name. 'America/Chicago' is one." })
    .openapi({ example: "America/Chicago" }),
};

/** An ISO 4217 currency. */
const CURRENCY = {
  answer: pattern(3, CODE),
  input: z
    .string()
    .max(3, { abort: true })
    .regex(CODE, { error: "Three capital letters, such as 'USD'.", abort: true })
    .refine(isCurrency, { message: "No currency of ISO 4217 has this code.", abort: true })
    .refine(hasTwoDecimals, { message: "All amounts have two decimals, and those of this currency have not." })
    .openapi({ example: "USD" }),
};

/** How dates and amounts are written: a language and, if it matters, a script and a region (BCP 47). */
const LOCALE_TAG = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/;
const LOCALE = {
  answer: pattern(35, LOCALE_TAG),
  input: z
    .string()
    .max(35, { abort: true })
    .regex(LOCALE_TAG, { error: "A language and a region, such as 'en-US' or 'de-AT'.", abort: true })
    .refine(isLocale, { message: "No form of dates and amounts is known for this. 'en-US' is one." })
    .openapi({ example: "en-US" }),
};

export const SHOP = entityOf(
  "shop",
  recordOf(shop, {
    id: { use: "hidden", audited: true },
    name: { use: "shown", audited: true, input: true, type: text(120), example: "Example Garage" },
    legal_name: { use: "shown", audited: true, input: true, type: text(120), example: "Example Garage LLC" },
    address: { use: "shown", audited: true, input: true, type: longText(300), example: "1 Garage Lane, Springfield" },
    phone: { use: "shown", audited: true, input: true, type: Phone, example: "+1 555 0100" },
    email: { use: "shown", audited: true, input: true, type: Email, example: "garage@example.com" },
    registration_number: { use: "shown", audited: true, input: true, type: text(60), example: "ARD00123456" },
    tax_number: { use: "shown", audited: true, input: true, type: text(60), example: "00-0000000" },
    epa_number: {
      use: "shown",
      audited: true,
      input: true,
      type: text(60).openapi({ description: "Without it nobody is charged for hazardous waste." }),
      example: "XXD000000000",
    },
    time_zone: { use: "shown", audited: true, input: true, type: TIME_ZONE, example: "America/Chicago" },
    currency: { use: "shown", audited: true, input: true, type: CURRENCY, example: "USD" },
    paper: { use: "shown", audited: true, input: true, type: oneOf(PAPER_SIZES), example: "letter" },
    locale: { use: "shown", audited: true, input: true, type: LOCALE, example: "en-US" },
    labor_rate: { use: "shown", audited: true, input: true, money: true, type: MONEY, example: 120 },
    payment_terms_days: { use: "shown", audited: true, input: true, type: wholeNumber(0, 365), example: 0 },
    estimate_valid_days: { use: "shown", audited: true, input: true, type: wholeNumber(1, 365), example: 30 },
    authorization: {
      use: "shown",
      audited: true,
      input: true,
      type: oneOf(AUTHORIZATION_MODES).openapi({
        description:
          "When work needs the customer's yes: `posting` before it is billed, `work` also before it begins and before its parts leave the stock, `none` never.",
      }),
      example: "work",
    },
    estimate_text: { use: "shown", audited: true, input: true, type: longText(2_000), example: "Replaced parts are kept for a day." },
    invoice_text: { use: "shown", audited: true, input: true, type: longText(2_000), example: "Thank you." },
    mail_receipts: {
      use: "shown",
      audited: true,
      input: true,
      type: z.boolean().openapi({ description: "Are receipts mailed to customers who have not said whether they want them?" }),
      example: false,
    },
    reminder_hours: {
      use: "shown",
      audited: true,
      input: true,
      type: wholeNumber(1, 168).openapi({
        description: "How many hours before an appointment begins customers who agreed to it are reminded by e-mail. Null: not at all.",
      }),
      example: 24,
    },
    version: { use: "hidden" },
    created_at: { use: "hidden" },
    updated_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  }),
  { counter: null, sorts: {} },
);

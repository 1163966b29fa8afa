import type { Cents } from "../../core/money.ts";
import type { ShopMailKind } from "../../db/schema/mails.ts";
import { type Forms, formsOf } from "../../paper/forms.ts";
import type { Block } from "./mail.templates.ts";
import type { AboutShopMail } from "./shop-mail.about.ts";

/** What a mail of the shop says. */
export interface ShopMail {
  readonly subject: string;
  readonly blocks: readonly Block[];
}

/** A link in a mail, by which its reader decides without an account. */
export interface Link {
  readonly url: string;
  /** Until when it is good, in ISO 8601. */
  readonly until: string;
}

interface Saying {
  readonly about: AboutShopMail;
  readonly link: Link | null;
  /** The shop's name. */
  readonly shop: string;
  readonly forms: Forms;
  readonly money: (amount: Cents, currency: string) => string;
}

/** Tells that a row that the mail is about is gone: it is tried again, and given up after a day. */
const gone = (kind: string): Error => new Error(`a mail of kind ${kind} about nothing`);

const hello = (customer: string): string => `Hello ${customer},`;

const ATTACHED = "It is attached as a PDF.";

/** How the customer reaches the shop. */
const answer = ({ phone, email }: AboutShopMail["shop"]): string => {
  if (email !== null) return phone === null ? "answer this mail" : `answer this mail or call ${phone}`;
  return phone === null ? "come by or call" : `call ${phone}`;
};

const said = ({ message }: AboutShopMail): readonly Block[] => (message === null ? [] : [message]);

const METHODS = { cash: "in cash", card: "by card", check: "by check", bank_transfer: "by bank transfer", other: "" } as const;

const estimate = ({ about, link, shop, forms, money }: Saying): ShopMail => {
  const found = about.estimate;
  if (!(found && link)) throw gone("estimate");
  return {
    subject: `Estimate ${found.number} of ${shop}`,
    blocks: [
      hello(found.customer),
      `Our estimate ${found.number} comes to ${money(found.total, found.currency)}. ${ATTACHED}`,
      ...said(about),
      `It holds until ${forms.day(found.valid_until)}. Please see which of the work we shall do, and say yes or no to each part of it, by this link:`,
      { link: link.url },
      `It is for you alone, and works until ${forms.moment(link.until)} (${about.shop.time_zone}). You can also ${answer(about.shop)}. Nothing is begun before you say yes.`,
    ],
  };
};

const invoice = ({ about, shop, forms, money }: Saying): ShopMail => {
  const found = about.invoice;
  if (!found) throw gone("invoice");
  const total = money(found.total, found.currency);
  const isOpen = found.kind === "invoice" && found.balance > 0;
  const due = found.due_date === null ? "" : ` by ${forms.day(found.due_date)}`;
  return {
    subject: found.kind === "invoice" ? `Invoice ${found.number} of ${shop}` : `Credit note ${found.number} of ${shop}`,
    blocks: [
      hello(found.customer),
      found.kind === "invoice"
        ? `Our invoice ${found.number} comes to ${total}. ${ATTACHED}`
        : `Our credit note ${found.number} for invoice ${found.credits} comes to ${total}. ${ATTACHED}`,
      ...said(about),
      ...(isOpen ? [`Please pay ${money(found.balance, found.currency)}${due}.`] : []),
    ],
  };
};

const receipt = ({ about, shop, forms, money }: Saying): ShopMail => {
  const [paid, bill] = [about.payment, about.invoice];
  if (!(paid && bill)) throw gone("receipt");
  const how = [METHODS[paid.method], ...(paid.reference === null ? [] : [`(${paid.reference})`])].filter(Boolean).join(" ");
  return {
    subject: `Receipt for invoice ${bill.number} of ${shop}`,
    blocks: [
      hello(bill.customer),
      `We got ${money(paid.amount, bill.currency)}${how === "" ? "" : ` ${how}`} on ${forms.day(paid.received_on)} for invoice ${bill.number}. Thank you.`,
      bill.balance > 0 ? `${money(bill.balance, bill.currency)} of it is still open.` : "Nothing of it is open.",
      "The receipt and the invoice are attached as PDFs.",
    ],
  };
};

const reminder = ({ about, shop, forms }: Saying): ShopMail => {
  const { appointment, starts_at } = about;
  if (!(appointment && starts_at)) throw gone("appointment_reminder");
  const at = `${forms.moment(starts_at)} (${about.shop.time_zone})`;
  return {
    subject: `Your appointment at ${shop}`,
    blocks: [
      hello(appointment.customer),
      `We expect you and your car on ${at}.`,
      `If you cannot come, please ${answer(about.shop)}.`,
      "You get this since you agreed to be reminded. Tell us if you do not want it any more.",
    ],
  };
};

const SAID: Readonly<Record<ShopMailKind, (saying: Saying) => ShopMail>> = { estimate, invoice, receipt, appointment_reminder: reminder };

/**
 * What a mail of the shop says, with dates and amounts in the form of the shop.
 * @throws Error when what it is about is gone
 */
export const sayShopMail = (kind: ShopMailKind, about: AboutShopMail, link: Link | null): ShopMail => {
  const { name: shop, locale, currency, time_zone } = about.shop;
  const forms = formsOf(locale, currency, time_zone);
  const money = (amount: Cents, of: string) => (of === currency ? forms : formsOf(locale, of, time_zone)).money(amount);
  return SAID[kind]({ about, link, shop, forms, money });
};

/** What stands below every mail of the shop. */
export const signatureOf = ({ name, email }: AboutShopMail["shop"]): string =>
  email === null ? `${name}. This mail was written by a machine: nobody reads answers.` : `${name}. Answers to this mail reach us.`;

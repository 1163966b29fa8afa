import { ASSIGNMENT } from "./assignment.ts";
import { AUTHORIZATION } from "./authorization.ts";
import { CUSTOMER } from "./customer.ts";
import { ESTIMATE } from "./estimate.ts";
import { INVOICE } from "./invoice.ts";
import { MAIL } from "./mail.ts";
import { MECHANIC } from "./mechanic.ts";
import { PART } from "./part.ts";
import { PAYMENT } from "./payment.ts";
import { PACKAGE_LINE, SERVICE_PACKAGE } from "./service-package.ts";
import { SESSION } from "./session.ts";
import { SHARE_LINK } from "./share-link.ts";
import { SHOP } from "./shop.ts";
import { TAX } from "./tax.ts";
import { TICKET } from "./ticket.ts";
import { TICKET_LINE } from "./ticket-line.ts";
import { TICKET_PART } from "./ticket-part.ts";
import { USER } from "./user.ts";
import { VEHICLE } from "./vehicle.ts";

/** Every kind of record whose changes are in the audit log. */
export const ENTITIES = [
  ...[CUSTOMER, MECHANIC, USER, SESSION, VEHICLE, TICKET, PART, ASSIGNMENT],
  ...[SHOP, TAX, SERVICE_PACKAGE, ESTIMATE, AUTHORIZATION, SHARE_LINK, INVOICE, PAYMENT, MAIL],
] as const;

/** The names of the columns that hold cents, in any image of the audit log. */
export const MONEY_COLUMNS: ReadonlySet<string> = new Set(
  [...ENTITIES, TICKET_PART, TICKET_LINE, PACKAGE_LINE].flatMap(({ moneyColumns }) => moneyColumns),
);

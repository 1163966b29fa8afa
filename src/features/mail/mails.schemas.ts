import { z } from "@hono/zod-openapi";
import { Email, longText, oneOf } from "../../db/fields.ts";
import { MAIL } from "../../db/records/mail.ts";
import { MAIL_STATES, SHOP_MAIL_KINDS } from "../../db/schema/mails.ts";
import { PathId } from "../../http/fields.ts";
import { listOf, listQuery } from "../../http/page.ts";

export const Mail = MAIL.staffAnswer.openapi("Mail");

export const MailList = listOf("mails", Mail).openapi("MailList");

export const MailQuery = listQuery(["id"], {
  service_ticket_id: PathId.optional(),
  customer_id: PathId.optional(),
  estimate_id: PathId.optional(),
  invoice_id: PathId.optional(),
  kind: oneOf(SHOP_MAIL_KINDS).optional(),
  state: oneOf(MAIL_STATES).optional(),
});
export type MailQuery = z.output<typeof MailQuery>;

export const NewMail = z
  .strictObject({
    to: Email.nullish().openapi({ description: "By default the customer's e-mail, unless it is of an account that has not proven it." }),
    message: longText(2_000).nullish().openapi({ description: "What the mail says besides the document.", example: "Pads are at 1 mm." }),
    confirm_address: z
      .boolean()
      .optional()
      .openapi({ description: "The address takes mail again, though mail to it came back or was reported as unwanted before." }),
  })
  .openapi("NewMail");
export type NewMail = z.output<typeof NewMail>;

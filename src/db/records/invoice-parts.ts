import { type Actor, isStaff } from "../../core/actor.ts";
import { differenceOf, fromCents } from "../../core/money.ts";
import { fromThousandths } from "../../core/quantity.ts";
import { presentLine as presentShownLine, presentTicketDiscount } from "./estimate-content.ts";
import { type CreditContent, type CreditedLine, type InvoiceContent, type InvoiceLine, orNull } from "./invoice-content.ts";
import { presentTaxAmount } from "./tax-amount.ts";

type Named = ReadonlyMap<number, string>;
const namesOf = (ids: readonly number[], names: Named): string[] => ids.flatMap((id) => names.get(id) ?? []);

const presentLine = (line: InvoiceLine, names: Named, actor: Actor) => {
  const { mechanic_id, unit_cost, cost: _cost, taxes, ...shown } = line;
  return {
    ...presentShownLine({ ...shown, together: null }),
    net: fromCents(differenceOf(line.net, line.share)),
    taxes: namesOf(taxes, names),
    ...(isStaff(actor) && { mechanic_id, unit_cost: orNull(unit_cost) }),
  };
};

const presentCredited = (line: CreditedLine, names: Named, actor: Actor) => ({
  id: line.id,
  job_id: line.job_id,
  kind: line.kind,
  description: line.description,
  quantity: fromThousandths(line.quantity),
  net: fromCents(line.net),
  taxes: namesOf(line.taxes, names),
  ...(isStaff(actor) && { mechanic_id: line.mechanic_id }),
});

const isInvoice = (content: InvoiceContent | CreditContent): content is InvoiceContent => "jobs" in content;

/** What differs between an invoice and a credit note. */
const partsOf = (content: InvoiceContent | CreditContent, actor: Actor) => {
  const names: Named = new Map(content.taxes.map(({ id, name }) => [id, name]));
  if (!isInvoice(content))
    return {
      discount: null,
      jobs: [],
      lines: content.lines.filter(({ net, quantity }) => net > 0 || quantity > 0).map((line) => presentCredited(line, names, actor)),
      estimate_ids: [],
      authorizations: [],
      replaced_parts: null,
    };
  return {
    discount: presentTicketDiscount(content.discount),
    jobs: content.jobs.map(({ position: _position, ...job }) => ({
      ...job,
      lines: content.lines.filter(({ job_id }) => job_id === job.id).map((line) => presentLine(line, names, actor)),
    })),
    lines: content.lines.filter(({ job_id }) => job_id === null).map((line) => presentLine(line, names, actor)),
    estimate_ids: content.estimates.map(({ id }) => id),
    authorizations: content.authorizations.map(({ replaced_parts: _parts, additional_net, ...said }) => ({
      ...said,
      additional_net: fromCents(additional_net),
    })),
    replaced_parts: content.authorizations.findLast(({ replaced_parts }) => replaced_parts !== null)?.replaced_parts ?? null,
  };
};

/** The jobs, lines, taxes and authorisations of an invoice or a credit note, as the actor may see them. */
export const presentParts = (content: InvoiceContent | CreditContent, actor: Actor) => ({
  ...partsOf(content, actor),
  taxes: content.taxes.filter(({ base }) => base > 0).map(presentTaxAmount),
});

import { savePdf } from "./api.js";
import { h, pairs, paragraphs } from "./dom.js";
import { day, moment, money, quantity, rate } from "./format.js";

const STATES = { approved: "Approved", declined: "Declined" };

/** How a line or a job stands, or nothing while it is open. */
export const stateOf = (decision) => (STATES[decision] ? h("span", { class: `state ${decision}` }, STATES[decision]) : null);

const kindOf = ({ kind, condition, part_number }) =>
  [{ labor: "Labor", part: "Part", sublet: "Work of others", fee: "Fee" }[kind], condition, part_number].filter(Boolean).join(" · ");

const priceOf = ({ quantity: count, unit_price }, currency) =>
  unit_price === null || unit_price === undefined ? "" : `${quantity(count)} × ${money(unit_price, currency)}`;

/** What a line costs: what it is, how it is reckoned, and its amount. */
export const lineRow = (line, currency, ...more) =>
  h(
    "li",
    { class: "line" },
    h(
      "div",
      { class: "what" },
      h("span", { class: "description" }, line.description),
      h("span", { class: "detail" }, [kindOf(line), priceOf(line, currency)].filter(Boolean).join(" · ")),
      line.discount_amount > 0 && h("span", { class: "detail" }, `Discount ${money(line.discount_amount, currency)}`),
    ),
    h("span", { class: "amount" }, money(line.net, currency)),
    more,
  );

/** What all of it comes to. */
export const sums = ({ discount_amount, net, taxes, tax, total }, currency, ...more) =>
  pairs(
    [
      discount_amount > 0 && ["Discount", money(-discount_amount, currency)],
      ["Before tax", money(net, currency)],
      ...(taxes
        ? taxes.map(({ name, rate: percent, base, amount }) => [
            `${name}, ${rate(percent)} of ${money(base, currency)}`,
            money(amount, currency),
          ])
        : [["Tax", money(tax, currency)]]),
      ["Total", money(total, currency), "total"],
      ...more,
    ],
    "sums",
  );

/** A button that saves a PDF, and says so when it cannot. */
export const pdfButton = (path, name) => {
  const said = h("span", { role: "status", class: "hint" });
  const save = async () => {
    said.textContent = "";
    button.disabled = true;
    await savePdf(path, name).catch((error) => {
      said.textContent = error.message;
    });
    button.disabled = false;
  };
  const button = h("button", { type: "button", class: "quiet", onclick: save }, "Download PDF");
  return h("div", { class: "pdf" }, button, said);
};

const STATUSES = { unpaid: "Not paid yet", partly_paid: "Partly paid", paid: "Paid", credited: "Credited" };

const invoiceSection = (invoice) => {
  const { currency, kind, number, date, due_date, status, overdue, balance, refundable, paid, jobs, lines, credits } = invoice;
  const name = kind === "invoice" ? `Invoice ${number}` : `Credit note ${number}`;
  const groups = jobs && [...jobs.filter((job) => job.lines.length > 0), ...(lines.length > 0 ? [{ title: "", lines }] : [])];
  return h(
    "section",
    { class: "paper", "aria-label": name },
    h("h2", {}, name, status && h("span", { class: `state ${overdue ? "overdue" : status}` }, overdue ? "Overdue" : STATUSES[status])),
    pairs([
      ["Date", day(date)],
      due_date && balance > 0 && ["Please pay by", day(due_date)],
      credits && ["Corrects invoice", credits.number],
    ]),
    groups?.map((group) => [
      group.title && h("h3", {}, group.title),
      h(
        "ul",
        { class: "lines" },
        group.lines.map((line) => lineRow(line, currency)),
      ),
    ]),
    sums(
      invoice,
      currency,
      paid > 0 && ["Paid", money(paid, currency)],
      kind === "invoice" && ["To pay", money(balance, currency), "total"],
      refundable > 0 && ["You get back", money(refundable, currency), "total"],
    ),
    paragraphs(invoice.reason, "text"),
    paragraphs(invoice.text, "text"),
    pdfButton(`/shared/invoices/${invoice.id}/pdf`, name),
  );
};

/** The invoices and credit notes, the newest first. */
export const invoiceSections = ({ invoices }) => invoices.map(invoiceSection);

const saidItem = ({ at, person_name, channel, additional_net, decisions }, currency) => {
  const count = (wanted) => decisions?.filter(({ decision }) => decision === wanted).length ?? 0;
  const [yes, no] = [count("approved"), count("declined")];
  const what = [yes > 0 && `${yes} approved`, no > 0 && `${no} declined`].filter(Boolean).join(", ");
  return h(
    "li",
    {},
    h("span", {}, `${moment(at)}, ${person_name}${channel === "link" ? ", on this page" : ""}`),
    h(
      "span",
      { class: "detail" },
      [what, additional_net > 0 && `${money(additional_net, currency)} more, before tax`].filter(Boolean).join(" · "),
    ),
  );
};

/** What was decided so far, the newest first, or nothing. */
export const decidedSection = ({ authorizations, shop }) =>
  authorizations.length === 0
    ? null
    : h(
        "section",
        { class: "paper", "aria-label": "What was decided" },
        h("h2", {}, "What was decided"),
        h(
          "ul",
          { class: "said-list" },
          authorizations.map((said) => saidItem(said, shop.currency)),
        ),
      );

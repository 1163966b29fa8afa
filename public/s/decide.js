import { sendDecisions } from "./api.js";
import { h, pairs, paragraphs } from "./dom.js";
import { day, money } from "./format.js";
import { lineRow, pdfButton, stateOf, sums } from "./papers.js";

/** What is decided on: whole jobs, and single lines of those that go line by line. Nothing is chosen beforehand. */
const CHOICES = [
  ["approved", "Approve"],
  ["declined", "Decline"],
];

const choice = (name, label, chosen) =>
  h(
    "fieldset",
    { class: "choice" },
    h("legend", {}, label),
    CHOICES.map(([value, words]) =>
      h("label", { class: value }, h("input", { type: "radio", name, value, onchange: () => chosen(value) }), h("span", {}, words)),
    ),
  );

/** How a job that is decided as a whole stands. */
const decisionOf = (lines) => {
  const [first, ...others] = new Set(lines.map(({ decision }) => decision));
  return others.length === 0 ? first : "open";
};

const sumOf = (lines) => lines.reduce((sum, { net }) => sum + Math.round(net * 100), 0) / 100;

/** The parts of an estimate that are decided together, each with what it sends. */
const unitsOf = ({ jobs, lines }) => [
  ...jobs.flatMap((job) =>
    job.by_line ? job.lines.map((line) => ({ line_id: line.id, lines: [line] })) : [{ job_id: job.id, lines: job.lines }],
  ),
  ...lines.map((line) => ({ line_id: line.id, lines: [line] })),
];

const nameOf = ({ job_id, line_id }) => (job_id === undefined ? `line-${line_id}` : `job-${job_id}`);

const REPLACED = [
  ["", "No wish"],
  ["return", "I want them back"],
  ["show", "I want to see them"],
  ["none", "The shop may dispose of them"],
];

const labelled = (label, field, hint) =>
  h("label", { class: "field" }, h("span", {}, label), field, hint && h("span", { class: "hint" }, hint));

/** The form under the estimate: who decides, and the button. `chosen` holds what was chosen by the name of its unit. */
const form = (estimate, currency, units, chosen, onDone) => {
  const person = h("input", { type: "text", name: "person_name", autocomplete: "name", required: true, maxlength: 120 });
  const parts = h(
    "select",
    { name: "replaced_parts" },
    REPLACED.map(([value, label]) => h("option", { value }, label)),
  );
  const note = h("textarea", { name: "note", rows: 2, maxlength: 1_000 });
  const said = h("p", { role: "alert", class: "failed" });
  const button = h("button", { type: "submit" }, "Send my decisions");
  const total = h("p", { class: "chosen", role: "status" });
  let sending = { body: "", key: "" };

  const update = () => {
    const picked = units.filter((unit) => chosen.has(nameOf(unit)));
    const approved = units.filter((unit) => (chosen.get(nameOf(unit)) ?? decisionOf(unit.lines)) === "approved");
    const open = units.length - picked.length;
    total.textContent =
      picked.length === 0
        ? "Choose “Approve” or “Decline” above. Nothing is decided until you send it."
        : `With this you approve ${money(sumOf(approved.flatMap(({ lines }) => lines)), currency)} before tax.${open > 0 ? ` ${open} of ${units.length} stay as they are.` : ""}`;
  };
  update();

  const send = async (event) => {
    event.preventDefault();
    said.textContent = "";
    const decisions = units.flatMap(({ lines: _lines, ...unit }) => {
      const decision = chosen.get(nameOf(unit));
      return decision === undefined ? [] : [{ ...unit, decision }];
    });
    if (decisions.length === 0) {
      said.textContent = "Choose “Approve” or “Decline” for at least one of the items above.";
      return;
    }
    const body = {
      estimate_id: estimate.id,
      person_name: person.value.trim(),
      decisions,
      ...(parts.value ? { replaced_parts: parts.value } : {}),
      ...(note.value.trim() ? { note: note.value.trim() } : {}),
    };
    // The same decisions again, after an answer that was lost, are sent under the same key: they count once.
    const text = JSON.stringify(body);
    if (sending.body !== text) sending = { body: text, key: crypto.randomUUID() };
    button.disabled = true;
    try {
      await onDone(await sendDecisions(body, sending.key));
    } catch (error) {
      said.textContent = error.message;
      await onDone(null, error);
    } finally {
      button.disabled = false;
    }
  };
  const element = h(
    "form",
    { class: "decide", onsubmit: send, "aria-label": "Your decision" },
    h("h3", {}, "Your decision"),
    total,
    labelled("Your name", person, "Type it as your signature."),
    labelled("Replaced parts", parts),
    labelled("Message to the shop", note),
    said,
    button,
  );
  return { element, update };
};

const jobSection = (job, currency, choices) =>
  h(
    "section",
    { class: "job", "aria-label": job.title },
    h("h3", {}, job.title, !job.by_line && stateOf(decisionOf(job.lines))),
    paragraphs(job.concern, "text"),
    paragraphs(job.note, "text"),
    h(
      "ul",
      { class: "lines" },
      job.lines.map((line) =>
        lineRow(
          line,
          currency,
          job.by_line && stateOf(line.decision),
          job.by_line && choices({ line_id: line.id, lines: [line] }, line.description),
        ),
      ),
    ),
    pairs([["Together", money(sumOf(job.lines), currency)]], "together"),
    !job.by_line && choices({ job_id: job.id, lines: job.lines }, job.title),
  );

const standing = ({ status, valid_until }) =>
  status === "expired" ? `It was valid until ${day(valid_until)}. Ask the shop for a new one.` : `Valid until ${day(valid_until)}`;

/**
 * The estimate, with what may be decided on it.
 * @param onDone is told of the answer, or of null and what was refused
 */
export const estimateSection = ({ estimate, shop, may, invoices }, onDone) => {
  if (!estimate) return null;
  const { currency } = shop;
  const isBilled = invoices.some(({ kind, status }) => kind === "invoice" && status !== "credited");
  const isOpen = may === "decide" && estimate.status === "current" && !isBilled;
  const [units, chosen] = [unitsOf(estimate), new Map()];
  const below = isOpen ? form(estimate, currency, units, chosen, onDone) : null;
  const choose = (unit) => (value) => {
    chosen.set(nameOf(unit), value);
    below.update();
  };
  const choices = (unit, label) => isOpen && choice(nameOf(unit), label, choose(unit));
  const name = `Estimate ${estimate.number}`;
  return h(
    "section",
    { class: "paper", "aria-label": name },
    h("h2", {}, name),
    pairs([
      ["Date", day(estimate.date)],
      ["Validity", standing(estimate)],
    ]),
    paragraphs(estimate.message, "message"),
    estimate.jobs.map((job) => jobSection(job, currency, choices)),
    estimate.lines.length > 0 &&
      h(
        "ul",
        { class: "lines" },
        estimate.lines.map((line) =>
          lineRow(line, currency, stateOf(line.decision), choices({ line_id: line.id, lines: [line] }, line.description)),
        ),
      ),
    sums(estimate, currency),
    paragraphs(estimate.text, "text"),
    below?.element,
    pdfButton(`/shared/estimates/${estimate.id}/pdf`, name),
  );
};

import { LISTINGS } from "./columns.js";
import { h, table } from "./dom.js";
import { day, figure, heed, number, words } from "./format.js";
import { explanationOf, here } from "./places.js";
import { account, api } from "./session.js";
import { failed } from "./shell.js";

const PER_PAGE = 50;

/** The rows of a listing's answer, whatever it calls them. */
export const rowsOf = (answer) => Object.values(answer).find(Array.isArray) ?? [];

const SAID = { from: "from", to: "to", due_from: "due from", due_to: "due to", customer_id: "customer", mechanic_id: "mechanic" };
const isDate = (text) => /^\d{4}-\d\d-\d\d$/.test(text);

/** The filters of a listing in words. */
const filtersOf = (query) =>
  [...query]
    .map(([name, value]) => (value === "true" ? words(name) : `${SAID[name] ?? words(name)} ${isDate(value) ? day(value) : words(value)}`))
    .join(", ");

/** What the figure counts that led here, and how it follows from the rows. */
const explanation = (drilldown) => {
  const known = explanationOf(drilldown);
  if (!known) return null;
  return h(
    "div",
    { class: "explained" },
    h("p", {}, h("strong", {}, `${known.title}: ${figure(known)}. `), known.formula.replaceAll("`", "")),
    h("p", { class: "muted" }, known.basis),
  );
};

/** Customers see nobody but themselves. */
const columnsOf = ({ columns }) => (account()?.role === "customer" ? columns.filter(({ head }) => head !== "Customer") : columns);

/**
 * Rows as a table that grows by a button.
 * @param path of the API, with its query
 */
export const listed = async (path) => {
  const kind = LISTINGS[path.split("?")[0].split("/").at(-1)];
  const read = (cursor) => {
    const url = new URL(path, location.origin);
    url.searchParams.set("per_page", PER_PAGE);
    if (cursor) url.searchParams.set("cursor", cursor);
    return api(url.pathname + url.search);
  };
  const first = await read(null);
  const rows = rowsOf(first);
  heed({ currency: rows.find(({ currency }) => currency)?.currency });
  const { element, add } = table(kind.title, columnsOf(kind), rows);
  let shown = rows.length;
  let { next_cursor: next, total_items: total, total_exact: isExact } = first.pagination;
  const said = h("p", { class: "muted", role: "status" });
  const button = h("button", { type: "button" }, "Show more");
  const tell = () => {
    said.textContent = `${number(shown)} of ${isExact ? "" : "more than "}${number(total)}`;
    button.hidden = next === null;
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    const answer = await read(next).catch((error) => {
      said.replaceChildren(failed(error));
      return null;
    });
    button.disabled = false;
    if (!answer) return;
    add(rowsOf(answer));
    shown += rowsOf(answer).length;
    ({ next_cursor: next } = answer.pagination);
    tell();
    if (!button.hidden) button.focus();
  });
  tell();
  return {
    title: kind.title,
    parts: shown === 0 ? [h("p", { class: "muted" }, "Nothing here.")] : [element, h("p", { class: "under" }, said, button)],
  };
};

/** The listing that the address names: what a figure is made of. */
export const list = async () => {
  const { whole, query } = here();
  const drilldown = whole.slice("/list".length);
  const path = drilldown.split("?")[0];
  if (!Object.hasOwn(LISTINGS, path.split("/").at(-1))) return { title: "No such list", parts: [h("h1", {}, "No such list")] };
  const { title, parts } = await listed(drilldown);
  const filters = filtersOf(query);
  return {
    title,
    parts: [
      h("div", { class: "title" }, h("div", {}, h("h1", {}, title), filters && h("p", { class: "muted" }, filters))),
      explanation(drilldown),
      h("div", { class: "panel" }, parts),
    ],
  };
};

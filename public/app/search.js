import { LISTINGS } from "./columns.js";
import { h, table } from "./dom.js";
import { rowsOf } from "./list.js";
import { here, place } from "./places.js";
import { api } from "./session.js";
import { failed, section } from "./shell.js";

const FOUND = 20;
const WHERE = ["customers", "vehicles", "service-tickets"];

/** The field in the head of the page. */
export const searchField = () => {
  const input = h("input", { type: "search", name: "q", placeholder: "Customer, plate, VIN, ticket", maxlength: 100, autocomplete: "off" });
  const submit = (event) => {
    event.preventDefault();
    const q = input.value.trim();
    if (/^#\d+$/.test(q)) location.hash = place.ticket(q.slice(1));
    else if (q) location.hash = place.search(q);
  };
  return h(
    "form",
    { role: "search", onsubmit: submit },
    h("label", {}, h("span", { class: "hidden" }, "Search customers, cars and tickets"), input),
  );
};

const found = async (name, q) => {
  const { title, columns } = LISTINGS[name];
  const answer = await api(`/${name}?${new URLSearchParams({ q, per_page: FOUND })}`).catch((error) => error);
  if (answer instanceof Error) return section(title, {}, failed(answer));
  const rows = rowsOf(answer);
  return rows.length === 0 ? null : section(title, {}, table(title, columns, rows).element);
};

/** Customers, cars and tickets in which the words begin words. */
export const search = async () => {
  const q = here().query.get("q") ?? "";
  const parts = (await Promise.all(WHERE.map((name) => found(name, q)))).filter(Boolean);
  return {
    title: `Search: ${q}`,
    parts: [
      h("div", { class: "title" }, h("h1", {}, `Found for “${q}”`)),
      parts.length > 0 ? parts : h("p", { class: "muted" }, "Nothing. Try the beginning of a name, a plate or a number."),
    ],
  };
};

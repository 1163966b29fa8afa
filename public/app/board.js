import { h } from "./dom.js";
import { ago, dayOf, hours, money, number, time, today, words } from "./format.js";
import { listing, place } from "./places.js";
import { api } from "./session.js";
import { failed, section, status } from "./shell.js";

/** How many tickets, estimates and parts a column asks for. */
const ASKED = 100;
const SHOWN = 8;

const isLate = ({ promised_at }) => promised_at !== null && Date.parse(promised_at) < Date.now();
const isToday = ({ scheduled_start, service_date }) => (scheduled_start ? dayOf(new Date(scheduled_start)) : service_date) === today();

/** A line of the board: what it is about, where it leads, and what is said beside it. */
const line = (href, name, detail, ...aside) =>
  h("li", {}, h("a", { href }, name), aside.length > 0 && h("span", { class: "aside" }, aside), h("small", { class: "muted" }, detail));

const detailOf = ({ customer, status: now, scheduled_start: from, scheduled_end: to, promised_at }, isNowSaid) =>
  [isNowSaid && words(now), customer.name, from && hours(from, to), promised_at && `promised ${time(promised_at)}`]
    .filter(Boolean)
    .join(" · ");

const lateLine = (ticket) =>
  line(place.ticket(ticket.id), ticket.service_desc, detailOf(ticket), status(`${ago(ticket.promised_at)} late`, "bad"));
const workLine = (ticket) => line(place.ticket(ticket.id), ticket.service_desc, detailOf(ticket, true));

/** Said where an answer had more rows than were asked for. */
const partly = ({ pagination }) =>
  pagination.next_cursor !== null && h("p", { class: "muted" }, `Looked for among ${ASKED} of ${number(pagination.total_items)}.`);

/** The first of a column, and a way to all of them. */
const column = (title, lines, all, nothing, answer) =>
  section(
    title,
    { class: "column" },
    h("p", { class: "count" }, number(lines.length)),
    lines.length === 0 ? h("p", { class: "muted" }, nothing) : h("ul", { class: "lines" }, lines.slice(0, SHOWN)),
    lines.length > SHOWN && h("p", {}, h("a", { href: all }, `${title}: all ${lines.length}`)),
    partly(answer),
  );

/** Tickets of now by who works on them; those without anybody come first. */
const byMechanic = (tickets) => {
  const groups = new Map([["Nobody yet", []]]);
  for (const ticket of tickets)
    for (const name of ticket.mechanics.length > 0 ? ticket.mechanics.map((mechanic) => mechanic.name) : ["Nobody yet"])
      groups.set(name, [...(groups.get(name) ?? []), ticket]);
  return [...groups].filter(([, of]) => of.length > 0);
};

const work = (answer) => {
  const { service_tickets: tickets } = answer;
  const now = tickets.filter((ticket) => ticket.status === "in_progress" || isToday(ticket));
  const groups = byMechanic(now);
  return section(
    "Who works on what",
    { class: "column wide" },
    h("p", { class: "count" }, number(now.length)),
    groups.length === 0
      ? h("p", { class: "muted" }, "Nothing is in work or booked for today.")
      : h(
          "div",
          { class: "groups" },
          groups.map(([name, of]) => h("div", {}, h("h3", {}, name), h("ul", { class: "lines" }, of.slice(0, SHOWN).map(workLine)))),
        ),
    partly(answer),
  );
};

const late = (answer) =>
  column(
    "Late",
    answer.service_tickets
      .filter(isLate)
      .toSorted((one, other) => one.promised_at.localeCompare(other.promised_at))
      .map(lateLine),
    listing("/service-tickets?status=open,in_progress"),
    "Nothing is later than promised.",
    answer,
  );

const waiting = (answer) =>
  column(
    "Waits for a yes",
    answer.estimates
      .filter(({ decisions }) => decisions.open.lines > 0)
      .map(({ id, number: name, customer, at, decisions }) =>
        line(
          place.estimate(id),
          customer.name,
          `${name} · shown ${ago(at)} ago`,
          h("span", { class: "amount" }, money(decisions.open.net)),
        ),
      ),
    listing("/estimates?status=current"),
    "No estimate is undecided.",
    answer,
  );

const low = (answer) =>
  column(
    "Low stock",
    answer.inventory.map(({ id, name, part_number, quantity, reorder_point, unit }) =>
      line(
        listing(`/inventory/${id}/movements`),
        name,
        [part_number, `order at ${number(reorder_point)}`].filter(Boolean).join(" · "),
        status(`${number(quantity)} ${unit === "each" ? "left" : unit}`, quantity === 0 ? "bad" : "warn"),
      ),
    ),
    listing("/inventory/low-stock"),
    "Everything is in stock.",
    answer,
  );

/** Today's board: its element at once, and a promise of when it is filled. */
export const board = () => {
  const columns = h("div", { class: "board", "aria-busy": "true" });
  const tickets = api(`/service-tickets?status=open,in_progress&to=${today()}&per_page=${ASKED}`);
  const readings = [
    tickets.then(work),
    api(`/estimates?status=current&per_page=${ASKED}&sort=-id`).then(waiting),
    tickets.then(late),
    api(`/inventory/low-stock?per_page=${ASKED}`).then(low),
  ];
  const filled = Promise.all(readings.map((reading) => reading.catch(failed))).then((parts) => {
    columns.replaceChildren(...parts);
    columns.removeAttribute("aria-busy");
  });
  return { filled, element: h("div", { class: "today" }, h("h2", { class: "part" }, "Today"), columns) };
};

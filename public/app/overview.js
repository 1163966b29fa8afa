import { board } from "./board.js";
import { bars, series } from "./charts.js";
import { h, table, withShare } from "./dom.js";
import { days, figure, money, number, plusDays, today } from "./format.js";
import { here, listing, place, wayTo } from "./places.js";
import { api } from "./session.js";
import { failed, section } from "./shell.js";

const firstOfMonth = (date) => `${date.slice(0, 7)}-01`;

/** The periods that one chooses by name, until today. */
const PERIODS = {
  month: { name: "This month", of: (now) => ({ from: firstOfMonth(now), to: now }) },
  last_month: {
    name: "Last month",
    of: (now) => {
      const to = plusDays(firstOfMonth(now), -1);
      return { from: firstOfMonth(to), to };
    },
  },
  days_30: { name: "30 days", of: (now) => ({ from: plusDays(now, -29), to: now }) },
  days_90: { name: "90 days", of: (now) => ({ from: plusDays(now, -89), to: now }) },
  days_365: { name: "365 days", of: (now) => ({ from: plusDays(now, -364), to: now }) },
};

const chosen = (query) => {
  if (query.has("from") && query.has("to")) return { name: null, from: query.get("from"), to: query.get("to") };
  const name = Object.hasOwn(PERIODS, query.get("period") ?? "") ? query.get("period") : "days_30";
  return { name, ...PERIODS[name].of(today()) };
};

const lengthOf = ({ from, to }) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
const intervalFor = (period) => (lengthOf(period) <= 45 ? "day" : lengthOf(period) <= 190 ? "week" : "month");

/** How a value stands to the one of the period before. */
const change = ({ value, previous, unit }) => {
  if (previous === undefined) return null;
  if (value === null || previous === null) return h("p", { class: "change muted" }, "nothing to compare with before");
  const before = figure({ value: previous, unit }, true);
  if (previous === 0 || value === previous) return h("p", { class: "change muted" }, value === previous ? `as before` : `${before} before`);
  const rise = ((value - previous) / Math.abs(previous)) * 100;
  const [sign, tone, word] = rise > 0 ? ["▲", "up", "up"] : ["▼", "down", "down"];
  const by = `${number(Math.abs(rise), Math.abs(rise) < 10 ? 1 : 0)} %`;
  const arrow = [h("span", { "aria-hidden": "true" }, `${sign} `), h("span", { class: "hidden" }, `${word} `)];
  return h("p", { class: "change" }, h("span", { class: tone }, arrow, by), h("span", { class: "muted" }, ` from ${before}`));
};

const card = (title, data, ...below) =>
  h(
    "li",
    { class: "card" },
    h("h2", {}, h("a", { ...wayTo(title, data), title: data.formula.replaceAll("`", "") }, title)),
    h("p", { class: "value" }, figure(data, true)),
    below.length > 0 ? below.map((text) => h("p", { class: "change muted" }, text)) : change(data),
  );

const cards = ({ figures: f }) =>
  h(
    "ul",
    { class: "cards" },
    card("Sales", f.revenue),
    card("Average repair", f.average_repair_cost),
    card("Cars", f.cars),
    card("Gross profit", f.gross_profit),
    card("Unbilled", f.unbilled_net, `${figure(f.unbilled)} tickets, now`),
    card("Unpaid", f.receivables, `${money(f.overdue.value, { whole: true })} overdue, now`),
  );

const more = ({ figures: f }) => {
  const named = { "Gross margin": f.gross_margin, "Parts margin": f.parts_margin, "Hours sold": f.hours_sold };
  const others = { "Labor rate earned": f.effective_labor_rate, "Close ratio": f.close_ratio, Taken: f.till, Discounts: f.discounts };
  return h(
    "dl",
    { class: "more" },
    Object.entries({ ...named, ...others, "Tax collected": f.tax_collected }).map(([title, data]) =>
      h("div", {}, h("dt", {}, h("a", wayTo(title, data), title)), h("dd", {}, figure(data, true))),
    ),
  );
};

const kinds = ({ figures: f }) =>
  bars(
    [
      ["Labor", f.revenue_labor, "labor"],
      ["Parts", f.revenue_part, "part"],
      ["Sublet", f.revenue_sublet, "sublet"],
      ["Fees", f.revenue_fee, "fee"],
    ].map(([name, data, tone]) => ({ name, value: data.value, way: wayTo(`Sales: ${name}`, data), tone })),
  );

const onTime = ({ figures: f }) => {
  const rate = f.on_time_rate.value;
  if (rate === null) return "–";
  const bar = withShare(h("span", { class: "length small", "aria-hidden": "true" }), rate / 100);
  return h("span", { class: "rate" }, bar, `${number(rate)} %`);
};

const mechanics = ({ mechanics: all }) => {
  if (all.length === 0) return h("p", { class: "muted" }, "Nothing was billed in these days.");
  const link = (title, data, name) => h("a", wayTo(`${title}: ${name}`, data), figure(data));
  return table(
    "Mechanics",
    [
      { head: "Mechanic", of: ({ name }) => name ?? "Removed" },
      { head: "Hours sold", number: true, of: ({ figures: f, name }) => link("Hours sold", f.hours_sold, name) },
      { head: "Labor", number: true, of: ({ figures: f }) => figure(f.revenue_labor, true) },
      { head: "Tickets", number: true, of: ({ figures: f, name }) => link("Tickets", f.tickets, name) },
      { head: "On time", number: true, of: onTime },
    ],
    all,
  ).element;
};

const AGES = {
  not_due: "Not due",
  days_1_to_30: "1–30 days",
  days_31_to_60: "31–60 days",
  days_61_to_90: "61–90 days",
  over_90: "Over 90 days",
};

const receivables = ({ aging, figures: f, invoices }) => [
  h("p", { class: "readout muted" }, `${money(f.receivables.value)} on ${number(invoices)} invoices`),
  bars(
    Object.entries(AGES).map(([age, name]) => {
      const { value, drilldown } = aging[age];
      return { name, value, way: { href: listing(drilldown) }, tone: age === "not_due" ? "" : "late" };
    }),
  ),
];

const choose = (period) => {
  const go = (query) => {
    location.hash = place.overview(query);
  };
  const links = Object.entries(PERIODS).map(([key, { name }]) =>
    h("a", { href: place.overview({ period: key }), "aria-current": key === period.name && "true" }, name),
  );
  const [from, to] = ["from", "to"].map((name) => h("input", { type: "date", name, value: period[name], required: true }));
  const submit = (event) => {
    event.preventDefault();
    go({ from: from.value, to: to.value });
  };
  return h(
    "div",
    { class: "periods" },
    h("nav", { "aria-label": "Period" }, links),
    h(
      "form",
      { onsubmit: submit },
      h("label", {}, h("span", { class: "hidden" }, "First day"), from),
      h("span", { "aria-hidden": "true" }, "–"),
      h("label", {}, h("span", { class: "hidden" }, "Last day"), to),
      h("button", {}, "Show"),
    ),
  );
};

/** Fills a section once its answer is there, or says in it why there is none. */
const fill = async (target, reading, show) => {
  target.setAttribute("aria-busy", "true");
  const parts = await reading.then(show).catch((error) => failed(error));
  target.replaceChildren(...[parts].flat().filter(Boolean));
  target.removeAttribute("aria-busy");
};

/** The owner's first screen. All is asked for at once, and each part is shown when it has come. */
export const overview = async () => {
  const period = chosen(here().query);
  const query = `from=${period.from}&to=${period.to}`;
  const [top, chart, kind, staff, owed] = ["cards-area", "chart", "kinds", "staff", "owed"].map((name) => h("div", { class: name }));
  const head = api(`/dashboard?${query}&previous=true`);
  const lead = h("p", { class: "muted" }, days(period.from, period.to));
  const today = board();
  const filled = Promise.all([
    fill(top, head, (answer) => {
      lead.textContent = `${days(answer.from, answer.to)}, against ${days(answer.previous.from, answer.previous.to)}`;
      return [cards(answer), more(answer)];
    }),
    fill(kind, head, kinds),
    fill(chart, api(`/dashboard/series?figure=revenue&interval=${intervalFor(period)}&${query}`), (answer) =>
      series("Sales", answer, listing),
    ),
    fill(staff, api(`/dashboard/mechanics?${query}&sort=-hours_sold&per_page=50`), mechanics),
    fill(owed, api("/dashboard/receivables?per_page=1"), receivables),
    today.filled,
  ]);
  return {
    title: "Overview",
    filled,
    parts: [
      h("div", { class: "title" }, h("div", {}, h("h1", {}, "Overview"), lead), choose(period)),
      top,
      h(
        "div",
        { class: "grid" },
        section("Sales over time", { class: "two" }, chart),
        section("What was sold", {}, kind),
        section("Mechanics", { class: "two" }, staff),
        section("Unpaid by age", {}, owed),
      ),
      today.element,
    ],
  };
};

import { h, svg, table, withShare } from "./dom.js";
import { day, days, figure, month, shortMoney } from "./format.js";

const HEIGHT = 220;
/** In less, in pixels, nothing could be told apart. */
const LEAST_WIDTH = 160;
const MARGIN = { top: 12, right: 4, bottom: 24, left: 52 };

/** The least number of the form 1, 2, 2.5 or 5 with zeros that four steps of it reach the value. */
const stepFor = (value) => {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1) / 4));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step * 4 >= value);
};

const labelOf = (interval) => (point) => (interval === "month" ? month(point.from) : day(point.from, { short: true }));

/** The days of a point in words. */
const spanOf = ({ from, to }) => days(from, to);

const drawAxis = (top, bottom, y, width) => {
  const step = stepFor(Math.max(top, -bottom));
  const lines = [];
  for (let value = Math.ceil(bottom / step) * step; value <= top + step / 2; value += step) lines.push(value);
  return lines.map((value) =>
    svg(
      "g",
      { class: value === 0 ? "axis zero" : "axis" },
      svg("line", { x1: MARGIN.left, x2: width - MARGIN.right, y1: y(value), y2: y(value) }),
      svg("text", { x: MARGIN.left - 8, y: y(value) + 4, "text-anchor": "end" }, shortMoney(value)),
    ),
  );
};

/** The bars of a series in so many pixels of width. */
const draw = (picture, { points, interval }, width, onPoint) => {
  const values = points.map(({ value }) => value ?? 0);
  const step = stepFor(Math.max(...values, -Math.min(...values), 1));
  const top = Math.ceil(Math.max(...values, step) / step) * step;
  const bottom = Math.floor(Math.min(...values, 0) / step) * step;
  const inner = HEIGHT - MARGIN.top - MARGIN.bottom;
  const y = (value) => MARGIN.top + (inner * (top - value)) / (top - bottom);
  const slot = (width - MARGIN.left - MARGIN.right) / points.length;
  const bar = Math.max(1, Math.min(36, slot * 0.72));
  const every = Math.ceil(52 / slot);
  const name = labelOf(interval);
  const bars = points.map((point, index) => {
    const value = point.value ?? 0;
    const x = MARGIN.left + slot * index;
    const height = Math.max(value === 0 ? 0 : 1, Math.abs(y(value) - y(0)));
    return svg(
      "g",
      { class: value < 0 ? "datum below" : "datum", onpointerenter: () => onPoint(point), onpointerleave: () => onPoint(null) },
      svg("rect", { class: "hit", x, y: MARGIN.top, width: slot, height: inner }),
      svg("rect", { class: "value", x: x + (slot - bar) / 2, y: Math.min(y(value), y(0)), width: bar, height, rx: Math.min(2, bar / 4) }),
      index % every === 0 && svg("text", { x: x + slot / 2, y: HEIGHT - 6, "text-anchor": "middle" }, name(point)),
    );
  });
  picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  picture.setAttribute("width", String(width));
  picture.replaceChildren(...drawAxis(top, bottom, y, width), ...bars);
};

/**
 * A series as bars, with a table of the same for whoever cannot see or point at them.
 * @param linkOf the place of a drilldown on this page
 */
export const series = (title, answer, linkOf) => {
  const { points, unit } = answer;
  const total = points.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const highest = points.reduce((best, point) => ((point.value ?? 0) > (best.value ?? 0) ? point : best), points[0]);
  const summary = `${figure({ value: total, unit })} in all; most on ${spanOf(highest)} with ${figure({ value: highest.value, unit })}`;
  const readout = h("p", { class: "readout muted" }, summary);
  const picture = svg("svg", { class: "series", height: HEIGHT, role: "img", "aria-label": `${title}: ${summary}` });
  const onPoint = (point) => {
    readout.textContent = point ? `${spanOf(point)}: ${figure({ value: point.value, unit })}` : summary;
  };
  const frame = h("div", { class: "frame" }, picture);
  let drawn = 0;
  new ResizeObserver(([{ contentRect }]) => {
    const width = Math.floor(contentRect.width);
    if (width >= LEAST_WIDTH && width !== drawn) draw(picture, answer, width, onPoint);
    drawn = width;
  }).observe(frame);
  const rows = table(
    title,
    [
      { head: "Days", of: spanOf },
      { head: title, number: true, of: (point) => h("a", { href: linkOf(point.drilldown) }, figure({ value: point.value, unit })) },
    ],
    points,
  );
  return [readout, frame, h("details", {}, h("summary", {}, "As a table"), rows.element)];
};

/**
 * Amounts beside each other as horizontal bars.
 * @param items each with a name, a value, the attributes of its link, and the class of its colour
 */
export const bars = (items, show = (value) => figure({ value, unit: "money" })) => {
  const most = Math.max(...items.map(({ value }) => Math.abs(value)), 1);
  const total = items.reduce((sum, { value }) => sum + value, 0);
  return h(
    "ul",
    { class: "bars" },
    items.map(({ name, value, way, tone }) =>
      h(
        "li",
        {},
        h("a", way, name),
        h("span", { class: "amount" }, show(value), total > 0 && h("small", {}, ` ${Math.round((100 * value) / total)} %`)),
        withShare(h("span", { class: `length ${tone ?? ""}`, "aria-hidden": "true" }), value / most),
      ),
    ),
  );
};

/** Elements are made one by one, and text is text: nothing is parsed as HTML (Trusted Types hold that). */

const SVG = "http://www.w3.org/2000/svg";

const setAll = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
};

const isShown = (child) => child !== null && child !== undefined && child !== false;

/** An element with its attributes, listeners (`onclick`) and children: elements, texts, lists of them, or nothing. */
export const h = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  setAll(element, attributes);
  element.append(...children.flat(2).filter(isShown));
  return element;
};

/** The same in SVG. */
export const svg = (name, attributes = {}, ...children) => {
  const element = document.createElementNS(SVG, name);
  setAll(element, attributes);
  element.append(...children.flat().filter(isShown));
  return element;
};

/** Shows a share of 0 to 1 as the length of an element's bar. */
export const withShare = (element, share) => {
  element.style.setProperty("--share", String(Math.max(0, Math.min(1, share))));
  return element;
};

/**
 * A table for people and screen readers.
 * @param columns each with its head, what a row shows in it, and `number: true` where figures are aligned
 */
export const table = (caption, columns, rows) => {
  const body = h("tbody");
  const add = (more) =>
    body.append(
      ...more.map((row) =>
        h(
          "tr",
          {},
          columns.map((column, index) => cellOf(column, row, index)),
        ),
      ),
    );
  add(rows);
  const heads = columns.map(({ head, number }) => h("th", { scope: "col", class: number && "number" }, head));
  const element = h("table", {}, h("caption", { class: "hidden" }, caption), h("thead", {}, h("tr", {}, heads)), body);
  return { element: h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": caption }, element), add };
};

const cellOf = ({ of, number, wide }, row, index) => {
  const classes = [number && "number", wide && "wide"].filter(Boolean).join(" ");
  return index === 0 ? h("th", { scope: "row", class: classes || undefined }, of(row)) : h("td", { class: classes || undefined }, of(row));
};

/** Elements are made one by one, and text is text: nothing is parsed as HTML (Trusted Types hold that). */

const setAll = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
};

const isShown = (child) => child !== null && child !== undefined && child !== false && child !== "";

/** An element with its attributes, listeners (`onclick`) and children: elements, texts, lists of them, or nothing. */
export const h = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  setAll(element, attributes);
  element.append(...children.flat(3).filter(isShown));
  return element;
};

/** Names with their values, of which those without a value are left out. */
export const pairs = (rows, name = "pairs") =>
  h(
    "dl",
    { class: name },
    rows
      .filter((row) => row && isShown(row[1]))
      .map(([term, value, kind]) => h("div", { class: kind }, h("dt", {}, term), h("dd", {}, value))),
  );

/** A text of several lines, as paragraphs. */
export const paragraphs = (text, name) =>
  text
    ? h(
        "div",
        { class: name },
        text
          .split(/\n+/)
          .filter((part) => part.trim() !== "")
          .map((part) => h("p", {}, part)),
      )
    : null;

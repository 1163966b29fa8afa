import { h } from "./dom.js";
import { ApiError } from "./session.js";

let sections = 0;

/** A part of the page under a heading of its own. */
export const section = (title, attributes, ...children) => {
  sections += 1;
  const id = `section-${sections}`;
  return h(
    "section",
    { ...attributes, class: `panel ${attributes.class ?? ""}`.trim(), "aria-labelledby": id },
    h("h2", { id }, title),
    children,
  );
};

/** In plain words what is shown in place of something that was not answered. */
export const failed = (error) => {
  if (!(error instanceof ApiError)) {
    console.error(error);
    return h("p", { class: "failed", role: "alert" }, "This part of the page could not be shown. Load the page again.");
  }
  const text = error.status === 403 ? `Your account may not see this. ${error.message}` : error.message;
  return h("p", { class: "failed", role: "alert" }, text, error.requestId && h("small", { class: "muted" }, ` Request ${error.requestId}`));
};

/** A status as a small label. */
export const status = (code, tone = "") => h("span", { class: `status ${tone}`.trim() }, String(code).replaceAll("_", " "));

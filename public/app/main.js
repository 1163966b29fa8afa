import { board } from "./board.js";
import { h } from "./dom.js";
import { heed } from "./format.js";
import { list } from "./list.js";
import { loginDialog, loginPage } from "./login.js";
import { overview } from "./overview.js";
import { here, place } from "./places.js";
import { mine, RECORDS } from "./records.js";
import { search, searchField } from "./search.js";
import { account, api, attach, logOut, resume } from "./session.js";
import { failed } from "./shell.js";

const page = document.getElementById("page");
const main = h("main", { id: "main", tabindex: -1 });
let shopName = "Shop";

const home = async () => {
  const { role } = account();
  if (role === "admin") return overview();
  if (role === "customer") return mine();
  const [own, today] = [await mine(), board()];
  const note = h("p", { class: "muted" }, "The figures of the shop are for its admins.");
  return { ...own, filled: today.filled, parts: [...own.parts, today.element, note] };
};

const pageOf = ({ path }) => {
  const [, first = "", id = ""] = path.split("/");
  if (first === "") return home();
  if (first === "list") return list();
  if (first === "search") return search();
  if (Object.hasOwn(RECORDS, first) && /^\d+$/.test(id)) return RECORDS[first](id);
  return {
    title: "No such page",
    parts: [h("h1", {}, "No such page"), h("p", {}, h("a", { href: place.overview() }, "To the first page"))],
  };
};

/** Where the focus goes on the new page: to the period that was chosen, else to its beginning, so that screen readers begin there. */
const focusOf = (wasInPeriods) => (wasInPeriods && main.querySelector(".periods [aria-current], .periods button")) || main;

/** Marks the page of the head that is shown. */
const markPage = () => {
  const now = location.hash.startsWith("#/?") ? place.overview() : location.hash || place.overview();
  for (const link of page.querySelectorAll(".bar nav a")) {
    if (link.getAttribute("href") === now) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
};

let turn = 0;
/** Shows the place that the address names. A slower answer to an earlier place is not shown any more. */
const show = async () => {
  turn += 1;
  const now = turn;
  main.setAttribute("aria-busy", "true");
  const { title, parts, filled } = await Promise.resolve()
    .then(() => pageOf(here()))
    .catch((error) => ({ title: "Not shown", parts: [h("h1", {}, "Not shown"), failed(error)] }));
  if (now !== turn) return;
  const wasInPeriods = document.activeElement?.closest(".periods") !== null;
  main.replaceChildren(...parts.flat(2).filter(Boolean));
  main.removeAttribute("aria-busy");
  markPage();
  document.title = `${title} – ${shopName}`;
  focusOf(wasInPeriods).focus({ preventScroll: true });
  if (!wasInPeriods) window.scrollTo(0, 0);
  await filled;
  document.documentElement.dataset.shown = String(now);
};

/** Begins anew, with nothing left of what somebody has seen. */
const beginAnew = () => location.reload();

const leave = async () => {
  const failure = await logOut().then(() => null, failed);
  if (failure) return main.prepend(failure);
  history.replaceState(null, "", location.pathname);
  beginAnew();
};

const shellOf = ({ role, name }) =>
  h(
    "header",
    { class: "bar" },
    h("a", { class: "name", href: place.overview() }, shopName),
    h(
      "nav",
      { "aria-label": "Pages" },
      h("a", { href: place.overview() }, role === "admin" ? "Overview" : "Mine"),
      role !== "customer" && [
        h("a", { href: "#/list/service-tickets?status=open,in_progress" }, "Tickets"),
        h("a", { href: "#/list/estimates?status=current" }, "Estimates"),
        h("a", { href: "#/list/invoices?owed=true" }, "Unpaid"),
      ],
    ),
    role !== "customer" && searchField(),
    h(
      "div",
      { class: "who" },
      h("span", { class: "muted" }, `${name} · ${role}`),
      h("button", { type: "button", onclick: leave }, "Log out"),
    ),
  );

/** What the shop calls itself, and its currency and zone. Customers may not read it: documents tell them the currency. */
const readShop = async ({ role }) => {
  if (role === "customer") return;
  const shop = await api("/shop");
  shopName = shop.name;
  heed(shop);
};

const begin = async (who) => {
  const failure = await readShop(who).then(() => null, failed);
  page.replaceChildren(...[shellOf(who), failure, main].filter(Boolean));
  await show();
};

const start = () => {
  document.title = "Log in";
  page.replaceChildren(loginPage((who) => void begin(who)));
  page.querySelector("input")?.focus();
};

attach({ askLogin: () => loginDialog(""), onEnd: beginAnew });
window.addEventListener("hashchange", () => account() && void show());
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main")?.focus();
});

const who = await resume().catch((error) => {
  page.replaceChildren(h("main", { id: "main", tabindex: -1 }, h("h1", {}, "Not reached"), failed(error)));
  return undefined;
});
if (who) await begin(who);
else if (who === null) start();

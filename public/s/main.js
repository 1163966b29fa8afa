import { hasToken, readShared, takeToken } from "./api.js";
import { estimateSection } from "./decide.js";
import { h, pairs } from "./dom.js";
import { heed, moment } from "./format.js";
import { decidedSection, invoiceSections } from "./papers.js";

const place = document.getElementById("page");

const show = (...children) => {
  place.replaceChildren(...children.filter(Boolean));
  document.documentElement.dataset.shown = "";
};

/** A page that says one thing. */
const say = (title, text, again) =>
  show(
    h(
      "main",
      { id: "main", class: "said" },
      h("h1", {}, title),
      h("p", {}, text),
      again && h("button", { type: "button", onclick: again }, "Try again"),
    ),
  );

const carOf = ({ estimate }) => {
  const { year, make, model, license_plate, description, vin } = estimate?.vehicle ?? {};
  return [[year, make, model].filter(Boolean).join(" ") || description || vin, license_plate].filter(Boolean).join(" · ");
};

const header = (shared) => {
  const { shop } = shared;
  return h(
    "header",
    { class: "shop" },
    h("h1", {}, shop.name),
    carOf(shared) && h("p", { class: "car" }, carOf(shared)),
    shop.phone && h("p", {}, h("a", { class: "call", href: `tel:${shop.phone.replaceAll(/[^+\d]/g, "")}` }, `Call ${shop.phone}`)),
  );
};

const footer = ({ shop, expires_at }) =>
  h(
    "footer",
    {},
    pairs([
      [shop.legal_name ?? shop.name, shop.address],
      shop.email && ["E-mail", shop.email],
      shop.registration_number && ["Registration", shop.registration_number],
      shop.tax_number && ["Tax number", shop.tax_number],
      shop.epa_number && ["EPA number", shop.epa_number],
    ]),
    h("p", { class: "hint" }, `This link works until ${moment(expires_at)}. Whoever has it sees this page.`),
  );

const THANKS = "Thank you. The shop has your decisions.";

const draw = (shared, notice) => {
  heed(shared.shop);
  document.title = `${shared.shop.name}: estimate and invoices`;
  const papers = [...invoiceSections(shared), estimateSection(shared, done), decidedSection(shared)].filter(Boolean);
  const box = notice && h("p", { class: "notice", role: "status", tabindex: -1 }, notice);
  show(
    header(shared),
    h(
      "main",
      { id: "main", tabindex: -1 },
      box,
      papers.length > 0 ? papers : h("p", { class: "paper" }, "There is nothing to show yet. The shop is still looking at your car."),
    ),
    footer(shared),
  );
  if (box) {
    box.scrollIntoView({ block: "start" });
    box.focus({ preventScroll: true });
  }
};

/** What ends the page, instead of a message in it. */
const refused = (error) => {
  if (error.code === "link_ended")
    say("This link does not work any more", "It has expired, or the shop has ended it. Ask the shop for a new one.");
  else say("That did not work", error.message, load);
};

/** What a refusal says to whom it concerns: the page is shown anew, as it stands. */
const CHANGED = {
  estimate_superseded: "The shop has sent a newer estimate meanwhile. This is it; nothing was decided yet.",
  line_changed: "The shop has changed something meanwhile. Nothing was decided; ask the shop for a new estimate.",
  estimate_expired: "The estimate has expired meanwhile. Ask the shop for a new one.",
  invoice_posted: "The work is billed already. Nothing was changed.",
  ticket_closed: "The shop has closed the order. Call the shop.",
};

const done = async (answer, error) => {
  if (error?.code === "link_ended") return refused(error);
  const notice = answer ? THANKS : CHANGED[error.code];
  if (notice) await load(notice);
};

async function load(notice) {
  try {
    draw(await readShared(), typeof notice === "string" ? notice : undefined);
  } catch (error) {
    refused(error);
  }
}

const begin = async () => {
  if (takeToken()) await load();
  else if (!hasToken())
    say("Open your link again", "Open this page with the whole link that the shop sent you. After a reload it has to be opened anew.");
};

addEventListener("hashchange", begin);
await begin();

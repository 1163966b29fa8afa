import { h } from "./dom.js";
import { ApiError, logIn } from "./session.js";

const field = (label, attributes) => {
  const input = h("input", { required: true, ...attributes });
  return { input, row: h("label", {}, h("span", {}, label), input) };
};

/** In what words a login was refused. */
const wordsOf = (error) => {
  if (!(error instanceof ApiError)) return "Something went wrong on this page. Load it again.";
  if (error.code === "invalid_credentials") return "The e-mail, the password or the code is wrong.";
  if (error.code === "second_factor_required") return "Now the six digits from your authenticator app, or a recovery code.";
  if (error.code === "role_required") return "This e-mail has accounts with two roles. Choose one.";
  return error.requestId ? `${error.message} (request ${error.requestId})` : error.message;
};

/**
 * The form of a login. It asks for a code or a role once the account turns out to need it.
 * @param done called with the account
 */
export const loginForm = (done, email = "") => {
  const [mail, password] = [
    field("E-mail", { type: "email", name: "email", autocomplete: "username", value: email }),
    field("Password", { type: "password", name: "password", autocomplete: "current-password" }),
  ];
  const code = field("Code", { name: "code", autocomplete: "one-time-code", maxlength: 40, required: false });
  const roles = ["admin", "mechanic", "customer"].map((role) => h("option", { value: role }, role));
  const role = h("select", { name: "role" }, h("option", { value: "" }, "choose"), roles);
  const roleRow = h("label", { hidden: true }, h("span", {}, "Role"), role);
  const says = h("p", { class: "says", role: "alert" });
  const button = h("button", { class: "primary" }, "Log in");
  code.row.hidden = true;

  const askFor = (row, input) => {
    row.hidden = false;
    input.focus();
  };
  const refused = (error) => {
    says.textContent = wordsOf(error);
    says.classList.toggle("bad", error.code !== "second_factor_required" && error.code !== "role_required");
    if (error.code === "second_factor_required") askFor(code.row, code.input);
    else if (error.code === "role_required") askFor(roleRow, role);
    else password.input.select();
  };
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    says.textContent = "";
    const more = { ...(code.input.value && { code: code.input.value.trim() }), ...(role.value && { role: role.value }) };
    try {
      done(await logIn({ email: mail.input.value.trim(), password: password.input.value, ...more }));
    } catch (error) {
      refused(error);
    } finally {
      button.disabled = false;
    }
  };
  return h("form", { class: "login", onsubmit: submit }, mail.row, password.row, roleRow, code.row, says, button);
};

/** The whole page while nobody is logged in. */
export const loginPage = (done) =>
  h(
    "main",
    { id: "main", class: "login-page", tabindex: -1 },
    h(
      "div",
      { class: "panel" },
      h("h1", {}, "Log in"),
      h("p", { class: "muted" }, "The shop's figures, and today's board."),
      loginForm(done),
    ),
  );

/** Asks for a login in front of the page, which stays as it is. */
export const loginDialog = (email) =>
  new Promise((resolve) => {
    const dialog = h("dialog", { "aria-labelledby": "again" });
    const done = (account) => {
      dialog.close();
      dialog.remove();
      resolve(account);
    };
    dialog.append(
      h("h2", { id: "again" }, "Please log in again"),
      h("p", { class: "muted" }, "Your session has ended. What you were looking at is kept."),
      loginForm(done, email),
    );
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
  });

/**
 * Who is logged in. The access token is in this module's memory only; the refresh token is in a cookie that no script can
 * read. Tabs take turns at refreshing, since a refresh token works once.
 */

const LOCK = "mechanic-shop-refresh";
const REMEMBERED = "mechanic-shop-logged-in";
/** How long before its end a token is exchanged, in milliseconds. */
const EARLY_MS = 60_000;

const state = { token: null, endsAt: 0, account: null };
const channel = new BroadcastChannel("mechanic-shop");
/** How the page asks for a login; main.js sets it. */
const page = { askLogin: () => new Promise(() => undefined), onEnd: () => undefined };

/** What the API, or the way to it, answered instead of what was asked for. */
export class ApiError extends Error {
  constructor(status, { code, detail, request_id } = {}) {
    super(detail ?? "The server did not answer as it should.");
    this.status = status;
    this.code = code ?? "unreadable";
    this.requestId = request_id ?? null;
  }
}

const send = async (method, path, { body, token } = {}) => {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  const init = { method, headers, credentials: "same-origin", cache: "no-store" };
  const response = await fetch(path, body === undefined ? init : { ...init, body: JSON.stringify(body) }).catch(() => null);
  if (!response) throw new ApiError(0, { code: "unreachable", detail: "The shop's server cannot be reached. Check the connection." });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer;
};

const begin = (answer) => {
  const changed = state.account !== null && state.account.user_id !== answer.user_id;
  const { token, expires_in, role, user_id, customer_id, mechanic_id, name } = answer;
  Object.assign(state, { token, endsAt: Date.now() + expires_in * 1_000, account: { role, user_id, customer_id, mechanic_id, name } });
  localStorage.setItem(REMEMBERED, "yes");
  // Somebody else's page must not show what the one before had on it.
  if (changed) location.reload();
  return state.account;
};

const forget = () => {
  Object.assign(state, { token: null, endsAt: 0, account: null });
  localStorage.removeItem(REMEMBERED);
};

const inTurn = (work) => (navigator.locks ? navigator.locks.request(LOCK, work) : work());

let refreshing = null;
/** Exchanges the cookie for a new token: once for all who wait for it. */
const refresh = () => {
  refreshing ??= inTurn(async () => begin(await send("POST", "/auth/cookie/refresh", { body: {} }))).finally(() => {
    refreshing = null;
  });
  return refreshing;
};

const isOver = (error) => error instanceof ApiError && error.status === 401;

let asking = null;
/** Asks for a login in front of what is on the page, which stays. */
const logInAgain = () => {
  asking ??= page.askLogin().finally(() => {
    asking = null;
  });
  return asking;
};

const renew = () =>
  refresh().catch((error) => {
    if (!isOver(error)) throw error;
    state.token = null;
    return logInAgain();
  });

/** A read or write of the API as who is logged in. Throws ApiError. */
export const api = async (path, { method = "GET", body } = {}) => {
  if (!state.token || Date.now() > state.endsAt - EARLY_MS) await renew();
  const { token } = state;
  try {
    return await send(method, path, { body, token });
  } catch (error) {
    if (!isOver(error)) throw error;
    // Somebody else on this page may have got the next token in the meantime.
    if (state.token === token) await renew();
    return send(method, path, { body, token: state.token });
  }
};

/** Logs in. Throws ApiError, with the code `second_factor_required` where a code must come with it. */
export const logIn = async (credentials) => {
  const account = begin(await send("POST", "/auth/cookie/login", { body: credentials }));
  channel.postMessage({ kind: "in", user_id: account.user_id });
  return account;
};

/** Logs out, here and in the other tabs. */
export const logOut = async () => {
  await api("/auth/cookie/logout", { method: "POST", body: {} });
  forget();
  channel.postMessage({ kind: "out" });
};

/** Who is logged in since an earlier visit, or null. */
export const resume = async () => {
  if (localStorage.getItem(REMEMBERED) === null) return null;
  return refresh().catch((error) => {
    if (!isOver(error)) throw error;
    forget();
    return null;
  });
};

export const account = () => state.account;

/** Tells the module how the page asks for a login, and what to do when another tab has logged out. */
export const attach = (hooks) => {
  Object.assign(page, hooks);
};

channel.addEventListener("message", ({ data }) => {
  if (data.kind === "out" && state.account) {
    forget();
    page.onEnd();
  }
  if (data.kind === "in" && state.account && state.account.user_id !== data.user_id) location.reload();
});

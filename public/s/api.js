/** The token of the link, which is kept nowhere but here. */
let token = null;

/**
 * Takes the token out of the address: after that it stands in no address bar, no history and no bookmark.
 * Answers whether there was one.
 */
export const takeToken = () => {
  const found = /^#([\w-]{43})$/.exec(location.hash)?.[1];
  if (found === undefined) return false;
  token = found;
  history.replaceState(null, "", location.pathname);
  return true;
};

/** Has the page a token? */
export const hasToken = () => token !== null;

/** What the API refused, with its code, or `offline` without an answer. */
export class Refused extends Error {
  constructor({ code, message, retry_after }) {
    super(message);
    this.code = code;
    this.retryAfter = retry_after;
  }
}

const OFFLINE = { code: "offline", message: "The shop's server did not answer. Check your connection and try again." };

const ask = async (path, options = {}) => {
  const headers = { "Share-Token": token, ...options.headers };
  const answer = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" }).catch(
    () => null,
  );
  if (answer === null) throw new Refused(OFFLINE);
  if (answer.ok) return answer;
  throw new Refused(await answer.json().catch(() => OFFLINE));
};

/** What the link shows. Throws `Refused`. */
export const readShared = async () => (await ask("/shared")).json();

/** Sends what a person decided. The same key again decides nothing more. Throws `Refused`. */
export const sendDecisions = async (body, key) =>
  (
    await ask("/shared/authorizations", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify(body),
    })
  ).json();

/** Saves the PDF of a document. A link to it would need the token in its address, so it is fetched. Throws `Refused`. */
export const savePdf = async (path, name) => {
  const address = URL.createObjectURL(await (await ask(path)).blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name}.pdf`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
};

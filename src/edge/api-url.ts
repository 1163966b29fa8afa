/**
 * An address that a key may be sent to: over HTTPS, or to a stand-in on this machine. Throws where it is none.
 * @param name of the variable
 * @param example of what it may be
 */
export const readApiUrl = (name: string, text: string, example: string): string => {
  const url = URL.parse(text);
  const isLocal = url?.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname);
  if (url && (url.protocol === "https:" || isLocal) && url.username === "" && url.password === "") return text;
  throw new Error(`${name} cannot be used; it is an address like ${example}, without a user or a password.`);
};

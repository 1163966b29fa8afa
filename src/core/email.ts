/** A dot-atom (RFC 5322, 3.2.3), then a domain of at least two labels (RFC 1035), of which the last has letters; in lower case. */
export const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/;

/** The longest address (RFC 5321, 4.5.3.1), and the longest part before its @. */
export const MAX_EMAIL = 254;
export const MAX_LOCAL_PART = 64;

/** Is this an e-mail address as the API accepts and stores it? */
export const isEmail = (text: string): boolean => text.length <= MAX_EMAIL && EMAIL.test(text) && text.indexOf("@") <= MAX_LOCAL_PART;

/** Names that are kept for examples and tests (RFC 2606, RFC 6761): nobody gets mail there, and it harms who sends to them. */
const RESERVED = /[.@](?:test|example|invalid|localhost|local|example\.(?:com|net|org))$/;

/** Is the address one that no mail can ever reach? */
export const isReserved = (email: string): boolean => RESERVED.test(email);

/** Who mail is from. */
export interface From {
  readonly name: string;
  readonly email: string;
}

/** Names need no quotes (RFC 5322, 3.2.3): letters, digits, and blanks and marks that have no meaning in a header. */
const FROM = /^([\p{L}\p{N}][\p{L}\p{M}\p{N} '&.-]{0,59}) <([^<>]+)>$/u;

/** Reads `Name <address>`; null for anything else. */
export const parseFrom = (text: string): From | null => {
  const [, name = "", address = ""] = FROM.exec(text) ?? [];
  const email = address.toLowerCase();
  return isEmail(email) ? { name: name.trim(), email } : null;
};

/** A link's token is in the fragment, which browsers neither send nor hand on. */
const LINK = /^https:\/\/[^\s#]+#[^\s{}]*\{token\}[^\s{}]*$/;

/** Is this a template of links, such as `https://shop.example/{kind}#{token}`, or nothing? */
export const isLinkTemplate = (text: string): boolean =>
  text === "" || (text.length <= 300 && LINK.test(text.replace("{kind}", "kind")) && URL.canParse(text.replaceAll(/[{}]/g, "")));

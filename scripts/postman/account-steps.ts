import type { Chapter, Step } from "./steps.ts";

/** What an authenticator app shows for `factorSecret` (RFC 6238), as the variable `factorCode`. */
const SHOW_CODE = [
  'const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";',
  'const bits = [...pm.collectionVariables.get("factorSecret")].map((l) => letters.indexOf(l).toString(2).padStart(5, "0")).join("");',
  'const hex = bits.match(/.{4}/g).map((four) => parseInt(four, 2).toString(16)).join("");',
  'const step = Math.floor(Date.now() / 30000).toString(16).padStart(16, "0");',
  "const mac = CryptoJS.HmacSHA1(CryptoJS.enc.Hex.parse(step), CryptoJS.enc.Hex.parse(hex)).toString();",
  "const at = 2 * parseInt(mac.slice(-1), 16);",
  "const code = (parseInt(mac.slice(at, at + 8), 16) & 0x7fffffff) % 1000000;",
  'pm.collectionVariables.set("factorCode", String(code).padStart(6, "0"));',
];

const logIn: Step = {
  operation: "POST /mechanics/login",
  as: "nobody",
  body: { email: "{{mechanicEmail}}", password: "{{mechanicPassword}}" },
  keep: { mechanicToken: "token", mechanicUserId: "user_id" },
};

const setUp: readonly Step[] = [
  { operation: "POST /auth/second-factor", as: "mechanic", body: {}, keep: { factorSecret: "secret" } },
  {
    operation: "POST /auth/second-factor/confirm",
    as: "mechanic",
    before: SHOW_CODE,
    body: { code: "{{factorCode}}" },
    keep: { recoveryCode: "recovery_codes[0]" },
  },
];

/** A mechanic's second factor, which first an admin and then the mechanic removes. */
const secondFactor: readonly Step[] = [
  logIn,
  ...setUp,
  { operation: "DELETE /users/{id}/second-factor", body: {} },
  logIn,
  ...setUp,
  { operation: "GET /auth/second-factor", as: "mechanic" },
  { operation: "POST /auth/second-factor/recovery-codes", as: "mechanic", body: {}, keep: { recoveryCode: "recovery_codes[0]" } },
  { ...logIn, body: { email: "{{mechanicEmail}}", password: "{{mechanicPassword}}", code: "{{recoveryCode}}" } },
  { operation: "POST /auth/second-factor/recovery-codes", as: "mechanic", body: {}, keep: { recoveryCode: "recovery_codes[0]" } },
  {
    operation: "DELETE /auth/second-factor",
    as: "mechanic",
    body: { current_password: "{{mechanicPassword}}", code: "{{recoveryCode}}" },
  },
];

/** The mechanic's sessions, as an admin sees and ends them. */
const sessionsOfOthers: readonly Step[] = [
  logIn,
  { operation: "GET /users/{id}/sessions", keep: { otherSessionId: "sessions[0].id" } },
  { operation: "DELETE /users/{id}/sessions/{session_id}", path: { session_id: "otherSessionId" } },
  { operation: "DELETE /users/{id}/sessions" },
];

export const secondFactors: Chapter = {
  name: "Second factor",
  description: "The mechanic sets one up, loses it, sets up another one and removes it. An admin then ends the mechanic's sessions.",
  id: "mechanicUserId",
  steps: [...secondFactor, ...sessionsOfOthers],
};

export const mail: Chapter = {
  name: "Mail",
  description: "What needs the token of a mail is refused here: the mail shows the request that has it.",
  id: "",
  steps: [
    { operation: "POST /auth/password-reset", as: "nobody", body: { email: "{{customerEmail}}" } },
    { operation: "POST /auth/password-reset/confirm", as: "nobody", refusedWith: 401 },
    { operation: "POST /auth/email/restore", as: "nobody", refusedWith: 401 },
    { operation: "POST /auth/invitation/accept", as: "nobody", refusedWith: 401 },
  ],
};

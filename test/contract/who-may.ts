import type { Answer } from "../support/client.ts";

/**
 * Who may call what, as the contract says, independent of the code. `own` is a role that may for its own records
 * only, with what it is answered for others'.
 */
type Who = "everyone" | "accounts" | "staff" | "admin" | "customer" | "mechanic";
export type Rule = Who | readonly [Who, "customer" | "mechanic", 403 | 404];

const STAFF_OR_CUSTOMER = ["staff", "customer", 404] as const;
const ADMIN_OR_CUSTOMER = ["admin", "customer", 404] as const;
const ADMIN_OR_MECHANIC = ["admin", "mechanic", 403] as const;

export const WHO_MAY: Readonly<Record<string, Rule>> = {
  "GET /": "everyone",
  "GET /health": "everyone",
  "POST /auth/login": "everyone",
  "POST /customers/login": "everyone",
  "POST /mechanics/login": "everyone",
  "POST /auth/refresh": "everyone",
  "POST /auth/logout": "accounts",
  "GET /auth/sessions": "accounts",
  "DELETE /auth/sessions/{id}": "accounts",
  "GET /auth/me": "accounts",
  "PUT /auth/password": "accounts",
  "POST /auth/email/verify": "accounts",
  "POST /auth/email/confirm": "accounts",
  "POST /auth/email/restore": "everyone",
  "POST /auth/password-reset": "everyone",
  "POST /auth/password-reset/confirm": "everyone",
  "POST /auth/invitation/accept": "everyone",
  "POST /customers/{id}/invite": "staff",
  "POST /mechanics/{id}/invite": "admin",
  "GET /auth/second-factor": "staff",
  "POST /auth/second-factor": "staff",
  "POST /auth/second-factor/confirm": "staff",
  "POST /auth/second-factor/recovery-codes": "staff",
  "DELETE /auth/second-factor": "staff",
  "GET /users": "staff",
  "POST /users": "admin",
  "GET /users/{id}": "staff",
  "PUT /users/{id}": "admin",
  "PATCH /users/{id}": "admin",
  "DELETE /users/{id}": "admin",
  "DELETE /users/{id}/second-factor": "admin",
  "GET /users/{id}/sessions": "admin",
  "DELETE /users/{id}/sessions": "admin",
  "DELETE /users/{id}/sessions/{session_id}": "admin",
  "POST /customers": "everyone",
  "GET /customers": "staff",
  "GET /customers/top": "staff",
  "GET /customers/my-tickets": "customer",
  "GET /customers/{id}": STAFF_OR_CUSTOMER,
  "PUT /customers/{id}": STAFF_OR_CUSTOMER,
  "PATCH /customers/{id}": STAFF_OR_CUSTOMER,
  "DELETE /customers/{id}": ADMIN_OR_CUSTOMER,
  "POST /customers/{id}/merge": "staff",
  "POST /customers/{id}/erase": ADMIN_OR_CUSTOMER,
  "GET /customers/{id}/export": ADMIN_OR_CUSTOMER,
  "PUT /customers/{id}/tax-exemption": "admin",
  "DELETE /customers/{id}/tax-exemption": "admin",
  "POST /mechanics": "everyone",
  "GET /mechanics": "staff",
  "GET /mechanics/top": "everyone",
  "GET /mechanics/leaderboard": "everyone",
  "GET /mechanics/my-tickets": "mechanic",
  "GET /mechanics/available": "staff",
  "GET /mechanics/{id}/schedule": "staff",
  "GET /mechanics/{id}": "staff",
  "PUT /mechanics/{id}": ADMIN_OR_MECHANIC,
  "PATCH /mechanics/{id}": ADMIN_OR_MECHANIC,
  "DELETE /mechanics/{id}": ADMIN_OR_MECHANIC,
  "POST /vehicles": ["staff", "customer", 403],
  "GET /vehicles": "accounts",
  "GET /vehicles/{id}": STAFF_OR_CUSTOMER,
  "PUT /vehicles/{id}": STAFF_OR_CUSTOMER,
  "PATCH /vehicles/{id}": STAFF_OR_CUSTOMER,
  "DELETE /vehicles/{id}": ADMIN_OR_CUSTOMER,
  "POST /vehicles/{id}/merge": "staff",
  "POST /service-tickets": "staff",
  "GET /service-tickets": "accounts",
  "GET /service-tickets/{id}": STAFF_OR_CUSTOMER,
  "PUT /service-tickets/{id}": "staff",
  "PATCH /service-tickets/{id}": "staff",
  "DELETE /service-tickets/{id}": "staff",
  "PUT /service-tickets/{id}/status": "staff",
  "GET /service-tickets/{id}/mechanics": "staff",
  "PUT /service-tickets/{id}/assign-mechanic/{mechanic_id}": "staff",
  "PUT /service-tickets/{id}/remove-mechanic/{mechanic_id}": "staff",
  "PUT /service-tickets/{id}/edit-mechanics": "staff",
  "DELETE /service-tickets/{id}/mechanics/{mechanic_id}": "staff",
  "PUT /service-tickets/{id}/add-part/{inventory_id}": "staff",
  "PUT /service-tickets/{id}/inventory": "staff",
  "POST /service-tickets/{id}/inventory": "staff",
  "GET /service-tickets/{id}/parts": "staff",
  "POST /service-tickets/{id}/parts": "staff",
  "PUT /service-tickets/{id}/parts/{inventory_id}": "staff",
  "DELETE /service-tickets/{id}/parts/{inventory_id}": "staff",
  "GET /service-tickets/{id}/jobs": STAFF_OR_CUSTOMER,
  "POST /service-tickets/{id}/jobs": "staff",
  "PUT /service-tickets/{id}/jobs/{job_id}": "staff",
  "PATCH /service-tickets/{id}/jobs/{job_id}": "staff",
  "DELETE /service-tickets/{id}/jobs/{job_id}": "staff",
  "POST /service-tickets/{id}/lines": "staff",
  "PUT /service-tickets/{id}/lines/{line_id}": "staff",
  "PATCH /service-tickets/{id}/lines/{line_id}": "staff",
  "DELETE /service-tickets/{id}/lines/{line_id}": "staff",
  "GET /service-tickets/{id}/pricing": STAFF_OR_CUSTOMER,
  "PUT /service-tickets/{id}/discount": "staff",
  "DELETE /service-tickets/{id}/discount": "staff",
  "POST /service-tickets/{id}/draw-parts": "staff",
  "GET /assignments": "staff",
  "POST /assignments": "staff",
  "GET /assignments/{id}": "staff",
  "DELETE /assignments/{id}": "staff",
  "POST /inventory": "staff",
  "GET /inventory": "staff",
  "GET /inventory/low-stock": "staff",
  "GET /inventory/{id}": "staff",
  "PUT /inventory/{id}": "staff",
  "PATCH /inventory/{id}": "staff",
  "DELETE /inventory/{id}": "staff",
  "POST /inventory/{id}/receive": "staff",
  "POST /inventory/{id}/correct": "staff",
  "GET /inventory/{id}/movements": "staff",
  "POST /service-packages": "staff",
  "GET /service-packages": "staff",
  "GET /service-packages/{id}": "staff",
  "PUT /service-packages/{id}": "staff",
  "PATCH /service-packages/{id}": "staff",
  "DELETE /service-packages/{id}": "staff",
  "GET /shop": "staff",
  "PUT /shop": "admin",
  "PATCH /shop": "admin",
  "POST /taxes": "admin",
  "GET /taxes": "staff",
  "GET /taxes/{id}": "staff",
  "PUT /taxes/{id}": "admin",
  "PATCH /taxes/{id}": "admin",
  "DELETE /taxes/{id}": "admin",
  "GET /audit-log": "admin",
  "GET /audit-log/refusals": "admin",
  "GET /audit-log/verify": "admin",
};

const ROLES_OF: Readonly<Record<Who, readonly string[]>> = {
  everyone: ["anonymous", "customer", "mechanic", "admin"],
  accounts: ["customer", "mechanic", "admin"],
  staff: ["mechanic", "admin"],
  admin: ["admin"],
  customer: ["customer", "admin"],
  mechanic: ["mechanic", "admin"],
};

/** What a role is to be answered: let in, or which status. */
export const expected = (rule: Rule, role: string, isOwn: boolean): "in" | 401 | 403 | 404 => {
  const [who, own, others] = typeof rule === "string" ? [rule] : rule;
  if (ROLES_OF[who].includes(role)) return "in";
  if (role === own) return isOwn ? "in" : (others ?? 403);
  return role === "anonymous" ? 401 : 403;
};

const REFUSALS = ["unauthenticated", "forbidden", "not_found", "email_unverified", "second_factor_needed"];

/** What an account may call that has yet to prove its e-mail or to set up a second factor: what concerns only itself. */
export const WHILE_LIMITED = [
  "POST /auth/logout",
  "GET /auth/sessions",
  "DELETE /auth/sessions/{id}",
  "GET /auth/me",
  "PUT /auth/password",
  "POST /auth/email/verify",
  "POST /auth/email/confirm",
  "GET /auth/second-factor",
  "POST /auth/second-factor",
  "POST /auth/second-factor/confirm",
  "POST /auth/second-factor/recovery-codes",
  "DELETE /auth/second-factor",
];
/** What a customer may call besides, whose e-mail is not proven: its own record, and lists that are empty. */
export const WHILE_UNVERIFIED = [
  "GET /customers/{id}",
  "PUT /customers/{id}",
  "PATCH /customers/{id}",
  "DELETE /customers/{id}",
  "GET /customers/my-tickets",
  "GET /vehicles",
  "GET /service-tickets",
];

/** A request that was refused because of who asks, or whose ids or body say nothing, has not been let in. */
export const outcome = ({ status, body }: Answer): "in" | number => (status === 422 || REFUSALS.includes(body?.code) ? status : "in");

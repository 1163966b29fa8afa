import { mail, secondFactors } from "./account-steps.ts";
import { figures } from "./dashboard-steps.ts";
import { estimated, estimates } from "./estimate-steps.ts";
import { invoices } from "./invoice-steps.ts";
import { paid } from "./payment-steps.ts";
import { legacyPeople, PASSWORD, people } from "./people-steps.ts";
import { settings } from "./settings-steps.ts";
import { type Chapter, number, under } from "./steps.ts";
import { legacyTickets, links, ticket } from "./ticket-steps.ts";

/**
 * Every operation of the document, in an order in which each finds what it needs and nothing is left behind but the
 * record of it. E-mails and VINs are new in each run.
 */

const car = (letter: string) => ({ make: "Example", model: "Wagon", year: 2019, vin: `1M8PSM${letter}{{$timestamp}}` });

/** What a browser says by itself of a request of our own page. */
const ON_OUR_PAGE = [
  'pm.request.headers.remove("Sec-Fetch-Site");',
  'pm.request.headers.add({ key: "Sec-Fetch-Site", value: "same-origin" });',
  'pm.request.headers.upsert({ key: "Content-Type", value: "application/json" });',
];
const SEND_COOKIE = 'pm.request.headers.upsert({ key: "Cookie", value: "__Host-refresh=" + pm.collectionVariables.get("refreshToken") });';

export const chapters: readonly Chapter[] = [
  {
    name: "Service",
    description: "Is it there, and is it well?",
    id: "",
    steps: [
      { operation: "GET /", as: "nobody" },
      { operation: "GET /health", as: "nobody" },
    ],
  },
  {
    name: "People log in",
    description: "The admin of the environment, then a new mechanic and a new customer. Their tokens are kept in variables.",
    id: "",
    steps: people,
  },
  {
    name: "Customers",
    description: "Listings are for staff; a customer sees itself.",
    id: "customerId",
    steps: [
      { operation: "GET /customers", query: { q: "ada" } },
      { operation: "GET /customers/top", query: { limit: "3" } },
      { operation: "GET /customers/{id}", as: "customer" },
      { operation: "PUT /customers/{id}", as: "customer" },
      { operation: "PATCH /customers/{id}" },
      {
        operation: "POST /customers",
        as: "mechanic",
        body: { name: "Ada E. (walk-in)", email: "{{$guid}}@example.com", phone: "+1 555 0100" },
        keep: { walkInId: "id" },
      },
      { operation: "POST /customers/{id}/invite", as: "mechanic", path: { id: "walkInId" } },
      { operation: "POST /customers/{id}/merge", body: { from_id: number("walkInId") } },
      {
        operation: "POST /customers",
        as: "mechanic",
        body: { name: "Ada (to be erased)", phone: "+1 555 0100" },
        keep: { erasedId: "id" },
      },
      { operation: "GET /customers/{id}/export", path: { id: "erasedId" } },
      { operation: "POST /customers/{id}/erase", path: { id: "erasedId" } },
    ],
  },
  {
    name: "Mechanics",
    description: "Rankings are open to everyone; salaries are changed by admins.",
    id: "mechanicId",
    steps: [
      { operation: "GET /mechanics", query: { sort: "-completed_count" }, keep: { busiestId: "mechanics[0].id" } },
      { operation: "GET /mechanics/top", as: "nobody" },
      { operation: "GET /mechanics/leaderboard", as: "nobody" },
      { operation: "GET /mechanics/available", query: { start: "2026-11-24T09:00:00Z", end: "2026-11-24T11:00:00Z" } },
      { operation: "GET /mechanics/{id}" },
      { operation: "PUT /mechanics/{id}", as: "mechanic" },
      { operation: "PATCH /mechanics/{id}", body: { salary: 53_000 } },
      { operation: "GET /mechanics/{id}/schedule", as: "mechanic" },
      { operation: "POST /mechanics/{id}/invite", refusedWith: 409 },
    ],
  },
  {
    name: "Users",
    description: "Accounts: staff reads them, admins change them.",
    id: "userId",
    steps: [
      { operation: "POST /users", body: { email: "{{$guid}}@example.com", password: PASSWORD, role: "admin" }, keep: { userId: "id" } },
      { operation: "GET /users", query: { role: "admin" } },
      { operation: "GET /users/{id}" },
      { operation: "PUT /users/{id}", body: { status: "disabled" } },
      { operation: "PATCH /users/{id}", body: { status: "active" } },
      { operation: "DELETE /users/{id}" },
    ],
  },
  {
    name: "Vehicles",
    description: "A customer has its own; staff sees all.",
    id: "vehicleId",
    steps: [
      { operation: "POST /vehicles", as: "customer", body: car("A"), keep: { vehicleId: "id", vin: "vin" } },
      { operation: "GET /vehicles", as: "mechanic", query: { vin: "{{vin}}" } },
      { operation: "GET /vehicles/{id}", as: "customer" },
      { operation: "PUT /vehicles/{id}", as: "customer", body: { mileage: 84_120 } },
      { operation: "PATCH /vehicles/{id}", as: "mechanic", body: { color: "blue" } },
      {
        operation: "POST /vehicles",
        as: "mechanic",
        body: { customer_id: number("customerId"), license_plate: "ADA 42", description: "The same car, without its VIN" },
        keep: { sameVehicleId: "id" },
      },
      { operation: "POST /vehicles/{id}/merge", as: "mechanic", body: { from_id: number("sameVehicleId") } },
    ],
  },
  {
    name: "Inventory",
    description: "Parts and their ledger.",
    id: "partId",
    steps: [
      { operation: "POST /inventory", keep: { partId: "id" } },
      { operation: "GET /inventory", as: "mechanic", query: { q: "brake" } },
      { operation: "GET /inventory/low-stock", as: "mechanic" },
      { operation: "GET /inventory/{id}", as: "mechanic" },
      { operation: "PUT /inventory/{id}" },
      { operation: "PATCH /inventory/{id}", body: { quantity: 9, reason: "Found one behind the shelf" } },
      { operation: "POST /inventory/{id}/receive", as: "mechanic" },
      { operation: "POST /inventory/{id}/correct", as: "mechanic" },
      { operation: "GET /inventory/{id}/movements", as: "mechanic" },
    ],
  },
  ...settings,
  { name: "Service tickets", description: "From opening to removing one.", id: "ticketId", steps: ticket },
  { name: "Assignments", description: "Who works on what, and one's own tickets.", id: "assignmentId", steps: links },
  {
    name: "Estimates",
    description: "In a shop that works on the customer's yes: from showing what a ticket costs to the start of the work.",
    id: "estimateId",
    steps: estimates,
  },
  {
    name: "Invoices",
    description: "The same ticket is billed, and a part of it taken back. What was posted never changes.",
    id: "invoiceId",
    steps: invoices,
  },
  {
    name: "Payments",
    description: "An invoice is paid in two parts and given back; what was recorded by mistake is reversed.",
    id: "paymentId",
    steps: paid,
  },
  {
    name: "Dashboard",
    description: "What the shop sold, earned and is owed, for admins; each figure has a link to what it is made of.",
    id: "",
    steps: figures,
  },
  {
    name: "Audit log",
    description: "Everything above, for admins.",
    id: "",
    steps: [
      { operation: "GET /audit-log", query: { entity: "service_ticket" } },
      { operation: "GET /audit-log/refusals" },
      { operation: "GET /audit-log/verify" },
    ],
  },
  {
    name: "Legacy paths",
    description: "What clients of earlier systems call; docs/moving.md tells them what to change.",
    id: "visitorId",
    steps: [...legacyTickets, ...legacyPeople],
  },
  {
    name: "Legacy paths: /service_tickets",
    description: "The same under a legacy path.",
    id: "ticketId",
    steps: under("/service_tickets", "/service-tickets", [...ticket, ...estimated]),
  },
  {
    name: "Legacy paths: /tickets",
    description: "The same under another legacy path.",
    id: "ticketId",
    steps: under("/tickets", "/service-tickets", [...ticket, ...estimated]),
  },
  {
    name: "Shop, as it was",
    description: "The shop's own rule of when work needs the customer's yes.",
    id: "",
    steps: [{ operation: "PATCH /shop", body: { authorization: "{{authorization}}" } }],
  },
  {
    name: "Sessions",
    description: "The customer's last login goes on with its refresh token; the sessions that it began before can be ended from there.",
    id: "sessionId",
    steps: [
      {
        operation: "POST /auth/refresh",
        as: "nobody",
        body: { refresh_token: "{{refreshToken}}" },
        keep: { customerToken: "token", refreshToken: "refresh_token" },
      },
      { operation: "POST /auth/cookie/refresh", as: "nobody", before: [...ON_OUR_PAGE, SEND_COOKIE], keep: { customerToken: "token" } },
      { operation: "GET /auth/sessions", as: "customer", query: { sort: "id", per_page: "1" }, keep: { sessionId: "sessions[0].id" } },
      { operation: "DELETE /auth/sessions/{id}", as: "customer" },
      { operation: "POST /auth/logout", as: "mechanic", body: { everywhere: false } },
      {
        operation: "POST /auth/cookie/login",
        as: "nobody",
        before: ON_OUR_PAGE,
        body: { email: "{{mechanicEmail}}", password: "{{mechanicPassword}}" },
        keep: { mechanicToken: "token" },
      },
      { operation: "POST /auth/cookie/logout", as: "mechanic", before: ON_OUR_PAGE, body: { everywhere: false } },
    ],
  },
  mail,
  secondFactors,
  {
    name: "Clean up",
    description: "What was made for this run goes; the customer's tokens end with its password.",
    id: "",
    steps: [
      {
        operation: "PUT /auth/password",
        as: "customer",
        body: { current_password: "{{customerPassword}}", new_password: "staple correct horse" },
      },
      {
        operation: "POST /mechanics/login",
        as: "nobody",
        body: { email: "{{mechanicEmail}}", password: "{{mechanicPassword}}" },
        keep: { mechanicToken: "token" },
      },
      {
        operation: "PUT /mechanics/change-password",
        as: "mechanic",
        body: { current_password: "{{mechanicPassword}}", new_password: "staple correct horse" },
      },
      { operation: "DELETE /vehicles/{id}", path: { id: "vehicleId" } },
      { operation: "DELETE /customers/{id}", path: { id: "customerId" } },
      { operation: "DELETE /service-packages/{id}", path: { id: "packageId" } },
      { operation: "DELETE /inventory/{id}", path: { id: "partId" } },
      { operation: "DELETE /mechanics/{id}", path: { id: "mechanicId" } },
    ],
  },
];

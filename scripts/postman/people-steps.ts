import type { Step } from "./steps.ts";

/** People who log in, and what earlier systems called the same. */

export const PASSWORD = "{{$guid}}";
export const person = (name: string) => ({ name, email: "{{$guid}}@example.com", phone: "+1 555 0100" });
export const asCustomer = { email: "{{customerEmail}}", password: "{{customerPassword}}" };

export const people: readonly Step[] = [
  {
    operation: "POST /auth/login",
    as: "nobody",
    body: { email: "{{adminEmail}}", password: "{{adminPassword}}", role: "admin" },
    keep: { adminToken: "token" },
  },
  {
    operation: "POST /mechanics",
    body: { ...person("Max Example"), specialty: "Brakes", salary: 52_000.5, password: "{{mechanicPassword}}" },
    keep: { mechanicId: "id", mechanicEmail: "email" },
  },
  {
    operation: "POST /mechanics/login",
    as: "nobody",
    body: { email: "{{mechanicEmail}}", password: "{{mechanicPassword}}" },
    keep: { mechanicToken: "token" },
  },
  {
    operation: "POST /customers",
    as: "nobody",
    body: { ...person("Ada Example"), password: "{{customerPassword}}" },
    keep: { customerId: "id", customerEmail: "email" },
  },
  { operation: "POST /customers/login", as: "nobody", body: asCustomer, keep: { customerUserId: "user_id", customerToken: "token" } },
  { operation: "POST /auth/email/verify", as: "customer" },
  { operation: "POST /auth/email/confirm", as: "customer", refusedWith: 401 },
  { operation: "PATCH /users/{id}", path: { id: "customerUserId" }, body: { email_verified: true } },
  { operation: "POST /customers/login", as: "nobody", body: asCustomer, keep: { customerToken: "token" } },
  { operation: "GET /auth/me", as: "customer" },
];

export const legacyPeople: readonly Step[] = [
  { operation: "GET /mechanics/leaderboard/most-tickets", as: "nobody" },
  { operation: "GET /mechanics/ranked", as: "nobody" },
  { operation: "GET /mechanics/popular", as: "nobody" },
  { operation: "GET /mechanics/profile", as: "mechanic" },
  { operation: "GET /mechanics/secure-data", as: "mechanic" },
  { operation: "GET /mechanics/dashboard", as: "mechanic" },
  { operation: "GET /mechanics/search", as: "mechanic", query: { name: "max" } },
  { operation: "GET /inventory/search", as: "mechanic", query: { part_name: "brake" } },
  { operation: "GET /inventory/mechanic", as: "mechanic" },
  { operation: "GET /inventory/mechanic/search", as: "mechanic", query: { q: "brake" } },
  { operation: "GET /inventory/mechanic/{id}", as: "mechanic", path: { id: "partId" } },
  { operation: "GET /customers/admin/{id}", path: { id: "customerId" } },
  {
    operation: "POST /mechanics/admin/login",
    as: "nobody",
    body: { email: "{{adminEmail}}", password: "{{adminPassword}}", role: "admin" },
  },
  {
    operation: "POST /mechanics/admin/create",
    body: { email: "{{$guid}}@example.com", password: PASSWORD, role: "admin" },
    keep: { visitorId: "id" },
  },
  { operation: "DELETE /users/{id}" },
  { operation: "POST /customers/register", body: { ...person("Vic Visitor"), password: PASSWORD }, keep: { visitorId: "id" } },
  { operation: "PUT /customers/admin/update/{id}", body: { phone: "+1 555 0101" } },
  { operation: "DELETE /customers/admin/delete/{id}" },
  { operation: "POST /users/register", body: { ...person("Uma Visitor"), password: PASSWORD }, keep: { visitorId: "id" } },
  { operation: "DELETE /customers/{id}" },
  { operation: "POST /mechanics", body: { ...person("Tim Trainee"), salary: 20_000, password: PASSWORD }, keep: { visitorId: "id" } },
  { operation: "PUT /mechanics/admin/update/{id}", body: { salary: 21_000 } },
  { operation: "DELETE /mechanics/admin/delete/{id}" },
  { operation: "POST /users/login", as: "nobody", body: asCustomer },
  { operation: "POST /login", as: "nobody", body: asCustomer, keep: { customerToken: "token", refreshToken: "refresh_token" } },
];
